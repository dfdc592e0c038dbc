"""Kept: finished rounds of a smoother on disk, so that an interrupted one goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hokushin.infer.world.smoother import Round, Smoothed


class Kept:
    """Rounds of one smoother, or of several, in a folder; nothing where there is none."""

    def __init__(self, folder: Path | None, identity: str) -> None:
        """Name the folder, and what the rounds in it must belong to."""
        self.folder = folder
        self.identity = identity

    def read(self, number: int) -> Smoothed | None:
        """Give the rounds of one smoother that are done; None if there are none that belong."""
        path = self._path(number)
        if path is None or not path.exists():
            return None
        with np.load(path, allow_pickle=False) as held:
            if str(held["identity"]) != self.identity:
                return None
            rounds = tuple(Round(float(m), int(a)) for m, a in held["rounds"])
            return Smoothed(held["normals"], rounds)

    def write(self, number: int, done: Smoothed) -> None:
        """Keep the rounds of one smoother."""
        path = self._path(number)
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        rounds = np.array([(one.misfit, one.axes) for one in done.rounds])
        with part.open("wb") as file:
            np.savez(file, identity=np.array(self.identity), normals=done.normals, rounds=rounds)
        part.replace(path)

    def _path(self, number: int) -> Path | None:
        return None if self.folder is None else self.folder / f"world-{number}.npz"
