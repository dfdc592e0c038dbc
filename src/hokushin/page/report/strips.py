"""Strips: a hundred histories as lines of time, read off at quantiles of the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hokushin.answer.document import Strip, Why
from hokushin.answer.words import day_in_words
from hokushin.scenario.dates import parse_date

SHADES = 3
"""Shades of what comes before the event: one more with each other event, to the darkest."""

_FEW_MONTHS = 8
_MONTHS = (1, 3, 6, 12)


@dataclass(frozen=True)
class Span:
    """A stretch of one history, in parts of a hundred of the time shown."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Line:
    """One history: what is drawn, and what its table says."""

    history: int
    spans: tuple[Span, ...]
    dated: tuple[tuple[str, str], ...]
    """Day and title of every event."""


@dataclass(frozen=True)
class Strips:
    """The figure of a hundred histories."""

    lines: tuple[Line, ...]
    ticks: tuple[tuple[str, float], ...]
    said: str
    hits: int


def strips_of(why: Why) -> Strips:
    """Lay out the strips of an answer between branch and horizon."""
    begin, end = _day(why.outcome.branch), _day(why.outcome.horizon)
    titles = {event.name: event.title for event in why.events}
    lines = tuple(
        Line(
            strip.history,
            _spans(strip, why.outcome.event, begin, end),
            tuple((s.since, titles.get(s.event, s.event)) for s in strip.segments),
        )
        for strip in why.strips
    )
    hits = sum(any(s.event == why.outcome.event for s in strip.segments) for strip in why.strips)
    return Strips(lines, _ticks(begin, end), strips_in_words(why), hits)


def strips_in_words(why: Why) -> str:
    """Say what the strips show: how many, over what time, and when the event comes about."""
    event = why.outcome.event
    days = sorted(s.since for strip in why.strips for s in strip.segments if s.event == event)
    span = f"{day_in_words(why.outcome.branch)} to {day_in_words(why.outcome.horizon)}"
    said = f"{len(why.strips)} histories, {span}. The event comes about in {len(days)}"
    if days:
        said += f", first on {day_in_words(days[0])}, last on {day_in_words(days[-1])}"
    return f"{said}: {why.outcome.title}."


def _spans(strip: Strip, event: str, begin: date, end: date) -> tuple[Span, ...]:
    begun = [("s0", 0.0)]
    shade = 0
    for segment in strip.segments:
        place = _place(segment.since, begin, end)
        if segment.event == event:
            begun.append(("hit", place))
            break
        if 0 < place < 100:
            shade = min(shade + 1, SHADES)
            begun.append((f"s{shade}", place))
    ends = [*(place for _, place in begun[1:]), 100.0]
    return tuple(
        Span(kind, round(place, 2), round(stop - place, 2))
        for (kind, place), stop in zip(begun, ends, strict=True)
        if stop > place
    )


def _ticks(begin: date, end: date) -> tuple[tuple[str, float], ...]:
    """First days of months, thinned to a few; the year is written where it begins."""
    months = [
        date(year, month, 1)
        for year in range(begin.year, end.year + 1)
        for month in range(1, 13)
        if begin < date(year, month, 1) < end
    ]
    every = next((k for k in _MONTHS if len(months) <= _FEW_MONTHS * k), _MONTHS[-1])
    kept = [day for day in months if (day.month - 1) % every == 0]
    named = [
        f"{day:%b}" if every < _MONTHS[-1] and day.month > 1 else str(day.year) for day in kept
    ]
    return tuple(
        (name, round(_share(day, begin, end), 2)) for name, day in zip(named, kept, strict=True)
    )


def _place(written: str, begin: date, end: date) -> float:
    return min(100.0, max(0.0, _share(_day(written), begin, end)))


def _share(day: date, begin: date, end: date) -> float:
    return 100 * (day - begin).days / (end - begin).days


def _day(written: str) -> date:
    return parse_date(written).first
