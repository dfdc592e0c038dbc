"""Text of causes: what held it back, in tie groups, with a picture or a sentence for each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from hokushin.answer.bars import Marks, scale_for
from hokushin.answer.document import CauseAnswer, PairInteraction, Why
from hokushin.answer.findings import SMALLEST_TOTAL
from hokushin.answer.layout import WIDTH, wrapped
from hokushin.answer.words import unit_of, whole_shares

SMALLEST_OVERLAP = 0.03
"""Interaction of two groups, in probability, below which nothing is said of it."""

SCHOLARS = "S"
"""Letter of a cause that no source with claims of its own asserts, scholars alone."""

_TITLE, _CHART = 33, 25
"""Columns of a title and of a picture; what is left of eighty holds the figures."""


def causes_part(why: Why, marks: Marks, plain: bool) -> list[str]:
    """Say what each cause did, or that all of them do too little to be shared out."""
    unit, n, none, shares = printed(why)
    heading = "WHAT BROUGHT IT ABOUT" if why.outcome.happened else "WHAT HELD IT BACK"
    if abs(why.v_all - why.v_none) < SMALLEST_TOTAL:
        sentence = (
            f"All causes together move it by {abs(n - none):,} in {unit:,}, from {n:,} to "
            f"{none:,} histories: too little to share out among them."
        )
        return [heading, *wrapped(sentence, "  ")]
    listed = [cause for cause in why.causes if cause.standing != "below"]
    faint = [cause for cause in listed if leaves_no_trace(cause, unit, shares)]
    shown = [cause for cause in listed if cause not in faint]
    letters = letters_of(why)
    lines = (
        _spoken(heading, why, shown, letters)
        if plain
        else _drawn(heading, why, shown, letters, marks)
    )
    if faint:
        names = "; ".join(cause.title for cause in faint)
        lines += wrapped(f"No trace of a share: {names}.", "  ", "    ")
    lines += [line for pair in why.interactions for line in _pair_lines(why, pair)]
    closing = "" if plain else "Last column: histories with the event if that cause alone is off. "
    lines += wrapped(f"{closing}With every cause off: {none:,}.", "  ")
    return [*lines, *wrapped(_legend(why, letters, shown), "  ")]


def pushed_part(why: Why, plain: bool) -> list[str]:
    """Say which causes work the other way, where any surely does."""
    if not why.pushed or abs(why.v_all - why.v_none) < SMALLEST_TOTAL:
        return []
    unit, _, _, shares = printed(why)
    heading = "WHAT WORKED AGAINST IT" if why.outcome.happened else "WHAT PUSHED TOWARDS IT"
    lines = [heading]
    for push in why.pushed:
        sentence = (
            f"{shares[push.name]:>4,}  {why.cause(push.name).title} "
            f"(if it alone is off: {round(unit * push.if_alone):,})"
        )
        lines += wrapped(sentence.strip() if plain else sentence, "  ", "        ")
    return lines


def printed(why: Why) -> tuple[int, int, int, dict[str, int]]:
    """Give what is printed of shares: unit, event with all causes, with none, and each share.

    All are whole histories, and shares sum to the difference of the two as printed.
    """
    unit = unit_of(why.probability.value)
    with_all = round(unit * why.probability.value)
    with_none = round(unit * why.event_with_none)
    total = with_all - with_none if why.outcome.happened else with_none - with_all
    shares = whole_shares([unit * cause.share for cause in why.causes], total)
    names = [cause.name for cause in why.causes]
    return unit, with_all, with_none, dict(zip(names, shares, strict=True))


def letters_of(why: Why) -> dict[str, str]:
    """Give each source that makes claims a letter: its first that no other has."""
    letters: dict[str, str] = {}
    for key in why.works:
        free = (c.upper() for c in key if c.isalpha() and c.upper() not in letters.values())
        letters[key] = next((c for c in free if c != SCHOLARS), "?")
    return letters


def _drawn(
    heading: str, why: Why, causes: Sequence[CauseAnswer], letters: dict[str, str], marks: Marks
) -> list[str]:
    unit, _, _, shares = printed(why)
    lows, highs = [unit * c.low for c in causes], [unit * c.high for c in causes]
    scale = scale_for(lows, highs, _CHART)
    head = f"{heading:<{_TITLE + 4}}{f'in {unit:,}':>8} {scale.ruler():<{_CHART}}"
    lines = [f"{head[: WIDTH - 8]:<{WIDTH - 8}}if alone"]
    for label, members in tie_groups(causes):
        lines.append(f"  {label}")
        for cause in members:
            bar = scale.interval(
                (unit * cause.low, unit * cause.high),
                (unit * cause.middle[0], unit * cause.middle[1]),
                unit * cause.share,
                marks,
            )
            title, *more = textwrap.wrap(cause.title, _TITLE - 4)
            who = "".join(_who(cause, letters))
            row = f"    {title:<{_TITLE - 4}}{who:>5} {shares[cause.name]:>4,}   {bar}"
            lines.append(f"{row:<{WIDTH - 6}}{round(unit * cause.if_alone):>6,}")
            lines += [f"    {line}" for line in more]
    return lines


def _spoken(
    heading: str, why: Why, causes: Sequence[CauseAnswer], letters: dict[str, str]
) -> list[str]:
    unit, _, _, shares = printed(why)
    lines = [heading]
    for label, members in tie_groups(causes):
        lines.append(f"{label}:")
        for cause in members:
            who = ", ".join(_who(cause, letters))
            lines += wrapped(
                f"{cause.title} ({who}): {shares[cause.name]:,} in {unit:,}, "
                f"{round(unit * cause.low):,} to {round(unit * cause.high):,}; "
                f"if it alone is off, {round(unit * cause.if_alone):,}.",
                "  ",
            )
    return lines


def _pair_lines(why: Why, pair: PairInteraction) -> list[str]:
    """Say that two groups overlap, or need one another, where it is three in a hundred."""
    if abs(pair.effect) < SMALLEST_OVERLAP:
        return []
    names = " and ".join(f"“{why.groups.get(g, g)}”" for g in (pair.first, pair.second))
    said = "overlap" if pair.effect < 0 else "need one another"
    return wrapped(f"{names} {said}, by {round(100 * abs(pair.effect))} in 100.", "  ", "    ")


def leaves_no_trace(cause: CauseAnswer, unit: int, shares: dict[str, int]) -> bool:
    """Tell whether nothing but noughts would be printed of a cause's share."""
    ends = (round(unit * cause.low), round(unit * cause.high), shares[cause.name])
    return cause.standing == "unclear" and not any(ends)


def tie_groups(causes: Sequence[CauseAnswer]) -> Iterator[tuple[str, list[CauseAnswer]]]:
    """Causes that cannot be put in order, each group under what may be said of it."""
    for rank in dict.fromkeys(cause.rank for cause in causes):
        members = [cause for cause in causes if cause.rank == rank]
        if members[0].standing == "unclear":
            yield "cannot be told from nothing", members
            continue
        place = "largest" if rank == 0 else "next"
        yield place + (", in no certain order" if len(members) > 1 else ""), members


def _who(cause: CauseAnswer, letters: dict[str, str]) -> list[str]:
    return [letters[key] for key in letters if key in cause.asserted_by] or [SCHOLARS]


def _legend(why: Why, letters: dict[str, str], causes: Sequence[CauseAnswer]) -> str:
    used = {letter for cause in causes for letter in _who(cause, letters)}
    told = [f"{letter} {why.works[key]}" for key, letter in letters.items() if letter in used]
    told += [f"{SCHOLARS} scholars only"] if SCHOLARS in used else []
    return "; ".join(told)
