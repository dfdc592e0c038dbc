"""Follow: what the model's histories of the documented past have of each measured variable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.engine.fitted import Fitted
from hokushin.engine.run import Documented
from hokushin.infer.score.walk import along_the_record
from hokushin.model.build import Model
from hokushin.model.step import Report
from hokushin.scenario.dates import Calendar
from hokushin.scenario.schema.entry import BRANCHES

_MEN_A_KILOMAN = 1000.0


def unknown_to(model: Model, variable: str) -> str:
    """Say why the model has no number for a variable, or nothing where it has one."""
    verb, _, rest = variable.partition(".")
    axes = model.axes
    names = {
        "stock": axes.accounts,
        "men": axes.pools,
        "distance": axes.fronts,
        "believed": axes.observations,
        "force": (*axes.pools, *(f"{power}_total" for power in axes.powers)),
    }
    if verb not in names:
        return f"the model keeps no count of {variable}"
    owner, branch = rest, ""
    if verb in ("believed", "force"):
        owner, _, branch = rest.rpartition(".")
    if owner not in names[verb] or (branch and branch not in BRANCHES):
        return f"the model has no {variable}"
    return ""


def follow(
    model: Model,
    documented: Iterable[Documented],
    n_steps: int,
    variables: Sequence[str],
    fitted: Fitted | None = None,
    n_histories: int = 256,
    seed: int = 1,
) -> dict[str, Float[np.ndarray, "step history"]]:
    """Walk the documented past, and give each variable at the start of every step.

    Units are those of `needed_units.variable_unit`, and of the resource for stocks.

    Args:
        model: A model.
        documented: Choices to be forced.
        n_steps: Steps to be walked.
        variables: Those that `unknown_to` says nothing of.
        fitted: Draws that a record has taught; the priors if absent.
        n_histories: Histories, each with its own draw of all numbers.
        seed: Of dice and draws.
    """
    simulator = along_the_record(model, documented, n_steps, fitted, seed)

    def pick(report: Report) -> tuple[Array, ...]:
        return tuple(_of_report(model, variable, report) for variable in variables)

    histories = np.arange(n_histories, dtype=np.uint32)
    seen = simulator.reports(pick, histories, name="measured")
    params = model.params(model.from_normals(jnp.asarray(simulator.normals(histories))))
    found = {}
    for variable, series in zip(variables, seen, strict=True):
        verb, _, rest = variable.partition(".")
        told = np.asarray(series, np.float64)
        if verb == "men":
            men = np.asarray(params.forces.men[model.axes.pools.index(rest)], np.float64)
            told = told * men * _MEN_A_KILOMAN
        elif verb == "distance":
            goal = params.fronts.goal[model.axes.fronts.index(rest), 0]
            told = np.asarray(goal, np.float64) - told
        found[variable] = told
    return found


def on_day(
    calendar: Calendar, series: Float[np.ndarray, "step history"], day: date
) -> Float[np.ndarray, " history"]:
    """Interpolate between the start of the step that holds a day and that of the next."""
    step = calendar.index(day)
    if step + 1 >= len(series):
        return series[step]
    first, last = calendar.start_of(step), calendar.last_of(step)
    passed = (day - first).days / ((last - first).days + 1)
    return (1.0 - passed) * series[step] + passed * series[step + 1]


def _of_report(model: Model, variable: str, report: Report) -> Float[Array, " history"]:
    """What a variable is made of, at the start of a step."""
    axes, state = model.axes, report.state
    verb, _, rest = variable.partition(".")
    if verb == "stock":
        return state.stock[axes.accounts.index(rest)]
    if verb == "men":
        return state.force[axes.pools.index(rest), 0]
    if verb == "distance":
        return state.position[axes.fronts.index(rest)]
    owner, _, branch = rest.rpartition(".")
    column = BRANCHES.index(branch)
    if verb == "believed":
        return report.view.estimate[axes.observations.index(owner), column]
    if owner in axes.pools:
        return state.force[axes.pools.index(owner), column]
    power = axes.powers.index(owner.removesuffix("_total"))
    return jnp.sum(state.force[np.flatnonzero(axes.pool_power == power), column], axis=0)
