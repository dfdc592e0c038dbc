"""Source: one number, with what is believed of it, who says so, and what it takes part in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hokushin.answer.layout import wrapped
from hokushin.answer.plain import plain
from hokushin.answer.words import RECORD
from hokushin.scenario.load import load
from hokushin.scenario.paths import quantities_of, quantity_at
from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema import Claim, Contradiction, Scenario

if TYPE_CHECKING:
    from hokushin.scenario.load import Loaded

SCHEMA = "hokushin/source/1"


@dataclass(frozen=True)
class PriorAnswer:
    """Belief about the number before any fit, as the model draws it."""

    kind: str
    p05: float
    p50: float
    p95: float
    widened: bool
    """Whether its interval was doubled because the number was recalled, not looked up."""


@dataclass(frozen=True)
class Work:
    """A work that is cited, and how it is written in a note."""

    key: str
    reference: str


@dataclass(frozen=True)
class Reading:
    """A contradiction that touches the number."""

    name: str
    fact: str
    readings: tuple[str, ...]
    used: str
    reason: str


@dataclass(frozen=True)
class Writer:
    """A cause whose removal writes the number."""

    cause: str
    title: str
    null: str
    """`without` or `alternative`: which world without it."""
    to: float
    unit: str


@dataclass(frozen=True)
class Stated:
    """A claim of a source that the number carries."""

    claim: str
    source: str
    paraphrase: str
    record: str


@dataclass(frozen=True)
class SourceAnswer:
    """Everything that is known about one number of a scenario."""

    schema: str
    scenario: str
    path: str
    value: float
    unit: str
    works: tuple[Work, ...]
    contradictions: tuple[Reading, ...]
    causes: tuple[Writer, ...]
    claims: tuple[Stated, ...]
    prior: PriorAnswer | None = None
    low: float | None = None
    high: float | None = None
    constant: str | None = None
    locator: str | None = None
    seen: str | None = None
    grade: str | None = None
    at: str | None = None
    note: str | None = None
    place: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the document as plain JSON values."""
        return plain(self)

    def __str__(self) -> str:
        return render(self)


def source(scenario: str | Path | Loaded, path: str) -> SourceAnswer:
    """Say where a number is from and what is believed of it.

    Raises `ValueError`, with the path that may be meant, if there is no number there.
    """
    loaded = load(scenario) if isinstance(scenario, str | Path) else scenario
    quantity = quantity_at(dict(quantities_of(loaded.scenario)), path)
    place = loaded.positions.get(path)
    stated = [claim for claim in loaded.claims if _touches(claim.carrier, path)]
    works = loaded.bibliography
    return SourceAnswer(
        schema=SCHEMA,
        scenario=loaded.scenario.scenario.id,
        path=path,
        value=quantity.value,
        unit=quantity.unit,
        works=tuple(
            Work(key, works.formatted(key) if works.has(key) else key) for key in quantity.source
        ),
        contradictions=_contradictions(loaded.scenario, path, stated),
        causes=_writers(loaded.scenario, path),
        claims=tuple(Stated(c.id, c.source, c.paraphrase, c.verdict) for c in stated),
        prior=_prior(quantity),
        low=quantity.low,
        high=quantity.high,
        constant=quantity.constant,
        locator=quantity.locator,
        seen=quantity.seen,
        grade=quantity.grade,
        at=quantity.at,
        note=quantity.note,
        place=None if place is None else str(place),
    )


def render(answer: SourceAnswer) -> str:
    """Give everything about a number as text, at most eighty columns wide."""
    interval = ""
    if answer.low is not None and answer.high is not None:
        interval = f", {answer.low:g} to {answer.high:g} with nine chances in ten"
    dated = f", for {answer.at}" if answer.at else ""
    lines = [answer.path, *_told(f"{answer.value:g} {answer.unit}{interval}{dated}")]
    if answer.constant:
        lines += _told(f"a constant: {answer.constant}")
    if answer.prior is not None:
        p = answer.prior
        widened = "; its interval is doubled, because it was recalled" if p.widened else ""
        lines += _told(
            f"prior: {p.kind}, {p.p05:.4g} / {p.p50:.4g} / {p.p95:.4g} (5%, 50%, 95%){widened}"
        )
    for work in answer.works:
        lines += _told(f"{work.key}: {work.reference}")
    for name in ("locator", "seen", "grade", "note", "place"):
        value = getattr(answer, name)
        if value:
            lines += _told(f"{name}: {value}")
    for reading in answer.contradictions:
        lines += _told(f"disputed ({reading.name}): {reading.fact}")
        lines += [line for one in reading.readings for line in _told(f"- {one}", "    ")]
        lines += _told(f"used: {reading.used}", "    ")
        lines += _told(f"because: {reading.reason}", "    ")
    for writer in answer.causes:
        lines += _told(
            f"{writer.cause} ({writer.null}) sets it to {writer.to:g} {writer.unit}: {writer.title}"
        )
    for claim in answer.claims:
        lines += _told(
            f"{claim.claim} ({claim.source}): {claim.paraphrase.rstrip('.')} "
            f"(the record {RECORD[claim.record]} it)"
        )
    return "\n".join(lines)


def _prior(quantity: Quantity) -> PriorAnswer | None:
    prior = quantity.prior()
    if prior.kind == "constant":
        return None
    p05, p50, p95 = (float(x) for x in prior.quantile([0.05, 0.5, 0.95]))
    return PriorAnswer(prior.kind, p05, p50, p95, prior.widened)


def _contradictions(scenario: Scenario, path: str, stated: list[Claim]) -> tuple[Reading, ...]:
    ids = {claim.id for claim in stated}

    def touches(entry: Contradiction) -> bool:
        return bool(ids & set(entry.claims)) or any(r.set == path for r in entry.changes)

    return tuple(
        Reading(name, entry.fact, tuple(entry.readings), entry.used, entry.reason)
        for name, entry in scenario.contradictions.items()
        if touches(entry)
    )


def _writers(scenario: Scenario, path: str) -> tuple[Writer, ...]:
    writers = []
    for name, cause in scenario.causes.items():
        for null, rewrites in (
            ("without", cause.rewrites),
            ("alternative", cause.alternative_rewrites),
        ):
            writers += [
                Writer(name, cause.title, null, rewrite.to.value, rewrite.to.unit)
                for rewrite in rewrites
                if rewrite.set == path and rewrite.to is not None
            ]
    return tuple(writers)


def _touches(carrier: str, path: str) -> bool:
    return carrier == path or path.startswith(f"{carrier}.")


def _told(text: str, indent: str = "  ") -> list[str]:
    """Lines of a text, those after the first set in by two more."""
    return wrapped(text, indent, f"{indent}  ")
