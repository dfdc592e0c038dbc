"""Ranks: where the truth lies among the draws that the sampler makes of it.

The sampler is that of a fit, NumPyro's NUTS with its own warm-up, here one chain for each record
and many records side by side in one compiled program. Draws are thinned until they are nearly
independent, which the ranks need to be uniform.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from numpyro.infer.hmc import hmc

from hokushin.infer.calibration.bands import leaves, simultaneous_band
from hokushin.infer.calibration.records import Record, Simulated, log_likelihood
from hokushin.infer.likelihood import Latent, RecordLikelihood
from hokushin.model.params import Params

Progress = Callable[[str, int, int], None]
LOG_LIKELIHOOD = "log likelihood"
CHANCE = 0.99
"""That all quantities together stay inside their bands if the inference is right."""


@dataclass(frozen=True)
class ChainEffort:
    """How much is drawn for each record."""

    warmup: int = 100
    draws: int = 99
    """Draws kept; ranks run from 0 to them."""
    thin: int = 3
    """Transitions for each draw that is kept."""
    target_acceptance: float = 0.8
    deepest_tree: int = 6
    side_by_side: int = 50
    """Records in one call of the compiled program; what is kept after each."""


class Ranks(NamedTuple):
    """Ranks of the truth, and whether the chains that they rest on are worth anything."""

    names: tuple[str, ...]
    rank: Int[np.ndarray, "simulation quantity"]
    """How many of the draws lie below the truth."""
    draws: int
    worst_rhat: Float[np.ndarray, " simulation"]
    """Of the two halves of each chain."""
    fewest_draws: Float[np.ndarray, " simulation"]
    """Smallest effective sample size of any quantity."""
    divergences: Int[np.ndarray, " simulation"]


class Verdict(NamedTuple):
    """Whether ranks are uniform, all quantities at once."""

    outside: tuple[str, ...]
    """Quantities whose ranks leave their band."""
    chance_of_each: float
    """That the band of one quantity holds if its ranks are uniform."""

    @property
    def is_calibrated(self) -> bool:
        """Whether every quantity stays inside."""
        return not self.outside


@dataclass(frozen=True, eq=False)
class Inference:
    """What the ranks are a test of: a likelihood and a prior, right or wrong on purpose."""

    params: Callable[[Params], Params] | None = None
    """Change to what minds weigh by."""
    log_prior: Callable[[Latent], Array] | None = None
    """In place of the standard normal density of everything."""


def rank_truths(
    simulated: Simulated,
    records: Record,
    effort: ChainEffort | None = None,
    seed: int = 1,
    inference: Inference | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Ranks:
    """Sample a posterior for each record and rank its truth: numbers and joint log-likelihood.

    Args:
        simulated: What the engine brought about.
        records: Its records, as the inference is given them.
        effort: How much is drawn.
        seed: Of the samplers.
        inference: What is tested, by default the likelihood and prior of a fit.
        folder: Where finished parts are kept. The same call goes on after the last of them; it is
            for the caller to name a folder for each simulation, effort, seed and inference.
        progress: Told what runs, simulations done and simulations wanted.
    """
    effort, inference = effort or ChainEffort(), inference or Inference()
    report = progress or (lambda stage, done, total: None)
    truth = simulated.truth.latent()
    n = truth.numbers.shape[0]
    keys = jax.random.split(jax.random.PRNGKey(seed), n)
    inferred = tuple(np.flatnonzero(simulated.inferred).tolist())
    run = partial(
        _run_all, simulated.template, effort, inference.params, inference.log_prior, inferred
    )
    names = (
        *simulated.template.names,
        *simulated.template.recording_names,
        LOG_LIKELIHOOD,
    )
    parts = []
    for first in range(0, n, effort.side_by_side):
        report("ranking", first, n)
        kept = None if folder is None else folder / f"{first:05d}.npz"
        if kept is not None and kept.exists():
            with np.load(kept) as file:
                parts.append([file[name] for name in _KEPT])
            continue
        own = np.minimum(np.arange(first, first + effort.side_by_side), n - 1)
        # The last part is filled up with its last record, so that one program serves all.
        told = run(*jax.tree.map(lambda x, at=own: jnp.asarray(x)[at], (keys, records, truth)))
        parts.append(_ranked(*(np.asarray(x)[: n - first] for x in told)))
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with kept.open("wb") as file:
                np.savez(file, **dict(zip(_KEPT, parts[-1], strict=True)))
    report("ranking", n, n)
    rank, rhat, fewest, diverged = (np.concatenate(x) for x in zip(*parts, strict=True))
    return Ranks(names, rank, effort.draws, rhat, fewest, diverged)


def judge(ranks: Ranks, chance: float = CHANCE) -> Verdict:
    """Say which quantities leave the band that holds all of them together with a given chance.

    Each has the chance $c^{1/q}$ of q quantities, as if they were independent; where they are not,
    the chance of all together is higher still for the dependence that a posterior has.
    """
    each = chance ** (1.0 / len(ranks.names))
    band = simultaneous_band(len(ranks.rank), ranks.draws, each)
    outside = leaves(ranks.rank, band)
    return Verdict(tuple(n for n, out in zip(ranks.names, outside, strict=True) if out), each)


_KEPT = ("rank", "worst_rhat", "fewest_draws", "divergences")


def _ranked(true_value: np.ndarray, drawn: np.ndarray, diverged: np.ndarray) -> list[np.ndarray]:
    """Ranks and what chains are judged by, from quantities (simulation, draw, quantity)."""
    chains = np.moveaxis(drawn, 0, -1)[None]  # chain, draw, quantity, simulation
    return [
        np.sum(drawn < true_value[:, None], axis=1).astype(int),
        np.max(split_gelman_rubin(chains), axis=0),
        np.min(effective_sample_size(chains), axis=0),
        diverged.astype(int),
    ]


@partial(jax.jit, static_argnums=(0, 1, 2, 3, 4))
def _run_all(
    template: RecordLikelihood,
    effort: ChainEffort,
    params: Callable[[Params], Params] | None,
    log_prior: Callable[[Latent], Array] | None,
    inferred: tuple[int, ...],
    keys: Array,
    records: Record,
    truths: Latent,
) -> tuple[Array, Array, Array]:
    """Run records side by side, compiled once for all inferences that weigh alike."""
    inference = Inference(params, log_prior)
    run = partial(_run, template, effort, inference, np.array(inferred, np.int64))
    return jax.vmap(run)(keys, records, truths)


def _run(
    template: RecordLikelihood,
    effort: ChainEffort,
    inference: Inference,
    inferred: Int[np.ndarray, " pair"],
    key: Array,
    record: Record,
    truth: Latent,
) -> tuple[Array, Array, Array]:
    """Quantities at the truth and at each draw, and how many transitions diverged."""
    told = truth.dispositions
    own_truth = truth._replace(dispositions=told[:, inferred])

    def value(x: Latent, own: Record, told: Array) -> Array:
        whole = told.at[:, inferred].set(x.dispositions)
        return log_likelihood(template, own, x._replace(dispositions=whole), inference.params)

    def potential(own: Record, told: Array) -> Callable[[Latent], Array]:
        return lambda x: -value(x, own, told) - (inference.log_prior or standard_normal)(x)

    begin, step = hmc(potential_fn_gen=potential, algo="NUTS")
    key, own = jax.random.split(key)
    leaves, tree = jax.tree.flatten(own_truth)
    keys = jax.random.split(own, len(leaves))
    start = [0.5 * jax.random.normal(k, x.shape) for k, x in zip(keys, leaves, strict=True)]
    state = begin(
        jax.tree.unflatten(tree, start),
        effort.warmup,
        target_accept_prob=effort.target_acceptance,
        max_tree_depth=effort.deepest_tree,
        model_args=(record, told),
        rng_key=key,
    )

    def several(state: Any) -> tuple[Any, Array]:
        def once(carry: tuple[Any, Array], _: None) -> tuple[tuple[Any, Array], None]:
            after = step(carry[0], (record, told), {})
            return (after, carry[1] + after.diverging), None

        nothing = jnp.zeros((), jnp.int32)
        return jax.lax.scan(once, (state, nothing), None, length=effort.thin)[0]

    def quantities(x: Latent) -> Array:
        return jnp.concatenate([x.numbers, x.recording, value(x, record, told)[None]])

    def keep(state: Any, _: None) -> tuple[Any, tuple[Array, Array]]:
        state, diverged = several(state)
        return state, (quantities(state.z), diverged)

    # One loop over warm-up and draws: a second one would compile the sampler a second time.
    warm = -(-effort.warmup // effort.thin)
    _, (drawn, diverged) = jax.lax.scan(keep, state, None, length=warm + effort.draws)
    return quantities(own_truth), drawn[warm:], jnp.sum(diverged[warm:])


def standard_normal(x: Latent) -> Array:
    """Log-density of independent standard normals, up to a constant."""
    return -0.5 * jnp.sum(jnp.stack([jnp.sum(jnp.square(part)) for part in x]))
