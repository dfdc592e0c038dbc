r"""Sequence: a posterior led through the record fact by fact, which gives every score on its way.

Sequential Monte Carlo over data (Chopin 2002, *Biometrika* 89) leads particles from the prior to
the posterior by adding the facts $E_1, E_2, \dots$ of the record in the order of their days. What
the particles thought of a fact before they were told it is

$$p(E_j \mid E_{<j}) = \sum_n w_n\, p(E_j \mid x_n, E_{<j}),$$

so one pass gives the evidence, $\log Z = \sum_j \log p(E_j \mid E_{<j})$ (Dawid 1984, *JRSS A* 147:
the evidence is a sum of forecasts), the weight of every single fact, and, with what the particles
of a day say of all days after it, the score of what was held out from that day on.

A fact that leaves too few particles is added in parts (tempering): the share of it that keeps a
given effective sample size, then systematic resampling and moves. Moves are Hamiltonian for the
numbers, and flips for switches. Facts of measure zero for the particles would stop it with
an error rather than a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.infer.theories.rows import MatterRows, Telling, World

_BATCH = 32
"""Particles weighed at once: more do not fit into a core's cache."""
_WANTED_ACCEPTANCE = 0.8
_JITTER = (0.6, 1.4)
_FRESH_ENOUGH = 0.8
"""Effective share of the particles above which they forecast without being drawn anew."""
_CONTINUOUS = ("numbers", "dispositions", "recording")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class SequenceEffort:
    """How much is moved."""

    particles: int = 96
    kept_share: float = 0.5
    """Effective sample size, as a share of the particles, under which they are moved."""
    moves: int = 1
    """Hamiltonian transitions after a resampling, each with flips of switches."""
    leaps: int = 6
    """Leapfrog steps of a transition."""
    flips: int = 4
    """Switches that a particle tries to turn in a transition."""

    def __post_init__(self) -> None:
        """Refuse what gives no posterior."""
        if self.particles < 8:
            raise ValueError(f"{self.particles} particles were asked for; give at least 8")
        if not 0.0 < self.kept_share < 1.0:
            raise ValueError(f"kept_share is {self.kept_share}; give a number between 0 and 1")
        for name in ("moves", "leaps", "flips"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; give at least 1")


@dataclass(frozen=True, eq=False)
class Stretch:
    """Cells of the record that are told together: one fact, or a time in which nothing was done."""

    matter: int
    first: int
    last: int
    """Steps, both included."""

    def cells(self, n_matters: int, n_lanes: int) -> Float[np.ndarray, "matter lane"]:
        """1 in the cells of the stretch."""
        mask = np.zeros((n_matters, n_lanes))
        mask[self.matter, self.first : self.last + 1] = 1.0
        return mask


class Told(NamedTuple):
    """What a theory says of the record, in nats."""

    stretch: Float[np.ndarray, " stretch"]
    """log p(stretch | all before)."""
    direction: Float[np.ndarray, " stretch"]
    """Of which option was taken, given that one was; 0 where none was."""
    timing: Float[np.ndarray, " stretch"]
    """Of whether anything was done in each step."""
    held_out: Float[np.ndarray, "cut step"]
    """What the particles of a cut say of each later step of all matters; 0 before it."""
    statements: float
    """log p(stated conditions | the record), each counted once."""
    switches: Float[np.ndarray, " switch"]
    """Share of the particles whose switch is on, at the end."""
    acceptance: float
    """Mean share of moves accepted."""
    fewest: float
    """Smallest effective share of the particles before a resampling."""
    resamplings: int
    draws: dict[str, np.ndarray]
    """Particles at the end, which count alike."""

    @property
    def log_evidence(self) -> float:
        """In nats."""
        return float(self.stretch.sum())


class Sequencer:
    """Leads particles through the rows of a few matters; compiled once for all theories."""

    def __init__(self, rows: MatterRows, n_switches: int, effort: SequenceEffort) -> None:
        self.rows, self.effort, self.n_switches = rows, effort, n_switches
        path = rows.likelihood.path
        self.shape = (len(rows.matters), path.n_steps)

    def run(
        self,
        telling: Telling,
        world: World,
        stretches: Sequence[Stretch],
        cuts: Sequence[int],
        seed: int,
        progress: Progress | None = None,
    ) -> Told:
        """Tell the record to particles drawn from the prior of a theory.

        Args:
            telling: What the theory says of the numbers.
            world: The world that the choices are weighed in.
            stretches: In the order in which they are told; cells in none of them are not told.
            cuts: Steps; what lies before each is told before anything that begins at it.
            seed: Of the particles.
            progress: Told how many stretches are done.
        """
        report = progress or (lambda stage, done, total: None)
        telling, world = jax.tree.map(_single, (telling, world))
        return self._run(telling, world, stretches, cuts, seed, report)

    # --- parts --------------------------------------------------------------------------------

    def _run(
        self,
        telling: Telling,
        world: World,
        stretches: Sequence[Stretch],
        cuts: Sequence[int],
        seed: int,
        report: Progress,
    ) -> Told:
        n = self.effort.particles
        rng = np.random.default_rng([seed, 17])
        swarm = _Swarm(self, telling, world, jax.random.key(seed), rng)
        covered = np.sum([s.cells(*self.shape) for s in stretches], axis=0)
        if np.any(covered > 1):
            raise ValueError("stretches overlap; put every cell of the rows into one of them")
        log_p = np.zeros((3, len(stretches)))
        held_out = np.zeros((len(cuts), self.shape[1]))
        waiting = sorted(range(len(cuts)), key=lambda c: cuts[c])
        for j, stretch in enumerate(stretches):
            report("telling the record", j, len(stretches))
            while waiting and stretch.first >= cuts[waiting[0]]:
                cut = waiting.pop(0)
                swarm.refresh(_FRESH_ENOUGH)
                held_out[cut, cuts[cut] :] = swarm.foretell(cuts[cut], covered)
            cells = stretch.cells(*self.shape)
            log_p[1, j] = swarm.mean_of(swarm.part(0, cells))
            log_p[2, j] = swarm.mean_of(swarm.part(1, cells))
            log_p[0, j] = swarm.add(cells)
        swarm.refresh(1.0)
        report("telling the record", len(stretches), len(stretches))
        said = np.logaddexp.reduce(swarm.said) - np.log(n)
        return Told(
            stretch=log_p[0],
            direction=log_p[1],
            timing=log_p[2],
            held_out=held_out,
            statements=float(said),
            switches=np.asarray(swarm.x["switch"]).mean(axis=0),
            acceptance=float(np.mean(swarm.acceptance)),
            fewest=float(min(swarm.effective)),
            resamplings=len(swarm.acceptance),
            draws={name: np.asarray(v, np.float32) for name, v in swarm.x.items()},
        )

    @cached_property
    def look(self) -> Callable:
        """Compile what particles say of every cell, and of what was stated."""
        rows = self.rows

        @jax.jit
        def look(x: dict[str, Array], telling: Telling, world: World) -> tuple[Array, Array]:
            def one(each: dict[str, Array]) -> tuple[Array, Array]:
                parts = rows.parts(each, telling, world)
                return jnp.stack(parts), rows.statements(each, telling, world)

            return jax.lax.map(one, x, batch_size=_BATCH)

        return look

    def moved(self, flips: bool) -> Callable:
        """Compile one transition of all particles, with or without flips of switches."""
        return self._moved_with_flips if flips else self._moved_without

    @cached_property
    def _moved_with_flips(self) -> Callable:
        return self._compile(self.effort.flips)

    @cached_property
    def _moved_without(self) -> Callable:
        return self._compile(0)

    def _compile(self, n_flips: int) -> Callable:
        rows, leaps = self.rows, self.effort.leaps

        @jax.jit
        def move(
            keys: Array,
            x: dict[str, Array],
            told: Array,
            telling: Telling,
            world: World,
            step: Array,
            spread: dict[str, Array],
        ) -> tuple[dict[str, Array], Array]:
            def weighed(each: dict[str, Array]) -> Array:
                return jnp.sum(told * rows.parts(each, telling, world).total())

            def one(given: tuple[Array, dict[str, Array]]) -> tuple[dict[str, Array], Array]:
                key, each = given
                of_leap, of_step, of_flips = jax.random.split(key, 3)

                def density(moving: dict[str, Array]) -> Array:
                    prior = sum(jnp.sum(jnp.square(v)) for v in moving.values())
                    return weighed(moving | {"switch": each["switch"]}) - 0.5 * prior

                moving = {name: each[name] for name in _CONTINUOUS}
                own = step * jax.random.uniform(of_step, minval=_JITTER[0], maxval=_JITTER[1])
                moving, accepted = hamiltonian(of_leap, moving, density, own, spread, leaps)
                each = each | moving
                if n_flips:
                    active = jnp.asarray(telling.active)
                    each = _flipped(of_flips, each, weighed, active, n_flips)
                return each, accepted

            return jax.lax.map(one, (keys, x), batch_size=_BATCH)

        return move


def hamiltonian(
    key: Array,
    x: dict[str, Array],
    log_density: Callable[[dict[str, Array]], Array],
    step: Array,
    spread: dict[str, Array],
    leaps: int,
) -> tuple[dict[str, Array], Array]:
    """Move by one Hamiltonian transition (Neal 2011), and say how likely it was to be accepted.

    The gradient stands once in the program, at the head of each leapfrog step: programs of this
    likelihood take longer to compile than to run.

    Args:
        key: Of the momentum and of the acceptance.
        x: Where to begin.
        log_density: In nats, up to a constant.
        step: Of the leapfrog.
        spread: Variances of the numbers, about; the inverse of the mass.
        leaps: Leapfrog steps.
    """
    of_momentum, of_acceptance = jax.random.split(key)
    keys = jax.random.split(of_momentum, len(x))
    momentum = {
        name: jax.random.normal(k, v.shape) / jnp.sqrt(spread[name])
        for k, (name, v) in zip(keys, x.items(), strict=True)
    }
    look = jax.value_and_grad(log_density)

    def kinetic(p: dict[str, Array]) -> Array:
        parts = [jnp.sum(spread[name] * jnp.square(v)) for name, v in p.items()]
        return 0.5 * jnp.sum(jnp.stack(parts))

    def leap(state: tuple, i: Array) -> tuple[tuple, Array]:
        q, p = state
        value, slope = look(q)
        share = jnp.where((i == 0) | (i == leaps), 0.5, 1.0) * step
        p = {name: v + share * slope[name] for name, v in p.items()}
        further = jnp.where(i < leaps, step, 0.0)
        return ({name: v + further * spread[name] * p[name] for name, v in q.items()}, p), value

    (there, last), values = jax.lax.scan(leap, (x, momentum), jnp.arange(leaps + 1))
    gained = values[-1] - kinetic(last) - values[0] + kinetic(momentum)
    chance = jnp.exp(jnp.minimum(jnp.where(jnp.isnan(gained), -jnp.inf, gained), 0.0))
    taken = jax.random.uniform(of_acceptance) < chance
    return {name: jnp.where(taken, there[name], v) for name, v in x.items()}, chance


def _flipped(
    key: Array,
    x: dict[str, Array],
    weighed: Callable[[dict[str, Array]], Array],
    active: Array,
    n_flips: int,
) -> dict[str, Array]:
    """Turn active switches if the record agrees (Metropolis); before it, either is as likely."""

    def look(state: tuple, key: Array) -> tuple[tuple, None]:
        switch, value, first = state
        of_which, of_accept = jax.random.split(key)
        which = jax.random.categorical(of_which, jnp.log(active))
        turned = switch.at[which].set(1.0 - switch[which])
        turned = jnp.where(first, switch, turned)  # the first look only says where it stands
        then = weighed(x | {"switch": turned})
        taken = first | (jnp.log(jax.random.uniform(of_accept)) < then - value)
        kept = jnp.where(taken, turned, switch), jnp.where(taken, then, value), jnp.asarray(False)
        return kept, None

    begin = (x["switch"], jnp.zeros(()), jnp.asarray(True))
    (switch, _, _), _ = jax.lax.scan(look, begin, jax.random.split(key, n_flips + 1))
    return x | {"switch": switch}


class _Swarm:
    """Particles on their way, with what each says of every cell."""

    def __init__(
        self,
        sequencer: Sequencer,
        telling: Telling,
        world: World,
        key: Array,
        rng: np.random.Generator,
    ) -> None:
        self.sequencer, self.telling, self.world, self.rng = sequencer, telling, world, rng
        n = sequencer.effort.particles
        begin = sequencer.rows.start(sequencer.n_switches)
        self.key, *keys = jax.random.split(key, len(begin) + 1)
        self.x = {
            name: jax.random.normal(k, (n, *np.shape(v)))
            for k, (name, v) in zip(keys, begin.items(), strict=True)
        }
        even = jnp.where(self.x["switch"] > 0, 1.0, 0.0)
        self.x["switch"] = jnp.where(jnp.asarray(telling.active) > 0, even, 1.0)
        self.log_weight = np.full(n, -np.log(n))
        self.told = np.zeros(sequencer.shape)
        self.acceptance: list[float] = []
        self.effective: list[float] = [1.0]
        n_numbers = sum(int(np.prod(np.shape(begin[name]))) for name in _CONTINUOUS)
        self.step = 1.2 * n_numbers**-0.25
        self._look()

    def part(self, which: int, cells: np.ndarray) -> np.ndarray:
        """What each particle says of some cells: 0 direction, 1 timing, 2 rows."""
        return np.sum(self.parts[:, which] * cells, axis=(1, 2))

    def mean_of(self, log_p: np.ndarray) -> float:
        """Logarithm of the weighted mean of probabilities."""
        return float(np.logaddexp.reduce(self.log_weight + log_p))

    def foretell(self, cut: int, cells: np.ndarray) -> np.ndarray:
        """Logarithm of what each step from a cut on is given, all told cells of it together."""
        each = np.sum(self.parts.sum(axis=1) * cells, axis=1)[:, cut:]
        return np.logaddexp.reduce(self.log_weight[:, None] + each, axis=0)

    def add(self, cells: np.ndarray) -> float:
        """Tell the particles some cells; how likely they thought them, in nats."""
        share, n, done, gained = self.sequencer.effort.kept_share, len(self.log_weight), 0.0, 0.0
        while done < 1.0:
            said = np.sum([self.part(which, cells) for which in range(3)], axis=0)
            if not np.all(np.isfinite(said)):
                raise ValueError(
                    "the log-likelihood is infinite or no number at some particle; "
                    "make it finite for every finite argument"
                )
            part = _largest_part(self.log_weight, said, share * n, 1.0 - done)
            log_weight = self.log_weight + part * said
            total = float(np.logaddexp.reduce(log_weight))
            gained += total
            self.log_weight = log_weight - total
            done = 1.0 if part >= 1.0 - done else done + part
            self.told = np.where(cells > 0, done, self.told)
            self.refresh(1.0 if done < 1.0 else share)
        return gained

    def refresh(self, share: float) -> None:
        """Draw particles by weight and move them, if fewer than a share of them are effective."""
        effort, n = self.sequencer.effort, len(self.log_weight)
        if _effective(self.log_weight) > share * n:
            return
        weight = np.exp(self.log_weight)
        self.effective.append(_effective(self.log_weight) / n)
        places = (np.arange(n) + self.rng.random()) / n
        picked = np.minimum(np.searchsorted(np.cumsum(weight), places), n - 1)
        spread = {n: _single(_variance(np.asarray(self.x[n]), weight)) for n in _CONTINUOUS}
        self.x = {name: v[picked] for name, v in self.x.items()}
        self.log_weight = np.full(n, -np.log(n))
        move = self.sequencer.moved(bool(np.any(self.telling.active > 0)))
        for _ in range(effort.moves):
            self.key, own = jax.random.split(self.key)
            self.x, accepted = move(
                jax.random.split(own, n),
                self.x,
                _single(self.told),
                self.telling,
                self.world,
                _single(self.step),
                spread,
            )
            self.acceptance.append(float(jnp.mean(accepted)))
            self.step *= float(np.exp(0.8 * (self.acceptance[-1] - _WANTED_ACCEPTANCE)))
        self._look()

    def _look(self) -> None:
        parts, said = self.sequencer.look(self.x, self.telling, self.world)
        self.parts, self.said = np.asarray(parts, float), np.asarray(said, float)


def _single(x: Any) -> Any:
    """Numbers in single precision, as the likelihood has them; positions as they are."""
    x = np.asarray(x)
    return jnp.asarray(x, jnp.float32) if x.dtype.kind == "f" else jnp.asarray(x)


def _effective(log_weight: np.ndarray) -> float:
    """Effective sample size of normalised weights."""
    return float(1.0 / np.sum(np.exp(2.0 * log_weight)))


def _largest_part(
    log_weight: np.ndarray, said: np.ndarray, fewest: float, most: float, steps: int = 40
) -> float:
    """Largest share of a fact, up to `most`, that leaves so many effective particles."""

    def left(part: float) -> float:
        log_w = log_weight + part * said
        return _effective(log_w - float(np.logaddexp.reduce(log_w)))

    # A whole fact may take the particles down to half of the least: resampling follows at once.
    if left(most) >= 0.5 * fewest:
        return most
    low, high = 0.0, most
    for _ in range(steps):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if left(middle) >= fewest else (low, middle)
    return max(low, 1e-4)


def _variance(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted variance of each number, a little drawn to one lest a few particles make it zero."""
    few = 10.0 / (len(x) + 10.0)
    mean = np.tensordot(weight, x, 1)
    return (1.0 - few) * np.tensordot(weight, np.square(x - mean), 1) + few
