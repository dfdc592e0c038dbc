"""Text: the answer for a terminal of eighty columns, complete for a reader who asks no more."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from hokushin.answer.bars import ASCII, UNICODE, Marks, scale_for
from hokushin.answer.document import CauseAnswer, PairInteraction, SetAnswer, Why
from hokushin.answer.findings import SMALLEST_TOTAL, assumed_share
from hokushin.answer.words import (
    counted,
    day_in_words,
    how_often,
    in_sentence,
    number_word,
    thousands,
    unit_of,
    whole_shares,
)

WIDTH = 80
SMALLEST_OVERLAP = 0.03
"""Interaction of two groups, in probability, below which nothing is said of it."""

_TITLE, _CHART, _MOST_SETS = 33, 25, 3
UNFITTED = "This is what our assumptions say before the record has been used. "
"""What every answer begins with until it rests on draws fitted to the record."""

SCHOLARS = "S"
"""Letter of a cause that no source with claims of its own asserts, scholars alone."""


def render(why: Why, plain: bool = False, ascii_only: bool = False) -> str:
    """Give the answer as text, at most eighty columns wide.

    Args:
        why: the answer.
        plain: one fact a line, without columns or pictures, to be listened to.
        ascii_only: nothing but ASCII, letters with accents included.
    """
    marks = ASCII if ascii_only else UNICODE
    parts = [
        _opening(why),
        _doubts(why, marks, plain),
        _causes(why, marks, plain),
        _pushed(why, plain),
        _enough(why, marks),
        _notes(why, marks),
        _footer(why),
    ]
    text = "\n\n".join("\n".join(part) for part in parts if part)
    return as_ascii(text) if ascii_only else text


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


def as_ascii(text: str) -> str:
    """Write text in ASCII alone: accents are dropped, other characters spelt or marked by ?."""
    spelt = {"—": "-", "–": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "×": "x"}
    for character, replacement in spelt.items():
        text = text.replace(character, replacement)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def headline_text(why: Why) -> str:
    """Give the opening: whether the record was used, the answer, and the record's own course."""
    unit, n, _, _ = printed(why)
    course = "in which it comes about" if why.outcome.happened else "in which it does not"
    first = UNFITTED if why.basis == "prior" else ""
    return (
        f"{first}In {n:,} of {unit:,} histories of this model, run from "
        f"{day_in_words(why.outcome.branch)}, {in_sentence(why.outcome.title)} before "
        f"{day_in_words(why.outcome.horizon)} ({how_often(why.probability.value)}). "
        f"The record's own course, {course}, has {round(unit * why.documented.free):,}; "
        f"with every choice of the record forced it has {round(unit * why.documented.value):,}."
    )


def _opening(why: Why) -> list[str]:
    note = "before the record was used" if why.basis == "prior" else "fitted to the record"
    return [
        *_wrapped(why.title.upper()),
        note.rjust(WIDTH),
        "",
        *_wrapped(headline_text(why)),
    ]


def _doubts(why: Why, marks: Marks, plain: bool) -> list[str]:
    unit, p = unit_of(why.probability.value), why.probability
    low, high = (round(unit * x) if x is not None else None for x in (p.low, p.high))
    numbers = "not computed" if low is None else f"{low:,} to {high:,}"
    rules = "not asked; --robust asks"
    if why.kernels is not None:
        values = {name: round(unit * k.value) for name, k in why.kernels.items()}
        spoken = ", ".join(f"{name} {value:,}" for name, value in values.items())
        rules = f"{min(values.values()):,} to {max(values.values()):,}".ljust(10) + spoken
    error = f"{marks.error}{unit * p.mc_error:.1f}"
    rows = [
        ("doubt about the numbers", numbers.ljust(10) + "(nine chances in ten)"),
        ("doubt about the rules", rules),
        ("counting error", error.ljust(10) + f"{thousands(why.histories)} histories"),
    ]
    if why.noise is not None:
        values = ", ".join(f"{k} {round(unit * v.value):,}" for k, v in why.noise.items())
        rows.append(("if judgement is", values))
    if why.grid is not None:
        values = [round(unit * cell.value) for cell in why.grid]
        rows.append(("rights and deference", f"{min(values):,} to {max(values):,}"))
    if plain:
        return [f"{name}: {' '.join(value.split())}" for name, value in rows]
    return [f"  {name:<25} {value}".rstrip() for name, value in rows]


