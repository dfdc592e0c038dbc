"""Entries: what every kind of entry shares, and the words that may stand in one."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
)

from hokushin.scenario.dates import parse_date


def _as_date(text: str) -> str:
    parse_date(text)
    return text


Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
ScenarioId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Key = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=80)
]
Path = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=120)
]
Condition = Annotated[
    str, StringConstraints(pattern=r"^(not )?[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+$", max_length=120)
]
Date = Annotated[
    str,
    AfterValidator(_as_date),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}),
]
"""A year, month or day that exists, as text: see `hokushin.scenario.dates`."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]

Branch = Literal["infantry", "armour", "air", "naval"]
BRANCHES: tuple[Branch, ...] = ("infantry", "armour", "air", "naval")

Consideration = Literal[
    "relief", "prospect", "criterion", "strain", "commitment", "ripeness", "window", "dread",
    "burden", "exposure", "threat", "faith", "ally", "deterrence", "spoils", "doctrine",
]  # fmt: skip
CONSIDERATIONS: tuple[Consideration, ...] = (
    "relief", "prospect", "criterion", "strain", "commitment", "ripeness", "window", "dread",
    "burden", "exposure", "threat", "faith", "ally", "deterrence", "spoils", "doctrine",
)  # fmt: skip


class Entry(BaseModel):
    """Base of every entry: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
