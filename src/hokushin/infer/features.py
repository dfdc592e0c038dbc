"""Features: what speaks for and against each option on each day of the record, before any weight.

The gain of an option is linear in the weights of its considerations, in the leanings of doctrine
and in the strength of stated conditions. What they multiply does not depend on them. So it is
asked of `weighing` once for a path, and a gain is then a short sum of products.

Options stand as (matter, act), where act 0 is the matter's second option, and factions of a matter
as members, in the order of its pairs; both are padded to the longest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from hokushin.infer.record_path import RecordPath
from hokushin.model import weighing
from hokushin.model.axes import Axes
from hokushin.model.considerations import CONSIDERATIONS
from hokushin.model.params import ChoiceParams, Params
from hokushin.model.randomness import Dice

_HELD_BY_TABLE = 0.9
"""Share of the cells whose features all stand in the dense table."""
_CRITERION, _DOCTRINE = CONSIDERATIONS.index("criterion"), CONSIDERATIONS.index("doctrine")


class Slots(NamedTuple):
    """What multiplies each feature, as positions; -1 for none."""

    consideration: Int[np.ndarray, "*slot"]
    conditional: Int[np.ndarray, "*slot"]
    doctrine: Int[np.ndarray, "*slot"]


class Statements(NamedTuple):
    """Conditions that bodies stated within the path, one row for each body and condition."""

    cell: Int[np.ndarray, "statement 3"]
    """Matter, act and member."""
    lane: Int[np.ndarray, " statement"]
    """Step in which it was said."""
    value: Float[np.ndarray, " statement"]
    """How far it was met then, -1 to 1."""
    slots: Slots
    share: Float[np.ndarray, " statement"]
    """One over the bodies that share the condition, so that each condition counts once."""


@dataclass(frozen=True, eq=False)
class Features:
    """Features of one world of a path, and how weights turn them into gains.

    Most cells rest on a few features. Those stand in a dense table; what the few longer cells have
    beyond it stands in a list of its own, which is a third of the memory to read.
    """

    axes: Axes
    value: Float[np.ndarray, "matter act member slot lane"]
    slots: Slots
    """Each (matter, act, member, slot)."""
    more: Float[np.ndarray, "row lane"]
    more_slots: Slots
    """Each (row,)."""
    more_cell: Int[np.ndarray, "row 3"]
    """Matter, act and member of each row."""
    pair: Int[np.ndarray, "matter member"]
    """Pair of each member, -1 where there is none."""
    exists: Float[np.ndarray, "matter act"]
    war: Float[np.ndarray, "matter act"]
    """1 where the option begins a war, and costs what that costs."""
    act: Float[np.ndarray, "matter act"]
    """1 where it costs what leaving the status quo costs."""
    statements: Statements

    def gains(self, choice: ChoiceParams) -> Float[Array, "matter act member lane"]:
        """Gain of each member by each act over carrying on, judgement left out.

        Equals `weighing.gains` for the path's world at these weights. Every array of `choice` has
        one lane.
        """
        n_matters, n_acts, n_members, _ = self.slots.consideration.shape
        cell = np.indices((n_matters, n_acts, n_members))[..., None]
        coefficient = self._coefficients(choice, self.slots, *cell)
        gain = jnp.sum(coefficient[..., None] * self.value, axis=-2)
        if len(self.more):
            where = tuple(self.more_cell.T)
            rows = self._coefficients(choice, self.more_slots, *where)[:, None] * self.more
            gain = gain.at[where].add(rows)
        cost = self.war * choice.inertia_war[0] + self.act * choice.inertia_act[0]
        return gain - cost[..., None, None]

    def stated(self, choice: ChoiceParams) -> Float[Array, "statement 2"]:
        """Gain of who stated a condition by what it said it would do, on the day it said so.

        Once as if the condition were met and once as if it were not, the rest of the world as it
        was. What met and unmet are worth is `considerations.criterion` at its ends, one and minus
        one.
        """
        said = self.statements
        cell = tuple(said.cell.T)
        gain = self.gains(choice)[(*cell, said.lane)]
        weight = self._coefficients(choice, said.slots, *cell)
        rest = gain - weight * said.value
        return jnp.stack([rest + weight, rest - weight], axis=-1)

    def _coefficients(
        self, choice: ChoiceParams, slots: Slots, matter: np.ndarray, act: np.ndarray, member
    ) -> Float[Array, "*slot"]:
        """What multiplies the feature of each slot of some cells."""
        pair = np.maximum(self.pair[matter, member], 0)
        k = np.maximum(slots.consideration, 0)
        weight = choice.weight[k, 0] * choice.factor[self.axes.pair_faction[pair], k, 0]
        weight = weight * choice.intensity[matter, act + 1, 0]
        if choice.conditional_strength.shape[0]:
            strength = choice.conditional_strength[np.maximum(slots.conditional, 0), 0]
            weight = jnp.where(slots.conditional >= 0, weight * strength, weight)
        weight = jnp.where(slots.consideration >= 0, weight, 0.0)
        if choice.doctrine.shape[0]:
            leaning = choice.doctrine[np.maximum(slots.doctrine, 0), 0]
            weight = jnp.where(slots.doctrine >= 0, leaning, weight)
        return weight


def extract_features(path: RecordPath, world: int, params: Params) -> Features:
    """Ask `weighing` what every term of every option is worth at weight one, along a path.

    Args:
        path: A walked record.
        world: Which of its worlds.
        params: Numbers of that world, every array (..., lane).
    """
    axes = path.model.axes
    terms = _terms(path, world, params)
    members = axes.matter_of_pair.sum(1).astype(int)
    n_members, n_acts = int(members.max()), axes.n_options - 1
    filled: dict[tuple[int, int, int], dict[tuple, np.ndarray]] = {}
    for cell, where, seen in terms:  # terms with the same weight are added up
        slots = filled.setdefault(cell, {})
        key = tuple(sorted(where.items()))
        slots[key] = slots.get(key, 0.0) + seen
    lengths = [len(slots) for slots in filled.values()] or [1]
    depth = int(np.quantile(lengths, _HELD_BY_TABLE, method="higher"))
    shape = (len(axes.matters), n_acts, n_members, depth)
    value = np.zeros((*shape, path.n_steps), np.float32)
    slots = _no_slots(shape)
    rest = []
    for cell, of_cell in filled.items():
        for s, (where, seen) in enumerate(of_cell.items()):
            if s >= depth:
                rest.append((cell, where, seen))
                continue
            value[(*cell, s)] = seen
            _fill(slots, (*cell, s), where)
    more = np.array([seen for *_, seen in rest], np.float32).reshape(-1, path.n_steps)
    more_slots = _no_slots((len(rest),))
    for row, (_, where, _) in enumerate(rest):
        _fill(more_slots, (row,), where)
    more_cell = np.array([cell for cell, *_ in rest], np.int64).reshape(-1, 3)
    pair = np.full((len(axes.matters), n_members), -1, np.int64)
    for matter, of_matter in enumerate(axes.matter_of_pair):
        own = np.flatnonzero(of_matter)
        pair[matter, : len(own)] = own
    war = np.zeros((len(axes.matters), n_acts), np.float32)
    act_cost = np.zeros_like(war)
    for act in axes.acts:
        war[act.matter, act.option - 1] = act.inertia == "war"
        act_cost[act.matter, act.option - 1] = act.inertia not in ("war", "none")
    exists = np.asarray(axes.option_exists, np.float32)[:, 1:]
    said = _statements(path, terms)
    return Features(
        axes, value, slots, more, more_slots, more_cell, pair, exists, war, act_cost, said
    )


def _statements(path: RecordPath, terms: list[tuple]) -> Statements:
    """Find the stated conditions of a path, each on the first day that it holds."""
    active = np.asarray(path.moment.conditional_active)
    rows = []
    for cell, where, seen in terms:
        if "conditional" in where and active[where["conditional"]].any():
            lane = int(np.flatnonzero(active[where["conditional"]])[0])
            rows.append((cell, where, lane, float(seen[lane])))
    slots = _no_slots((len(rows),))
    for i, (_, where, *_) in enumerate(rows):
        _fill(slots, (i,), tuple(where.items()))
    bodies = np.bincount(slots.conditional, minlength=1) if rows else np.ones(1)
    return Statements(
        cell=np.array([cell for cell, *_ in rows], np.int64).reshape(-1, 3),
        lane=np.array([lane for *_, lane, _ in rows], np.int64),
        value=np.array([value for *_, value in rows], np.float32),
        slots=slots,
        share=np.array(1.0 / bodies[slots.conditional], np.float32),
    )


def _no_slots(shape: tuple[int, ...]) -> Slots:
    return Slots(*(np.full(shape, -1, np.int64) for _ in Slots._fields))


def _fill(slots: Slots, at: tuple[int, ...], where: tuple[tuple[str, int], ...]) -> None:
    """Write what multiplies one feature."""
    for name, position in where:
        getattr(slots, name)[at] = position


def _terms(path: RecordPath, world: int, params: Params) -> list[tuple]:
    """Every term of every option: its cell, what multiplies it, and its values along the path."""
    axes = path.model.axes
    state, view = path.world(world)
    plain = replace(
        params.choice,
        weight=jnp.ones_like(params.choice.weight),
        factor=jnp.ones_like(params.choice.factor),
        intensity=jnp.ones_like(params.choice.intensity),
        conditional_strength=jnp.ones_like(params.choice.conditional_strength),
    )
    at_one = replace(params, choice=plain)

    def ask() -> tuple[list, Array, Array]:
        found = weighing.values(axes, at_one, view, state, path.moment, no_dice(path.n_steps))
        common = []
        for act in axes.acts:
            kept = replace(act, terms=tuple(t for t in act.terms if _kind(t) < 0))
            common.append(weighing.terms(axes, at_one, view, state, found, kept))
        values = [[value for _, value in of_act] for of_act in common]
        return values, found.criterion, jnp.asarray(path.moment.doctrine_active)

    values, criterion, leanings = jax.tree.map(np.asarray, jax.jit(ask)())
    told = []
    for act, of_act in zip(axes.acts, values, strict=True):
        waiting = iter(of_act)
        for term in act.terms:
            kind = _kind(term)
            if kind < 0:
                rows = np.broadcast_to(next(waiting), (act.n_factions, path.n_steps))
                k = CONSIDERATIONS.index(term.what.split(".")[0])
                for member in range(act.n_factions):
                    cell = (act.matter, act.option - 1, member)
                    told.append((cell, {"consideration": k}, rows[member]))
                continue
            source = criterion if kind == _CRITERION else leanings
            name = "conditional" if kind == _CRITERION else "doctrine"
            for i, member in term.factions:
                where = {name: i}
                sign = 1.0
                if kind == _CRITERION:
                    where["consideration"], sign = kind, term.sign
                cell = (act.matter, act.option - 1, member)
                told.append((cell, where, sign * source[i]))
    return told


def _kind(term) -> int:
    """Which of the two considerations that only some factions have a term is of, or -1."""
    name = term.what.split(".")[0]
    k = CONSIDERATIONS.index(name)
    return k if k in (_CRITERION, _DOCTRINE) else -1


def no_dice(lanes: int) -> Dice:
    """Dice that say how many lanes there are; none is thrown."""
    return Dice(
        seed=jnp.uint32(0),
        history=jnp.zeros(lanes, jnp.uint32),
        step=jnp.asarray(0, jnp.int32),
        wall=jnp.float32(1.0),
    )