def _causes(why: Why, marks: Marks, plain: bool) -> list[str]:
    unit, n, none, shares = printed(why)
    heading = "WHAT BROUGHT IT ABOUT" if why.outcome.happened else "WHAT HELD IT BACK"
    if abs(why.v_all - why.v_none) < SMALLEST_TOTAL:
        sentence = (
            f"All causes together move it by {abs(n - none):,} in {unit:,}, from {n:,} to "
            f"{none:,} histories: too little to share out among them."
        )
        return [heading, *_wrapped(sentence, "  ")]
    listed = [cause for cause in why.causes if cause.standing != "below"]
    faint = [cause for cause in listed if _leaves_no_trace(cause, unit, shares)]
    shown = [cause for cause in listed if cause not in faint]
    letters = letters_of(why)
    lines = (
        _spoken(heading, why, shown, letters)
        if plain
        else _drawn(heading, why, shown, letters, marks)
    )
    if faint:
        names = "; ".join(cause.title for cause in faint)
        lines += _wrapped(f"No trace of a share: {names}.", "  ", "    ")
    lines += [line for pair in why.interactions for line in _pair_lines(why, pair)]
    closing = "" if plain else "Last column: histories with the event if that cause alone is off. "
    lines += _wrapped(f"{closing}With every cause off: {none:,}.", "  ")
    return [*lines, *_wrapped(_legend(why, letters, shown), "  ")]


