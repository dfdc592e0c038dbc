"""Morris: elementary effects of many numbers, for screening (Morris 1991; Campolongo 2007)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Function = Callable[[Float[np.ndarray, "row number"]], Float[np.ndarray, " row"]]
"""Takes shares between 0 and 1 of each number's range or belief; one output for each row."""


@dataclass(frozen=True)
class Effect:
    """Elementary effects of one number over its whole range, in the unit of the output."""

    name: str
    mean: float
    """Mean effect: near nought where effects of both signs cancel."""
    mean_size: float
    """Mean of absolute effects (mu*): how much the number matters."""
    size_low: float
    size_high: float
    """Nine tenths of resampled trajectories put `mean_size` between the two."""
    spread: float
    """Standard deviation (sigma): large where it acts through other numbers, or bends."""


def morris(
    function: Function,
    names: Sequence[str],
    trajectories: int = 20,
    levels: int = 4,
    seed: int = 1,
) -> tuple[Effect, ...]:
    """Walk `trajectories` paths through the unit cube, each moving every number once.

    Costs `trajectories * (len(names) + 1)` rows. The largest mean size stands first. An effect is
    the change of output divided by the move, so that it is over the whole range of a number.

    Raises:
        ValueError: If there is no name, fewer than two trajectories, or an output is not finite.
    """
    from SALib.analyze import morris as analyse
    from SALib.sample import morris as sample

    if trajectories < 2:
        raise ValueError(f"trajectories is {trajectories}; a spread of effects needs at least 2")
    problem = unit_problem(names)
    rows = sample.sample(problem, trajectories, num_levels=levels, seed=seed)
    output = outputs(function, rows)
    found = analyse.analyze(
        problem, rows, output, num_levels=levels, conf_level=0.9, seed=seed, print_to_console=False
    )
    effects = [
        Effect(name, float(mu), float(star), float(star - c), float(star + c), float(sigma))
        for name, mu, star, c, sigma in zip(
            names, found["mu"], found["mu_star"], found["mu_star_conf"], found["sigma"], strict=True
        )
    ]
    return tuple(sorted(effects, key=lambda effect: -effect.mean_size))


def unit_problem(names: Sequence[str]) -> dict:
    """Describe numbers between 0 and 1 as SALib wants them."""
    if not names:
        raise ValueError("there is no number to vary; name at least one")
    if len(set(names)) < len(names):
        raise ValueError("a number is named twice; name each once")
    return {
        "num_vars": len(names),
        "names": [f"x{i}" for i in range(len(names))],
        "bounds": [[0.0, 1.0]] * len(names),
    }


def outputs(function: Function, rows: Float[np.ndarray, "row number"]) -> np.ndarray:
    """Run a function over rows and refuse outputs that no index can be made of."""
    output = np.asarray(function(np.asarray(rows, float)), float)
    if output.shape != (len(rows),):
        raise ValueError(f"the function gave {output.shape} for {len(rows)} rows; one output a row")
    if not np.isfinite(output).all():
        raise ValueError(f"{(~np.isfinite(output)).sum()} of {len(rows)} outputs are not finite")
    return output
