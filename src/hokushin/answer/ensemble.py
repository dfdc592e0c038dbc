"""Ensemble: many histories on disk, in a folder that says what it is and can be gone on with.

A folder holds Parquet files of one row a history and one manifest for each shard. A file is
written whole or not at all, and the manifest names it with its SHA-256 only once it is there, so an
interrupted run is a shorter run.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hokushin.answer.plain import plain
from hokushin.answer.version import code_version
from hokushin.answer.world import World, first_day, prepare
from hokushin.engine.keys import BLOCK
from hokushin.engine.run import Outcomes, Simulator
from hokushin.scenario.changes import parse_changes
from hokushin.scenario.load import load

if TYPE_CHECKING:
    import pyarrow

    from hokushin.scenario.load import Loaded

SCHEMA = "hokushin/run/1"

CHUNK = 16 * BLOCK
"""Histories in a file, so that files of different shards never overlap."""


@dataclass(frozen=True)
class Chunk:
    """One file of histories."""

    file: str
    first: int
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a folder of histories holds, and from what it was computed."""

    schema: str
    scenario: str
    given_as: str
    """What the scenario was called on the command line: a name, or a path."""
    digest: str
    code_version: str
    basis: str
    """`prior`, or `posterior` and the content of the fitted draws."""
    seed: int
    histories: int
    """Histories asked for, over all shards."""
    branch: str
    horizon: str
    changes: tuple[str, ...]
    shard: int
    shards: int
    events: tuple[str, ...]
    chunks: tuple[Chunk, ...]
    complete: bool

    def as_dict(self) -> dict[str, Any]:
        """Give the manifest as plain JSON values."""
        return plain(self)


def run(
    scenario: str | Path | Loaded,
    histories: int,
    out: str | Path,
    seed: int = 1,
    branch: date | None = None,
    horizon: date | None = None,
    changes: Sequence[str] = (),
    resume: bool = False,
    shard: tuple[int, int] = (1, 1),
    progress: Callable[[str, int, int], None] | None = None,
    basis: str | None = None,
) -> Manifest:
    """Run histories into a folder: for each, the step and the day on which every event first held.

    Args:
        scenario: name of a scenario, its folder, or one that is loaded.
        histories: how many, numbered from 0.
        out: folder; new or empty unless resumed.
        seed: of all randomness.
        branch: documented choices are forced before this day; the default question's if None.
        horizon: histories stop before this day; the default question's if None.
        changes: made in every history, as a command line writes them (`scenario.changes`).
        resume: go on with what an earlier run of the same request left.
        shard: which of how many parts to run, from 1.
        progress: told of histories done.
        basis: `prior`, `posterior`, or None for fitted draws where there are any.

    Raises `ValueError` if the folder holds something else, `ScenarioError` for a bad change.
    """
    number, of = shard
    if histories < 1 or not 1 <= number <= of:
        raise ValueError(
            f"{histories} histories as shard {number} of {of}; "
            "ask for at least one, and for a shard from 1 to their number"
        )
    loaded = load(scenario) if isinstance(scenario, str | Path) else scenario
    rewrites = parse_changes(changes, loaded.scenario)
    pairs = [(text, (one,)) for text, one in zip(changes, rewrites, strict=True)]
    world = prepare(loaded, pairs, basis)
    _, asked = world.question()
    since, until = branch or first_day(asked.branch), horizon or first_day(asked.horizon)
    manifest = Manifest(
        schema=SCHEMA,
        scenario=loaded.scenario.scenario.id,
        given_as=str(scenario) if isinstance(scenario, str | Path) else loaded.folder,
        digest=loaded.digest,
        code_version=code_version(),
        basis=world.basis.identity,
        seed=seed,
        histories=histories,
        branch=since.isoformat(),
        horizon=until.isoformat(),
        changes=tuple(changes),
        shard=number,
        shards=of,
        events=world.model.axes.events,
        chunks=(),
        complete=False,
    )
    folder = _Folder(Path(out), manifest, resume)
    simulator = world.simulator(since, until, seed)
    mine = [first for i, first in enumerate(range(0, histories, CHUNK)) if i % of == number - 1]
    for done, first in enumerate(mine):
        if progress is not None:
            progress("histories", done * CHUNK, len(mine) * CHUNK)
        if folder.has(first):
            continue
        ids = range(first, min(first + CHUNK, histories))
        folder.add(first, table_of(world, simulator, ids))
    return folder.finish()


