"""Setting: what is asked of a run, and what it says of the events of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np

from hokushin.model.axes import NEVER


@dataclass(frozen=True)
class Setting:
    """What distinguishes one run from another, apart from its rows."""

    seed: int = 1
    branch: date | None = None
    """Documented choices are forced before this day; None: everything is free from the start.

    In the step that holds it, matters with a documented choice before the day are forced and the
    others free."""
    horizon: date | None = None
    """The run stops at the first step that begins on or after this day."""
    kernel: str = "assent"
    spread: float = 1.0
    """Factor on the spread of every prior; 0 runs every history on the medians."""
    override: Mapping[str, float] = field(default_factory=dict)
    """Numbers set by path for all rows, in the engine's unit."""


class Documented(NamedTuple):
    """One choice of the documented path: its day, and positions of matter and option."""

    day: date
    matter: int
    option: int


@dataclass(frozen=True)
class Outcomes:
    """First step at which each event held, row by row; `NEVER` where it did not."""

    events: tuple[str, ...]
    first: np.ndarray  # (event, row)

    def happened(self, event: str) -> np.ndarray:
        """Whether an event happened before the horizon, row by row."""
        return self.first[self.events.index(event)] < NEVER

    def step(self, event: str) -> np.ndarray:
        """Step of an event, row by row."""
        return self.first[self.events.index(event)]
