"""Switches: changes that are asked about beside the scenario's own causes.

A rival reading of a disputed fact, a setting of the rights to block, a change on the command line:
each becomes one more cause of the scenario, present as in the world, absent with its rewrites made.
What differs between worlds is then an input of one compiled program, and nothing is compiled anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema import Cause, Rewrite, Scenario

RIGHTS = (0.5, 0.8, 0.95)
"""Chances of being able and willing to use a right to block, low to high, that headlines carry."""

DEFERENCES = (0.0, 2.0, 4.0)
"""Log-odds with which an indifferent holder of a right lets a course pass, beside them."""

_GROUP = "asked"
_RIGHT, _DEFERENCE = "weights.choice.right", "weights.choice.deference"
_PERSISTENT = "weights.choice.disposition_persistent"


@dataclass(frozen=True)
class Switch:
    """One change of the world: its name among the causes, and the rewrites that make it."""

    name: str
    title: str
    rewrites: tuple[Rewrite, ...]


def reading_switches(scenario: Scenario, known: Collection[str]) -> dict[str, Switch]:
    """Give the switch of every contradiction whose other reading changes what the model reads.

    `known` are the paths of the numbers that the model reads; a reading that sets another moves
    nothing and has no switch.
    """
    return {
        key: Switch(f"reading_{key}", entry.fact, tuple(entry.changes))
        for key, entry in scenario.contradictions.items()
        if entry.changes and all(r.set is None or r.set in known for r in entry.changes)
    }


def robustness_switches() -> tuple[Switch, ...]:
    """Give the switches of the grid of rights and deference, and of how long judgement lasts."""
    switches = [_fixed(right_name(v), _RIGHT, v, "probability") for v in RIGHTS]
    switches += [_fixed(deference_name(v), _DEFERENCE, v, "1") for v in DEFERENCES]
    switches.append(_fixed("noise_fresh", _PERSISTENT, 0.0, "share"))
    switches.append(_fixed("noise_permanent", _PERSISTENT, 1.0, "share"))
    return tuple(switches)


def right_name(value: float) -> str:
    """Name of the switch that fixes the right to block."""
    return f"right_{round(100 * value)}"


def deference_name(value: float) -> str:
    """Name of the switch that fixes deference."""
    return f"deference_{round(value)}"


def with_switches(scenario: Scenario, switches: Iterable[Switch]) -> Scenario:
    """Return the scenario with one more cause for every switch, after its own."""
    extra: dict[str, Cause] = {}
    for switch in switches:
        if switch.name in scenario.causes or switch.name in extra:
            raise ValueError(
                f"{switch.name} is the name of a cause and of a change that is asked about; "
                "rename the cause"
            )
        extra[switch.name] = _as_cause(scenario, switch)
    return scenario.model_copy(update={"causes": {**scenario.causes, **extra}})


def asked_switches(changes: Sequence[tuple[str, Sequence[Rewrite]]]) -> tuple[Switch, ...]:
    """Give one switch for every change that is asked for, each a title and its rewrites."""
    return tuple(
        Switch(f"asked_{number}", title, tuple(rewrites))
        for number, (title, rewrites) in enumerate(changes, start=1)
    )


def titles(switches: Mapping[str, Switch]) -> dict[str, str]:
    """Give the title of every switch by its key."""
    return {key: switch.title for key, switch in switches.items()}


def _fixed(name: str, path: str, value: float, unit: str) -> Switch:
    to = Quantity(value=value, unit=unit, constant="fixed to see how much rests on it")
    return Switch(name, f"{path} fixed at {value:g}", (Rewrite(set=path, to=to),))


def _as_cause(scenario: Scenario, switch: Switch) -> Cause:
    written = {
        "title": switch.title,
        "group": _GROUP,
        "since": scenario.scenario.start,
        "with": "as in the world",
        "with_mode": "recorded",
        "without": switch.title,
        "rewrites": list(switch.rewrites),
        "alternative": "none",
        "alternative_rewrites": [],
        "silent": [],
        "claims": [],
        "live": "structural",
        "kind": "world",
        "cotenability": "not examined",
        "source": "asked by the reader",
    }
    return Cause.model_validate(written)
