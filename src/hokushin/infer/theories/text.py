"""Text: how explanations compare, for a terminal, and the one sentence that sums it up."""

from __future__ import annotations

from collections.abc import Sequence

from hokushin.infer.theories.facts import STRAW
from hokushin.infer.theories.held import HeldOut
from hokushin.infer.theories.report import Reading, Theories, TheoryResult

_STRONGEST = 3
"""Facts of a theory that are shown."""
_WIDE = 2.0
"""Standard errors within which two log-evidences are alike."""


def headline(found: Theories) -> str:
    """Say whether the record tells the sources from the model that leaves every cause open.

    By what they forecast from the first cut on: the interval of nine chances in ten of a difference
    has to lie on one side of zero.
    """
    rows = f"{', '.join(found.matters)}, {found.episodes} episodes in {found.steps} steps"
    first = f"On the rows that all {len(found.sources)} sources speak of ({rows})"
    said = f"{first}, {_apart(found, 'open')}; {_apart(found, 'closed')}."
    verdicts = [first_cut(t.reading("closed")).verdict for t in found.sources]
    fallen = sum(verdict in ("better", "worse") for verdict in verdicts)
    if not fallen:
        return said
    by_chance = round(0.1 * len(found.sources), 1)
    return f"{said} Of so many comparisons {by_chance:g} would fall on one side by chance."


def ranked(found: Theories, way: str) -> tuple[TheoryResult, ...]:
    """Give the sources, the best forecast from the first cut on first."""
    return tuple(sorted(found.sources, key=lambda t: -first_cut(t.reading(way)).log_score))


def first_cut(reading: Reading) -> HeldOut:
    """Score of the longest time held out."""
    return reading.held_out[0]


def render(found: Theories) -> str:
    """Write the comparison."""
    lines = [
        f"EXPLANATIONS OF {found.scenario}, HELD AGAINST ITS RECORD",
        "",
        *_wrapped(found.headline),
    ]
    for way in ("open", "closed"):
        lines += ["", *_table(found, way)]
    lines += ["", *_facts(found)]
    lines += ["", *_switches(found)]
    return "\n".join(lines)


def _apart(found: Theories, way: str) -> str:
    """Say which sources differ from the model, in one reading."""
    said = "left open" if way == "open" else "taken as of no account"
    start = f"with what a source does not mention {said}"
    by_verdict: dict[str, list[TheoryResult]] = {}
    for theory in found.sources:
        by_verdict.setdefault(first_cut(theory.reading(way)).verdict, []).append(theory)
    model = "the model that leaves every cause open"
    parts = [
        f"{_titles(by_verdict[verdict])} forecast {verdict} than {model}"
        for verdict in ("better", "worse")
        if verdict in by_verdict
    ]
    rest = len(found.sources) - sum(len(by_verdict.get(v, [])) for v in ("better", "worse"))
    if not parts:
        return f"{start}, the record cannot tell any of them from {model}"
    if rest:
        parts.append(f"the record cannot tell {'the others' if rest > 1 else 'the other'} from it")
    return f"{start}, {', and '.join(parts)}"


def _titles(theories: Sequence[TheoryResult]) -> str:
    return ", ".join(f"“{t.title}”" for t in theories)


def _table(found: Theories, way: str) -> list[str]:
    heading = "UNMENTIONED LEFT OPEN" if way == "open" else "UNMENTIONED OF NO ACCOUNT"
    first = found.cuts[0]
    lines = [
        heading,
        f"  {'':<44}{'forecast from ' + first:>28}   {'evidence, nats':>20}",
    ]
    order = [*ranked(found, way), *(t for t in found.theories if t.kind != "source")]
    for theory in order:
        reading = theory.reading(way)
        lines.append(_row(_named(theory), reading))
    lines.append(_row("every cause open: the model itself", found.common))
    lines.append(_row("no cause at all", found.silent))
    return lines


def _named(theory: TheoryResult) -> str:
    mark = "" if theory.kind == "source" else " (ours)"
    room = 43 - len(mark)
    title = theory.title if len(theory.title) <= room else f"{theory.title[: room - 1]}…"
    return f"{title}{mark}"


def _row(name: str, reading: Reading) -> str:
    held = first_cut(reading)
    score = f"{held.difference:+.1f} ± {held.se:.1f} {held.verdict}"
    low, high = reading.difference_low, reading.difference_high
    evidence = f"{reading.difference:+.1f} ({low:+.1f} to {high:+.1f})"
    return f"  {name:<44}{score:>28}   {evidence:>20}"


def _facts(found: Theories) -> list[str]:
    lines = ["FACTS THAT WEIGH MOST, FOR EACH AGAINST ALL OTHER SOURCES, IN DECIBANS"]
    for theory in found.theories:
        strongest = sorted(theory.facts, key=lambda f: -abs(f.decibans))[:_STRONGEST]
        told = []
        for fact in strongest:
            what = fact.option or "nothing done"
            kind = "" if fact.kind == STRAW else f", a {fact.kind}"
            told.append(f"{fact.since} {fact.matter} {what} {fact.decibans:+.1f}{kind}")
        if told:
            lines += _wrapped(f"{theory.title}: {'; '.join(told)}.", "  ")
    return lines


def _switches(found: Theories) -> list[str]:
    lines = ["REASONS ONE BY ONE, EACH AS LIKELY AS NOT BEFORE"]
    for switch in found.switches:
        causes = ", ".join(switch.causes)
        lines.append(f"  {causes:<58.58}{switch.on:>6.2f} {switch.decibans:>+7.1f} decibans")
    return lines


def _wrapped(text: str, indent: str = "") -> list[str]:
    import textwrap

    return textwrap.wrap(text, 96, initial_indent=indent, subsequent_indent=indent + "  ")
