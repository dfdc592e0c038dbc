"""Studied: what a study of sensitivity found about an answer, kept beside the answer.

A study takes a quarter of an hour, an answer less than a minute. So the few lines of a study that
an answer tells ship with the package, named by scenario, question and basis, with the digests of
what they were made from; where one of those has changed they are not told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from hokushin.answer.parts import MovingRecalled
from hokushin.answer.plain import plain, restore
from hokushin.answer.sensitivity_parts import Sensitivity
from hokushin.answer.world import World
from hokushin.infer.posterior import likelihood_digest

SCHEMA = "hokushin/studied/1"


@dataclass(frozen=True)
class Studied:
    """The lines of a study that an answer tells."""

    schema: str
    scenario: str
    question: str
    basis: str
    draws: str
    """Which draws the numbers had: `Basis.identity`."""
    digest: str
    code: str
    recalled: MovingRecalled
    check_next: tuple[str, ...]


def studied(result: Sensitivity) -> Studied:
    """Take from a study what an answer tells."""
    return Studied(
        SCHEMA,
        result.scenario,
        result.question,
        result.basis,
        result.draws,
        result.digest,
        result.code,
        result.recalled,
        result.check_next,
    )


def ship(result: Sensitivity) -> Path:
    """Write what an answer tells into the package, for those who make a release."""
    path = Path(str(files("hokushin.answer"))) / "studies" / _name(result)
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(plain(studied(result)), indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


def find_studied(world: World, question: str) -> Studied | None:
    """Give the study of a question that ships, unless it was made of something else."""
    name = f"{world.scenario.scenario.id}.{question}.{world.basis.name}.json"
    place = files("hokushin.answer") / "studies" / name
    if not place.is_file():
        return None
    found: Studied = restore(Studied, json.loads(place.read_text(encoding="utf-8")))
    return found if _made_of(found) == _now(world) else None


def _made_of(found: Studied) -> tuple[str, ...]:
    return _identity(found.basis, found.draws, found.digest, found.code)


def _now(world: World) -> tuple[str, ...]:
    basis = world.basis
    return _identity(basis.name, basis.identity, world.loaded.digest, likelihood_digest())


def _identity(basis: str, draws: str, digest: str, code: str) -> tuple[str, ...]:
    """What a study belongs to: fitted draws, which know their own scenario and code, or those."""
    return (basis, draws) if basis == "posterior" else (basis, draws, digest, code)


def _name(result: Sensitivity) -> str:
    return f"{result.scenario}.{result.question}.{result.basis}.json"
