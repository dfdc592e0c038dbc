"""Council: what each faction wanted month by month, what was tabled, and who stopped it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hokushin.answer.document import MonthOfFaction, Why
from hokushin.answer.words import in_sentence
from hokushin.scenario.load import Loaded

COLOURS = 5
"""Colours of options in a matter; options beyond them share the last."""

OFTEN = 0.1
"""Part of what was put forward in a month that a faction stops, from which its cell is marked."""


@dataclass(frozen=True)
class Slice:
    """One option's share in what a faction wanted in a month, from the bottom up."""

    colour: int
    y: float
    height: float


@dataclass(frozen=True)
class Cell:
    """One faction in one month."""

    slices: tuple[Slice, ...]
    stops: bool
    said: str


@dataclass(frozen=True)
class Entry:
    """One row of the table twin."""

    month: str
    faction: str
    wants: str
    tabled: str
    taken: str
    stopped: float
    reasons: str


@dataclass(frozen=True)
class MatterTable:
    """All months of one matter."""

    name: str
    title: str
    options: tuple[tuple[int, str], ...]
    """Colour and title of each option that is wanted, tabled or taken."""
    months: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    """Faction and its cell in each month; None where nothing was put forward."""
    tabled: tuple[float, ...]
    """Times anything was put forward, per history, month by month."""
    taken: tuple[float, ...]
    """Share of histories that took something, month by month."""
    entries: tuple[Entry, ...]
    finding: str


def council_of(why: Why, loaded: Loaded | None) -> tuple[MatterTable, ...]:
    """Lay out every matter of an answer, the one that was stopped most often first."""
    matters: dict[str, list[MonthOfFaction]] = {}
    for month in why.months or ():
        matters.setdefault(month.matter, []).append(month)
    tables = [_matter(name, rows, loaded) for name, rows in matters.items()]
    return tuple(sorted(tables, key=lambda t: -sum(entry.stopped for entry in t.entries)))


def _matter(name: str, rows: list[MonthOfFaction], loaded: Loaded | None) -> MatterTable:
    titles = _Titles(name, loaded)
    totals: dict[str, float] = {}
    for row in rows:
        for option, share in row.wants.items():
            totals[option] = totals.get(option, 0.0) + share
    ordered = sorted(totals, key=lambda option: -totals[option])
    colours = {option: min(place, COLOURS - 1) for place, option in enumerate(ordered)}
    months = tuple(sorted({row.month for row in rows}))
    factions = tuple(dict.fromkeys(row.faction for row in rows))
    found = {(row.faction, row.month): row for row in rows}
    first = {month: next(r for r in rows if r.month == month) for month in months}
    return MatterTable(
        name=name,
        title=titles.matter,
        options=tuple((colours[option], titles.option(option)) for option in ordered),
        months=months,
        rows=tuple(
            (
                titles.faction(faction),
                tuple(
                    None
                    if (row := found.get((faction, m))) is None
                    else _cell(row, colours, titles)
                    for m in months
                ),
            )
            for faction in factions
        ),
        tabled=tuple(sum(first[month].tabled.values()) for month in months),
        taken=tuple(sum(first[month].taken.values()) for month in months),
        entries=tuple(_entry(row, titles) for row in rows),
        finding=_finding(rows, titles),
    )


def _cell(row: MonthOfFaction, colours: dict[str, int], titles: _Titles) -> Cell:
    slices, top = [], 100.0
    for option in sorted(row.wants, key=lambda option: colours[option]):
        height = 100 * row.wants[option]
        top -= height
        slices.append(Slice(colours[option], round(max(top, 0.0), 1), round(height, 1)))
    wants = ", ".join(f"{titles.option(o)} {_tenths(s)}" for o, s in _largest_first(row.wants))
    said = f"wants {wants}"
    stops = row.stopped_by >= OFTEN * sum(row.tabled.values()) > 0
    if stops:
        said += f"; stops what is put forward {_per_hundred(row.stopped_by)}"
    return Cell(tuple(slices), stops, said)


def _entry(row: MonthOfFaction, titles: _Titles) -> Entry:
    reasons = []
    for option, book in row.considerations.items():
        listed = ", ".join(f"{what.replace('_', ' ')} {value:+.2f}" for what, value in book.items())
        reasons.append(f"{titles.option(option)}: {listed}")
    return Entry(
        month=row.month,
        faction=titles.faction(row.faction),
        wants=_shares(row.wants, titles),
        tabled=_shares(row.tabled, titles),
        taken=_shares(row.taken, titles),
        stopped=row.stopped_by,
        reasons="; ".join(reasons),
    )


def _finding(rows: list[MonthOfFaction], titles: _Titles) -> str:
    """Say who stopped most over all months, or that nobody did."""
    stopped: dict[str, float] = {}
    for row in rows:
        stopped[row.faction] = stopped.get(row.faction, 0.0) + row.stopped_by
    who = max(stopped, key=lambda faction: stopped[faction])
    if round(100 * stopped[who]) == 0:
        return "Hardly anything that was put forward was stopped."
    return (
        f"{titles.matter}: {in_sentence(titles.faction(who))} stopped most of what was put "
        f"forward, {_per_hundred(stopped[who])}, all months together."
    )


def _shares(shares: Mapping[str, float], titles: _Titles) -> str:
    return ", ".join(f"{titles.option(o)} {s:.2f}" for o, s in _largest_first(shares))


def _largest_first(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda item: -item[1])


def _tenths(share: float) -> str:
    return f"{share:.1f}"


def _per_hundred(rate: float) -> str:
    return f"{100 * rate:.1f} times in 100 histories"


class _Titles:
    """How a scenario calls what is decided and who decides; keys where it is not at hand."""

    def __init__(self, matter: str, loaded: Loaded | None) -> None:
        self._power = matter.split(".")[0]
        self._loaded = loaded
        self._matter = None if loaded is None else loaded.scenario.matters.get(matter)
        self.matter = matter.replace("_", " ") if self._matter is None else self._matter.title

    def option(self, name: str) -> str:
        """Title of an option of the matter."""
        entry = None if self._matter is None else self._matter.options.get(name)
        return name.replace("_", " ") if entry is None else entry.title

    def faction(self, name: str) -> str:
        """Title of a faction, which goes by its power and its own name, or by the latter."""
        factions = {} if self._loaded is None else self._loaded.scenario.factions
        entry = factions.get(name) or factions.get(f"{self._power}.{name}")
        return name.replace("_", " ") if entry is None else entry.title
