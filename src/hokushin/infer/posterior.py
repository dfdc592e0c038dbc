"""Posterior: fitted draws as a file, with the digests of what they were made from.

A posterior is worth nothing for another scenario or for other mechanisms. So the file names the
digest of the scenario and that of the code that says what a choice is likely to be; where either
has changed it is stale, and nobody may read it as if it were not.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from hokushin.engine.fitted import Fitted

SCHEMA = "hokushin/posterior/2"
_EARLIER = "hokushin/posterior/"
_LIKELIHOOD = ("council.py", "features.py", "likelihood.py", "nodes.py", "record_path.py")


class StaleError(ValueError):
    """A posterior that was fitted to another scenario, or with other mechanisms."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of the numbers that choices inform, and how they came about."""

    names: tuple[str, ...]
    normals: Float[np.ndarray, "number draw"]
    """In standard units of the priors: first what choices inform, then what measurements do."""
    years: tuple[int, ...]
    recording: Float[np.ndarray, "year draw"]
    """In standard units: how freely decisions to change nothing were noted, year by year."""
    pairs: tuple[str, ...]
    dispositions: Mapping[date, Float[np.ndarray, "pair draw"]]
    """By branch: inclination of each faction on its eve."""
    made: Mapping[str, Any]
    """How: scenario, digests, end of the record used, seed, effort, gates, scores, seconds."""

    def fitted(self) -> Fitted:
        """Give the draws as a run takes them."""
        return Fitted(self.names, self.normals, self.pairs, self.dispositions)

    @property
    def n_weighed(self) -> int:
        """How many of the numbers are what minds weigh by; the others shape the world."""
        return int(self.made["weighed"])

    def world(self) -> Fitted | None:
        """Give the draws of the numbers that shape the world; None where none was measured."""
        n = self.n_weighed
        return Fitted(self.names[n:], self.normals[n:]) if n < len(self.names) else None

    def contraction(self) -> Float[np.ndarray, " number"]:
        """Share of each number's prior variance that the record took away."""
        return 1.0 - self.normals.var(axis=1)

    def check(self, scenario_digest: str) -> None:
        """Raise `StaleError` unless the draws belong to this scenario and these mechanisms."""
        name = self.made["scenario"]
        if self.made["scenario_digest"] != scenario_digest:
            raise StaleError(
                f"the fitted draws of {name} belong to another version of the scenario; "
                f"fit again with: hokushin fit {name}"
            )
        if self.made["code_digest"] != likelihood_digest():
            raise StaleError(
                f"the fitted draws of {name} were made by other mechanisms than these; "
                f"fit again with: hokushin fit {name}"
            )

    def save(self, path: Path) -> None:
        """Write the draws, rounded to three digits of a standard unit."""
        days = sorted(self.dispositions)
        arrays = {f"dispositions/{day}": _rounded(self.dispositions[day]) for day in days}
        head = {
            "schema": SCHEMA,
            "names": list(self.names),
            "years": list(self.years),
            "pairs": list(self.pairs),
            "made": dict(self.made),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            arrays["head"] = np.array(json.dumps(head))
            arrays["normals"] = _rounded(self.normals)
            arrays["recording"] = _rounded(self.recording)
            np.savez_compressed(file, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path | Traversable) -> Posterior:
        """Read the draws of a file; ValueError if it holds none, StaleError if they are too old."""
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if "head" not in kept:
                raise ValueError(f"{path} holds no fitted draws")
            head = json.loads(str(kept["head"]))
            written = str(head.get("schema"))
            if written != SCHEMA:
                if written.startswith(_EARLIER):
                    raise StaleError(
                        f"{path} was written by an earlier version ({written}, not {SCHEMA}); "
                        "fit again with: hokushin fit"
                    )
                raise ValueError(f"{path} holds {written}, not {SCHEMA}")
            felt = {
                date.fromisoformat(name.split("/")[1]): kept[name].astype(np.float32)
                for name in kept.files
                if name.startswith("dispositions/")
            }
            return cls(
                names=tuple(head["names"]),
                normals=kept["normals"].astype(np.float32),
                years=tuple(head["years"]),
                recording=kept["recording"].astype(np.float32),
                pairs=tuple(head["pairs"]),
                dispositions=felt,
                made=head["made"],
            )


def find_posterior(scenario: str, folder: Path | None = None) -> Posterior | None:
    """Give the fitted draws of a scenario: those of a folder, else those that ship; None if none.

    Whether they still belong to the scenario is for `Posterior.check`.
    """
    places: list[Path | Traversable] = [] if folder is None else [folder / f"{scenario}.npz"]
    places.append(files("hokushin.infer") / "fitted" / f"{scenario}.npz")
    for place in places:
        if place.is_file():
            return Posterior.load(place)
    return None


@lru_cache(maxsize=1)
def likelihood_digest() -> str:
    """Name the code that says how likely a choice is: mechanisms and likelihood, by content.

    What is only said about the code, in docstrings and comments, does not count: a better sentence
    makes no draws stale.
    """
    digest = hashlib.sha256()
    package = files("hokushin")
    sources = _sources(package / "model", "model/")
    sources += [
        (f"infer/{name}", (package / "infer" / name).read_text("utf-8")) for name in _LIKELIHOOD
    ]
    sources += _sources(package / "infer" / "world", "infer/world/")
    for name, text in sorted(sources):
        digest.update(f"{name}\0{code_of(text)}\0".encode())
    return digest.hexdigest()[:16]


def code_of(source: str) -> str:
    """Lines of a Python source that say what is done: no docstring, comment or empty line."""
    said: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                said.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(source.splitlines(), start=1)
    kept = [line.rstrip() for number, line in lines if number not in said]
    return "\n".join(line for line in kept if line and not line.lstrip().startswith("#"))


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    """Path and text of every Python file below a folder."""
    found: list[tuple[str, str]] = []
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith((".", "__")):
            found += _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            found.append((f"{prefix}{entry.name}", entry.read_text(encoding="utf-8")))
    return found


def _rounded(x: np.ndarray) -> np.ndarray:
    return np.asarray(x, np.float16)
