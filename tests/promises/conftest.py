"""Histories of the small world with spread numbers, told step by step."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.build import Model
from hokushin.model.params import Params
from hokushin.model.randomness import Dice
from hokushin.model.start import start
from hokushin.model.state import State
from hokushin.model.step import Report, advance
from tests.model.small import small_model
from tests.model.small_numbers import spread_out

SPREAD = {
    "accounts.red_oil.stock": spread_out(5, 30, 100, "kt"),
    "accounts.red_oil.output": spread_out(1, 2, 4, "kt/month"),
    "industry.red.output.infantry": spread_out(0.2, 1, 3, "division/month"),
    "routes.rail.capacity": spread_out(5, 10, 20, "train/day"),
    "pools.red_border.forces.infantry": spread_out(5, 10, 20, "division"),
    "fronts.border.effectiveness": spread_out(-1, 0, 1, kind="normal"),
    "fronts.border.incidents": spread_out(0.2, 0.5, 2, "1/month"),
    "weights.considerations.threat": spread_out(0.3, 1, 3),
    "weights.considerations.prospect": spread_out(0.3, 1, 3),
    "weights.choice.disposition_half_life": spread_out(1, 3, 9, "month"),
    "matters.red.war.rate": spread_out(0.3, 1, 2, "1/month"),
    "fronts.far.open_since": "1900-07-05",
}
LANES = 64


@dataclass(frozen=True)
class Told:
    """All steps of all histories: what each step began with, what was seen and what was done."""

    model: Model
    params: Params
    report: Report  # the step leads
    last: State


@pytest.fixture(scope="session")
def told() -> Told:
    model = small_model(SPREAD)
    seed, wall = jnp.uint32(11), jnp.float32(1.0)
    ids = jnp.arange(LANES, dtype=jnp.uint32)

    # Run once: it is not worth the compiler's while to make it fast.
    @functools.partial(jax.jit, compiler_options={"xla_backend_optimization_level": 0})
    def tell(calendar):
        params = model.params(model.draw(seed, ids))
        none = jnp.zeros((len(model.axes.rewrites), LANES))

        def turn(state, moment):
            dice = Dice(seed, ids, moment.step, wall)
            return advance(model.axes, params, state, moment, dice, none, report=True)

        first = Dice(seed, ids, calendar.step[0], wall)
        return params, jax.lax.scan(turn, start(model.axes, params, first), calendar)

    params, (last, report) = jax.tree.map(np.asarray, tell(model.moments))
    return Told(model, params, report, last)
