"""Tables of numbers in Markdown, with counting errors, in histories of 1,000."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def table(head: Iterable, rows: Iterable[Iterable]) -> list[str]:
    """Write a Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(str(cell) for cell in line) + " |" for line in lines]


def share(happened: np.ndarray) -> str:
    """Write a share of histories in 1,000, with one standard error of counting."""
    happened = np.asarray(happened, float)
    error = np.sqrt(happened.mean() * (1 - happened.mean()) / happened.size)
    return f"{per_thousand(happened.mean())} ± {1000 * error:.1f}"


def change(before: np.ndarray, after: np.ndarray) -> str:
    """Write how a share moves between the same histories, in 1,000."""
    moved = after.astype(float)[: before.size] - before[: after.size]
    if not moved.any():
        return f"0 of {moved.size:,}"
    error = moved.std() / np.sqrt(moved.size)
    return f"{per_thousand(moved.mean(), signed=True)} ± {1000 * error:.1f}"


def per_thousand(value: float, signed: bool = False) -> str:
    """Write a probability as histories of 1,000."""
    told = 1000 * float(value)
    written = f"{told:+.1f}" if signed else f"{told:.1f}" if told < 10 else f"{told:.0f}"
    return written.replace("-", "−").replace("−0.0", "0.0").replace("+0.0", "0.0")
