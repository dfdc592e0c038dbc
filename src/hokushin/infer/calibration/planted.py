"""Planted mistakes: ten ways to get the inference wrong, which calibration has to notice.

A check that has never failed says little. Each of these is a mistake that somebody could make in
the code, made on purpose in what the inference is given: how it sees the world (`path`), what it
makes of it (`features`), or how it weighs and what it believes beforehand (`inference`). The
engine that wrote the records stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from hokushin.infer.calibration.ranks import Inference, standard_normal
from hokushin.infer.calibration.records import Record, Simulated
from hokushin.infer.features import Features
from hokushin.infer.lanes import changed
from hokushin.infer.likelihood import Latent, RecordLikelihood
from hokushin.infer.record_path import RecordPath
from hokushin.model.axes import Axes
from hokushin.model.considerations import CONSIDERATIONS
from hokushin.model.look import look
from hokushin.model.params import Params
from hokushin.model.state import State
from hokushin.model.view import View

_DEKADS = 3
_POSITIVE, _SHARE = 1, 2
"""Kinds of prior, as `Model.from_normals` has them."""


@dataclass(frozen=True, eq=False)
class Mistake:
    """One mistake, in a sentence and as a change to the inference."""

    title: str
    path: Callable[[RecordPath, int], RecordPath] | None = None
    """Of the path and the number of steps of each history in it."""
    features: Callable[[Features], Features] | None = None
    inference: Callable[[RecordLikelihood], Inference] | None = None

    def plant(self, simulated: Simulated) -> tuple[Record, Inference]:
        """Give the records as a mistaken inference sees them, and that inference."""
        if self.path is not None:
            path = self.path(simulated.path, simulated.shape[-1])
            simulated = replace(simulated, path=path)
        inference = self.inference(simulated.template) if self.inference else Inference()
        return simulated.records(self.features), inference


# --- what is seen -------------------------------------------------------------------------------


def _one_step_late(path: RecordPath, n_steps: int) -> RecordPath:
    """Every row stands in the step after its own."""
    return replace(
        path, chosen=_later(path.chosen, n_steps, 1.0), kept=_later(path.kept, n_steps, 1.0)
    )


def _last_dekad_late(path: RecordPath, n_steps: int) -> RecordPath:
    """Rows of the last third of a step stand in the step after, as by a calendar one dekad off."""
    rng = np.random.default_rng(3)
    last = (rng.integers(_DEKADS, size=path.kept.shape) == _DEKADS - 1).astype(np.float32)
    return replace(
        path,
        chosen=_later(path.chosen, n_steps, last[:, None]),
        kept=_later(path.kept, n_steps, last),
    )


def _others_belief(path: RecordPath, n_steps: int) -> RecordPath:
    """Who weighs looks up what its enemy believes of it, in place of its own belief."""
    axes = path.model.axes
    power = axes.faction_power[axes.memory_faction]
    other = [
        next(
            (j for j in range(len(power)) if power[j] == enemy and axes.memory_enemy[j] == own),
            i,
        )
        for i, (own, enemy) in enumerate(zip(power, axes.memory_enemy, strict=True))
    ]
    seen = np.arange(len(axes.observations))
    for i, j in enumerate(other):
        if axes.memory_observation[i] >= 0 and axes.memory_observation[j] >= 0:
            seen[axes.memory_observation[i]] = axes.memory_observation[j]

    def change(state: State, view: View) -> tuple[State, View]:
        names = ("skill_mean", "skill_variance", "material", "dread", "cold", "intent")
        minds = {name: getattr(state, name)[np.array(other)] for name in names}
        state = changed(state, **minds, estimate_error=state.estimate_error[seen])
        return state, changed(view, estimate=view.estimate[seen])

    return _with_world(path, change)


def _stock_after_use(path: RecordPath, n_steps: int) -> RecordPath:
    """Stocks, and all that is judged by them, are those of the end of the step."""

    def change(state: State, view: View) -> tuple[State, View]:
        names = ("fulfilment", "demand", "income", "runway", "urgency", "readiness")
        own = {name: _earlier(getattr(view, name), n_steps) for name in names}
        return changed(state, stock=_earlier(state.stock, n_steps)), changed(view, **own)

    return _with_world(path, change)


def _share_of_all_income(path: RecordPath, n_steps: int) -> RecordPath:
    """An embargo withholds its share of everything that comes in, one's own output too."""
    model = path.model
    theta = model.from_normals(jnp.asarray(path.normals[:, [0]]))
    params = model.params(theta)
    axes = model.axes
    own = params.supply.output[axes.import_account] / _imports_of(axes)[:, None]
    supply = changed(
        params.supply,
        output=jnp.where(_has_imports(axes)[:, None], 0.0, params.supply.output),
        imports=params.supply.imports + own,
    )
    wrong = jax.tree.map(
        lambda x: jnp.broadcast_to(x, (*x.shape[:-1], path.chosen.shape[-1])),
        changed(params, supply=supply),
    )
    # Seasons are not looked at here, so any calendar of the months ahead will do.
    moment = changed(path.moment, ahead=np.eye(12, dtype=np.float32))

    def change(state: State, view: View) -> tuple[State, View]:
        seen = jax.jit(lambda: look(axes, wrong, state, moment, jnp.float32(1.0)))()
        names = ("fulfilment", "income", "runway", "urgency", "readiness")
        return state, changed(view, **{name: np.asarray(getattr(seen, name)) for name in names})

    return _with_world(path, change)


