"""Text of sets: what changes, made together, would have been enough."""

from __future__ import annotations

from hokushin.answer.bars import Marks
from hokushin.answer.document import SetAnswer, Why
from hokushin.answer.layout import wrapped
from hokushin.answer.words import day_in_words, number_word

_MOST_SETS = 3


def enough_part(why: Why, marks: Marks) -> list[str]:
    """List the sets that are enough, decisions first, or the nearest where none is."""
    heading = "WHAT WOULD HAVE BEEN ENOUGH"
    if why.outcome.happened:
        heading = f"{heading} TO PREVENT IT"
    if any(not one.changes for one in why.enough):
        return [heading, "  Nothing need change: it is as likely as not already."]
    different = without_repeats(why)
    sufficient = [one for one in different if one.sufficient]
    shown = sufficient or sorted(different, key=lambda one: -one.probability)
    lines = [f"{heading}  in 100"]
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
    return [*lines, *wrapped(verdict, "  ")]


def without_repeats(why: Why) -> list[SetAnswer]:
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
    return wrapped(f"{number:<11} {what}; {where}{stretch}", "  ", " " * 14)
