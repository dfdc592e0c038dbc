"""The small world at a moment, and one step of any mechanism on it.

The world is that of `small_scenario`. A change is a dotted path with a number, which replaces the
value of a constant, or with anything else, which replaces the entry (None removes it).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import jax
import jax.numpy as jnp
import numpy as np

from hokushin.model import products
from hokushin.model.axes import Axes
from hokushin.model.build import Model, build
from hokushin.model.considerations import Beliefs, believe
from hokushin.model.look import look
from hokushin.model.params import Params
from hokushin.model.randomness import Dice
from hokushin.model.start import start
from hokushin.model.state import Moment, State
from hokushin.model.view import View
from tests.model.small_scenario import scenario

MONTH = {"scenario.step": "month"}
"""Steps of a month, where a test counts months."""


def small_model(changes: Mapping[str, Any] | None = None) -> Model:
    """The model of the small scenario; the same changes give the same object."""
    return _model(json.dumps(changes or {}))


@functools.lru_cache(maxsize=64)
def _model(changes: str) -> Model:
    return build(scenario(json.loads(changes)))


@dataclass(frozen=True)
class World:
    """A model at a moment: what a mechanism is given."""

    model: Model
    axes: Axes
    params: Params
    state: State
    moment: Moment
    dice: Dice

    @property
    def view(self) -> View:
        """What everybody sees of the state as it is now."""
        see = self._program(look)
        return see(self.params, self.state, self.moment, self.dice.wall)

    def many(self, lanes: int) -> World:
        """The first history as many, each with dice of its own from here on."""
        state, params = jax.tree.map(
            lambda x: jnp.asarray(np.repeat(np.asarray(x[..., :1]), lanes, axis=-1)),
            (self.state, self.params),
        )
        dice = replace(self.dice, history=jnp.arange(lanes, dtype=jnp.uint32))
        return replace(self, state=state, params=params, dice=dice)

    @property
    def beliefs(self) -> Beliefs:
        """What the holders of memories make of it."""
        see = self._program(believe)
        return see(self.params, self.view, self.state, self.dice.wall)

    def having(self, **fields: Any) -> World:
        """The world with fields of its state replaced: {name: value} sets single entries."""
        state = self.state
        for name, value in fields.items():
            old = getattr(state, name)
            state = replace(state, **{name: self._filled(name, old, value)})
        return replace(self, state=state)

    def with_params(self, group: str, **fields: Any) -> World:
        """The world with numbers replaced, every entry of a field alike."""
        old = getattr(self.params, group)
        new = {k: jnp.full_like(getattr(old, k), v) for k, v in fields.items()}
        return replace(self, params=replace(self.params, **{group: replace(old, **new)}))

    def at(self, step: int, **fields: Any) -> World:
        """The world at another step, with fields of its moment replaced."""
        moment = moment_of(self.model, step)
        for name, value in fields.items():
            moment = replace(moment, **{name: jnp.full_like(getattr(moment, name), value)})
        return replace(self, moment=moment, dice=replace(self.dice, step=jnp.int32(step)))

    def run(self, mechanism: Callable[..., State]) -> World:
        """One step of a mechanism, seen from the state at its start."""
        step = self._program(mechanism)
        return replace(self, state=step(self.params, self.view, self.state, self.moment, self.dice))

    def rewriting(self, *rewrites: str) -> jax.Array:
        """How far each rewrite holds: those that are named do, in every history."""
        strength = np.zeros((len(self.axes.rewrites), self.dice.history.shape[0]), np.float32)
        for name in rewrites:
            strength[self.axes.position("rewrites", name)] = 1.0
        return jnp.asarray(strength)

    def get(self, field: str, *names: str | int) -> float:
        """One entry of the state by the names along its axes, in the first history."""
        return float(np.asarray(getattr(self.state, field))[self.place(field, *names)][0])

    def place(self, field: str, *names: str | int) -> tuple[int, ...]:
        """Positions of names along the axes of a field of the state."""
        axes = _AXES_OF[field]
        if axes and axes[-1] == "option" and len(names) == 2:
            matter = self.axes.position("matters", str(names[0]))
            return matter, self.axes.options[matter].index(str(names[1]))
        return tuple(
            name if isinstance(name, int) else self.axes.position(axis, name)
            for axis, name in zip(axes, names, strict=False)
        )

    def _program(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function of axes and arrays; compiled as a whole where there are many histories.

        Two histories run operation by operation, whose programs all worlds share.
        """
        if self.dice.history.shape[0] == 2:
            return functools.partial(one_by_one, function, self.axes)
        key = (function, id(self.axes))
        if key not in _PROGRAMS:
            _PROGRAMS[key] = jax.jit(functools.partial(function, self.axes))
        return _PROGRAMS[key]

    def _filled(self, name: str, old: jax.Array, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return jnp.broadcast_to(jnp.asarray(value, jnp.float32), old.shape)
        array = old
        for key, number_ in value.items():
            names = key if isinstance(key, tuple) else (key,)
            array = array.at[self.place(name, *names)].set(number_)
        return array


def small_world(changes: Mapping[str, Any] | None = None) -> World:
    """The small world on its first day, on the medians of what is uncertain, in two histories."""
    model = small_model(changes)
    dice = Dice(jnp.uint32(7), jnp.arange(2, dtype=jnp.uint32), jnp.int32(0), jnp.float32(1.0))
    medians = np.asarray(model.from_normals(jnp.zeros((len(model.priors.names), 2))))
    params = jax.tree.map(lambda position: jnp.asarray(medians[position]), model.template)
    state = one_by_one(start, model.axes, params, dice)
    return World(model, model.axes, params, state, moment_of(model, 0), dice)


def one_by_one(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run a function operation by operation, without the walls that only a compiler needs.

    A wall would compile a program of its own at every call. What stands in its place is what other
    platforms do, which agrees to rounding.
    """
    with mock.patch.object(products, "_is_cpu", return_value=False):
        return function(*arguments)


def moment_of(model: Model, step: int) -> Moment:
    """The calendar's part of one step."""
    return jax.tree.map(lambda x: jnp.asarray(x[step]), model.moments)


def taken_by(world: World, *choices: tuple[str, str]) -> jax.Array:
    """Options taken in a step, as ones over (matter, option, history)."""
    lanes = world.dice.history.shape[0]
    taken = np.zeros((len(world.axes.matters), world.axes.n_options, lanes), np.float32)
    for matter, option in choices:
        taken[world.place("stands", matter, option)] = 1.0
    idle = taken.sum(1) == 0
    taken[:, 0] = np.where(idle, 1.0, 0.0)
    return jnp.asarray(taken)


_PROGRAMS: dict[tuple[Any, int], Callable[..., Any]] = {}
_AXES_OF = {
    "stock": ("accounts",),
    "cut": ("restrictions",),
    "taken": ("regions",),
    "recovered": ("regions",),
    "force": ("pools", "branch"),
    "posture": ("pools",),
    **dict.fromkeys(
        ("war", "war_months", "position", "speed", "campaign", "assertive"), ("fronts",)
    ),
    **dict.fromkeys(("begun", "across", "field_act", "pending"), ("fronts", "side")),
    **dict.fromkeys(
        ("skill_mean", "skill_variance", "material", "dread", "cold", "intent"), ("memories",)
    ),
    "trust": ("trusts",),
    "estimate_error": ("observations",),
    "deal": ("deals",),
    "deal_years": ("deals",),
    "consent": ("consents",),
    "ask": ("asks",),
    "disposition": ("pairs",),
    "stands": ("matters", "option"),
    "review": ("matters",),
    "news": ("matters",),
    "utility": ("matters", "option"),
    "first": ("events",),
}
