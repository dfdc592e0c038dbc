r"""Prediction: where the record's dated facts lie among histories that nobody forces.

A posterior that is asked only about steps whose past is forced is never asked whether it can find
its way. So histories are run free from a branch, and each later fact of the record is ranked among
them: its *rank* is the share of the histories that have the fact at all in which it came sooner,

$$u = \frac{\#\{T < t\} + \tfrac12\, \#\{T = t\}}{\#\{T < \infty\}},$$

in steps, in the mean of the days that the date may mean. In a model that is right ranks are uniform
(Dawid 1984, Journal of the Royal Statistical Society A 147). Histories that never have the fact are
told apart: they are censored, not late.

Facts of one record hang together, so ranks are shown and not tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from hokushin.engine.fitted import Fitted
from hokushin.engine.run import Documented, Setting, Simulator
from hokushin.infer.record_path import EARLIER_DAYS
from hokushin.model.axes import NEVER
from hokushin.model.build import Model
from hokushin.model.step import Report
from hokushin.scenario.dates import Calendar, parse_date
from hokushin.scenario.record import DatedFact, Record

_NEAR_DAYS = 30
_FEWEST = 20
"""Histories that a rank among them needs."""


@dataclass(frozen=True)
class Trial:
    """One fact of the record beside the free histories."""

    id: str
    fact: str
    verb: str
    what: str
    time: int
    """Which time since the branch, where the record takes an option more than once."""
    day: date
    happened: float
    """Share of histories in which it happens before the horizon."""
    by_then: float
    """Share in which it has happened by its day (for `never`: in which it should not have)."""
    near: float
    """Share in which it happens within a month of its day."""
    rank: float | None
    """Among histories in which it happens; None if fewer than twenty."""
    dates: tuple[date, date, date] | None
    """Between which nine tenths of those lie, with their median in the middle."""
    never_open: float | None
    """Of histories without the fact, share in which the option never was open; choices only."""
    blocked: float | None
    """Of the same, share in which it was put forward and blocked at least once."""


@dataclass(frozen=True)
class Prediction:
    """All facts after one branch."""

    branch: date | None
    horizon: date
    histories: int
    trials: tuple[Trial, ...]
    unused: tuple[tuple[str, str], ...]
    """Facts that are not predicted, with the reason."""

    @property
    def dated(self) -> tuple[Trial, ...]:
        """Facts that have a day."""
        return tuple(trial for trial in self.trials if trial.verb != "never")


@dataclass(frozen=True, eq=False)
class Seen:
    """What free histories did of the facts' business."""

    did: Bool[np.ndarray, "step fact history"]
    """Whether an option was taken in the step, or a state held at its start."""
    opened: Bool[np.ndarray, "step fact history"]
    """Whether the option could be taken."""
    blocked: Bool[np.ndarray, "step fact history"]
    """Whether it was put forward and blocked."""
    first_free: int
    """First step that is not forced."""


def predict_dates(
    model: Model,
    documented: Iterable[Documented],
    record: Record,
    branch: date | None,
    horizon: date,
    fitted: Fitted | None = None,
    n_histories: int = 1024,
    seed: int = 1,
) -> Prediction:
    """Run histories free from a branch to a horizon, and rank the facts of the record in them.

    Args:
        model: A model.
        documented: Choices of the record, forced before the branch.
        record: Holds the facts.
        branch: First free day; None for the scenario's start.
        horizon: First day that is not run.
        fitted: Draws that a record has taught; the priors if absent.
        n_histories: How many are run.
        seed: Of dice and draws.
    """
    path = tuple(documented)
    facts, unused = predictable(model, record, branch or model.sets.calendar.start_of(0), horizon)
    simulator = Simulator(model, Setting(seed, branch, horizon), path, fitted)
    histories = np.arange(n_histories, dtype=np.uint32)
    did, opened, blocked = simulator.reports(
        lambda report: _pick(model, facts, report), histories, name="dated"
    )
    seen = Seen(did > 0.5, opened > 0.5, blocked > 0.5, simulator.first_free)
    return Prediction(branch, horizon, n_histories, rank_facts(model, path, facts, seen), unused)


def rank_facts(
    model: Model, path: Sequence[Documented], facts: Sequence[DatedFact], seen: Seen
) -> tuple[Trial, ...]:
    """Rank facts among histories of which it is known what they did, in the facts' own order.

    Args:
        model: A model.
        path: Choices of the record, by which its second time of an option is told from its first.
        facts: Those that the model can have.
        seen: What the histories did.
    """
    calendar = model.sets.calendar
    begin = calendar.start_of(seen.first_free)
    return tuple(
        _trial(calendar, fact, _times(model, path, fact, begin), seen, place)
        for place, fact in enumerate(facts)
    )


def predictable(
    model: Model, record: Record, begin: date, horizon: date
) -> tuple[tuple[DatedFact, ...], tuple[tuple[str, str], ...]]:
    """Give the facts between two days that a model can have, by day, and why not the others."""
    facts: list[DatedFact] = []
    unused: list[tuple[str, str]] = []
    for fact in sorted(record.dates, key=lambda fact: (parse_date(fact.date).first, fact.id)):
        day = parse_date(fact.date).first
        if not begin <= day < horizon:
            unused.append((fact.id, f"{day} lies outside {begin} to {horizon}"))
        elif fact.what not in _names(model, fact.verb):
            unused.append((fact.id, f"the model has no {fact.what}"))
        else:
            facts.append(fact)
    return tuple(facts), tuple(unused)


