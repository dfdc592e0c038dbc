r"""SMC: a second opinion on draws, and what a record is worth to a model as a whole.

Tempered sequential Monte Carlo (Del Moral, Doucet and Jasra 2006, *Journal of the Royal
Statistical Society B* 68) leads particles from the prior to the posterior by way of

$$\pi_k(x) \propto N(x; 0, I)\, L(x)^{\lambda_k}, \qquad 0 = \lambda_0 < \dots < \lambda_K = 1.$$

At each temperature they are weighed, drawn again by weight (systematically) and moved by
Hamiltonian transitions; the next one is where the effective sample size falls to a given share.
The mean weights multiply to the evidence $Z = \int N(x; 0, I)\, L(x)\, dx$. Nothing of it is shared
with NUTS but the gradient, so that a mistake of either shows as a difference of their means.

The algorithm is BlackJAX's. What is ours: spreads of the moves are those of the particles, their
step follows the share that is accepted and differs from particle to particle, and the last
temperature ends with moves, so that all particles count alike.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from blackjax.mcmc import hmc
from blackjax.smc import adaptive_tempered, resampling, solver, tempered
from jaxtyping import Array, Int
from numpyro.diagnostics import effective_sample_size
from scipy.stats import norm

from hokushin.infer.nuts import Chains, Gates, check_gates

Progress = Callable[[str, int, int], None]
_MOST_TEMPERATURES = 500
_WANTED_ACCEPTANCE = 0.8
"""Share of moves to be accepted: between that of the least work for each draw, .65, and caution."""
_JITTER = (0.6, 1.4)
"""Factors on the step of one particle. With one length for all, a move can come round in a circle
(Neal 2011, section 3.2, in the *Handbook of Markov Chain Monte Carlo*)."""


@dataclass(frozen=True)
class SmcEffort:
    """How much is moved."""

    particles: int = 1000
    kept_share: float = 0.9
    """Effective sample size, as a share of the particles, that a temperature leaves."""
    moves: int = 5
    """Hamiltonian transitions at each temperature."""
    leaps: int = 8
    """Leapfrog steps of a transition."""
    last_moves: int = 10
    """Transitions at the last temperature, in place of `moves`."""
    lag: int = 4
    """Temperatures after which two particles of one ancestor count as strangers."""

    def __post_init__(self) -> None:
        """Refuse what gives no posterior."""
        if self.particles < 2:
            raise ValueError(f"{self.particles} particles were asked for; give at least 2")
        if not 0.0 < self.kept_share < 1.0:
            raise ValueError(
                f"kept_share is {self.kept_share}, but is a share of the particles; give a number "
                "between 0 and 1, such as 0.9"
            )
        for name in ("moves", "leaps", "last_moves", "lag"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; give at least 1")


@dataclass(frozen=True, eq=False)
class Particles:
    """Draws that count alike, and what their way to the posterior was like."""

    draws: dict[str, np.ndarray]
    """Of every part of what was drawn, (particle, ...)."""
    family: Int[np.ndarray, " particle"]
    """Number of the ancestor of each particle, `SmcEffort.lag` temperatures before the last."""
    log_evidence: float
    """In nats; unbiased is the evidence itself, not its logarithm."""
    log_evidence_error: float
    """Standard error, if moves leave particles independent; several runs show whether they do."""
    temperatures: tuple[float, ...]
    """The inverse temperatures, from the first above 0 to 1."""
    acceptance: tuple[float, ...]
    """Share of moves accepted, from inverse temperature 0 on."""

    def standard_error(self, name: str) -> np.ndarray:
        r"""Standard error of the mean of a part, from families.

        $\widehat{V} = N^{-2} \sum_i \bigl(\sum_{n \in i} (x_n - \bar x)\bigr)^2$ over families i of
        common ancestry a few temperatures back (Lee and Whiteley 2018, *Biometrika* 105; the fixed
        lag is Olsson and Douc's, 2019, *Bernoulli* 25). Proven for multinomial draws; systematic
        ones vary less, so it errs on the large side.
        """
        x = self.draws[name]
        apart = x - x.mean(axis=0)
        sums = np.zeros((self.family.max() + 1, *apart.shape[1:]))
        np.add.at(sums, self.family, apart)
        return np.sqrt(np.sum(np.square(sums), axis=0)) / len(x)


class Agreement(NamedTuple):
    """Whether two samplers drew from one distribution, by the means of the same numbers."""

    largest: float
    """Largest |z| of any number."""
    largest_of: str
    bound: float
    """What the largest of so many independent standard normals exceeds once in a thousand times."""
    gates: Gates
    """What the chains have to pass before their means are worth comparing."""

    @property
    def failures(self) -> tuple[str, ...]:
        """What is wrong, in words; empty if nothing is."""
        wrong = self.gates.failures
        if not self.largest < self.bound:
            wrong += (
                f"means of {self.largest_of} lie {self.largest:.2f} standard errors apart, "
                f"over {self.bound:.2f}",
            )
        return wrong


def sample_smc(
    log_likelihood: Callable[[Any], Any],
    start: Mapping[str, Any],
    effort: SmcEffort | None = None,
    seed: int = 1,
    progress: Progress | None = None,
    folder: Path | None = None,
    double: bool = True,
) -> Particles:
    """Draw from standard normal numbers, given a likelihood of them.

    Args:
        log_likelihood: Of a mapping like `start`, in nats, normalised as the evidence needs it.
        start: Where the parts lie; only their shapes are read.
        effort: How much is moved.
        seed: Of the sampler.
        progress: Told what runs, with the temperature in thousandths.
        folder: Where the particles of the last temperature are kept. A sampler that is started
            again with the same arguments there goes on from them.
        double: Whether to run in double precision, whatever the rest of the program uses. A
            likelihood that is written for single precision may need the other.

    Raises:
        ValueError: If a likelihood is not finite at any particle, temperatures stop rising, or the
            folder holds particles of another effort or seed.
    """
    effort = effort or SmcEffort()
    kept = _Kept(folder, (effort, seed, double))
    with jax.enable_x64(True) if double else nullcontext():
        return _sample(log_likelihood, start, effort, seed, progress or (lambda *_: None), kept)


def compare(
    chains: Chains, particles: Particles, names: Mapping[str, tuple[str, ...]]
) -> Agreement:
    r"""Hold the means of two samplers against each other, number by number.

    $z = (\bar x - \bar y) / \sqrt{s_x^2/n_x + s_y^2}$ with $n_x$ the effective draws of the chains
    and $s_y$ by `Particles.standard_error`. With d numbers the bound is the 99.9% quantile of the
    largest of d independent $|z|$, $\Phi^{-1}\bigl((1 + .999^{1/d})/2\bigr)$: those of a posterior
    are not independent, which makes the largest smaller.

    Args:
        chains: Draws of NUTS.
        particles: Draws of SMC of the same density.
        names: For each part that counts, what its entries are called.
    """
    gates = check_gates(chains, names)
    called = [name for of_part in names.values() for name in of_part]
    found = []
    for part, of_part in names.items():
        x = chains.draws[part].reshape(*chains.draws[part].shape[:2], -1)
        error_x = x.std(axis=(0, 1)) / np.sqrt(effective_sample_size(x))
        y = particles.draws[part].reshape(len(particles.family), -1)
        if y.shape[-1] != len(of_part) or x.shape[-1] != len(of_part):
            raise ValueError(
                f"{part} has {x.shape[-1]} numbers in the chains, {y.shape[-1]} in the particles "
                f"and {len(of_part)} names; give the same parts to both"
            )
        error_y = particles.standard_error(part).reshape(-1)
        found.append(np.abs(x.mean(axis=(0, 1)) - y.mean(axis=0)) / np.hypot(error_x, error_y))
    z = np.concatenate(found)
    worst = int(np.argmax(z))
    bound = float(norm.ppf(0.5 * (1.0 + 0.999 ** (1.0 / len(z)))))
    return Agreement(float(z[worst]), called[worst], bound, gates)


class _Round(NamedTuple):
    """What one temperature left behind."""

    temperature: Array
    ancestors: Int[Array, " particle"]
    increment: Array
    """Of the log-evidence."""
    variance: Array
    """Of that, if the particles are independent."""
    acceptance: Array


class _Kept:
    """Particles of the last temperature on disk, with all that is needed to go on."""

    def __init__(self, folder: Path | None, identity: tuple[Any, ...]) -> None:
        self.path = None if folder is None else folder / "particles.pickle"
        self.identity = identity

    def read(self, key: Array, *begin: Any) -> tuple[Any, ...]:
        """Give what was kept, or what there is to begin with."""
        if self.path is None or not self.path.exists():
            return key, *begin
        with self.path.open("rb") as file:
            identity, data, (state, *rest) = pickle.load(file)
        if identity != self.identity:
            raise ValueError(
                f"{self.path} holds particles made with {identity}, not with {self.identity}; "
                "ask for the same, or begin in another folder"
            )
        return jax.random.wrap_key_data(jnp.asarray(data)), jax.tree.map(jnp.asarray, state), *rest

    def write(self, key: Array, state: Any, *rest: Any) -> None:
        """Keep the particles, in the place of those of the temperature before."""
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        data = np.asarray(jax.random.key_data(key))
        with part.open("wb") as file:
            pickle.dump((self.identity, data, (jax.tree.map(np.asarray, state), *rest)), file)
        part.replace(self.path)


def _sample(
    log_likelihood: Callable[[Any], Any],
    start: Mapping[str, Any],
    effort: SmcEffort,
    seed: int,
    progress: Progress,
    kept: _Kept,
) -> Particles:
    n = effort.particles
    key, *keys = jax.random.split(jax.random.key(seed), len(start) + 1)
    begin = {
        name: jax.random.normal(k, (n, *np.shape(x)))
        for k, (name, x) in zip(keys, start.items(), strict=True)
    }
    n_numbers = sum(int(np.prod(np.shape(x), dtype=int)) for x in start.values())
    turn = _turn(log_likelihood, effort)
    state = tempered.init(begin)._replace(tempering_param=jnp.zeros(()))
    step, reached, rounds = n_numbers**-0.25, 0.0, []
    key, state, step, reached, rounds = kept.read(key, state, step, reached, rounds)
    while len(rounds) < _MOST_TEMPERATURES:
        progress("tempering", round(1000 * reached), 1000)
        key, own = jax.random.split(key)
        last = reached >= 1.0 - 1e-9
        state, done = turn(own, state, jnp.asarray(step), last)
        rounds.append(jax.tree.map(np.asarray, done))
        if last:
            progress("tempering", 1000, 1000)
            return _gather(state.particles, rounds, effort)
        before, reached = reached, float(done.temperature)
        if not (np.isfinite(done.increment) and reached > before):
            raise ValueError(
                f"temperatures stopped at {before:.3g}: the log-likelihood is infinite or no "
                "number at some particle; make it finite for every finite argument"
            )
        step *= float(np.exp(1.5 * (done.acceptance - _WANTED_ACCEPTANCE)))
        kept.write(key, state, step, reached, rounds)
    raise ValueError(
        f"{_MOST_TEMPERATURES} temperatures did not suffice, up to {reached:.3g}; the likelihood "
        f"is too sharp for {n} particles: give more of them, or a lower kept_share"
    )


def _turn(log_likelihood: Callable[[Any], Any], effort: SmcEffort) -> Callable:
    """Compile one temperature: draw by weight, move, weigh for the next."""
    leap = hmc.build_kernel()

    def move(key: Array, state: hmc.HMCState, log_density: Callable, **own: Any) -> Any:
        return leap(key, state, log_density, num_integration_steps=effort.leaps, **own)

    def log_prior(x: Mapping[str, Array]) -> Array:
        numbers = jnp.concatenate([jnp.ravel(part) for part in x.values()])
        return -0.5 * jnp.sum(jnp.square(numbers))

    kernel = adaptive_tempered.build_kernel(
        log_prior,
        lambda x: jnp.asarray(log_likelihood(x), jnp.result_type(float)),
        move,
        hmc.init,
        resampling.systematic,
        effort.kept_share,
        solver.dichotomy,
    )

    @partial(jax.jit, static_argnums=3)
    def turn(
        key: Array, state: tempered.TemperedSMCState, step: Array, last: bool
    ) -> tuple[tempered.TemperedSMCState, _Round]:
        key, own = jax.random.split(key)
        jitter = jax.random.uniform(own, (effort.particles,), minval=_JITTER[0], maxval=_JITTER[1])
        spread = jnp.concatenate(
            [_variance(part, state.weights) for part in jax.tree.leaves(state.particles)]
        )
        how = {"step_size": step * jitter, "inverse_mass_matrix": spread[None]}
        moves = effort.last_moves if last else effort.moves
        after, told = kernel(key, state, moves, how)
        mean_square = jnp.sum(jnp.square(after.weights))
        return after, _Round(
            after.tempering_param,
            told.ancestors,
            told.log_likelihood_increment,
            mean_square - 1.0 / effort.particles,
            jnp.mean(told.update_info.acceptance_rate),
        )

    return turn


def _variance(x: Array, weights: Array) -> Array:
    """Weighted variance of each number, a little drawn to one lest a few particles make it zero."""
    x = x.reshape(x.shape[0], -1)
    mean = weights @ x
    few = 5.0 / x.shape[0]
    return (1.0 - few) * (weights @ jnp.square(x - mean)) + few


def _gather(particles: Mapping[str, Array], rounds: list[_Round], effort: SmcEffort) -> Particles:
    family = np.arange(effort.particles)
    for done in rounds[-effort.lag :]:
        family = family[done.ancestors]
    way = rounds[:-1]  # the last round only moves
    return Particles(
        draws={name: np.asarray(x) for name, x in particles.items()},
        family=np.unique(family, return_inverse=True)[1],
        log_evidence=float(sum(done.increment for done in way)),
        log_evidence_error=float(np.sqrt(sum(done.variance for done in way))),
        temperatures=tuple(float(done.temperature) for done in way),
        acceptance=tuple(float(done.acceptance) for done in rounds),
    )
