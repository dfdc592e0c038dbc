"""Numbers as a scenario file has them, with all that it asks of one."""

from __future__ import annotations

from typing import Any


def number(value: float, unit: str = "1") -> dict[str, Any]:
    """A number without spread."""
    return {"value": value, "unit": unit, "constant": "chosen for a test"}


def spread_out(low: float, value: float, high: float, unit: str = "1", **more) -> dict[str, Any]:
    """A number with an interval."""
    judged = {"source": "tests", "seen": "judgement", "grade": "D"}
    return {"value": value, "low": low, "high": high, "unit": unit, **judged, **more}
