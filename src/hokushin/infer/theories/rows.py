r"""Rows: the likelihood of the record in a few matters, under what a theory says of its weights.

Given the numbers that minds weigh by, matters are independent: each has dispositions of its own.
So the likelihood of the rows in some matters is the whole one with the others left out, exactly,
and what only the others depend on integrates to one. That is what makes an evidence affordable:
one matter of nine factions has a few hundred dispositions, all matters together thousands.

A theory enters in two ways. Numbers that it denies are zero, and so are those behind a switch that
is off; numbers whose sign it asserts have their prior cut at zero,

$$z = \sigma\, \Phi^{-1}\bigl(\Phi(a) + (1 - \Phi(a))\, \Phi(\sigma x)\bigr),$$

with x standard normal, $\sigma$ the claimed sign and a the place of zero in standard units of the
prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr, ndtri
from jaxtyping import Array, Float, Int

from hokushin.infer.features import Features, Slots
from hokushin.infer.lanes import changed
from hokushin.infer.likelihood import Latent, Parts, RecordLikelihood
from hokushin.infer.record_path import RecordPath
from hokushin.model.axes import Axes
from hokushin.model.build import Model

_MOST_CERTAIN = 1.0 - 1e-7
"""Of a distribution function, lest its inverse be infinite."""


_READ_WHOLE = (
    "rate", "route_share", "intensity", "sharpness", "deference", "right", "right_of_power",
    "inertia_act", "inertia_war", "disposition_sd", "disposition_half_life",
    "disposition_persistent", "news_gain", "news_half_life",
)  # fmt: skip
"""Fields of `ChoiceParams` that rows read whole, once they are cut to their matters."""


class Telling(NamedTuple):
    """What one theory, read in one way, says of the numbers: arrays of one program for all.

    Free numbers are those of `MatterRows.likelihood.informed`.
    """

    kept: Float[np.ndarray, " quantity"]
    """0 for numbers that are denied, else 1."""
    switched: Float[np.ndarray, "switch quantity"]
    """1 for numbers that a switch turns off."""
    active: Float[np.ndarray, " switch"]
    """1 for switches that may be off; the others are always on."""
    sign: Float[np.ndarray, " number"]
    """Sign to which a number is held, 0 where either is free."""
    zero: Float[np.ndarray, " number"]
    """Where zero lies, in standard units of the prior times `sign`."""
    scale: Float[np.ndarray, ""]
    """Factor on the spread of every prior."""


class World(NamedTuple):
    """What differs between two worlds in which the same record is weighed."""

    value: Float[np.ndarray, "matter act member slot lane"]
    more: Float[np.ndarray, "row lane"]
    stated: Float[np.ndarray, " statement"]
    available: Float[np.ndarray, "matter option lane"]
    normals: Float[np.ndarray, " quantity"]
    location: Float[np.ndarray, " quantity"]
    """Of the priors: zero for a number that was taken out of the world."""
    scale: Float[np.ndarray, " quantity"]
    kind: Int[np.ndarray, " quantity"]


class _ToldLikelihood(RecordLikelihood):
    """A likelihood whose numbers are multiplied by what a theory leaves of them."""

    kept: Array

    def params(self, numbers: Float[Array, " number"]) -> Any:
        """Numbers of the path's world with the free ones replaced, and the denied ones zero."""
        model = self.path.model
        z = jnp.asarray(self.path.normals[:, self.world]).at[self.informed].set(numbers)
        return model.params(model.from_normals(z[:, None]) * self.kept[:, None])


