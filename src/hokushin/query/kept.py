"""Kept: outcomes on disk, so that a long question that was interrupted goes on where it stopped.

A file is written beside its final place and moved there when complete: one that can be seen is a
whole one, also if the machine stops in between or two runs share the folder.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, UInt, UInt8

from hokushin.query.evaluator import AbstractWrapper


@dataclass(frozen=True)
class Kept(AbstractWrapper):
    """An evaluator that keeps the outcomes of every call on disk, and reads them back.

    A call is known by its switches, its histories and `identity`, which names all that outcomes
    depend on besides (scenario, question, seed, code). Estimates ask for the same rows in the same
    order when they are run again, so an interrupted one repeats at most one call.
    """

    folder: Path
    identity: str

    def __post_init__(self) -> None:
        """Refuse to keep outcomes that nobody could tell from those of another model."""
        if not self.identity:
            raise ValueError(
                "outcomes kept in a folder need an identity (scenario, question, seed, code), "
                "or those of another model would be read as its own"
            )

    def __call__(
        self, present: Bool[np.ndarray, "row cause"], history: UInt[np.ndarray, "row"]
    ) -> Bool[np.ndarray, "row"]:
        """Read the outcomes of these rows, or run the rows and keep them."""
        rows = np.packbits(np.asarray(present, bool), axis=1).tobytes()
        said = "\0".join((*self.causes, "", self.identity)).encode()
        asked = said + rows + np.asarray(history).astype("<u8").tobytes()
        path = self.folder / f"rows-{hashlib.sha256(asked).hexdigest()[:32]}.npz"
        if path.exists():
            bits = read_bits(path, (1, (len(history) + 7) // 8))
            return np.unpackbits(bits[0], count=len(history)).astype(bool)
        outcome = self.of(present, history)
        write_bits(path, np.packbits(outcome)[None])
        return outcome


def write_bits(path: Path, bits: UInt8[np.ndarray, "row byte"]) -> None:
    """Write packed outcomes whole or not at all, with their checksum."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, bits=bits, checksum=np.array(_checksum(bits)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def read_bits(path: Path, shape: tuple[int, int]) -> UInt8[np.ndarray, "row byte"]:
    """Read packed outcomes; `ValueError` if they are not what was written."""
    try:
        with np.load(path) as stored:
            bits, checksum = stored["bits"], str(stored["checksum"])
    except Exception as problem:
        raise ValueError(f"{path} cannot be read ({problem}); delete it to run it anew") from None
    if bits.shape != shape or checksum != _checksum(bits):
        raise ValueError(f"{path} is damaged (its checksum differs); delete it to run it anew")
    return bits


def _checksum(bits: UInt8[np.ndarray, "row byte"]) -> str:
    return hashlib.sha256(np.ascontiguousarray(bits).tobytes()).hexdigest()
