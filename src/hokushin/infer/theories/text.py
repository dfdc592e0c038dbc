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
    """Say whether the record tells the sources apart, by what they forecast first.

    A source explains the record better than another if the interval of nine chances in ten of the
    difference between their forecasts, from the first cut on, lies on its side.
    """
    parts = [_apart(found, way) for way in ("open", "closed")]
    rows = f"{', '.join(found.matters)}, {found.episodes} episodes and {found.steps} steps"
    return f"On the rows that all of them speak of ({rows}) {parts[0]}; {parts[1]}."


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
    said = "left open" if way == "open" else "taken as of no account"
    start = f"with what they do not mention {said}, "
    best, *others = ranked(found, way)
    value = first_cut(best.reading(way)).log_score
    alike = [t for t in others if first_cut(t.reading(way)).log_score == value]
    if len(alike) == len(others):
        return f"{start}they all say the same of them"
    verdicts = {first_cut(t.reading(way)).verdict for t in found.sources}
    better = [t for t in found.sources if first_cut(t.reading(way)).verdict == "better"]
    worse = [t for t in found.sources if first_cut(t.reading(way)).verdict == "worse"]
    if not better and not worse:
        told = "the record cannot tell any of them from the model that leaves every cause open"
        return f"{start}{told}" if "cannot tell" in verdicts else f"{start}they all say the same"
    parts = []
    if better:
        parts.append(f"better than the model that leaves every cause open: {_titles(better)}")
    if worse:
        parts.append(f"worse than that model: {_titles(worse)}")
    rest = len(found.sources) - len(better) - len(worse)
    if rest:
        parts.append(f"not to be told from it: {'all others' if rest > 1 else 'the other'}")
    return (
        start
        + "the record forecast from the first day held out is, by those explanations, "
        + ("; ".join(parts))
    )


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
