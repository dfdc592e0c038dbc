"""Draws: the joint posterior of the engagement model, as a table that travels with the package.

One row is one joint draw of every coefficient, so that what belongs together stays together: a fit
that gives the constant less gives the ratio of men more. Columns are named by equation, coefficient
and, where eras differ, era (`outcome.force.1919-53`); effects of powers by power and era, or by
power alone for an era in which it did not fight.

Two fits ship. `all` is of all battles since 1600 and is what predictions are scored with; `1900-53`
is of the battles of the two world wars and between, and is what engagements are fought with: what
works and ground do to losses and advances was different before the machine gun.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import numpy as np

ATTRIBUTION = (
    "Battle data: CDB90, US Army Concepts Analysis Agency (public domain), repackaged by "
    "J. B. Arnold, github.com/jrnold/CDB90, ODC-BY 1.0; cleaned and split by this project."
)

SCHEMA = "hokushin-battles-1"

LARGEST_R_HAT = 1.01
FEWEST_EFFECTIVE_DRAWS = 400

Shipped = Literal["all", "1900-53"]


@dataclass(frozen=True)
class Gates:
    """Whether the sampler did its work."""

    r_hat: float
    """Largest split R-hat of any number."""
    effective_draws: float
    """Smallest effective number of draws of any number."""
    divergences: int

    @property
    def failures(self) -> tuple[str, ...]:
        """What falls short, in words; empty if nothing does."""
        failures = []
        if not self.r_hat <= LARGEST_R_HAT:
            failures.append(f"R-hat is {self.r_hat:.3f}, and should be at most {LARGEST_R_HAT}")
        if not self.effective_draws >= FEWEST_EFFECTIVE_DRAWS:
            failures.append(
                f"a number has {self.effective_draws:.0f} effective draws, and should have "
                f"{FEWEST_EFFECTIVE_DRAWS}"
            )
        if self.divergences:
            failures.append(f"{self.divergences} draws diverged, and none should")
        return tuple(failures)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        r_hat = self.r_hat if math.isfinite(self.r_hat) else None
        return {
            "r_hat": r_hat,
            "effective_draws": self.effective_draws,
            "divergences": self.divergences,
            "passed": not self.failures,
        }


@dataclass(frozen=True, eq=False)
class Posterior:
    """Joint draws of named numbers, how good they are, and where they come from."""

    names: tuple[str, ...]
    values: np.ndarray
    """Draw by name."""
    gates: Gates
    about: dict[str, Any]

    def __len__(self) -> int:
        return len(self.values)

    def __contains__(self, name: str) -> bool:
        return name in self._place

    def column(self, name: str) -> np.ndarray:
        """All draws of a number."""
        if name not in self:
            raise ValueError(f"the fit has no number {name!r}")
        return self.values[:, self._place[name]]

    @property
    def _place(self) -> dict[str, int]:
        return _places(self.names)

    def save(self, path: str | Path) -> None:
        """Write the draws as a Parquet file, to a thousandth, with all about them in its schema."""
        import pyarrow
        import pyarrow.parquet

        rounded = self.values.astype(np.float64).round(3).astype(np.float32)
        table = pyarrow.table(dict(zip(self.names, rounded.T, strict=True)))
        said = {"about": json.dumps(self.about), "gates": json.dumps(self.gates.as_dict())}
        pyarrow.parquet.write_table(
            table.replace_schema_metadata(said),
            path,
            compression="zstd",
            use_dictionary=False,
            write_statistics=False,
            column_encoding="BYTE_STREAM_SPLIT",
        )


@lru_cache(maxsize=16)
def _places(names: tuple[str, ...]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


def load(path: str | Path) -> Posterior:
    """Read draws that `Posterior.save` wrote; ValueError if they are nothing of the kind."""
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(path)
        said = {k.decode(): json.loads(v) for k, v in (table.schema.metadata or {}).items()}
        about, gates = said["about"], said["gates"]
    except (pyarrow.ArrowInvalid, KeyError, ValueError) as error:
        raise ValueError(f"{path}: is no fit that `hokushin battles fit` wrote ({error})") from None
    if about.get("schema") != SCHEMA:
        raise ValueError(
            f"{path}: has schema {about.get('schema')!r}, and {SCHEMA!r} is needed; fit it again"
        )
    values = np.stack([column.to_numpy() for column in table.columns], axis=-1)
    r_hat = math.inf if gates["r_hat"] is None else gates["r_hat"]
    judged = Gates(r_hat, gates["effective_draws"], gates["divergences"])
    return Posterior(tuple(table.column_names), values.astype(np.float64), judged, about)


@lru_cache(maxsize=2)
def shipped(which: Shipped = "all") -> Posterior:
    """Give the draws that come with the package."""
    with as_file(files("hokushin.infer.battles") / f"posterior-{which}.parquet") as path:
        return load(path)
