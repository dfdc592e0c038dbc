"""Fitted: draws of numbers that a record has taught, as a run takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Fitted:
    """Joint draws of some numbers of a model; the others keep their priors.

    Row `d` of a run has draw `d` modulo their number, so that draws may be fewer than histories.
    """

    names: tuple[str, ...]
    """Paths of the numbers."""
    normals: Float[np.ndarray, "number draw"]
    """In standard units of each number's prior, as `Model.from_normals` takes them."""
    pairs: tuple[str, ...] = ()
    """`faction:matter` of each disposition."""
    dispositions: Mapping[date, Float[np.ndarray, "pair draw"]] = field(default_factory=dict)
    """By branch: what each faction inclined to on the eve, in the same draws."""

    def __post_init__(self) -> None:
        """Refuse draws that do not fit together."""
        if self.normals.shape[0] != len(self.names) or not self.n_draws:
            raise ValueError(
                f"fitted draws have the shape {self.normals.shape}, but name {len(self.names)} "
                "numbers; give one row for each name and at least one draw"
            )
        for branch, rows in self.dispositions.items():
            if rows.shape != (len(self.pairs), self.n_draws):
                raise ValueError(
                    f"dispositions on {branch} have the shape {rows.shape}, but there are "
                    f"{len(self.pairs)} pairs and {self.n_draws} draws"
                )

    @property
    def n_draws(self) -> int:
        """How many draws there are."""
        return self.normals.shape[1]
