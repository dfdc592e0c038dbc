"""Prior: belief about a number, normal on a scale chosen by what the number is.

`low..high` encloses 90 % of belief. The scale is

* the logarithm for positive numbers (*lognormal*);
* the log odds for probabilities and shares (*logitnormal*);
* the number itself for the rest, and for temperatures, whose zero is arbitrary (*normal*).

On that scale T the median is `T(value)`, and the standard deviation is half the width of the
interval over 1.645, so that 90 % of belief spans as much as `low..high`:

    sd = (T(high) - T(low)) / (2 * 1.645)

If `value` lies in the middle of the interval on that scale, `low` and `high` are the 5 % and 95 %
points exactly. If not, the value stays the median, and the interval keeps its width but moves to
be centred on it. For a number *recalled* from the literature rather than read, sd is doubled.

The ends of what is possible. An interval may reach to 0 (positive numbers) or to 0 or 1
(fractions); no normal scale does. Such an end says nothing about how fast belief falls towards
it, so sd is then taken from the other end alone. A fraction that reaches to both ends, and a
positive number or fraction whose value is itself at an end, have no prior of this kind and are
refused: zero for certain is a `constant`, zero as the smallest of several is a small number, and
a number that may be negative is `kind: normal`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hokushin.scenario.problems import Mistake
from hokushin.scenario.units import Unit, conversion, parse_unit, same_dimension

Kind = Literal["lognormal", "logitnormal", "normal"]

RECALLED_FACTOR = 2.0
"""How much wider belief is about a number recalled than about one read."""

NINE_TENTHS = NormalDist().inv_cdf(0.95)
"""Standard deviations to either side of its mean that hold nine tenths of a normal law, 1.645."""


@dataclass(frozen=True)
class Prior:
    """Belief about a number: normal with `location` and `scale` on the scale of its kind.

    A `constant` has its value as location and no scale. `whole` is the value of a fraction of one
    in the prior's unit: 1 for a share, 100 for percent. `widened` marks numbers recalled.
    """

    kind: Literal["lognormal", "logitnormal", "normal", "constant"]
    location: float
    scale: float
    unit: Unit
    widened: bool = False
    whole: float = 1.0

    def sample_from_normal(self, z: ArrayLike) -> NDArray[np.float64]:
        """Turn standard normal draws of any shape into draws of the number, one for one."""
        from scipy.special import expit

        x = self.location + self.scale * np.asarray(z, dtype=np.float64)
        if self.kind == "constant":
            return np.full_like(x, self.location)
        if self.kind == "lognormal":
            return np.exp(x)
        return self.whole * expit(x) if self.kind == "logitnormal" else x

    def quantile(self, p: ArrayLike) -> NDArray[np.float64]:
        """Return the values below which shares `p` of belief lie.

        Raises `ValueError` unless every `p` is between 0 and 1.
        """
        from scipy.special import ndtri

        share = np.asarray(p, dtype=np.float64)
        if not np.all((share >= 0) & (share <= 1)):
            raise ValueError(f"p is {p}, but a quantile needs numbers from 0 to 1.")
        if self.kind == "constant":
            return np.full_like(share, self.location)
        return self.sample_from_normal(ndtri(share))

    def in_unit(self, unit: Unit | str) -> Prior:
        """Return the same belief in another unit; raises `UnitError` if it measures otherwise."""
        factor = conversion(self.unit, unit)
        moved = replace(self, unit=parse_unit(unit) if isinstance(unit, str) else unit)
        if self.kind == "lognormal":
            return replace(moved, location=self.location + math.log(factor))
        if self.kind == "logitnormal":
            return replace(moved, whole=self.whole * factor)
        return replace(moved, location=self.location * factor, scale=self.scale * factor)


def fitted_prior(
    kind: Kind, value: float, low: float, high: float, unit: str, widened: bool
) -> Prior:
    """Return the prior whose median is `value` and whose 90 % interval is as wide as low..high.

    Raises `Mistake` if numbers of this kind cannot be so (see `check_kind`).
    """
    check_kind(kind, value, low, high, unit)
    whole = _whole(unit) if kind == "logitnormal" else 1.0
    scale = _spread(kind, value, low, high, whole) / NINE_TENTHS
    return Prior(
        kind,
        _transformed(kind, value, whole),
        scale * (RECALLED_FACTOR if widened else 1.0),
        parse_unit(unit),
        widened=widened,
        whole=whole,
    )


def default_kind(value: float, low: float, unit: str) -> Kind:
    """Choose the shape of belief from what the number is."""
    if _is_fraction(unit):
        return "logitnormal"
    positive = low >= 0 and not same_dimension(unit, "degC")
    return "lognormal" if positive else "normal"


def check_kind(kind: Kind, value: float, low: float, high: float, unit: str) -> None:
    """Raise `Mistake` unless a value and an interval can be those of numbers of this kind."""
    if kind == "normal":
        return
    if kind == "logitnormal" and not _is_fraction(unit):
        raise Mistake(
            f"is logitnormal, but {unit} is not a fraction.", "Use the unit probability or share."
        )
    whole = _whole(unit) if kind == "logitnormal" else math.inf
    if low < 0 or high > whole:
        end = f"from 0 to {whole:g}" if kind == "logitnormal" else "above 0"
        raise Mistake(
            f"is {kind}, whose numbers lie {end}, but low..high is {low:g}..{high:g}.",
            "Mend the interval" + (", or write kind: normal." if math.isinf(whole) else "."),
        )
    if not 0 < value < whole:
        raise Mistake(
            f"is {kind}, which cannot have {value:g} in the middle.",
            "If it is certain, write constant: and the reason; if not, write the small distance "
            "from the end that you believe in"
            + ("; if it may be negative, kind: normal." if math.isinf(whole) else "."),
        )
    if _spread(kind, value, low, high, whole) == 0:
        raise Mistake(
            f"is {kind}, and no end of {low:g}..{high:g} says how wide belief is.",
            "Move an end inside what is possible, and away from the value.",
        )


def _spread(kind: Kind, value: float, low: float, high: float, whole: float) -> float:
    """Half the width of the interval on the scale of its kind; 0 if no end tells it."""
    middle = _transformed(kind, value, whole)
    halves = []
    if kind == "normal" or low > 0:
        halves.append(middle - _transformed(kind, low, whole))
    if kind != "logitnormal" or high < whole:
        halves.append(_transformed(kind, high, whole) - middle)
    return sum(halves) / len(halves) if halves else 0.0


def _transformed(kind: Kind, number: float, whole: float) -> float:
    if kind == "lognormal":
        return math.log(number)
    if kind == "logitnormal":
        return math.log(number) - math.log(whole - number)
    return number


def _is_fraction(unit: str) -> bool:
    return same_dimension(unit, "probability") or same_dimension(unit, "share")


def _whole(unit: str) -> float:
    """Return the value of a fraction of one in a unit: 1, or 100 for percent."""
    return 1.0 if same_dimension(unit, "probability") else conversion("share", unit)
