"""Verify: whether a folder of histories is whole, and what its manifest says it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hokushin.answer.ensemble import Manifest, checksum
from hokushin.answer.plain import plain, restore
from hokushin.answer.version import code_version
from hokushin.scenario.load import load

SCHEMA = "hokushin/verify/1"


@dataclass(frozen=True)
class Verified:
    """What was found in a folder of histories."""

    schema: str
    folder: str
    histories: int
    """Histories whose file is there and is the one that was written."""
    asked: int
    mismatches: tuple[str, ...]
    """What does not agree with the manifest, or with the scenario as it is now."""
    notes: tuple[str, ...]
    """What differs without being wrong."""

    @property
    def complete(self) -> bool:
        """Whether every history that was asked for is there."""
        return self.histories == self.asked

    def as_dict(self) -> dict[str, Any]:
        """Give the document as plain JSON values."""
        return plain(self)

    def __str__(self) -> str:
        state = "complete" if self.complete else "incomplete"
        lines = [f"{self.folder}: {self.histories:,} of {self.asked:,} histories, {state}"]
        lines += [f"  mismatch: {what}" for what in self.mismatches]
        lines += [f"  note: {what}" for what in self.notes]
        return "\n".join(lines)


def verify(folder: str | Path) -> Verified:
    """Check every file of a run against its manifest, page checksums included, and the scenario.

    Raises `ValueError` if the folder holds no run.
    """
    path = Path(folder)
    manifests = manifests_of(path)
    mismatches: list[str] = []
    notes: list[str] = []
    first = manifests[0]
    for other in manifests[1:]:
        for name in (
            "digest",
            "basis",
            "seed",
            "histories",
            "branch",
            "horizon",
            "changes",
            "shards",
        ):
            if getattr(other, name) != getattr(first, name):
                mismatches.append(f"shards {first.shard} and {other.shard} differ in {name}")
    histories = 0
    for chunk in (chunk for manifest in manifests for chunk in manifest.chunks):
        problem = _problem(path / chunk.file, chunk.sha256, chunk.rows, chunk.first)
        if problem is None:
            histories += chunk.rows
        else:
            mismatches.append(problem)
    mismatches += _beside_scenario(first)
    if first.code_version != code_version():
        notes.append(f"computed by code {first.code_version}, this is {code_version()}")
    return Verified(SCHEMA, str(path), histories, first.histories, tuple(mismatches), tuple(notes))


def manifests_of(path: Path) -> list[Manifest]:
    """Read the manifests of all shards in a folder."""
    files = sorted(path.glob("manifest*.json"))
    if not files:
        raise ValueError(f"{path} holds no run: there is no manifest in it")
    try:
        written = [json.loads(file.read_text(encoding="utf-8")) for file in files]
        return [restore(Manifest, one) for one in written]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"a manifest in {path} cannot be read: {problem}") from problem


def _problem(file: Path, sha256: str, rows: int, first: int) -> str | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not file.exists():
        return f"{file.name} is missing"
    if checksum(file) != sha256:
        return f"{file.name} is not the file that was written"
    try:
        table = pq.read_table(file, columns=["history"], page_checksum_verification=True)
    except (pa.ArrowException, OSError) as problem:
        return f"{file.name} cannot be read: {problem}"
    if table["history"].to_pylist() != list(range(first, first + rows)):
        return f"{file.name} does not hold histories {first} to {first + rows - 1}"
    return None


def _beside_scenario(manifest: Manifest) -> list[str]:
    try:
        digest = load(manifest.given_as).digest
    except ValueError:
        return [f"the scenario {manifest.given_as} is not here to compare with"]
    if digest == manifest.digest:
        return []
    return [f"the scenario is {digest[:8]} now, the run was made with {manifest.digest[:8]}"]