def table_of(world: World, simulator: Simulator, histories: range) -> pyarrow.Table:
    """Run histories and give one row each: first step and day of every event, null if none."""
    import pyarrow as pa

    outcomes = world.outcomes(simulator, histories)
    columns: dict[str, Any] = {"history": pa.array(np.asarray(histories, np.uint32))}
    for event in outcomes.events:
        steps, days = _when(world, outcomes, event)
        columns[f"{event}_step"] = steps
        columns[f"{event}_day"] = days
    return pa.table(columns)


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest_name(shard: int, shards: int) -> str:
    """Name of the manifest of one shard."""
    return "manifest.json" if shards == 1 else f"manifest-{shard}-of-{shards}.json"


def _when(world: World, outcomes: Outcomes, event: str) -> tuple[pyarrow.Array, pyarrow.Array]:
    import pyarrow as pa

    calendar = world.model.sets.calendar
    missing = ~outcomes.happened(event)
    steps = np.where(missing, 0, outcomes.step(event)).astype(np.int32)
    firsts = np.array([calendar.start_of(t) for t in range(calendar.n_steps)], "datetime64[D]")
    return pa.array(steps, mask=missing), pa.array(firsts[steps], mask=missing)


class _Folder:
    """The folder of a run while it is written."""

    def __init__(self, path: Path, manifest: Manifest, resume: bool) -> None:
        self.path = path
        self.manifest = manifest
        self.file = path / manifest_name(manifest.shard, manifest.shards)
        self.chunks: dict[int, Chunk] = {}
        path.mkdir(parents=True, exist_ok=True)
        if self.file.exists():
            self._take_up(resume)
        elif any(path.iterdir()) and manifest.shards == 1:
            raise ValueError(f"{path} is not empty; name a new folder, or one that a run left")
        self._save(complete=False)

    def has(self, first: int) -> bool:
        """Whether the file that begins at a history is there, as the manifest has it."""
        return first in self.chunks

    def add(self, first: int, table: pyarrow.Table) -> None:
        """Write a file whole, under another name until it is, and then note it."""
        import pyarrow.parquet as pq

        name = f"histories-{first:010d}.parquet"
        part = self.path / f"{name}.{os.getpid()}.part"
        pq.write_table(table, part, write_page_checksum=True, compression="zstd")
        digest = checksum(part)
        part.replace(self.path / name)
        self.chunks[first] = Chunk(name, first, table.num_rows, digest)
        self._save(complete=False)

    def finish(self) -> Manifest:
        """Mark the shard as complete."""
        return self._save(complete=True)

    def _take_up(self, resume: bool) -> None:
        if not resume:
            raise ValueError(
                f"{self.path} holds a run already; --resume goes on with it, or name a new folder"
            )
        kept = json.loads(self.file.read_text(encoding="utf-8"))
        asked = self.manifest.as_dict()
        volatile = ("chunks", "complete", "given_as")
        differs = [k for k in asked if k not in volatile and kept.get(k) != asked[k]]
        if differs:
            raise ValueError(
                f"{self.path} holds another run: {', '.join(differs)} differ; name a new folder"
            )
        for chunk in (Chunk(**entry) for entry in kept["chunks"]):
            file = self.path / chunk.file
            if file.exists() and checksum(file) == chunk.sha256:
                self.chunks[chunk.first] = chunk

    def _save(self, complete: bool) -> Manifest:
        chunks = tuple(self.chunks[first] for first in sorted(self.chunks))
        manifest = replace(self.manifest, chunks=chunks, complete=complete)
        part = self.file.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(manifest.as_dict(), indent=1) + "\n", encoding="utf-8")
        part.replace(self.file)
        return manifest
