"""Lattice: the probability under every combination of groups, packed so that a page can carry it.

Thirteen groups have 8,192 combinations. Each probability is a 16-bit number and so is its counting
error, little-endian, in base64: 44 kB. A table of up to 65,535 histories loses nothing, since a
probability is a whole number of histories.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np

from hokushin.answer.document import TableAnswer

LEVELS = 65_535
"""Largest number that 16 bits hold."""


@dataclass(frozen=True)
class Packed:
    """Probabilities of the event and their counting errors, by number of combination.

    A code k stands for the probability k / `levels` and for the error k * `error_step`.
    """

    switches: tuple[str, ...]
    """Groups in the order of bits: bit c of a combination's number is set where group c stands."""
    histories: int
    levels: int
    values: str
    errors: str
    error_step: float
    rounding: float
    """Largest difference of a probability and what its code stands for."""
    error_rounding: float


def pack(table: TableAnswer, event_happened: bool) -> Packed | None:
    """Pack a table of what happened as probabilities of the event; None if it lists no counts.

    Args:
        table: of the answer.
        event_happened: whether the event is what happened, so that the table counts it; otherwise
            the table counts its absence.
    """
    if table.switches is None or table.hits is None:
        return None
    n, combinations = table.histories, 1 << len(table.switches)
    if len(table.hits) != combinations:
        raise ValueError(
            f"the table lists {len(table.hits):,} combinations of {len(table.switches)} groups; "
            f"there are {combinations:,}"
        )
    hits = np.asarray(table.hits, np.int64)
    if hits.min() < 0 or hits.max() > n:
        raise ValueError(f"the table counts {hits.min()} to {hits.max()} of {n} histories")
    value = (hits if event_happened else n - hits) / n
    error = np.sqrt(value * (1 - value) / n)
    levels = min(n, LEVELS)
    step = float(error.max()) / LEVELS or 1.0 / LEVELS
    return Packed(
        switches=table.switches,
        histories=n,
        levels=levels,
        values=_encode(np.rint(value * levels)),
        errors=_encode(np.rint(error / step)),
        error_step=step,
        rounding=0.0 if levels == n else 0.5 / levels,
        error_rounding=0.5 * step,
    )


def unpack(packed: Packed) -> tuple[np.ndarray, np.ndarray]:
    """Give probabilities and errors as a page reads them."""
    return _decode(packed.values) / packed.levels, _decode(packed.errors) * packed.error_step


def _encode(codes: np.ndarray) -> str:
    return base64.b64encode(codes.astype("<u2").tobytes()).decode("ascii")


def _decode(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<u2").astype(float)
