"""Every number of a scenario in one flat table, with its prior in the engine's unit."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hokushin.scenario.prior import Prior
from hokushin.scenario.problems import Mistake
from hokushin.scenario.quantity import Quantity
from hokushin.scenario.units import conversion

ZERO, ONE, MANY = 0, 1, 2
"""Positions of three constants that stand in where a scenario has no number."""

_CONSTANT_VALUES = (0.0, 1.0, 1.0e6)
KINDS = ("constant", "lognormal", "logitnormal", "normal")


@dataclass
class QuantityTable:
    """Numbers by position: what they are called, and what is believed of them.

    Positions are given out as the model asks for them, so a number that no mechanism reads is not
    in the table and cannot be drawn, rewritten or fitted.
    """

    known: dict[str, Quantity]
    names: list[str] = field(default_factory=lambda: ["zero", "one", "many"])
    priors: list[Prior | None] = field(default_factory=lambda: [None, None, None])
    units: list[str] = field(default_factory=lambda: ["1", "1", "1"])
    problems: list[tuple[str, str]] = field(default_factory=list)

    def at(self, path: str, unit: str, absent: int | None = None) -> int:
        """Position of the quantity at a path, read in a unit; `absent` where there is none."""
        if path in self._positions:
            return self._positions[path]
        quantity = self.known.get(path)
        if quantity is None:
            if absent is None:
                raise KeyError(path)
            return absent
        try:
            conversion(quantity.unit, unit)
            prior = quantity.prior().in_unit(unit)
        except Mistake as mistake:
            self.problems.append((path, str(mistake)))
            return absent if absent is not None else ZERO
        return self._add(path, prior, unit)

    def add(self, path: str, prior: Prior, unit: str) -> int:
        """Position of a number that does not come from the scenario (fitted coefficients)."""
        known = self._positions.get(path)
        return self._add(path, prior, unit) if known is None else known

    def _add(self, path: str, prior: Prior, unit: str) -> int:
        self._positions[path] = len(self.names)
        self.names.append(path)
        self.priors.append(prior)
        self.units.append(unit)
        return self._positions[path]

    def __post_init__(self) -> None:
        self._positions: dict[str, int] = {}

    def position(self, path: str) -> int | None:
        """Position of a quantity that the model reads, or None."""
        return self._positions.get(path)

    def arrays(self) -> PriorArrays:
        """The table as arrays, for drawing."""
        kind = np.zeros(len(self.names), np.int32)
        location = np.zeros(len(self.names), np.float32)
        scale = np.zeros(len(self.names), np.float32)
        whole = np.ones(len(self.names), np.float32)
        for i, prior in enumerate(self.priors):
            if prior is None:
                location[i] = _CONSTANT_VALUES[i]
                continue
            kind[i] = KINDS.index(prior.kind)
            location[i], scale[i], whole[i] = prior.location, prior.scale, prior.whole
        return PriorArrays(tuple(self.names), kind, location, scale, whole)


@dataclass(frozen=True, eq=False)
class PriorArrays:
    """Priors of all numbers, as arrays over positions; see `hokushin.scenario.quantity.Prior`."""

    names: tuple[str, ...]
    kind: np.ndarray
    location: np.ndarray
    scale: np.ndarray
    whole: np.ndarray

    @property
    def free(self) -> np.ndarray:
        """Positions that are drawn (the rest are constants)."""
        return np.flatnonzero(self.scale > 0)
