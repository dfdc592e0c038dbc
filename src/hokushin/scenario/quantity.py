"""Quantity: a number as a source gives it, with unit and interval, and the prior it stands for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, field_validator

from hokushin.scenario.dates import parse_range
from hokushin.scenario.prior import Kind, Prior, check_kind, default_kind, fitted_prior
from hokushin.scenario.problems import Mistake
from hokushin.scenario.units import parse_unit

Seen = Literal["text", "excerpt", "recalled", "judgement"]
Grade = Literal["A", "B", "C", "D"]


def _as_tuple(written: Any) -> Any:
    if isinstance(written, str):
        return (written,)
    return tuple(written) if isinstance(written, list) else written


def _as_plain(written: Any) -> Any:
    """Let the unit of plain numbers be written without quotes."""
    return "1" if written == 1 and type(written) is int else written


class Quantity(BaseModel):
    """A number that a source gives, with its unit and the interval of belief about it."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_default=True,
        use_attribute_docstrings=True,
    )

    value: float
    """The number: the median of belief, in the unit the source used."""
    unit: Annotated[str, BeforeValidator(_as_plain, json_schema_input_type=str | Literal[1])]
    """Unit, such as kt/month, divisions, probability or 1."""
    constant: str | None = None
    """Why the number has no interval, if it has none."""
    low: float | None = None
    """Lower end of the interval that holds 90 % of belief."""
    high: float | None = None
    """Upper end of the interval that holds 90 % of belief."""
    kind: Kind | None = None
    """Shape of the prior; chosen from the number and its unit if absent."""
    source: Annotated[
        tuple[str, ...], BeforeValidator(_as_tuple, json_schema_input_type=str | list[str])
    ] = ()
    """Key of the work it is from, or a list of keys; the first is the one that was used."""
    locator: str | None = None
    """Where in the work: page, chapter, document number."""
    seen: Seen | None = None
    """What was seen of the work: the text, an excerpt, nothing (recalled), or a judgement."""
    grade: Grade | None = None
    """Standing of the source: A primary, B scholarly, C weaker, D weak."""
    at: str | None = None
    """The date, or range of dates, for which it holds."""
    note: str | None = None
    """Anything that a reader must know."""

    # Pydantic checks fields in the order above, and `info.data` holds those that passed.

    @field_validator("unit")
    @classmethod
    def _known(cls, unit: str) -> str:
        parse_unit(unit)
        return unit

    @field_validator("constant")
    @classmethod
    def _says_why(cls, constant: str | None) -> str | None:
        if constant is not None and not constant.strip():
            raise Mistake(
                "is empty, but a constant says why it has no interval.", "Write a reason."
            )
        return constant

    @field_validator("low")
    @classmethod
    def _below(cls, low: float | None, info: ValidationInfo) -> float | None:
        value = info.data.get("value")
        if low is not None and value is not None and low > value:
            raise Mistake(f"is {low:g}, above the value {value:g}.", _ORDER)
        return low

    @field_validator("high")
    @classmethod
    def _above(cls, high: float | None, info: ValidationInfo) -> float | None:
        known = info.data
        value = known.get("value")
        if high is not None and value is not None and high < value:
            raise Mistake(f"is {high:g}, below the value {value:g}.", _ORDER)
        if "constant" not in known or "low" not in known:
            return high
        low = known["low"]
        if known["constant"] is None:
            _check_interval(low, high)
        elif value is not None and (low not in (None, value) or high not in (None, value)):
            raise Mistake("is an interval, but the number is a constant.", "Keep one of the two.")
        return high

    @field_validator("kind")
    @classmethod
    def _fits(cls, kind: Kind | None, info: ValidationInfo) -> Kind | None:
        known = info.data
        complete = all(name in known for name in ("value", "unit", "constant", "low", "high"))
        if complete and known["constant"] is None:
            value, low, high, unit = (known[name] for name in ("value", "low", "high", "unit"))
            check_kind(kind or default_kind(value, low, unit), value, low, high, unit)
        return kind

    @field_validator("source")
    @classmethod
    def _named(cls, source: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not source and info.data.get("constant", "") is None:
            raise Mistake("is missing: a number names its source.", "Write source: and its key.")
        if len(set(source)) < len(source):
            raise Mistake("names a work twice.", "Keep one of the two.")
        return source

    @field_validator("seen")
    @classmethod
    def _told(cls, seen: Seen | None, info: ValidationInfo) -> Seen | None:
        if seen is None and info.data.get("constant", "") is None:
            raise Mistake(
                "is missing: a number says what was seen of its source.",
                "Write text, excerpt, recalled or judgement.",
            )
        return seen

    @field_validator("at")
    @classmethod
    def _dated(cls, at: str | None) -> str | None:
        if at is not None:
            parse_range(at)
        return at

    @property
    def recalled(self) -> bool:
        """Whether the number is from memory of the literature, so that its prior is widened."""
        return self.seen == "recalled"

    def prior(self) -> Prior:
        """Return belief about the number, in its own unit (see `hokushin.scenario.prior`)."""
        if self.low is None or self.high is None or self.constant is not None:
            return Prior("constant", self.value, 0.0, parse_unit(self.unit))
        kind = self.kind or default_kind(self.value, self.low, self.unit)
        return fitted_prior(kind, self.value, self.low, self.high, self.unit, self.recalled)


_ORDER = "The interval goes around the value: low <= value <= high."
_CONSTANT = "Widen it, or write constant: and the reason why the number has no interval."


def _check_interval(low: float | None, high: float | None) -> None:
    if low is None and high is None:
        raise Mistake(
            "is missing, and low too: a number has an interval.",
            "Write low and high around 90 % of belief, or constant: and a reason.",
        )
    if low is None or high is None:
        absent = "low" if low is None else "high"
        raise Mistake("is missing: half an interval says nothing.", f"Add {absent}.", lacks=absent)
    if low == high:
        raise Mistake(f"is {high:g}, the same as low: the interval is empty.", _CONSTANT)
