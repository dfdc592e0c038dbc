"""Boxes: the corner of all that is uncertain in which an event comes about.

The patient rule induction method (Friedman and Fisher 1999) peels thin slices off a box as long as
that makes the event more frequent inside. EMA Workbench does the peeling; it is an optional extra.
A box found in a sample flatters itself, so it is found again in resampled draws, to see which of
its bounds come back, and tried on draws that it has not seen.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

MISSING = "boxes need EMA Workbench: pip install 'hokushin[discovery]'"


@dataclass(frozen=True)
class Bound:
    """One side of a box: the number lies between two shares of its belief."""

    name: str
    low: float
    high: float
    quasi_p: float
    """Chance that the bound adds so much by accident, were it the only one looked for."""
    found_again: float
    """Share of resampled boxes that bound the same number on the same side."""


@dataclass(frozen=True)
class Box:
    """A box of numbers, and how well it tells draws with the event from others."""

    bounds: tuple[Bound, ...]
    coverage: float
    """Share of all draws with the event that lie inside."""
    density: float
    """Share of draws inside that have the event."""
    mass: float
    """Share of all draws that lie inside."""
    fresh_coverage: float
    fresh_density: float
    """The two on draws that the box was not made from."""
    base_rate: float
    """Share of all draws that have the event."""


def available() -> bool:
    """Whether EMA Workbench is installed."""
    return importlib.util.find_spec("ema_workbench") is not None


def find_box(
    x: Float[np.ndarray, "row number"],
    y: Bool[np.ndarray, " row"],
    names: Sequence[str],
    fresh_x: Float[np.ndarray, "fresh number"],
    fresh_y: Bool[np.ndarray, " fresh"],
    resamples: int = 20,
    smallest: float = 0.05,
    seed: int = 1,
) -> Box:
    """Find the box that best trades coverage for density, and try it on fresh draws.

    Of the boxes on the peeling path the one with the largest harmonic mean of coverage and density
    is taken.

    Args:
        x: Shares of belief, each between 0 and 1 and even over the draws.
        y: Whether a draw has the event.
        smallest: Share of draws below which a box is not peeled on.

    Raises:
        ValueError: If EMA Workbench is not installed, or hardly any draw has the event, or nearly
            all have it.
    """
    if not available():
        raise ValueError(MISSING)
    if x.shape != (len(y), len(names)):
        raise ValueError(f"x is {x.shape}, but there are {len(y)} rows and {len(names)} names")
    if min(y.sum(), (~y).sum()) < _FEWEST:
        raise ValueError(
            f"{int(y.sum())} of {len(y)} draws have the event; a box needs at least {_FEWEST} "
            "with it and as many without"
        )
    limits, quasi_p = _peel(x, y, names, smallest)
    random = np.random.default_rng(seed)
    again: dict[tuple[str, str], int] = {}
    for _ in range(resamples):
        rows = random.integers(len(y), size=len(y))
        if min(y[rows].sum(), (~y[rows]).sum()) < _FEWEST:
            continue
        for name, (low, high) in _peel(x[rows], y[rows], names, smallest)[0].items():
            for side, bounded in (("low", low > 0.0), ("high", high < 1.0)):
                again[name, side] = again.get((name, side), 0) + bounded
    bounds = []
    for name, (low, high) in limits.items():
        sides = [side for side, there in (("low", low > 0.0), ("high", high < 1.0)) if there]
        share = min(again.get((name, side), 0) / resamples for side in sides) if resamples else 0.0
        bounds.append(Bound(name, low, high, quasi_p[name], share))
    inside, fresh_inside = _inside(x, names, limits), _inside(fresh_x, names, limits)
    return Box(
        tuple(sorted(bounds, key=lambda bound: bound.quasi_p)),
        float(y[inside].sum() / y.sum()),
        float(y[inside].mean()),
        float(inside.mean()),
        float(fresh_y[fresh_inside].sum() / max(1, fresh_y.sum())),
        float(fresh_y[fresh_inside].mean()) if fresh_inside.any() else 0.0,
        float(y.mean()),
    )


_FEWEST = 20
"""Draws with the event, and without, below which no box is looked for."""


def _peel(
    x: np.ndarray, y: np.ndarray, names: Sequence[str], smallest: float
) -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    """Bounds of the best box on the peeling path, and the quasi-p of each number that it bounds."""
    prim, frame = _prim(), _frame(x, names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search = prim.Prim(frame, y.astype(bool), threshold=float(y.mean()), mass_min=smallest)
        box = search.find_box()
        path = box.peeling_trajectory
        coverage, density = path["coverage"].to_numpy(), path["density"].to_numpy()
        both = 2.0 * coverage * density / np.maximum(coverage + density, 1e-12)
        best = int(np.argmax(both))
        edges, quasi_p = box.box_lims[best], box.qp[best]
    limits, p = {}, {}
    for name, values in quasi_p.items():
        # A quasi-p below nought says that the side is not bounded.
        given = [float(v) for v in values if v >= 0.0]
        low, high = (float(edges[name].iloc[i]) for i in (0, 1))
        limits[name] = (low if values[0] >= 0.0 else 0.0, high if values[1] >= 0.0 else 1.0)
        p[name] = max(given) if given else 1.0
    return limits, p


def _inside(x: np.ndarray, names: Sequence[str], limits: dict[str, Any]) -> np.ndarray:
    inside = np.ones(len(x), bool)
    for name, (low, high) in limits.items():
        column = x[:, list(names).index(name)]
        inside &= (column >= low) & (column <= high)
    return inside


def _prim() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import prim  # type: ignore[import-not-found]
    return prim


def _frame(x: np.ndarray, names: Sequence[str]) -> Any:
    import pandas

    return pandas.DataFrame(x, columns=list(names))
