"""Basis: whether an answer rests on assumptions alone or on what the record has taught."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from hokushin.answer.places import fits_folder
from hokushin.infer.posterior import Posterior, StaleError, find_posterior

if TYPE_CHECKING:
    from hokushin.engine.fitted import Fitted
    from hokushin.scenario.load import Loaded

BasisName = Literal["prior", "posterior"]
BASES = ("prior", "posterior")


@dataclass(frozen=True, eq=False)
class Basis:
    """What the numbers of an answer are drawn from."""

    name: str
    posterior: Posterior | None = None
    note: str | None = None
    """Why it is not the other one, where a reader would expect that."""

    @property
    def fitted(self) -> Fitted | None:
        """Give the fitted draws as a run takes them."""
        return None if self.posterior is None else self.posterior.fitted()

    @property
    def identity(self) -> str:
        """Name the draws by content: two fits are two bases."""
        if self.posterior is None:
            return self.name
        drawn = np.ascontiguousarray(self.posterior.normals)
        return f"{self.name} {hashlib.sha256(drawn.tobytes()).hexdigest()[:16]}"


def choose_basis(loaded: Loaded, asked: str | None = None, folder: Path | None = None) -> Basis:
    """Give the basis that was asked for; by default fitted draws where there are any.

    Fitted draws that belong to another version of scenario or mechanisms are refused: by default
    with a note and the prior in their place, and with an error where the posterior was asked for.

    Args:
        loaded: A scenario.
        asked: `prior`, `posterior`, or None for the default.
        folder: Where a user's own fits lie; in the cache of this machine if None.

    Raises:
        ValueError: If the posterior was asked for and there is none, or a stale one.
    """
    if asked not in (None, *BASES):
        raise ValueError(f"basis is {asked!r}; it is one of {', '.join(BASES)}")
    if asked == "prior":
        return Basis("prior")
    name = loaded.scenario.scenario.id
    try:
        posterior = find_posterior(name, folder or fits_folder())
        if posterior is not None:
            posterior.check(loaded.digest)
            return Basis("posterior", posterior)
    except StaleError as stale:
        if asked == "posterior":
            raise
        return Basis("prior", note=str(stale))
    if asked == "posterior":
        raise ValueError(
            f"nothing has been fitted for {name}; fit with: hokushin fit {name}, "
            "or ask on the basis of the prior"
        )
    return Basis("prior")
