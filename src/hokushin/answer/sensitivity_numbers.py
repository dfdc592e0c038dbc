"""Sensitivity numbers: what is varied, between which ends, and how each number is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from hokushin.answer.parts import MovingRecalled
from hokushin.answer.sensitivity_parts import NumberAtEnds
from hokushin.answer.world import World
from hokushin.query.sensitivity.ends import AtEnds
from hokushin.scenario.paths import quantities_of
from hokushin.scenario.quantity import Quantity

NINE_TENTHS = float(ndtri(0.95))
"""Standard units from the middle of belief to either end of nine tenths of it."""

TO_CHECK = 10
"""Numbers that a historian is asked to look up next."""

LEAST_FACTOR = 1.1
"""Change of odds from end to end below which a number is not worth a journey to an archive."""

_FITTED = "fitted"
_OTHER_WORLDS = "causes."
_INWARD_SECTIONS = ("weights", "battle")
_INWARD_WORDS = ("influence", "doctrine", "intensity", "strength", "scale", "change", "spoils")
"""Numbers of what minds weigh and of how the model reckons: no document gives them."""


@dataclass(frozen=True)
class Known:
    """One number that is varied, with its ends in standard units of its prior."""

    path: str
    position: int
    low: float
    high: float
    middle: float
    quantity: Quantity | None
    """None for the coefficients of the engagement model, which were fitted to battles."""

    def at(self, share: np.ndarray) -> np.ndarray:
        """Standard units at shares of the way from the lower end's quantile to the upper end's."""
        spread = (self.high - self.low) / (2.0 * NINE_TENTHS)
        return self.middle + spread * ndtri(np.clip(share, 1e-9, 1.0 - 1e-9))


def known_numbers(world: World) -> tuple[Known, ...]:
    """List the numbers that an answer can hang on, with nine tenths of belief about each.

    Ends are those of the prior, or of the draws where a record has taught the number. What a cause
    is replaced by is read in other worlds only, and is left out.
    """
    quantities = dict(quantities_of(world.scenario))
    priors, posterior = world.model.priors, world.basis.posterior
    taught = {}
    if posterior is not None:
        ends = np.quantile(posterior.normals, [0.05, 0.5, 0.95], axis=1).T
        taught = dict(zip(posterior.names, ends.tolist(), strict=True))
    numbers = []
    for position in priors.free.tolist():
        path = priors.names[position]
        if path.startswith(_OTHER_WORLDS):
            continue
        low, middle, high = taught.get(path, (-NINE_TENTHS, 0.0, NINE_TENTHS))
        numbers.append(Known(path, position, low, high, middle, quantities.get(path)))
    return tuple(numbers)


def families(numbers: Sequence[Known], fewest: int = 5) -> dict[str, tuple[Known, ...]]:
    """Group numbers of one kind: those of one section whose paths end alike.

    All of a kind may lean the same way, if whoever judged them does. Weights go by what they weigh,
    leanings together; the engagement model's coefficients, which were fitted, are left out.
    """
    found: dict[str, list[Known]] = {}
    for number in numbers:
        if number.quantity is not None:
            found.setdefault(_kind(number.path), []).append(number)
    return {kind: tuple(group) for kind, group in found.items() if len(group) >= fewest}


def described(number: Known, one: AtEnds) -> NumberAtEnds:
    """Put what a number does beside how it is known."""
    q = number.quantity
    return NumberAtEnds(
        path=number.path,
        low=one.low,
        low_error=one.low_error,
        high=one.high,
        high_error=one.high_error,
        base=one.base,
        swing=one.swing,
        swing_error=one.log_odds_error,
        moves_a_point=one.moves_a_point,
        clear=one.clear,
        seen=_FITTED if q is None else q.seen or "",
        grade=None if q is None else q.grade,
        value=None if q is None else q.value,
        value_low=None if q is None else q.low,
        value_high=None if q is None else q.high,
        unit=None if q is None else q.unit,
        works=() if q is None else q.source,
        locator=None if q is None else q.locator,
    )


def moving_recalled(numbers: Sequence[NumberAtEnds]) -> MovingRecalled:
    """Count the recalled among the numbers that move the answer by more than a point."""
    moving = [number for number in numbers if number.moves_a_point]
    return MovingRecalled(
        sum(number.seen == "recalled" for number in moving),
        len(moving),
        sum(number.seen == "judgement" for number in moving),
    )


def check_next(numbers: Sequence[NumberAtEnds]) -> tuple[str, ...]:
    """List the numbers that documents could settle and the answer hangs on, most telling first.

    Ordered by the swing of log odds between the ends. Left out are numbers read in a work of
    standing (grades A and B), weights and rates of the mind, which no archive holds, swings within
    three standard errors, and odds that change by less than a tenth.
    """
    open_ones = [
        number
        for number in numbers
        if number.clear
        and abs(number.swing) > np.log(LEAST_FACTOR)
        and number.seen != _FITTED
        and not (number.seen == "text" and number.grade in ("A", "B"))
        and not _inward(number.path)
    ]
    ordered = sorted(open_ones, key=lambda number: -abs(number.swing))
    return tuple(number.path for number in ordered[:TO_CHECK])


def _kind(path: str) -> str:
    """Section and field of a path, without its keys and numbers of list items."""
    parts = [part for part in path.split(".") if not part.isdigit()]
    if parts[0] == "weights":
        return f"weights, {parts[1]}"
    return f"{parts[0]}, {'doctrine' if 'doctrine' in parts else parts[-1]}"


def _inward(path: str) -> bool:
    """Whether a number is of the mind or of the reckoning, and in no document."""
    parts = path.split(".")
    tabled = parts[0] == "matters" and parts[-1] == "rate"
    return parts[0] in _INWARD_SECTIONS or tabled or bool(set(parts) & set(_INWARD_WORDS))
