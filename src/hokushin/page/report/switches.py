"""Switches: what the page can say when a reader turns causes off, and how it is told to the script.

A page looks numbers up; it never combines them. It holds two things to look up: the combinations
that the answer ran by themselves (each cause alone, sets that were searched, all causes), and, in a
full answer, the table of every combination of groups.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from hokushin.answer.document import Probability, Why
from hokushin.page.report.lattice import Packed


@dataclass(frozen=True)
class Known:
    """The event in a world without some causes, as the answer has it."""

    off: tuple[str, ...]
    """Names of the causes that are off, sorted."""
    value: float
    error: float | None
    low: float | None
    high: float | None
    source: str
    """Anchor of how the number was made."""


@dataclass(frozen=True)
class SwitchGroup:
    """Causes that are switched together, as a reader sees them."""

    name: str
    title: str
    causes: tuple[tuple[str, str], ...]
    """Name and title of each."""


def switch_groups(why: Why) -> tuple[SwitchGroup, ...]:
    """Give the groups in the order in which their first cause is listed."""
    members: dict[str, list[tuple[str, str]]] = {}
    for cause in why.causes:
        members.setdefault(cause.group, []).append((cause.name, cause.title))
    return tuple(
        SwitchGroup(name, why.groups.get(name, name), tuple(inside))
        for name, inside in members.items()
    )


def known_worlds(why: Why) -> tuple[Known, ...]:
    """List every combination that the answer ran by itself, once each."""
    found: dict[tuple[str, ...], Known] = {}
    for known in (*_sets(why), *_alone(why), _none(why)):
        found.setdefault(known.off, known)
    return tuple(found.values())


def script_data(why: Why, unit: int, packed: Packed | None) -> str:
    """Give what the script looks up, as JSON that may stand inside a script element."""
    data: dict[str, Any] = {
        "unit": unit,
        "now": _number(why.probability),
        "groups": {group.name: [c for c, _ in group.causes] for group in switch_groups(why)},
        "titles": {cause.name: cause.title for cause in why.causes},
        "known": [
            {k: v for k, v in asdict(known).items() if v is not None} for known in known_worlds(why)
        ],
    }
    if packed is not None:
        data["table"] = asdict(packed)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Nothing inside may end the element or open a comment.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _alone(why: Why) -> Iterator[Known]:
    for cause in why.causes:
        error = cause.leave_one_out_error
        yield Known((cause.name,), cause.if_alone, error, None, None, "made-alone")


def _none(why: Why) -> Known:
    everything = tuple(sorted(cause.name for cause in why.causes))
    return Known(everything, why.event_with_none, None, None, None, "made-none")


def _sets(why: Why) -> Iterator[Known]:
    """Sets that were searched; what they make likely is the outcome that did not happen."""
    members = {group.name: [c for c, _ in group.causes] for group in switch_groups(why)}
    for one in why.enough:
        if not one.changes:
            continue
        names = one.changes
        if one.level == "group":
            names = tuple(cause for group in one.changes for cause in members.get(group, ()))
        flip = why.outcome.happened
        low, high = one.low, one.high
        if flip and low is not None and high is not None:
            low, high = 1.0 - high, 1.0 - low
        value = 1.0 - one.probability if flip else one.probability
        yield Known(tuple(sorted(names)), value, one.mc_error, low, high, "made-sets")


def _number(p: Probability) -> dict[str, float]:
    return {k: v for k, v in (("value", p.value), ("error", p.mc_error)) if v is not None}
