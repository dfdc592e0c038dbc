"""Stances: from what a theory says of causes to what it says of numbers.

*Silence is not denial.* A cause that is unmentioned keeps the common prior in the open reading, and
is zero in the closed one; a cause that is denied is zero in both. A number that several causes
share takes the strongest stance of any of them: memory that is asserted of one defeat stays, though
that of another is denied.

Some numbers do not weigh but make the world in which others weigh: how much was learnt from what
was met, how trust began. Silence takes reasons away and leaves the world as it was, so these stay
as the scenario has them unless a theory denies them outright: then the record is walked anew
without them. Asserted or only possible they stay too, since a forced past cannot tell them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from hokushin.infer.theories.rows import MatterRows, Telling
from hokushin.model.build import Model
from hokushin.scenario.schema import Scenario, Stance, Theory

OPEN, CLOSED = "open", "closed"
READINGS = (OPEN, CLOSED)
COMMON, SILENT = "common", "silent"
"""Two measures beside which theories stand: every cause unmentioned, read openly and closed."""
_STRENGTH: tuple[Stance, ...] = ("denied", "unmentioned", "possible", "asserted")
_NORMAL = 3
"""Kind of the priors that reach both sides of zero."""


@dataclass(frozen=True)
class Sayings:
    """What one theory, read in one way, says of each number that carries a cause."""

    theory: str
    reading: str
    stance: Mapping[str, Stance]
    """Path of a number -> stance; in the closed reading nothing is unmentioned."""
    switches: tuple[tuple[str, ...], ...] = ()
    """Numbers that are turned off together."""
    silenced: frozenset[str] = frozenset()
    """Of those denied, the ones that are merely unmentioned."""

    def denied(self) -> tuple[str, ...]:
        """Numbers that are zero."""
        return tuple(path for path, stance in self.stance.items() if stance == "denied")


def stances_of(scenario: Scenario, theory: Theory | None) -> dict[str, Stance]:
    """Stance on every cause; unmentioned where the theory, or no theory, says nothing."""
    said: dict[str, Stance] = dict.fromkeys(scenario.causes, "unmentioned")
    if theory is None:
        return said
    for name, cause in scenario.causes.items():
        if cause.group in theory.groups:
            said[name] = theory.groups[cause.group].stance
        if name in theory.causes:
            said[name] = theory.causes[name].stance
    return said


def sayings_of(scenario: Scenario, theory: str, reading: str) -> Sayings:
    """Say what a theory says of every number, in one reading.

    Args:
        scenario: A scenario.
        theory: One of its theories; `common` and `silent` mention nothing.
        reading: `open` or `closed`.

    Raises:
        ValueError: If there is no such theory or reading.
    """
    if reading not in READINGS:
        raise ValueError(f"reading is {reading!r}; it is one of {', '.join(READINGS)}")
    if theory not in (*scenario.theories, COMMON, SILENT):
        known = ", ".join(scenario.theories) or "none"
        raise ValueError(f"no theory is called {theory!r}; there are {known}")
    said = stances_of(scenario, scenario.theories.get(theory))
    of_number: dict[str, Stance] = {}
    possible = []
    for name, cause in scenario.causes.items():
        for path in cause.silent:
            strengths = (
                _STRENGTH.index(of_number.get(path, "denied")),
                _STRENGTH.index(said[name]),
            )
            of_number[path] = _STRENGTH[max(strengths)]
        if said[name] == "possible":
            possible.append(tuple(cause.silent))
    silenced: frozenset[str] = frozenset()
    if reading == CLOSED or theory == SILENT:
        silenced = frozenset(p for p, stance in of_number.items() if stance == "unmentioned")
        of_number |= dict.fromkeys(silenced, "denied")
    switches = tuple(
        tuple(path for path in paths if of_number[path] == "possible") for paths in possible
    )
    return Sayings(theory, reading, of_number, tuple(filter(None, switches)), silenced)


def every_switch(scenario: Scenario) -> Sayings:
    """Every cause possible: what the record thinks of each, the others as likely as not."""
    by_first: dict[str, tuple[str, ...]] = {}
    for cause in scenario.causes.values():
        by_first.setdefault(cause.silent[0] if cause.silent else "", tuple(cause.silent))
    stance: dict[str, Stance] = {
        path: "possible" for cause in scenario.causes.values() for path in cause.silent
    }
    by_first.pop("", None)
    return Sayings("every cause a switch", OPEN, stance, tuple(by_first.values()))


def telling_of(
    sayings: Sayings, rows: MatterRows, weighing: Iterable[str], n_switches: int, scale: float
) -> Telling:
    """Turn what is said into arrays; see `Telling`.

    What is said of numbers that these rows do not depend on is left out, so that theories that
    differ in nothing else are the same here.

    Args:
        sayings: What is said of each number.
        rows: The rows to be told.
        weighing: Paths of the numbers that weigh; see `numbers_that_weigh`.
        n_switches: Switches for which there is room.
        scale: Factor on the spread of every prior.

    Raises:
        ValueError: If there are more switches than room for them.
    """
    priors = rows.likelihood.path.model.priors
    informed, names = np.asarray(rows.likelihood.informed), list(priors.names)
    weighs = {p for p in weighing if counts(rows, names.index(p))}
    kept = np.ones(len(names))
    sign, zero = np.zeros(len(informed)), np.zeros(len(informed))
    for path, stance in sayings.stance.items():
        if path not in weighs:
            continue
        position = names.index(path)
        if stance == "denied":
            kept[position] = 0.0
        own = np.flatnonzero(informed == position)
        if stance == "asserted" and own.size and priors.kind[position] == _NORMAL:
            location, spread = priors.location[position], priors.scale[position] * scale
            sign[own] = np.sign(location)
            zero[own] = -abs(location) / spread
    switches = [own for paths in sayings.switches if (own := [p for p in paths if p in weighs])]
    if len(switches) > n_switches:
        raise ValueError(f"{len(switches)} switches were said, but there is room for {n_switches}")
    switched, active = np.zeros((n_switches, len(names))), np.zeros(n_switches)
    for i, paths in enumerate(switches):
        active[i] = 1.0
        switched[i, [names.index(path) for path in paths]] = 1.0
    return Telling(kept, switched, active, sign, zero, np.asarray(scale, float))


def counts(rows: MatterRows, position: int) -> bool:
    """Whether rows depend on a number that weighs: it is free in them, or it is a constant."""
    is_constant = rows.likelihood.path.model.priors.scale[position] == 0
    return bool(is_constant or position in rows.likelihood.informed)


def numbers_that_weigh(model: Model, paths: Iterable[str], fields: Iterable[str]) -> frozenset[str]:
    """Those of some paths that minds weigh by, so that they can be zero without another world."""
    choice = model.template.choice
    read = {int(i) for name in fields for i in np.asarray(getattr(choice, name)).ravel()}
    known = {path: i for i, path in enumerate(model.priors.names)}
    return frozenset(path for path in paths if known.get(path, -1) in read)


def taken_out(sayings: Sayings, model: Model, weighing: frozenset[str]) -> tuple[str, ...]:
    """Numbers that are denied outright and make the world, so that it is another without them."""
    own = set(sayings.denied()) & set(model.priors.names) - weighing - sayings.silenced
    return tuple(sorted(own))
