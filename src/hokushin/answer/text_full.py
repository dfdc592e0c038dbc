"""Text of what a full answer adds: the table of every combination, total effects, this world."""

from __future__ import annotations

from hokushin.answer.document import Given, GroupAnswer, Probability, TableAnswer, Why
from hokushin.answer.layout import wrapped
from hokushin.answer.words import counted, day_in_words, number_word, unit_of

FARTHEST = 4.0
"""Standard errors by which an exact and a sampled share may differ before it is said."""

_TITLE = 30
_MOST_LISTED = 3
_LEAST_TOLD = 0.5
"""Effect, in histories of the unit shown, below which a cause is not listed."""
_COLUMNS = ("share", "sampled", "needed", "enough", "alone", "degree")


def table_part(why: Why, plain: bool) -> list[str]:
    """Say what the table of every combination of groups holds: one line a group."""
    table = why.table
    if table is None:
        return []
    unit = unit_of(why.probability.value)
    heading = f"EVERY COMBINATION OF {number_word(len(table.groups)).upper()} GROUPS"
    rows = [_group_row(why, group, unit) for group in table.groups]
    if plain:
        lines = [heading]
        for title, *cells in rows:
            named = zip(_COLUMNS, cells, strict=True)
            lines += wrapped(f"{title}: {', '.join(f'{n} {c}' for n, c in named)}.", "  ")
    else:
        lines = [f"{heading:<{_TITLE + 2}}{''.join(f'{name:>8}' for name in _COLUMNS)}"]
        for title, *cells in rows:
            first, *more = wrapped(title, "  ", "  ", _TITLE)
            lines.append(f"{first:<{_TITLE + 2}}{''.join(f'{cell:>8}' for cell in cells)}")
            lines += more
    explained = (
        f"Share in {unit:,}, exact over orders; sampled, the same from random orders. Needed: in "
        "how many of 100 histories it fails without that group; enough: in how many it then "
        "comes about with it; alone: with no other group; degree: 1/(1 + fewest other groups to "
        "remove before all hangs on it)."
    )
    return [*lines, *wrapped(explained, "  "), *_about(why, table)]


def _about(why: Why, table: TableAnswer) -> list[str]:
    agree = "agree" if table.apart <= FARTHEST else "DISAGREE"
    said = [
        f"{table.histories:,} histories under each of {table.combinations:,} combinations; "
        f"exact and sampled shares {agree} to {table.apart:.1f} standard errors. "
        f"One more group undoes what happened on {100 * table.undoes:.1f} in 100 edges."
    ]
    if table.blocking:
        sets = "; ".join(
            " and ".join(f"“{why.groups.get(name, name)}”" for name in one)
            for one in table.blocking[:_MOST_LISTED]
        )
        said.append(
            f"No set of up to {number_word(table.largest_set)} groups is enough while these stand: "
            f"{sets}."
        )
    return [line for sentence in said for line in wrapped(sentence, "  ")]


def total_part(why: Why, plain: bool) -> list[str]:
    """Set each cause's total effect beside its direct one, where they were run apart."""
    apart = [c for c in why.causes if c.total is not None and c.total_from != why.outcome.branch]
    if not apart:
        return []
    unit = unit_of(why.probability.value)
    lines = [f"{'REMOVED ALONE':<{_TITLE + 2}}{'total':>8}{'direct':>8}"]
    untold = 0
    for cause in sorted(apart, key=lambda c: -abs(c.total or 0.0)):
        total, direct = unit * (cause.total or 0.0), unit * cause.leave_one_out
        if max(abs(total), abs(direct)) < _LEAST_TOLD:
            untold += 1
            continue
        day = day_in_words(cause.total_from or "")
        if plain:
            said = f"{cause.title}: total {total:+.1f}, direct {direct:+.1f}, free from {day}."
            lines += wrapped(said, "  ")
            continue
        first, *more = wrapped(cause.title, "  ", "  ", _TITLE)
        lines.append(f"{first:<{_TITLE + 2}}{total:>+8.1f}{direct:>+8.1f}   free from {day}")
        lines += more
    if untold:
        lines += wrapped(f"{counted(untold, 'other cause')}: less than half a history.", "  ")
    explained = (
        f"In {unit:,}, of what happened. Total: histories are free from the cause's own day on. "
        f"Direct: the record's choices are forced up to {day_in_words(why.outcome.branch)}."
    )
    return [*lines, *wrapped(explained, "  ")]


def given_text(why: Why, given: Given) -> str:
    """Say what removing a cause does in histories conditioned on the record's own choices."""
    how = (
        f"{given.choices:,} choices of the record, dice drawn given each; numbers weighed by "
        f"{counted(len(given.weighed_by), 'matter')} ({given.forced:,} histories, worth "
        f"{given.effective:,.0f})"
    )
    if not given.without:
        return f"{how}: not enough to say."
    most = sorted(given.without.items(), key=lambda item: -item[1].value)[:_MOST_LISTED]
    unit = unit_of(max(share.value for _, share in most))
    told = ", ".join(
        f"{round(unit * share.value):,} without {why.cause(name).title}" for name, share in most
    )
    return f"{how}. Of {unit:,} such histories the event comes about in {told}."


def _group_row(why: Why, group: GroupAnswer, unit: int) -> tuple[str, ...]:
    return (
        why.groups.get(group.name, group.name),
        _signless(unit * group.share),
        _signless(unit * group.sampled),
        _in_hundred(group.necessity),
        _in_hundred(group.sufficiency),
        _in_hundred(group.alone),
        "few" if group.responsibility is None else f"{group.responsibility:.2f}",
    )


def _in_hundred(share: Probability | None) -> str:
    return "few" if share is None else f"{100 * share.value:.0f}"


def _signless(value: float) -> str:
    """Write a number to a tenth, and nothing without a sign."""
    return f"{round(value, 1) + 0.0:.1f}"