@dataclass(frozen=True, eq=False)
class MatterRows:
    """The record in a few matters, as a function of standard normal numbers and of a telling."""

    likelihood: RecordLikelihood
    """Of these matters alone; its free numbers are those that these matters depend on."""
    matters: tuple[str, ...]

    @cached_property
    def world(self) -> World:
        """The world that the rows were made in."""
        return _world(self.likelihood)

    def world_of(self, other: RecordLikelihood) -> World:
        """Another world for the same rows: that of a likelihood of the same record, uncut.

        Raises:
            ValueError: If its features have another shape.
        """
        axes = other.path.model.axes
        picked = np.array([axes.position("matters", name) for name in self.matters], np.int64)
        made = _world(_restricted(other, picked))
        for name, mine, theirs in zip(World._fields, self.world, made, strict=True):
            if np.shape(mine) != np.shape(theirs):
                raise ValueError(
                    f"{name} has the shape {np.shape(theirs)} in that world and {np.shape(mine)} "
                    "in this one; give a likelihood of the same scenario and record"
                )
        return made

    def start(self, n_switches: int) -> dict[str, np.ndarray]:
        """Where the parts lie, the states of switches among them."""
        begin = {name: np.asarray(x) for name, x in self.likelihood.start()._asdict().items()}
        return begin | {"switch": np.ones(n_switches)}

    def parts(self, x: dict[str, Array], telling: Telling, world: World) -> Parts:
        """Log-probabilities of what each step brought in each matter, in nats."""
        told, latent = self._told(x, telling, world)
        return told.parts(latent)

    def statements(self, x: dict[str, Array], telling: Telling, world: World) -> Array:
        """Log-likelihood of what bodies of these matters said they would do, each saying once."""
        told, latent = self._told(x, telling, world)
        said = told.statements(latent)
        return jnp.sum(said) / told.statement_weight

    def _told(
        self, x: dict[str, Array], telling: Telling, world: World
    ) -> tuple[RecordLikelihood, Latent]:
        own = self.likelihood
        off = (1.0 - x["switch"]) * telling.active
        kept = telling.kept * jnp.prod(1.0 - off[:, None] * telling.switched, axis=0)
        single = jax.tree.map(lambda v: jnp.asarray(v, jnp.float32), (kept, world))
        features = replace(
            own.features,
            value=single[1].value,
            more=single[1].more,
            statements=own.features.statements._replace(value=single[1].stated),
        )
        model = own.path.model
        priors = changed(
            model.priors,
            location=single[1].location,
            scale=single[1].scale,
            kind=jnp.asarray(world.kind),
        )
        path = changed(
            own.path, model=changed(model, priors=priors), normals=single[1].normals[:, None]
        )
        told = object.__new__(_ToldLikelihood)
        told.__dict__.update(own.__dict__)
        told.__dict__.update(
            path=path, world=0, features=features, available=single[1].available, kept=single[0]
        )
        sign, zero = jnp.asarray(telling.sign), jnp.asarray(telling.zero)
        z = telling.scale * cut_at_zero(x["numbers"], sign, zero)
        fields = {name: jnp.asarray(x[name], jnp.float32) for name in Latent._fields}
        return told, Latent(**fields | {"numbers": jnp.asarray(z, jnp.float32)})


def cut_at_zero(
    x: Float[Array, " number"], sign: Float[Array, " number"], zero: Float[Array, " number"]
) -> Float[Array, " number"]:
    """Turn standard normal deviates into ones beyond `zero` on the side that is held, if any is."""
    held = sign != 0
    below = ndtr(jnp.where(held, zero, 0.0))
    share = below + (1.0 - below) * ndtr(jnp.where(held, sign * x, 0.0))
    return jnp.where(held, sign * ndtri(jnp.minimum(share, _MOST_CERTAIN)), x)


def rows_of(likelihood: RecordLikelihood, matters: Sequence[str]) -> MatterRows:
    """Leave all matters but a few out of a likelihood, and all numbers that they do not depend on.

    Raises:
        ValueError: If there is no matter of a name, or one is named twice.
    """
    axes = likelihood.path.model.axes
    names = tuple(matters)
    if not names or len(set(names)) < len(names):
        raise ValueError(f"matters are {', '.join(names) or 'none'}; name each once, at least one")
    picked = np.array([axes.position("matters", name) for name in names], np.int64)
    small = _restricted(likelihood, picked)
    return MatterRows(changed_numbers(small, _moving(small)), names)


def _world(small: RecordLikelihood) -> World:
    features, priors = small.features, small.path.model.priors
    return World(
        features.value,
        features.more,
        features.statements.value,
        np.asarray(small.available),
        np.asarray(small.path.normals[:, small.world]),
        priors.location,
        priors.scale,
        priors.kind,
    )


def changed_numbers(
    likelihood: RecordLikelihood, informed: Int[np.ndarray, " number"]
) -> RecordLikelihood:
    """Give the same likelihood with other free numbers."""
    made = object.__new__(type(likelihood))
    made.__dict__.update(likelihood.__dict__)
    made.__dict__["informed"] = informed
    return made


def _moving(likelihood: RecordLikelihood) -> Int[np.ndarray, " number"]:
    """Free numbers that the rows read: of their own considerations, leanings, factions and matters.

    Told from the tables alone, since a gradient would have to be compiled to say the same.
    """
    features, axes = likelihood.features, likelihood.path.model.axes
    choice = likelihood.path.model.template.choice
    cells = np.argwhere(np.ones(features.slots.consideration.shape, bool))
    pair = features.pair[cells[:, 0], cells[:, 2]]
    faction = axes.pair_faction[np.maximum(pair, 0)]
    more_pair = features.pair[features.more_cell[:, 0], features.more_cell[:, 2]]
    of_slot = [
        (features.slots, faction),
        (features.more_slots, axes.pair_faction[np.maximum(more_pair, 0)]),
    ]
    read = [np.asarray(getattr(choice, name)) for name in _READ_WHOLE]
    read.append(np.asarray(choice.influence)[np.unique(axes.pair_faction)])
    for slots, whose in of_slot:
        of_act, k = whose, np.ravel(slots.consideration)
        read.append(np.asarray(choice.weight)[k[k >= 0]])
        read.append(np.asarray(choice.factor)[of_act[k >= 0], k[k >= 0]])
        for table, position in (
            (choice.conditional_strength, np.ravel(slots.conditional)),
            (choice.doctrine, np.ravel(slots.doctrine)),
        ):
            read.append(np.asarray(table)[position[position >= 0]])
    known = np.unique(np.concatenate([np.ravel(x) for x in read]).astype(np.int64))
    informed = np.asarray(likelihood.informed)
    return informed[np.isin(informed, known)]