def _drawn(
    heading: str, why: Why, causes: Sequence[CauseAnswer], letters: dict[str, str], marks: Marks
) -> list[str]:
    unit, _, _, shares = printed(why)
    lows, highs = [unit * c.low for c in causes], [unit * c.high for c in causes]
    scale = scale_for(lows, highs, _CHART)
    head = f"{heading:<{_TITLE + 4}}{f'in {unit:,}':>8} {scale.ruler():<{_CHART}}"
    lines = [f"{head[: WIDTH - 8]:<{WIDTH - 8}}if alone"]
    for label, members in _tie_groups(causes):
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
    for label, members in _tie_groups(causes):
        lines.append(f"{label}:")
        for cause in members:
            who = ", ".join(_who(cause, letters))
            lines += _wrapped(
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
    return _wrapped(f"{names} {said}, by {round(100 * abs(pair.effect))} in 100.", "  ", "    ")


def _leaves_no_trace(cause: CauseAnswer, unit: int, shares: dict[str, int]) -> bool:
    ends = (round(unit * cause.low), round(unit * cause.high), shares[cause.name])
    return cause.standing == "unclear" and not any(ends)


def _pushed(why: Why, plain: bool) -> list[str]:
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
        lines += _wrapped(sentence.strip() if plain else sentence, "  ", "        ")
    return lines


def _enough(why: Why, marks: Marks) -> list[str]:
    heading = "WHAT WOULD HAVE BEEN ENOUGH"
    if why.outcome.happened:
        heading = f"{heading} TO PREVENT IT"
    if any(not one.changes for one in why.enough):
        return [heading, "  Nothing need change: it is as likely as not already."]
    different = _without_repeats(why)
    sufficient = [one for one in different if one.sufficient]
    shown = sufficient or sorted(different, key=lambda one: -one.probability)
    lines = [heading]
    for one in shown[:_MOST_SETS]:
        lines += _set_lines(why, one, marks)
    if not shown:
        return []
    best = max(shown, key=lambda one: one.probability)
    largest = max(len(one.changes) for one in why.enough)
    if not sufficient:
        verdict = (
            f"No set of up to {number_word(largest)} changes reaches half; "
            f"the nearest reaches {round(100 * best.probability)}."
        )
    elif all(len(one.changes) > 1 for one in sufficient):
        verdict = "No single change is enough."
    else:
        return lines
    return [*lines, *_wrapped(verdict, "  ")]


def _without_repeats(why: Why) -> list[SetAnswer]:
    """Sets that differ in what they remove: a group of one cause is that cause."""
    members: dict[str, set[str]] = {}
    for cause in why.causes:
        members.setdefault(cause.group, set()).add(cause.name)
    kept: dict[frozenset[str], SetAnswer] = {}
    for one in why.enough:
        names = [members.get(c, {c}) if one.level == "group" else {c} for c in one.changes]
        kept.setdefault(frozenset().union(*names), one)
    return list(kept.values())


def _set_lines(why: Why, one: SetAnswer, marks: Marks) -> list[str]:
    names = why.groups if one.level == "group" else {c.name: c.title for c in why.causes}
    what = " and ".join(f"without “{names.get(change, change)}”" for change in one.changes)
    where = f"from {day_in_words(one.divergence)}" if one.divergence else ""
    stretch = f", stretch {one.cost:.1f} nats" if one.cost is not None else ""
    number = f"{round(100 * one.probability)}"
    if one.low is not None and one.high is not None:
        number += f" ({round(100 * one.low)}{marks.dash}{round(100 * one.high)})"
    return _wrapped(f"{number:<11} {what}; {where}{stretch}", "  ", " " * 14)


def _notes(why: Why, marks: Marks) -> list[str]:
    unit = unit_of(why.probability.value)
    lines: list[str] = []
    if why.contradictions:
        moving = [d for d in why.contradictions if d.moves is not None and d.moves.counts]
        said = "none moves the answer"
        if moving:
            told = "; ".join(
                f"{d.fact} ({round(unit * why.probability.value):,} {marks.arrow} "
                f"{round(unit * d.moves.value):,})"
                for d in moving
                if d.moves is not None
            )
            verb = "moves" if len(moving) == 1 else "move"
            said = f"{number_word(len(moving))} {verb} the answer: {told}"
        lines += _note("DISAGREEMENTS", f"{counted(len(why.contradictions), 'fact')}; {said}.")
    for claim in why.counterfactual_claims:
        model = claim.model
        other = unit_of(max(model.with_cause, model.without_cause))
        lines += _note(
            "CLAIMED",
            f"{claim.statement.rstrip('.')} ({claim.claim}). Here {model.event} goes from "
            f"{round(other * model.with_cause):,} to {round(other * model.without_cause):,} "
            f"in {other:,}.",
        )
    if why.given is not None:
        kept = why.given
        said = f"only {kept.histories:,} such histories: not enough to say"
        if kept.without:
            most = sorted(kept.without.items(), key=lambda item: -item[1])[:3]
            told = ", ".join(f"{round(100 * v)} without {why.cause(k).title}" for k, v in most)
            agreed = ", ".join(kept.agrees_on)
            said = f"in {kept.histories:,} histories as the record in {agreed}: {told}"
        lines += _note("THIS WORLD", f"{said}.")
    lines += _note("ASSUMED", f"{assumed_share(why.assumed, why.recalled)}.")
    return lines


def _footer(why: Why) -> list[str]:
    name = why.scenario
    first = why.strips[0].history if why.strips else 0
    commands = (f"claims {name}", f"source {name} PATH", f"replay {name} --history {first}")
    lines = _packed("  more:", ["--full", "--robust", "--json", *commands])
    digest = f"{why.digest[:4]}..{why.digest[-2:]}"
    run = f"{why.size}, {thousands(why.histories)} histories"
    made = (f"scenario {digest}", f"seed {why.seed}", run, f"code {why.code_version}")
    lines += _packed(" ", [name, *made])
    if why.cached is not None:
        lines += _wrapped(
            f"Read from the cache of this machine, computed {why.cached}; --fresh runs it again.",
            "  ",
        )
    return lines


def _tie_groups(causes: Sequence[CauseAnswer]) -> Iterator[tuple[str, list[CauseAnswer]]]:
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


def _packed(first: str, items: Sequence[str]) -> list[str]:
    """Put items into lines without breaking any of them in two."""
    lines = [first]
    for item in items:
        gap = "  " if lines[-1].strip() else " "
        if len(lines[-1]) + len(gap) + len(item) > WIDTH:
            lines.append(" ")
            gap = " "
        lines[-1] += gap + item
    return lines


def _note(heading: str, text: str) -> list[str]:
    return _wrapped(f"{heading:<14} {text}", "", " " * 15)


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
    )
