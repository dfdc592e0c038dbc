"""Model: everything a run needs, built once from a scenario."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model.axes import Axes
from hokushin.model.battle_coefficients import coefficient_names, mixing
from hokushin.model.build import acts
from hokushin.model.build.axes import axes_of
from hokushin.model.build.moments import moments
from hokushin.model.build.quantities import PriorArrays, QuantityTable
from hokushin.model.build.sets import Sets, sets_of
from hokushin.model.build.template import template
from hokushin.model.params import Params
from hokushin.model.randomness import check_names, parameter_normals
from hokushin.model.state import Moment
from hokushin.model.step import DRAWS
from hokushin.scenario.paths import quantities_of
from hokushin.scenario.problems import ScenarioError
from hokushin.scenario.schema import Scenario


@dataclass(frozen=True, eq=False)
class Model:
    """A scenario as arrays: index sets, priors, positions, the calendar and the rewrites."""

    scenario: Scenario
    sets: Sets
    axes: Axes
    priors: PriorArrays
    template: Params
    """Positions of every field in the table of quantities."""
    moments: Moment
    rewrite_from: np.ndarray
    """Position of the number that each rewrite sets, -1 for orders and bans."""
    rewrite_to: np.ndarray
    """Position of the number it is set to."""
    mixed: np.ndarray
    """Positions of the engagement model's coefficients, in the order of `mixing`."""
    rewrite_writes: list[np.ndarray | None]
    """For each leaf of `Params`, table (entry, rewrite) of what each rewrite writes."""

    def draw(
        self,
        seed: Array,
        draw: Array,
        override: dict[str, float] | None = None,
        scale: float = 1.0,
    ) -> Float[Array, "quantity history"]:
        """Numbers of many histories: each history (or each draw id) has its own from the prior.

        `override` sets quantities by path; `scale` multiplies the spread of every prior (0 gives
        the medians).
        """
        theta = self.from_normals(self.draw_normals(seed, draw, scale))
        for path, value in (override or {}).items():
            theta = theta.at[self.position(path)].set(value)
        return theta

    def draw_normals(
        self, seed: Array, draw: Array, scale: float = 1.0
    ) -> Float[Array, "quantity history"]:
        """Standard normal deviates from the prior, of every quantity; zero for constants."""
        priors = self.priors
        names = [priors.names[i] for i in priors.free]
        z = jnp.zeros((len(priors.names), draw.shape[0]), jnp.float32)
        return z.at[priors.free].set(parameter_normals(seed, draw, names)) * scale

    def from_normals(self, z: Float[Array, "quantity history"]) -> Array:
        """Numbers from standard normal deviates, by the kind of each prior.

        Deviates of the engagement model's coefficients are mixed first, so that they are correlated
        as in its fit; all others are independent.
        """
        priors = self.priors
        if self.mixed.size:
            z = z.at[self.mixed].set(jnp.asarray(mixing(), z.dtype) @ z[self.mixed])
        x = priors.location[:, None] + priors.scale[:, None] * z
        kind = priors.kind[:, None]
        positive = jnp.exp(jnp.where(kind == 1, x, 0.0))
        fraction = priors.whole[:, None] / (1.0 + jnp.exp(-jnp.where(kind == 2, x, 0.0)))
        return jnp.where(kind == 1, positive, jnp.where(kind == 2, fraction, x))

    def params(self, theta: Float[Array, "quantity history"]) -> Params:
        """Structured numbers from the flat vector."""
        return jax.tree.map(lambda position: theta[position], self.template)

    def rewrite_delta(self, theta: Float[Array, "quantity history"]) -> Array:
        """For each rewrite that sets a number, the change it makes; 0 for orders and bans."""
        if not self.rewrite_from.size:
            return jnp.zeros((0, theta.shape[-1]))
        sets_number = (self.rewrite_from >= 0)[:, None]
        old = theta[np.maximum(self.rewrite_from, 0)]
        new = theta[np.maximum(self.rewrite_to, 0)]
        return jnp.where(sets_number, new - old, 0.0)

    def rewrite_maps(self, rewrites: np.ndarray) -> list[np.ndarray | None]:
        """For each leaf of `Params`, which of the given rewrites write each entry, in layers."""
        return [_layers(table, rewrites) for table in self.rewrite_writes]

    def position(self, path: str) -> int:
        """Position of a quantity that the model reads; ValueError if it reads none of that name."""
        if path not in self.priors.names:
            raise ValueError(f"{path} is not a number that the model reads")
        return self.priors.names.index(path)