def _strengths_swapped(path: RecordPath, n_steps: int) -> RecordPath:
    """What stands on one side of a front is taken for what stands on the other."""

    def change(state: State, view: View) -> tuple[State, View]:
        return state, changed(
            view,
            at_front=view.at_front[:, ::-1],
            log_ratio=-view.log_ratio,
            log_armour=-view.log_armour,
            air=-view.air,
        )

    return _with_world(path, change)


# --- what is made of it -------------------------------------------------------------------------


def _dread_attracts(features: Features) -> Features:
    """Dread counts for an act."""
    dread = CONSIDERATIONS.index("dread")
    sign = np.where(features.slots.consideration == dread, -1.0, 1.0)
    more = np.where(features.more_slots.consideration == dread, -1.0, 1.0)
    return replace(
        features, value=features.value * sign[..., None], more=features.more * more[:, None]
    )


def _right_reversed(template: RecordLikelihood) -> Inference:
    """Who has a right to block lets pass as often as it should block."""

    def change(params: Params) -> Params:
        return changed(params, choice=changed(params.choice, right=1.0 - params.choice.right))

    return Inference(params=change)


def _prior_too_wide(template: RecordLikelihood) -> Inference:
    """Every number is given three times the spread that it has."""
    return Inference(log_prior=lambda x: standard_normal(_narrowed(x)))


def _narrowed(x: Latent) -> Latent:
    return x._replace(numbers=x.numbers / 3.0)


def _without_jacobian(template: RecordLikelihood) -> Inference:
    r"""The density of a number stands for that of the deviate it is made from.

    What is lost is $\log|dx/dz|$: $\log x$ of a positive number, $\log x(1-x/w)$ of a share of w.
    """
    priors = template.path.model.priors
    own = template.informed
    kind, location, scale = priors.kind[own], priors.location[own], priors.scale[own]

    def log_prior(x: Latent) -> Array:
        u = location + scale * x.numbers
        share = jax.nn.log_sigmoid(u) + jax.nn.log_sigmoid(-u)
        lost = jnp.where(kind == _POSITIVE, u, jnp.where(kind == _SHARE, share, 0.0))
        return standard_normal(x) - jnp.sum(lost)

    return Inference(log_prior=log_prior)


MISTAKES = {
    "dread": Mistake("Dread counts for an act", features=_dread_attracts),
    "late": Mistake("Every row stands one step late", path=_one_step_late),
    "prior": Mistake("Priors are three times too wide", inference=_prior_too_wide),
    "belief": Mistake("The enemy's beliefs stand for one's own", path=_others_belief),
    "right": Mistake("A right to block counts for its opposite", inference=_right_reversed),
    "stock": Mistake("Stocks are those after use", path=_stock_after_use),
    "jacobian": Mistake("The Jacobian of the priors is lost", inference=_without_jacobian),
    "embargo": Mistake("An embargo is a share of the wrong total", path=_share_of_all_income),
    "dekad": Mistake("Days of the last dekad fall into the next step", path=_last_dekad_late),
    "strength": Mistake("Own and enemy strength are swapped", path=_strengths_swapped),
}
"""The ten, by a short name."""


def _with_world(
    path: RecordPath, change: Callable[[State, View], tuple[State, View]]
) -> RecordPath:
    """Change what is seen of the only world of a path."""
    state, view = change(*path.world(0))
    wide = jax.tree.map(lambda x: np.asarray(x)[None], (state, view))
    return replace(path, state=wide[0], view=wide[1])


def _later(x: np.ndarray, n_steps: int, share: np.ndarray | float) -> np.ndarray:
    """Move what a share of the cells hold to the next step; what leaves a history is lost."""
    moved = (x * share).reshape(*x.shape[:-1], -1, n_steps)
    late = np.concatenate([np.zeros_like(moved[..., :1]), moved[..., :-1]], axis=-1)
    return (x * (1.0 - np.asarray(share)) + late.reshape(x.shape)).astype(np.float32)


def _earlier(x: Array | np.ndarray, n_steps: int) -> np.ndarray:
    """Give each step what the next one holds, and the last its own."""
    steps = np.asarray(x).reshape(*np.shape(x)[:-1], -1, n_steps)
    return np.concatenate([steps[..., 1:], steps[..., -1:]], axis=-1).reshape(np.shape(x))


def _imports_of(axes: Axes) -> np.ndarray:
    """For each trade, how many the account has that it goes to."""
    return np.bincount(axes.import_account, minlength=len(axes.accounts))[axes.import_account]


def _has_imports(axes: Axes) -> np.ndarray:
    return np.isin(np.arange(len(axes.accounts)), axes.import_account)
