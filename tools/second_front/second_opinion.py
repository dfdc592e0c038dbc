"""Asks tempered SMC for a second opinion on the shipped fit of the flagship scenario.

    python3 -m tools.second_front.second_opinion FOLDER [--particles N] [--write]

The fit's draws are NUTS's; the particles share nothing with them but the likelihood, in the same
world. Means of all numbers that choices inform, and of each year's recording, are compared: the
largest |z| ought to stay below the 99.9% quantile of the largest of so many. Finished temperatures
are kept in the folder, and the same command goes on after the last. With the default of 128
particles it takes about an hour of one idle core and at most two; fewer are quicker and see less.
With --write the result is put into docs/theories.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax.custom_batching import sequential_vmap

from hokushin.infer.fit import likelihood_of
from hokushin.infer.likelihood import Latent, RecordLikelihood
from hokushin.infer.nuts import Chains
from hokushin.infer.posterior import Posterior, find_posterior
from hokushin.infer.smc import Particles, SmcEffort, compare, sample_smc
from hokushin.scenario.dates import parse_date
from hokushin.scenario.load import Loaded, load
from tools.second_front.tables import table
from tools.second_front.theories import put

SCENARIO, SEED = "second-front", 1


def main(arguments: list[str]) -> int:
    """Draw particles, compare means, and print or write what came of it."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.second_front.second_opinion")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--particles", type=int, default=128)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(arguments)
    loaded = load(SCENARIO)
    posterior = find_posterior(SCENARIO)
    if posterior is None:
        print(f"nothing has been fitted for {SCENARIO}", file=sys.stderr)
        return 1
    posterior.check(loaded.digest)
    likelihood = fitted_likelihood(loaded, posterior)
    effort = SmcEffort(particles=asked.particles, kept_share=0.5, moves=2, last_moves=4)
    began = time.process_time()
    particles = sample_smc(
        one_by_one(likelihood),
        {name: np.asarray(x) for name, x in likelihood.start()._asdict().items()},
        effort,
        SEED,
        _tell,
        asked.folder,
        double=False,
    )
    lines = compared(posterior, likelihood, particles, effort, time.process_time() - began)
    print(*lines, sep="\n")
    if asked.write:
        put("second-opinion", lines)
    return 0


def fitted_likelihood(loaded: Loaded, posterior: Posterior) -> RecordLikelihood:
    """Give the likelihood that a posterior was drawn from, in the same world."""
    made = posterior.made
    return likelihood_of(
        loaded,
        parse_date(str(made["end"])).first,
        int(made["seed"]),
        float(made["statement_weight"]),
        known=posterior.world(),
    )


def one_by_one(likelihood: RecordLikelihood) -> Callable[[Any], Any]:
    """Give the log-likelihood of a mapping, weighed for one particle after another.

    All particles at once do not fit into memory: a gradient of this record needs tens of megabytes.
    """

    def plain(x: dict[str, Any]) -> Any:
        return likelihood(Latent(**x))

    weighed = sequential_vmap(jax.value_and_grad(plain))
    only = sequential_vmap(plain)

    @jax.custom_vjp
    def value(x: dict[str, Any]) -> Any:
        return only(x)

    def forward(x: dict[str, Any]) -> tuple[Any, Any]:
        return weighed(x)

    def backward(slope: dict[str, Any], given: Any) -> tuple[dict[str, Any]]:
        return (jax.tree.map(lambda s: given * s, slope),)

    value.defvjp(forward, backward)
    return value


def compared(
    posterior: Posterior,
    likelihood: RecordLikelihood,
    particles: Particles,
    effort: SmcEffort,
    seconds: float,
) -> list[str]:
    """Compare means, and say what was run."""
    names = {"numbers": likelihood.names, "recording": likelihood.recording_names}
    agreement = compare(_chains(posterior, likelihood), particles, names)
    n = sum(map(len, names.values()))
    inside = agreement.largest < agreement.bound
    verdict = "inside" if inside else "outside"
    rows = [
        ("numbers compared", n),
        ("largest difference of means, standard errors", f"{agreement.largest:.2f}"),
        ("... of", f"`{agreement.largest_of}`"),
        ("99.9% quantile of the largest of so many", f"{agreement.bound:.2f} ({verdict})"),
        ("particles, temperatures", f"{effort.particles}, {len(particles.temperatures)}"),
        ("least share of moves accepted", f"{min(particles.acceptance):.2f}"),
        ("families at the end", int(particles.family.max()) + 1),
        ("log-evidence of the whole record, nats", f"{particles.log_evidence:.1f}"),
        ("largest R-hat of the chains", f"{posterior.made['gates']['worst_rhat']:.3f}"),
        ("CPU-seconds of this run", f"{seconds:.0f}"),
    ]
    return [*table(("what", "found"), rows), "", f"Effort: {asdict(effort)}."]


def _chains(posterior: Posterior, likelihood: RecordLikelihood) -> Chains:
    """Draws that the posterior kept, evenly spaced over its chains, chain by chain."""
    n_chains = int(posterior.made["effort"]["chains"])
    scale = float(posterior.made["scale"])
    own = [posterior.names.index(name) for name in likelihood.names]
    drawn = {"numbers": posterior.normals[own] / scale, "recording": posterior.recording}
    shaped = {
        name: np.asarray(x, float).T.reshape(n_chains, -1, len(x)) for name, x in drawn.items()
    }
    divergences = int(posterior.made["gates"]["divergences"])
    return Chains(shaped, divergences, float(posterior.made["steps_of_a_draw"]), float("nan"))


def _tell(stage: str, done: int, total: int) -> None:
    print(f"{stage}: {done} of {total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
