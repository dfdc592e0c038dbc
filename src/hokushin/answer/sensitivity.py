"""Sensitivity: which of its numbers an answer hangs on, and which to check next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.stats import rankdata

from hokushin.answer.sensitivity_numbers import (
    Known,
    check_next,
    described,
    moving_recalled,
)
from hokushin.answer.sensitivity_parts import SCHEMA, Sensitivity
from hokushin.answer.sensitivity_study import (
    Runs,
    Size,
    begin,
    drawn_chances,
    family_ends,
    luck,
    nulls,
    numbers_at_ends,
)
from hokushin.answer.study import Stages
from hokushin.answer.world import World, first_day, prepare
from hokushin.infer.posterior import likelihood_digest
from hokushin.query.sensitivity import boxes
from hokushin.query.sensitivity.ensemble import Risks
from hokushin.query.sensitivity.given import given_data
from hokushin.query.sensitivity.morris import Function, morris
from hokushin.query.sensitivity.risk import log_odds
from hokushin.query.sensitivity.sobol import sobol

if TYPE_CHECKING:
    from hokushin.scenario.load import Loaded

Method = Literal["morris", "sobol", "given", "boxes"]
METHODS: tuple[Method, ...] = ("morris", "sobol", "given", "boxes")
DICE = "(the dice)"
"""Name of the seed among the inputs of a decomposition of variance."""

_INDEPENDENT = ("morris", "sobol")


def sensitivity(
    scenario: str | Path | Loaded,
    question: str | None = None,
    methods: Sequence[Method] = (),
    basis: str | None = None,
    seed: int = 1,
    size: Size | None = None,
    folder: Path | None = None,
    progress: Stages | None = None,
) -> Sensitivity:
    """Say which numbers the answer to a question hangs on.

    Every number is moved to both ends of nine tenths of belief about it, everything else as it is
    drawn, in the same histories with the same dice. That screens the numbers for other methods.

    Args:
        scenario: Name of a scenario, its folder, or one that is loaded.
        question: One of its questions; its default one if None.
        methods: What is done besides: `morris`, elementary effects; `sobol`, shares of variance
            (both take numbers as independent, and so need the prior); `given`, dependence over
            draws; `boxes`, the corner in which the event is most likely.
        basis: `prior`, `posterior`, or None for fitted draws where there are any.
        seed: Of all randomness.
        size: How much is run.
        folder: Where outputs are kept, so that an interrupted study goes on where it stopped.
        progress: Told what runs.

    Raises:
        ValueError: For an unknown method, or one that the basis does not allow.
    """
    size = size or Size()
    world = prepare(scenario, basis=basis)
    _check(methods, world)
    name, asked = world.question(question)
    simulator = world.simulator(first_day(asked.branch), first_day(asked.horizon), seed)
    code = likelihood_digest()
    identity = json.dumps([world.loaded.digest, code, name, world.basis.identity, seed])
    risks = Risks(simulator, asked.event, world.present())
    runs = begin(world, risks, size, seed, identity, folder, progress)
    found = numbers_at_ends(runs)
    by_path = {number.path: number for number in runs.numbers}
    ordered = [by_path[one.name] for one in found]
    numbers = tuple(described(n, one) for n, one in zip(ordered, found, strict=True))
    normals, chances = drawn_chances(runs)
    result = Sensitivity(
        schema=SCHEMA,
        scenario=world.scenario.scenario.id,
        question=name,
        title=asked.title,
        event=asked.event,
        basis=world.basis.name,
        draws=world.basis.identity,
        seed=seed,
        digest=world.loaded.digest,
        code=code,
        made=asdict(size),
        headline=runs.headline,
        read=len(world.model.priors.free),
        ends=numbers,
        families=family_ends(runs),
        nulls=nulls(runs),
        recalled=moving_recalled(numbers),
        check_next=check_next(numbers),
        luck=luck(chances),
    )
    return _further(runs, result, ordered, methods, normals, chances.mean(0))


def _further(
    runs: Runs,
    result: Sensitivity,
    ordered: Sequence[Known],
    methods: Sequence[Method],
    normals: np.ndarray,
    chances: np.ndarray,
) -> Sensitivity:
    """Add what was asked for besides."""
    size, seed, notes = runs.size, runs.seed, []
    if "morris" in methods:
        some = ordered[: size.morris_numbers]
        function = _log_odds_of(runs, some, size.morris_histories, "Morris", nine_tenths=True)
        effects = morris(function, [n.path for n in some], size.trajectories, seed=seed)
        result = replace(result, morris=effects)
    if "sobol" in methods:
        some = ordered[: size.sobol_numbers]
        function = _log_odds_of(runs, some, size.sobol_histories, "Sobol", worlds=size.worlds)
        names = [*(n.path for n in some), DICE]
        result = replace(result, sobol=sobol(function, names, size.sobol_rows, seed))
    if "given" in methods:
        some = ordered[: size.given_numbers]
        x = normals[[number.position for number in some]].T
        found = given_data(x, chances, [number.path for number in some], seed)
        result = replace(result, given=found.above_floor, given_floor=found.floor)
    if "boxes" in methods and not boxes.available():
        notes.append(boxes.MISSING)
    elif "boxes" in methods:
        some = ordered[: size.box_numbers]
        x = normals[[number.position for number in some]].T
        shares = np.apply_along_axis(rankdata, 0, x) / (len(x) + 1.0)
        risky = chances >= np.quantile(chances, 0.9)
        half = len(risky) // 2
        box = boxes.find_box(
            shares[:half],
            risky[:half],
            [number.path for number in some],
            shares[half:],
            risky[half:],
            seed=seed,
        )
        result = replace(result, box=box)
    return replace(result, notes=tuple(notes))


def _log_odds_of(
    runs: Runs,
    numbers: Sequence[Known],
    n: int,
    stage: str,
    worlds: int = 0,
    nine_tenths: bool = False,
) -> Function:
    """Log odds of the event as a function of shares of belief about some numbers.

    With `nine_tenths` shares run from the 5th to the 95th hundredth, so that a number at the end
    of its range is not at infinity. With `worlds` there is one column more, for the dice.
    """
    design = runs.design(numbers, n, worlds=worlds)

    def function(rows: np.ndarray) -> np.ndarray:
        shares = 0.05 + 0.9 * rows if nine_tenths else rows
        columns = [number.at(shares[:, i]) for i, number in enumerate(numbers)]
        if worlds:
            columns.append(rows[:, -1])
        return log_odds(runs.run(design, np.stack(columns, axis=1), stage)[:, 0])

    return function


def _check(methods: Sequence[str], world: World) -> None:
    unknown = sorted(set(methods) - set(METHODS))
    if unknown:
        raise ValueError(
            f"no method is called {', '.join(unknown)}; there are {', '.join(METHODS)}"
        )
    dependent = [method for method in methods if method in _INDEPENDENT]
    if world.basis.posterior is not None and dependent:
        raise ValueError(
            f"{' and '.join(dependent)} take numbers as independent, which fitted draws are not; "
            "use given and boxes on the posterior, or the basis of the prior"
        )