def _restricted(
    likelihood: RecordLikelihood, picked: Int[np.ndarray, " matter"]
) -> RecordLikelihood:
    """Cut everything that has an axis of matters, and with it pairs and acts, to those picked."""
    path, model = likelihood.path, likelihood.path.model
    pairs = np.flatnonzero(np.isin(model.axes.pair_matter, picked))
    axes = _axes(model.axes, picked, pairs)
    choice = model.template.choice
    choice = changed(
        choice,
        rate=choice.rate[picked],
        route_share=choice.route_share[picked],
        intensity=choice.intensity[picked],
    )
    small = changed(model, axes=axes, template=changed(model.template, choice=choice))
    made = object.__new__(RecordLikelihood)
    made.__dict__.update(likelihood.__dict__)
    made.__dict__.update(
        path=_path(path, likelihood.world, small, picked),
        world=0,
        features=_features(likelihood.features, axes, picked, pairs),
        available=np.asarray(likelihood.available)[picked],
    )
    return made


def _axes(axes: Axes, picked: np.ndarray, pairs: np.ndarray) -> Axes:
    place = {int(matter): i for i, matter in enumerate(picked)}
    return replace(
        axes,
        matters=tuple(axes.matters[i] for i in picked),
        options=tuple(axes.options[i] for i in picked),
        pairs=tuple(axes.pairs[i] for i in pairs),
        option_exists=axes.option_exists[picked],
        pair_faction=axes.pair_faction[pairs],
        pair_matter=np.array([place[int(m)] for m in axes.pair_matter[pairs]], np.int64),
        matter_of_pair=axes.matter_of_pair[np.ix_(picked, pairs)],
        pair_block=axes.pair_block[pairs],
        pair_field=axes.pair_field[pairs],
        option_field=axes.option_field[picked],
        acts=tuple(
            replace(act, matter=place[act.matter]) for act in axes.acts if act.matter in place
        ),
    )


def _path(path: RecordPath, world: int, model: Model, picked: np.ndarray) -> RecordPath:
    """One world of a path, in the matters picked."""
    place = {int(matter): i for i, matter in enumerate(picked)}
    moment = changed(
        path.moment,
        matter_open=np.asarray(path.moment.matter_open)[picked],
        holder_news=np.asarray(path.moment.holder_news)[picked],
    )
    state, view = jax.tree.map(lambda x: x[world : world + 1], (path.state, path.view))
    state = changed(state, review=np.asarray(state.review)[:, picked])
    return changed(
        path,
        draws=path.draws[world : world + 1],
        normals=path.normals[:, world : world + 1],
        model=model,
        moment=moment,
        state=state,
        view=view,
        chosen=path.chosen[picked],
        kept=path.kept[picked],
        episodes=tuple(
            replace(e, matter=place[e.matter]) for e in path.episodes if e.matter in place
        ),
    )


def _features(features: Features, axes: Axes, picked: np.ndarray, pairs: np.ndarray) -> Features:
    place = {int(matter): i for i, matter in enumerate(picked)}
    of_pair = {int(pair): i for i, pair in enumerate(pairs)}
    pair = np.array([[of_pair.get(int(p), -1) for p in row] for row in features.pair[picked]])
    more = np.flatnonzero(np.isin(features.more_cell[:, 0], picked))
    said = np.flatnonzero(np.isin(features.statements.cell[:, 0], picked))

    def moved(cells: np.ndarray) -> np.ndarray:
        cells = cells.copy()
        cells[:, 0] = [place[int(m)] for m in cells[:, 0]]
        return cells

    stated = features.statements
    return Features(
        axes=axes,
        value=features.value[picked],
        slots=Slots(*(x[picked] for x in features.slots)),
        more=features.more[more],
        more_slots=Slots(*(x[more] for x in features.more_slots)),
        more_cell=moved(features.more_cell[more]),
        pair=pair,
        exists=features.exists[picked],
        war=features.war[picked],
        act=features.act[picked],
        statements=stated._replace(
            cell=moved(stated.cell[said]),
            lane=stated.lane[said],
            value=stated.value[said],
            slots=Slots(*(x[said] for x in stated.slots)),
            share=stated.share[said],
        ),
    )
