"""NUTS: draws from a log-density by NumPyro's sampler, in parts that can be taken up again.

Gates come first: a posterior whose chains disagree (split R-hat of 1.01 or more), that has fewer
than 400 effective draws in the bulk of any number, or whose sampler diverged, is none, and says so.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from numpyro.infer import MCMC, NUTS

LARGEST_RHAT = 1.01
LEAST_DRAWS = 400
"""Of R-hat and of effective draws: the bounds of Vehtari et al. (2021, *Bayesian Analysis* 16)."""
Progress = Callable[[str, int, int], None]
_FIELDS = ("diverging", "num_steps", "accept_prob")
"""What the sampler tells of every transition."""


@dataclass(frozen=True)
class Effort:
    """How much is drawn."""

    warmup: int = 600
    draws: int = 600
    """Of each chain."""
    chains: int = 4
    part: int = 100
    """Draws after which what there is is kept."""
    target_acceptance: float = 0.85
    deepest_tree: int = 8


@dataclass(frozen=True)
class Gates:
    """What a posterior has to pass before any number of it is read."""

    worst_rhat: float
    worst_rhat_of: str
    fewest_draws: float
    """Smallest bulk effective sample size of any number."""
    fewest_draws_of: str
    divergences: int

    @property
    def failures(self) -> tuple[str, ...]:
        """What is wrong, in words; empty if nothing is."""
        wrong = []
        if not self.worst_rhat < LARGEST_RHAT:
            wrong.append(f"R-hat of {self.worst_rhat_of} is {self.worst_rhat:.3f}")
        if not self.fewest_draws > LEAST_DRAWS:
            wrong.append(
                f"{self.fewest_draws_of} has {self.fewest_draws:.0f} effective draws, "
                f"not {LEAST_DRAWS}"
            )
        if self.divergences:
            wrong.append(f"{self.divergences} transitions diverged")
        return tuple(wrong)


@dataclass(frozen=True, eq=False)
class Chains:
    """Draws of every part of a latent, (chain, draw, ...), and what the sampler did."""

    draws: dict[str, np.ndarray]
    divergences: int
    mean_steps: float
    """Leapfrog steps of a transition, in the mean."""
    mean_acceptance: float

    def flat(self, name: str) -> np.ndarray:
        """Draws of all chains, one after another."""
        x = self.draws[name]
        return x.reshape(-1, *x.shape[2:])


def sample(
    log_density: Callable[[Any], Any],
    start: Mapping[str, Any],
    effort: Effort,
    seed: int,
    folder: Path | None = None,
    progress: Progress | None = None,
    identity: str = "",
) -> Chains:
    """Draw from a log-density over real numbers, from standard normal beginnings.

    Args:
        log_density: Of a mapping like `start`, in nats, up to a constant.
        start: Where the parts lie; chains begin at standard normal deviates times one half.
        effort: How much is drawn.
        seed: Of the sampler.
        folder: Where finished parts are kept. A sampler that is started again with the same
            arguments there goes on after the last of them.
        progress: Called with what runs, draws done and draws wanted of each chain.
        identity: What the log-density is of, so that parts of another are not gone on with.
    """
    kept = _Kept(folder, effort, seed, identity)
    report = progress or (lambda stage, done, total: None)
    total = effort.warmup + effort.draws
    sampler = _sampler(log_density, effort)
    keys = jax.random.split(jax.random.PRNGKey(seed), effort.chains + 1)
    begin = _beginnings(start, keys[-1], effort.chains)
    state, parts = kept.read()
    if state is None:
        report("warming up", 0, total)
        own = keys[:-1] if effort.chains > 1 else keys[0]
        sampler.warmup(own, init_params=begin, extra_fields=_FIELDS)
        state = sampler.last_state
        kept.write(state, parts)
    done = sum(len(next(iter(p["draws"].values()))[0]) for p in parts)
    while done < effort.draws:
        report("drawing", effort.warmup + done, total)
        sampler.post_warmup_state = jax.tree.map(jnp.asarray, state)
        # Where to begin is read only by a sampler that has not been warmed up in this process.
        sampler.run(sampler.post_warmup_state.rng_key, init_params=begin, extra_fields=_FIELDS)
        state = sampler.last_state
        parts.append(_part_of(sampler))
        done += effort.part
        kept.write(state, parts)
    report("drawing", total, total)
    return _chains(parts)


def check_gates(chains: Chains, names: Mapping[str, tuple[str, ...]]) -> Gates:
    """Judge chains by the numbers that are named.

    Args:
        chains: What was drawn.
        names: For each part that counts, what its entries are called.
    """
    rhat, draws, called = [], [], []
    for part, of_part in names.items():
        x = chains.draws[part].reshape(*chains.draws[part].shape[:2], -1)
        rhat.append(np.atleast_1d(split_gelman_rubin(x)))
        draws.append(np.atleast_1d(effective_sample_size(x)))
        called += list(of_part)
    worst, fewest = np.concatenate(rhat), np.concatenate(draws)
    high, low = int(np.nanargmax(worst)), int(np.nanargmin(fewest))
    return Gates(
        float(worst[high]), called[high], float(fewest[low]), called[low], chains.divergences
    )


def _sampler(log_density: Callable[[Any], Any], effort: Effort) -> MCMC:
    """Set up chains, side by side where there are devices for them."""
    kernel = NUTS(
        potential_fn=lambda x: -log_density(x),
        target_accept_prob=effort.target_acceptance,
        max_tree_depth=effort.deepest_tree,
    )
    return MCMC(
        kernel,
        num_warmup=effort.warmup,
        num_samples=effort.part,
        num_chains=effort.chains,
        chain_method="parallel" if jax.local_device_count() >= effort.chains else "sequential",
        progress_bar=False,
    )


def _beginnings(start: Mapping[str, Any], key: Array, chains: int) -> dict[str, Array]:
    """Where chains begin; a single chain has no axis of its own."""
    begin = {
        name: 0.5 * jax.random.normal(key, (chains, *np.shape(x))) for name, x in start.items()
    }
    return jax.tree.map(lambda x: x[0], begin) if chains == 1 else begin


def _part_of(sampler: MCMC) -> dict[str, dict[str, np.ndarray]]:
    """What the last run drew, and what it tells of its transitions."""
    draws = dict(sampler.get_samples(group_by_chain=True))
    fields = dict(sampler.get_extra_fields(group_by_chain=True))
    return jax.tree.map(np.asarray, {"draws": draws, "fields": fields})


def _chains(parts: Sequence[Mapping[str, Mapping[str, np.ndarray]]]) -> Chains:
    """Put finished parts one after another."""
    names = list(parts[0]["draws"])
    joined = {n: np.concatenate([p["draws"][n] for p in parts], axis=1) for n in names}

    def told(name: str) -> np.ndarray:
        return np.concatenate([np.atleast_2d(p["fields"][name]) for p in parts], axis=1)

    return Chains(
        draws=joined,
        divergences=int(told("diverging").sum()),
        mean_steps=float(told("num_steps").mean()),
        mean_acceptance=float(told("accept_prob").mean()),
    )


class _Kept:
    """Finished parts of a sampler on disk."""

    def __init__(self, folder: Path | None, effort: Effort, seed: int, identity: str) -> None:
        self.path = None if folder is None else folder / "sampler.pickle"
        self.identity = (effort, seed, identity)

    def read(self) -> tuple[Any, list]:
        """Give the state of the sampler and its parts, or nothing where none were kept."""
        if self.path is None or not self.path.exists():
            return None, []
        with self.path.open("rb") as file:
            identity, state, parts = pickle.load(file)
        if identity != self.identity:
            raise ValueError(
                f"{self.path} holds draws made with {identity}, not with {self.identity}; "
                "ask for the same, or begin in another folder"
            )
        return state, parts

    def write(self, state: Any, parts: list) -> None:
        """Keep the state and all parts, in the place of those before."""
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        with part.open("wb") as file:
            pickle.dump((self.identity, jax.tree.map(np.asarray, state), parts), file)
        part.replace(self.path)
