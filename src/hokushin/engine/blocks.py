"""Blocks: rows of a run, cut to the width at which they are computed."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32

from hokushin.engine.keys import LANES
from hokushin.model.build import Model

Block = dict[str, np.ndarray]
"""Rows of one block: `history`, `draw`, `strength` of each rewrite, and `normals` where given."""


def cut_rows(
    model: Model,
    histories: np.ndarray,
    present: np.ndarray | None = None,
    alternative: np.ndarray | None = None,
    draws: np.ndarray | None = None,
    normals: np.ndarray | None = None,
) -> list[Block]:
    """Cut rows into blocks of `LANES`, the last one filled up with its own last row.

    Args:
        model: Whose causes are switched.
        histories: Absolute history ids, one a row.
        present: True where a cause is as in the world: (cause,) or (row, cause); all if None.
        alternative: True where an absent cause uses its alternative null, (cause,).
        draws: Parameter draw of each row; by default the history's own id.
        normals: Standard normal deviates of all numbers, (quantity, row), in the place of draws.

    Raises:
        ValueError: If there are no rows, or the deviates are not those of numbers and rows.
    """
    histories = np.asarray(histories, np.uint32)
    n = len(histories)
    if n == 0:
        raise ValueError("no histories to run; give at least one id")
    draws = histories if draws is None else np.asarray(draws, np.uint32)
    needed = (len(model.priors.names), n)
    if normals is not None and normals.shape != needed:
        raise ValueError(
            f"normals have the shape {normals.shape}, but {needed} is needed: "
            "a row for each number, a column for each history"
        )
    strength = rewrite_strength(model, n, present, alternative)
    filled = np.minimum(np.arange(-(-n // LANES) * LANES), n - 1)
    blocks = []
    for rows in filled.reshape(-1, LANES):
        block = {
            "history": histories[rows],
            "draw": draws[rows],
            "strength": np.ascontiguousarray(strength[rows].T),
        }
        if normals is not None:
            block["normals"] = np.ascontiguousarray(normals[:, rows], np.float32)
        blocks.append(block)
    return blocks


def rewrite_strength(
    model: Model, n_rows: int, present: np.ndarray | None, alternative: np.ndarray | None
) -> Float32[np.ndarray, "row rewrite"]:
    """Give one where a rewrite takes the place of an absent cause, by the null that is in use."""
    axes, n_causes = model.axes, len(model.axes.causes)
    if not len(axes.rewrites):
        return np.zeros((n_rows, 0), np.float32)
    is_present = np.ones(n_causes, bool) if present is None else np.asarray(present, bool)
    absent = ~np.broadcast_to(is_present, (n_rows, n_causes))[:, axes.rewrite_cause]
    second = np.zeros(n_causes, bool) if alternative is None else np.asarray(alternative, bool)
    in_use = second[axes.rewrite_cause] == (axes.rewrite_alternative > 0)
    return (absent & in_use).astype(np.float32)