def _names(model: Model, verb: str) -> Sequence[str]:
    axes = model.axes
    if verb == "chosen":
        return [
            f"{matter}.{option}"
            for matter, options in zip(axes.matters, axes.options, strict=True)
            for option in options
            if option
        ]
    return {"war": axes.fronts, "signed": axes.deals, "taken": axes.regions}.get(verb, axes.events)


def _pick(
    model: Model, facts: Sequence[DatedFact], report: Report
) -> tuple[Float[Array, "fact history"], ...]:
    """Tell whether each fact holds at the start of a step, or is chosen, open, blocked in it."""
    axes, state = model.axes, report.state
    did, opened, blocked = [], [], []
    for fact in facts:
        may = stopped = jnp.zeros_like(state.first[0])
        match fact.verb:
            case "chosen":
                matter, option = _option(model, fact.what)
                holds = report.taken[matter, option]
                may = report.available[matter, option]
                stopped = jnp.where(report.blocked_option[matter] == option, 1.0, 0.0)
            case "war":
                holds = state.war[axes.fronts.index(fact.what)]
            case "signed":
                holds = state.deal[axes.deals.index(fact.what)]
            case "taken":
                holds = state.taken[axes.regions.index(fact.what)]
            case _:
                event = axes.events.index(fact.what)
                holds = jnp.where(state.first[event] < NEVER / 2, 1.0, 0.0)
        did.append(holds)
        opened.append(may)
        blocked.append(stopped)
    return jnp.stack(did), jnp.stack(opened), jnp.stack(blocked)


def _option(model: Model, what: str) -> tuple[int, int]:
    matter, _, option = what.rpartition(".")
    place = model.axes.matters.index(matter)
    return place, model.axes.options[place].index(option)


def _times(model: Model, path: Sequence[Documented], fact: DatedFact, begin: date) -> int:
    """Count the times that the record takes the fact's option from a day on, up to the fact."""
    if fact.verb != "chosen":
        return 1
    matter, option = _option(model, fact.what)
    last = parse_date(fact.date).last
    same = [d for d in path if (d.matter, d.option) == (matter, option) and begin <= d.day <= last]
    return max(1, len(same))


def _trial(calendar: Calendar, fact: DatedFact, time: int, seen: Seen, place: int) -> Trial:
    """Rank one fact."""
    first_free = seen.first_free
    written = parse_date(fact.date)
    earlier = timedelta(days=EARLIER_DAYS[fact.date_precision])
    step = _steps_of_fact(fact, seen.did[:, place], time, first_free)
    happened = step >= 0
    days = _days(calendar, written.first - earlier, written.last)
    in_steps = np.array([calendar.index(day) for day in days])
    dates = _span(calendar, step[happened]) if happened.sum() >= _FEWEST else None
    sooner = [(step[happened] < t).mean() + 0.5 * (step[happened] == t).mean() for t in in_steps]
    near = [calendar.index(day) for day in _days(
        calendar, written.first - timedelta(days=_NEAR_DAYS),
        written.last + timedelta(days=_NEAR_DAYS),
    )]  # fmt: skip
    without = ~happened
    asked = fact.verb == "chosen" and bool(without.any())
    return Trial(
        id=fact.id,
        fact=fact.fact,
        verb=fact.verb,
        what=fact.what,
        time=time,
        day=written.first,
        happened=float(happened.mean()),
        by_then=float((happened & (step <= in_steps[-1])).mean()),
        near=float((happened & (step >= near[0]) & (step <= near[-1])).mean()),
        rank=float(np.mean(sooner)) if dates is not None and fact.verb != "never" else None,
        dates=dates,
        never_open=_share(~seen.opened[first_free:, place].any(0), without) if asked else None,
        blocked=_share(seen.blocked[first_free:, place].any(0), without) if asked else None,
    )


def _steps_of_fact(
    fact: DatedFact, did: np.ndarray, time: int, first_free: int
) -> Int[np.ndarray, " history"]:
    """Give the step in which a fact comes about, history by history; -1 for never.

    A state that holds at the start of a step came about in the one before.
    """
    if fact.verb == "chosen":
        count = np.cumsum(did[first_free:], 0)
        reached = count >= time
        return np.where(reached.any(0), reached.argmax(0) + first_free, -1)
    return np.where(did.any(0), np.maximum(did.argmax(0) - 1, 0), -1)


def _days(calendar: Calendar, first: date, last: date) -> list[date]:
    """Days from one to another, as far as the calendar goes."""
    begin, end = calendar.start_of(0), calendar.last_of(calendar.n_steps - 1)
    first, last = min(max(first, begin), end), min(max(last, begin), end)
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def _span(calendar: Calendar, steps: np.ndarray) -> tuple[date, date, date]:
    low, middle, high = np.quantile(steps, [0.05, 0.5, 0.95]).round().astype(int)
    return (_middle(calendar, low), _middle(calendar, middle), _middle(calendar, high))


def _middle(calendar: Calendar, step: int) -> date:
    first, last = calendar.start_of(int(step)), calendar.last_of(int(step))
    return first + (last - first) // 2


def _share(which: Any, among: np.ndarray) -> float:
    return float(np.asarray(which)[among].mean())
