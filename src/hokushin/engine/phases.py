"""Phases: a run as stretches of steps, each with what can change within it and nothing else.

A rewrite that holds throughout a stretch is applied once, before its scan; one that holds nowhere
in it is left out of the program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Array

from hokushin.model.axes import Axes
from hokushin.model.build import Model
from hokushin.model.state import Moment
from hokushin.model.step import rewritten


@dataclass(frozen=True, eq=False)
class Phase:
    """Steps that are run by one scan, and what of the scenario can change within them."""

    begin: int
    end: int
    decides: bool
    """Whether factions deliberate."""
    axes: Axes
    """With those engagements of the record that fall within."""
    always: np.ndarray
    """Rewrites whose window holds throughout: applied once, before the scan."""
    sometimes: np.ndarray
    """Rewrites whose window opens or closes within: applied in every step."""


def phases_of(model: Model, calendar: Moment, deliberate_from: int, stop: int) -> list[Phase]:
    """Give a past in which nobody deliberates, and what follows, with what changes within each."""
    bounds = [(0, deliberate_from, False), (deliberate_from, stop, True)]
    return [_phase(model, calendar, *b) for b in bounds if b[1] > b[0]]


def apply_rewrites(model: Model, params: Any, rewrites: np.ndarray, change: Array) -> Any:
    """Give the numbers as some rewrites leave them, each by so much as `change` says."""
    return rewritten(params, model.rewrite_maps(rewrites), change)


def _phase(model: Model, calendar: Moment, begin: int, end: int, decides: bool) -> Phase:
    active = np.asarray(calendar.rewrite_active)[begin:end, :, 0]
    sets_number = model.rewrite_from >= 0
    always = np.all(active, axis=0) & sets_number
    sometimes = np.any(active, axis=0) & ~always & sets_number
    fought = np.atleast_1d(np.any(np.asarray(calendar.engagement_now)[begin:end, :, 0], axis=0))
    scripted = tuple(e for e in model.axes.engagement_scripted if fought[e])
    return Phase(
        begin,
        end,
        decides,
        replace(model.axes, engagement_scripted=scripted),
        np.flatnonzero(always),
        np.flatnonzero(sometimes),
    )
