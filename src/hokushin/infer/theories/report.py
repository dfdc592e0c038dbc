"""Report: how explanations of one record compare, as a document that can be kept and read back."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from hokushin.infer.posterior import StaleError, code_of, likelihood_digest
from hokushin.infer.theories.held import HeldOut

SCHEMA = "hokushin/theories/1"
OF_A_PASS = ("rows.py", "sequence.py")
"""Code on which a single pass through the record depends."""
_CODE = (*OF_A_PASS, "bench.py", "facts.py", "held.py", "stances.py", "weigh.py", "worlds.py")


@dataclass(frozen=True)
class Evidence:
    """Log-probability of all rows, in nats."""

    value: float
    """At the scenario's own priors, mean over seeds."""
    se: float
    """Spread of single runs between seeds; 0 where there was one."""
    low: float
    high: float
    """Smallest and largest of all runs, under every scale of the priors."""
    runs: int


@dataclass(frozen=True)
class Reading:
    """One theory in one reading, on the rows that all theories speak of."""

    reading: str
    same_as: str
    """Theory and reading that say the same of every number that counts here; empty if none."""
    zero: tuple[str, ...]
    """Numbers that are held at nothing."""
    held_out: tuple[HeldOut, ...]
    evidence: Evidence
    difference: float
    """Log-evidence less that of the common model, in nats, mean over seeds."""
    difference_low: float
    difference_high: float
    """Smallest and largest of that difference over seeds and scales, seed by seed."""
    statements: float
    """Log-probability of the conditions that bodies stated, each counted once; not in the above."""
    switches: Mapping[str, float]
    """Number behind a switch that was as likely on as off -> how likely it is on in the end."""


@dataclass(frozen=True)
class FactWeight:
    """What one fact says of a theory against all others that are somebody's own."""

    matter: str
    since: str
    until: str
    option: str
    rows: tuple[str, ...]
    chance: float
    other_chance: float
    """Before the fact was known: of the option, given that something was done, or of nothing being
    done."""
    decibans: float
    kind: str


@dataclass(frozen=True)
class TheoryResult:
    """One theory: what it says, and what the record says of it."""

    name: str
    title: str
    kind: str
    source: tuple[str, ...]
    summary: str
    speaks_of: tuple[str, ...]
    stances: Mapping[str, str]
    """Cause -> stance, where it is not unmentioned."""
    readings: tuple[Reading, ...]
    facts: tuple[FactWeight, ...]
    """In the closed reading, where theories differ most."""
    own_rows: tuple[Reading, ...] = ()
    """On the rows that this theory speaks of, where they are more than those of all."""

    def reading(self, name: str) -> Reading:
        """Give one reading."""
        return next(r for r in self.readings if r.reading == name)


@dataclass(frozen=True)
class SwitchResult:
    """What the record thinks of one reason, every reason being as likely present as absent."""

    numbers: tuple[str, ...]
    causes: tuple[str, ...]
    on: float
    """Share of belief that it counts."""
    decibans: float
    """Of evidence that it does."""


@dataclass(frozen=True)
class ZeroResult:
    """Savage-Dickey: density at zero after the record against before."""

    number: str
    decibans: float
    """Of evidence that the number is zero."""


@dataclass(frozen=True)
class Theories:
    """Explanations of one record, held against each other."""

    schema: str
    scenario: str
    matters: tuple[str, ...]
    """Matters that all theories speak of: the rows that they are compared on."""
    steps: int
    episodes: int
    until: str
    """First day that is not looked at."""
    cuts: tuple[str, ...]
    theories: tuple[TheoryResult, ...]
    common: Reading
    silent: Reading
    """Every cause unmentioned: open, which is the scenario's own model, and closed."""
    switches: tuple[SwitchResult, ...]
    zeros: tuple[ZeroResult, ...]
    unswitched: tuple[str, ...]
    """Numbers that carry a cause but make the world, so that no switch can turn them."""
    headline: str
    made: Mapping[str, Any]
    """How: digests, effort, seeds, scales, seconds, acceptance."""

    @property
    def sources(self) -> tuple[TheoryResult, ...]:
        """Theories that are somebody's own."""
        return tuple(t for t in self.theories if t.kind == "source")

    def as_dict(self) -> dict[str, Any]:
        """Give the document as plain JSON values."""
        return json.loads(json.dumps(asdict(self)))

    def __str__(self) -> str:
        from hokushin.infer.theories.text import render

        return render(self)

    def check(self, scenario_digest: str) -> None:
        """Raise `StaleError` unless the comparison is of this scenario, by this code."""
        name = self.made["scenario"]
        said = None
        if self.made["scenario_digest"] != scenario_digest:
            said = "belongs to another version of the scenario"
        elif self.made["code_digest"] != theories_digest():
            said = "was made by other mechanisms than these"
        if said:
            raise StaleError(
                f"the comparison of theories of {name} {said}; "
                f"make it again with: hokushin theories {name} --fresh"
            )

    def save(self, path: Path) -> None:
        """Write the document."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        path.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path | Traversable) -> Theories:
        """Read the document of a file; ValueError if it holds none."""
        said = json.loads(path.read_text(encoding="utf-8"))
        if said.get("schema") != SCHEMA:
            raise ValueError(f"{path} holds {said.get('schema')}, not {SCHEMA}")
        return _restored(cls, said)


def find_theories(scenario: str, folder: Path | None = None) -> Theories | None:
    """Give the comparison of a scenario: that of a folder, else the one that ships; None if none.

    Whether it still belongs to the scenario is for `Theories.check`.
    """
    name = f"{scenario}-theories.json"
    places: list[Path | Traversable] = [] if folder is None else [folder / name]
    places.append(files("hokushin.infer") / "fitted" / name)
    for place in places:
        if place.is_file():
            return Theories.load(place)
    return None


@lru_cache(maxsize=2)
def theories_digest(names: tuple[str, ...] = _CODE) -> str:
    """Name the code that compares theories, by content: that of the likelihood, and this."""
    return _digest(likelihood_digest(), names)


def own_digest() -> str:
    """Name the code that compares theories without that of the likelihood."""
    return _digest("", _CODE)


def _digest(begin: str, names: tuple[str, ...]) -> str:
    digest = hashlib.sha256(begin.encode())
    folder = files("hokushin.infer") / "theories"
    for name in names:
        digest.update(f"{name}\0{code_of((folder / name).read_text(encoding='utf-8'))}\0".encode())
    return digest.hexdigest()[:16]


def _restored(kind: Any, value: Any) -> Any:
    """Build what `asdict` was given from what it gave."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is types.UnionType:
        return None if value is None else _restored(inner[0], value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{f.name: _restored(hints[f.name], value[f.name]) for f in fields(kind)})
    if origin is tuple:
        return tuple(_restored(inner[0], item) for item in value)
    return value
