"""Take shipped draws over to code or data that say the same of the record.

    python3 -m tools.restamp SCENARIO

Draws are stale once the scenario or the code of the likelihood has changed by a letter. Where the
log-likelihoods that were noted beside them come out the same, they are as good as they were, and
get the new digests; where not, the scenario has to be fitted again.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

import hokushin.infer
from hokushin.infer.fit import likelihood_of, witness
from hokushin.infer.posterior import Posterior, likelihood_digest
from hokushin.scenario.load import load

MOST_APART = 0.01
"""Nats by which a log-likelihood may differ: single precision, and nothing else."""


def main(arguments: list[str]) -> int:
    """Compare, and write new digests if nothing differs."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    loaded = load(arguments[0])
    name = loaded.scenario.scenario.id
    path = Path(hokushin.infer.__path__[0]) / "fitted" / f"{name}.npz"
    posterior = Posterior.load(path)
    made = dict(posterior.made)
    weight, end = made["statement_weight"], date.fromisoformat(made["end"])
    world = posterior.world()
    likelihood = likelihood_of(loaded, end, made["seed"], weight, made["world"], world)
    now = witness(likelihood)
    print(f"noted {made['witness']}, now {now}")
    if likelihood.names != posterior.names[: posterior.n_weighed] or not np.allclose(
        now, made["witness"], rtol=0.0, atol=MOST_APART
    ):
        print(f"{name} has to be fitted again: hokushin fit {name}", file=sys.stderr)
        return 1
    made |= {"scenario_digest": loaded.digest, "code_digest": likelihood_digest()}
    replace(posterior, made=made).save(path)
    print(f"{path.name} belongs to scenario {loaded.digest[:8]} and code {likelihood_digest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
