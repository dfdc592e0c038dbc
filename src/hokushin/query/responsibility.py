"""Degrees of responsibility: how far a cause was from being the one that mattered.

A cause on which the outcome hangs as things stood has responsibility 1. One that would have
mattered only if m other things had been otherwise has 1/(1 + m). Where causes overdetermine
an outcome each keeps a share of the blame that a simple "would it have happened anyway"
denies to all of them (Chockler & Halpern 2004).

On switches alone a cause that was pre-empted by another cannot be told from one that
over-determined the outcome with it: that needs the mediating event as a switch of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from hokushin.query.bounds import FEWEST_HISTORIES
from hokushin.query.lattice import Lattice
from hokushin.query.shapley import coalition_members
from hokushin.query.statistics import Estimate, mean_and_error

_HISTORIES_AT_ONCE = 256


@dataclass(frozen=True)
class MeanResponsibility:
    """A mean degree over the histories in which the outcome occurs; None if they are too few."""

    count: int
    degree: Estimate | None


def responsibility(
    outcome: Bool[np.ndarray, "coalition"], actual: int | None = None
) -> Float[np.ndarray, "cause"]:
    r"""Give each cause's degree of responsibility for one Boolean function of switches.

    $dr_i = 1/(1 + \min |W|)$ over sets $W$ of other switches whose reversal leaves the outcome
    as it is and makes it hang on $i$: reversing $i$ as well changes it. 0 where no $W$ does.

    Args:
        outcome: the function's value for all 2**n settings; setting s has switch i on where
            bit i of s is set (see `tabulate`).
        actual: the setting that was the case; all switches on if not given.
    """
    table = np.asarray(outcome)
    n = table.size.bit_length() - 1
    if table.dtype != bool or table.ndim != 1 or table.size != 1 << n or n < 1:
        raise ValueError(
            f"outcome is {table.dtype}{list(table.shape)}; give one bool for each of 2**n settings"
        )
    setting = table.size - 1 if actual is None else actual
    if not 0 <= setting < table.size:
        raise ValueError(f"actual is {setting}; settings run from 0 to {table.size - 1}")
    return _degrees(table[:, None], setting)[0]


def tabulate(
    function: Callable[[Bool[np.ndarray, "setting switch"]], Bool[np.ndarray, "setting"]], n: int
) -> Bool[np.ndarray, "setting"]:
    """Give the table of a Boolean function that is asked about all 2**n settings at once."""
    return np.asarray(function(coalition_members(n)), bool)


def mean_responsibility(
    lattice: Lattice, fewest: int = FEWEST_HISTORIES
) -> dict[str, MeanResponsibility]:
    """Give each cause's mean degree of responsibility over histories in which the outcome occurs.

    The setting that was the case is the world with all causes. Where fewer than `fewest`
    histories show the outcome there, no estimate is given.
    """
    shown = np.flatnonzero(lattice.outcome(lattice.everything))
    if shown.size < max(2, fewest):
        return dict.fromkeys(lattice.causes, MeanResponsibility(shown.size, None))
    degrees = np.empty((shown.size, len(lattice.causes)))
    for first in range(0, shown.size, _HISTORIES_AT_ONCE):
        lanes = shown[first : first + _HISTORIES_AT_ONCE]
        table = (lattice.bits[:, lanes // 8] >> (7 - lanes % 8) & 1).astype(bool)
        degrees[first : first + lanes.size] = _degrees(table, lattice.everything)
    return {
        cause: MeanResponsibility(shown.size, mean_and_error(column))
        for cause, column in zip(lattice.causes, degrees.T, strict=True)
    }


def _degrees(
    table: Bool[np.ndarray, "setting history"], actual: int
) -> Float[np.ndarray, "history cause"]:
    n = len(table).bit_length() - 1
    settings = np.arange(len(table))
    changes = np.bitwise_count(settings ^ actual)
    nearest_first = settings[np.argsort(changes, kind="stable")]
    degrees = np.zeros((table.shape[1], n))
    for switch in range(n):
        bit = 1 << switch
        others = nearest_first[(nearest_first ^ actual) & bit == 0]
        as_it_is = table[others] == table[actual]
        hangs_on_it = as_it_is & (table[others] != table[others ^ bit])
        first = hangs_on_it.argmax(axis=0)
        found = hangs_on_it[first, np.arange(table.shape[1])]
        degrees[:, switch] = np.where(found, 1 / (1.0 + changes[others[first]]), 0.0)
    return degrees
