"""Theories: which of those who explained an event explains the record best, for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hokushin.answer.layout import note
from hokushin.infer.posterior import StaleError
from hokushin.infer.theories.report import Reading, TheoryResult, find_theories

if TYPE_CHECKING:
    from hokushin.answer.document import Why
    from hokushin.scenario.load import Loaded


@dataclass(frozen=True)
class Forecast:
    """How one reading of an explanation forecast what was held out, beside the model itself."""

    cut: str
    """First day held out."""
    difference: float
    """Log score less that of the model that leaves every cause open, in nats."""
    se: float
    verdict: str
    """better, worse, cannot tell, or the same."""
    evidence: float
    """Log-evidence of all rows less that model's, in nats."""
    evidence_low: float
    evidence_high: float


@dataclass(frozen=True)
class Explanation:
    """One explanation, with both readings of what it does not mention."""

    name: str
    title: str
    kind: str
    """source, or composed by the authors of the scenario."""
    sources: tuple[str, ...]
    open: Forecast
    closed: Forecast


def theories_of(
    loaded: Loaded, folder: Path | None = None
) -> tuple[tuple[Explanation, ...] | None, str | None]:
    """Give the comparison that was made for a scenario, and what it says in a sentence.

    Both are None where there is none. One that belongs to another version of scenario or
    mechanisms is not shown, and the sentence says so.

    Args:
        loaded: A scenario.
        folder: Where a user's own comparisons lie; in the cache of this machine if None.
    """
    from hokushin.answer.cache import folder as cache_folder  # which knows whole answers

    if not loaded.scenario.theories:
        return None, None
    found = find_theories(loaded.scenario.scenario.id, folder or cache_folder() / "fits")
    if found is None:
        return None, None
    try:
        found.check(loaded.digest)
    except StaleError as stale:
        return None, f"Not shown: {stale}."
    return tuple(_explanation(theory) for theory in found.theories), found.headline


def theories_part(why: Why) -> list[str]:
    """Say in a few lines which source explains the record best."""
    if why.theories_said is None:
        return []
    more = f" More: hokushin theories {why.scenario}." if why.theories else ""
    return note("EXPLAINED BY", f"{why.theories_said}{more}")


def _explanation(theory: TheoryResult) -> Explanation:
    return Explanation(
        theory.name,
        theory.title,
        theory.kind,
        theory.source,
        _forecast(theory.reading("open")),
        _forecast(theory.reading("closed")),
    )


def _forecast(reading: Reading) -> Forecast:
    held = reading.held_out[0]
    return Forecast(
        held.cut,
        held.difference,
        held.se,
        held.verdict,
        reading.difference,
        reading.difference_low,
        reading.difference_high,
    )
