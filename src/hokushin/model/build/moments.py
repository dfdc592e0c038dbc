"""Moments: what the calendar and the record say of every step, as the inputs of a run."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from hokushin.model.build.sets import Sets
from hokushin.model.state import Moment
from hokushin.scenario.dates import parse_date
from hokushin.scenario.schema import Halt

F32 = np.float32


def moments(sets: Sets) -> Moment:
    """Calendar part of every step (leading axis: step); nothing forced, everything free."""
    calendar = sets.calendar
    n = calendar.n_steps
    months = np.array([calendar.month_of(t) - 1 for t in range(n)])
    ahead = np.zeros((n, 12, 12), F32)
    for t in range(n):
        ahead[t, np.arange(12), (months[t] + np.arange(12)) % 12] = 1.0
    firsts = [calendar.start_of(t) for t in range(n)]
    lasts = [calendar.last_of(t) for t in range(n)]
    part = np.array([(d.day - 1) / 30.4375 for d in firsts], F32)
    middle = [a + (b - a) / 2 for a, b in zip(firsts, lasts, strict=True)]
    year = np.array([d.year + (d.timetuple().tm_yday - 1) / 365.25 for d in middle], F32)
    n_matters, n_options = len(sets.matters), sets.n_options
    return Moment(
        step=np.arange(n, dtype=np.int32),
        ahead=ahead,
        month_part=np.minimum(part, 1.0),
        year=year,
        doctrine_active=_columns(
            [_window(sets, since, until) for *_, since, until in sets.doctrines], n
        ),
        conditional_active=_columns(
            [
                _window(sets, c.since, c.until)
                for c in (sets.scenario.conditionals[k] for k in sets.conditionals)
            ],
            n,
        ),
        halt_active=_columns(
            [_window(sets, h.since, h.until) for h in (_halt(sets, f, k) for f, k in sets.halts)],
            n,
        ),
        recorded=np.zeros(n, F32),
        engagement_now=_columns(
            [_on_day(sets, parse_date(e.ended).last) for e in sets.scenario.engagements.values()], n
        ),
        rewrite_active=_columns([_rewrite_window(sets, r) for r in sets.rewrites], n),
        after=_columns([_window(sets, d, None) for d in sets.dates], n),
        matter_open=_columns(
            [_window(sets, sets.scenario.matters[m].open_since, None) for m in sets.matters], n
        ),
        holder_news=_columns([_changes_of_holder(sets, m) for m in sets.matters], n),
        front_opens=_columns(
            [
                np.zeros(n, F32) if day is None else _on_day(sets, day)
                for day in (_opening(sets, f) for f in sets.fronts)
            ],
            n,
        ),
        forced=np.zeros((n, n_matters, n_options, 1), F32),
        free=np.ones((n, n_matters, 1), F32),
    )


def step_of(sets: Sets, day: date) -> int:
    """Step that holds a day; before the start 0, after the end the number of steps."""
    calendar = sets.calendar
    if day < calendar.start_of(0):
        return 0
    if day > calendar.last_of(calendar.n_steps - 1):
        return calendar.n_steps
    return calendar.index(day)


def _window(sets: Sets, since: str | None, until: str | None) -> np.ndarray:
    """1 from the step that holds `since` up to, not including, the step that holds `until`."""
    active = np.ones(sets.calendar.n_steps, F32)
    if since is not None:
        active[: step_of(sets, parse_date(since).first)] = 0.0
    if until is not None:
        active[step_of(sets, parse_date(until).last) :] = 0.0
    return active


def _on_day(sets: Sets, day: date) -> np.ndarray:
    active = np.zeros(sets.calendar.n_steps, F32)
    if sets.calendar.start_of(0) <= day <= sets.calendar.last_of(sets.calendar.n_steps - 1):
        active[sets.calendar.index(day)] = 1.0
    return active


def _opening(sets: Sets, front: str) -> date | None:
    since = sets.scenario.fronts[front].open_since
    return None if since is None else parse_date(since).first


def _halt(sets: Sets, front: str, name: str) -> Halt:
    driven = sets.scenario.fronts[front].driven
    if driven is None:
        raise ValueError(f"fronts.{front} is not driven and has no halt {name}")
    return driven.halts[name]


def _rewrite_window(sets: Sets, rewrite: tuple[str, str, int]) -> np.ndarray:
    """Window of a rewrite; an order to choose an option lasts one step unless it says until."""
    name, which, i = rewrite
    cause = sets.scenario.causes[name]
    entry = getattr(cause, which)[i]
    since = parse_date(entry.since or cause.since).first
    if entry.force is not None and entry.until is None:
        return _on_day(sets, since)
    until = None
    if entry.until is not None:
        until = (parse_date(entry.until).last + timedelta(days=1)).isoformat()
    return _window(sets, since.isoformat(), until)


def _changes_of_holder(sets: Sets, matter: str) -> np.ndarray:
    """1 in the steps in which an office of the matter's power changes hands."""
    active = np.zeros(sets.calendar.n_steps, F32)
    for key, faction in sets.scenario.factions.items():
        if key.split(".")[0] == matter.split(".")[0]:
            for holder in faction.holders:
                day = parse_date(holder.since).first
                if day > sets.calendar.start_of(0):
                    active = np.maximum(active, _on_day(sets, day))
    return active


def _columns(columns: list[np.ndarray], n_steps: int) -> np.ndarray:
    """Stack per-step columns into (step, column, 1)."""
    if not columns:
        return np.zeros((n_steps, 0, 1), F32)
    return np.stack(columns, 1)[..., None].astype(F32)
