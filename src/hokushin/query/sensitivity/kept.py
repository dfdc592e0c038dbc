"""Kept: outputs on disk, part by part, so that a long study goes on where it stopped."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

Progress = Callable[[int, int], None]
Table = Callable[[Float[np.ndarray, "row number"]], Float[np.ndarray, "row ..."]]
"""Any function of rows; its outputs lead with the row."""


@dataclass(frozen=True)
class KeptRows:
    """A function of rows that runs them in parts, and keeps every part that it has run.

    A part is known by its rows and by `identity`, which names all that outputs depend on besides
    (scenario, question, seed, code, histories). Without a folder nothing is kept.
    """

    of: Table
    identity: str
    folder: Path | None = None
    part: int = 64
    progress: Progress | None = None

    def __post_init__(self) -> None:
        """Refuse to keep outputs that nobody could tell from those of another model."""
        if not self.identity:
            raise ValueError(
                "outputs kept in a folder need an identity (scenario, question, seed, code), "
                "or those of another model would be read as its own"
            )

    def __call__(self, rows: Float[np.ndarray, "row number"]) -> Float[np.ndarray, "row ..."]:
        """Read the outputs of these rows, or run the rows and keep them."""
        done = []
        for first in range(0, len(rows), self.part):
            done.append(self._part(np.ascontiguousarray(rows[first : first + self.part])))
            if self.progress is not None:
                self.progress(min(first + self.part, len(rows)), len(rows))
        return np.concatenate(done)

    def _part(self, rows: np.ndarray) -> np.ndarray:
        if self.folder is None:
            return np.asarray(self.of(rows))
        said = f"{self.identity}\0{rows.shape}\0{rows.dtype}\0".encode() + rows.tobytes()
        path = self.folder / f"outputs-{hashlib.sha256(said).hexdigest()[:32]}.npy"
        if path.exists():
            return _read(path, len(rows))
        output = np.asarray(self.of(rows))
        _write(path, output)
        return output


def _write(path: Path, output: np.ndarray) -> None:
    """Write beside the final place and move there, so that what can be seen is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.save(file, output)
        os.replace(unfinished, path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _read(path: Path, rows: int) -> np.ndarray:
    try:
        output = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as problem:
        raise ValueError(f"{path} cannot be read ({problem}); delete it to run it anew") from None
    if len(output) != rows:
        raise ValueError(f"{path} holds {len(output)} rows, not {rows}; delete it to run it anew")
    return output