def build(scenario: Scenario) -> Model:
    """Build the model of a scenario: fix axes, convert units, collect priors, check references.

    Raises `ScenarioError` for a number in a unit the model cannot use, and `ValueError` for a
    rewrite that writes nothing.
    """
    sets = sets_of(scenario)
    known = dict(quantities_of(scenario))
    table = QuantityTable(known)
    effects, sizes = acts.effect_tables(sets)
    positions = template(sets, table, sizes)
    origins, targets = _rewrites(sets, table)
    if table.problems:
        raise ScenarioError(tuple(_unit_problem(path, said) for path, said in table.problems))
    leaves = jax.tree.leaves(positions)
    references = {id(positions.forces.budget_reference)}
    tables = [
        None if id(leaf) in references and i != _first(leaves, leaf) else _written(leaf, origins)
        for i, leaf in enumerate(leaves)
    ]
    check_names(DRAWS)
    return Model(
        scenario=scenario,
        sets=sets,
        axes=axes_of(sets, effects),
        priors=table.arrays(),
        template=positions,
        moments=moments(sets),
        mixed=np.array(
            [table.position(f"battle.{name}") for name in coefficient_names()], np.int64
        ),
        rewrite_from=origins,
        rewrite_to=targets,
        rewrite_writes=tables,
    )


def _first(leaves: list, leaf: np.ndarray) -> int:
    return next(i for i, other in enumerate(leaves) if other is leaf)


def _rewrites(sets: Sets, table: QuantityTable) -> tuple[np.ndarray, np.ndarray]:
    """Positions of what each rewrite sets and what it sets it to."""
    origins, targets = [], []
    for name, which, i in sets.rewrites:
        entry = getattr(sets.scenario.causes[name], which)[i]
        if entry.set is None:
            origins.append(-1)
            targets.append(-1)
            continue
        origin = table.position(entry.set)
        if origin is None:
            raise ValueError(
                f"causes.{name}.{which}.{i} sets {entry.set}, which no mechanism reads; "
                "name a number that the model uses"
            )
        origins.append(origin)
        targets.append(table.at(f"causes.{name}.{which}.{i}.to", table.units[origin]))
    return np.array(origins, np.int64), np.array(targets, np.int64)


def _written(leaf: np.ndarray, origins: np.ndarray) -> np.ndarray | None:
    """Table (entry, rewrite): 1 where a rewrite sets the entry's number; None if none does."""
    flat = np.asarray(leaf).reshape(-1)
    table = (flat[:, None] == origins[None]) & (origins[None] >= 0)
    return table.astype(np.float32) if table.any() else None


def _layers(table: np.ndarray | None, rewrites: np.ndarray) -> np.ndarray | None:
    """Rewrites of each entry as layers (layer, entry) of positions, -1 where there is no more."""
    if table is None or not table[:, rewrites].any():
        return None
    writers = [[int(r) for r in rewrites if row[r]] for row in table]
    depth = max(len(w) for w in writers)
    return np.array([[w[d] if d < len(w) else -1 for w in writers] for d in range(depth)], np.int64)


def _unit_problem(path: str, said: str):
    from hokushin.scenario.problems import Place, Problem

    return Problem(Place("scenario", 1, 1), path, "", said)
