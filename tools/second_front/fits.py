"""Fits of the flagship scenario under other judgements, and what each makes of the headline.

    python3 -m tools.second_front.fits FOLDER [NAME ...]

Every fit is short (600 draws over four chains, some four minutes on two cores), kept in the
folder and read back from there; the table of all that lie there is printed as Markdown, and put
into docs/second-front.md with --write.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=4")

import jax.numpy as jnp
import numpy as np

from hokushin.answer.headline import interval_of
from hokushin.engine.documented import documented_path
from hokushin.engine.run import Setting, Simulator
from hokushin.infer.fit import fit
from hokushin.infer.nuts import Effort
from hokushin.infer.posterior import Posterior
from hokushin.infer.world import N_MEMBERS
from hokushin.model.build import Model, build
from hokushin.query.chance_spread import chance_spread
from hokushin.scenario.load import Loaded, load
from tools.second_front.runs import ATTACK, EVE, SCENARIO, SEED, YEAR_END
from tools.second_front.tables import per_thousand, share, table

EFFORT = Effort(warmup=175, draws=150, chains=4, part=150)
DRAWS, PER_DRAW = 128, 64


@dataclass(frozen=True)
class Variant:
    """One fit that differs from the shipped one in a judgement."""

    title: str
    scale: float = 1.0
    statements: float = 5.0
    end: date | None = None
    world: int | None = None
    members: int = N_MEMBERS
    positions: bool = False


VARIANTS = {
    "shipped": Variant("as shipped"),
    "statements-0": Variant("stated conditions not counted", statements=0.0),
    "statements-1": Variant("stated conditions count as one choice", statements=1.0),
    "half": Variant("priors half as wide", scale=0.5),
    "double": Variant("priors twice as wide", scale=2.0),
    "positions": Variant("what bodies were known to favour counted too", positions=True),
    "cut-1939": Variant("learnt from nothing after August 1939", end=date(1939, 9, 1)),
    "cut-1940": Variant("... after August 1940", end=date(1940, 9, 1)),
    "eve": Variant("... after 21 June 1941", end=date(1941, 6, 21)),
    "world-1": Variant("choices weighed in another measured world, draw 1", world=1),
    "world-2": Variant("... draw 2", world=2),
    "unmeasured": Variant("the world at its priors", members=0),
}


def main(arguments: list[str]) -> int:
    """Fit what is not there yet, and print the table."""
    write = "--write" in arguments
    folder, *names = [a for a in arguments if a != "--write"]
    unknown = [name for name in names if name not in VARIANTS]
    if unknown:
        print(f"no fit {unknown[0]}; there are {', '.join(VARIANTS)}", file=sys.stderr)
        return 2
    loaded = load(SCENARIO)
    fits = {name: _fit(loaded, Path(folder), name) for name in names or VARIANTS}
    lines = fits_table(loaded, fits)
    if write:
        from tools.second_front.numbers import put

        put("fits", lines)
    else:
        print(*lines, sep="\n")
    return 0


def fits_table(loaded: Loaded, fits: dict[str, Posterior]) -> list[str]:
    """Headline, gates and the numbers that matter most, fit by fit."""
    model = build(loaded.scenario)
    rows = [["before any fit", *_headline(loaded, model, None), "", "", "", ""]]
    for name, posterior in fits.items():
        z, names = posterior.normals, list(posterior.names)
        told = [
            _median(model, path, z[names.index(path)])
            for path in (
                "weights.considerations.criterion",
                "weights.choice.inertia_war",
                "weights.choice.deference",
            )
        ]
        passed = "; ".join(posterior.made["gates"]["failures"]) or "passed"
        headline = _headline(loaded, model, posterior)
        rows.append([VARIANTS[name].title, *headline, *told, passed])
    return table(
        (
            "fit",
            "attack before 1942, of 1,000",
            "nine draws of ten",
            "weight of criterion",
            "cost of war",
            "deference",
            "gates",
        ),
        rows,
    )


def _fit(loaded: Loaded, folder: Path, name: str) -> Posterior:
    path = folder / f"{name}.npz"
    if path.exists():
        return Posterior.load(path)
    one = VARIANTS[name]

    def report(stage: str, done: int, total: int) -> None:
        print(f"{name}: {stage} {done} of {total}", file=sys.stderr, flush=True)

    posterior = fit(
        loaded,
        end=one.end,
        effort=EFFORT,
        seed=SEED,
        folder=folder / f"{name}.parts",
        progress=report,
        scale=one.scale,
        statement_weight=one.statements,
        world=one.world,
        members=one.members,
        positions=one.positions,
    )
    posterior.save(path)
    return posterior


def _headline(loaded: Loaded, model: Model, posterior: Posterior | None) -> list[str]:
    setting = Setting(seed=SEED, branch=EVE, horizon=YEAR_END)
    fitted = None if posterior is None else posterior.fitted()
    path = documented_path(model, loaded.record)
    simulator = Simulator(model, setting, path, fitted)
    ids = np.arange(DRAWS * PER_DRAW, dtype=np.uint32)
    happened = simulator.outcomes(ids, draws=ids % np.uint32(DRAWS)).happened(ATTACK)
    low, high = interval_of(chance_spread(happened, ids % DRAWS))
    return [share(happened), f"{per_thousand(low)} to {per_thousand(high)}"]


def _median(model: Model, path: str, z: np.ndarray) -> str:
    position = model.position(path)
    column = jnp.zeros((len(model.priors.names), 1)).at[position].set(float(np.median(z)))
    return f"{float(model.from_normals(column)[position, 0]):.2g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
