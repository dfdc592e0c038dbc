"""Headline: the probability of the event, with both doubts kept apart, and a hundred histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hokushin.answer.document import Effort, EventShare, Joint, Probability, Segment, Strip
from hokushin.answer.world import World
from hokushin.engine.run import Outcomes, Simulator
from hokushin.query.chance_spread import chance_spread
from hokushin.query.evaluator import present_without
from hokushin.query.statistics import (
    Proportion,
    joint_table,
    mean_and_error,
    posterior_spread,
    quantile_dots,
)

LEVEL = 0.9
"""Part of the doubt about the numbers that an interval holds."""

N_STRIPS = 100
N_DOTS = 20


@dataclass(frozen=True, eq=False)
class Headline:
    """The same histories with every cause and with none, and what their numbers leave open."""

    probability: Probability
    event_with_none: float
    total_error: float
    """Counting error of the difference that all causes make together."""
    happened: np.ndarray
    happened_with_none: np.ndarray
    """The same for the first histories, run without causes."""
    outcomes: Outcomes
    dots: tuple[float, ...]


def headline(
    world: World, simulator: Simulator, event: str, outcomes: Outcomes, effort: Effort
) -> Headline:
    """Set histories of the world, with a draw of the numbers each, beside some without causes.

    The counting error is that of independent histories. The interval comes from a second design,
    so many draws with so many histories each, which tells doubt about the numbers from luck; it
    says by how much the answer would differ if the numbers were known.
    """
    happened = outcomes.happened(event)
    n = effort.with_none
    none = world.outcomes(simulator, range(n), *world.causes).happened(event)
    both = mean_and_error(happened[:n].astype(float) - none)
    samples = probability_by_draw(
        world, simulator, event, (), effort.draws, effort.histories_per_draw, happened
    )
    low, high = interval_of(samples)
    share = Proportion(int(happened.sum()), happened.size)
    return Headline(
        probability=Probability(share.value, share.mc_error, low, high),
        event_with_none=min(1.0, max(0.0, share.value - both.value)),
        total_error=both.mc_error,
        happened=happened,
        happened_with_none=none,
        outcomes=outcomes,
        dots=tuple(float(x) for x in np.clip(quantile_dots(samples, N_DOTS), 0.0, 1.0)),
    )


def joint(headline: Headline, without: Sequence[str]) -> Joint:
    """Set a hundred histories before and after the removal of causes, cell by cell.

    The four cells are apportioned to a hundred by largest remainder, so that a picture of the same
    hundred before and after holds as many flips as the number says.
    """
    none = headline.happened_with_none
    cells = joint_table(headline.happened[: none.size], none).in_hundred()
    return Joint(tuple(without), cells.only_before, cells.only_after, cells.both, cells.neither)


def probability_by_draw(
    world: World,
    simulator: Simulator,
    event: str,
    without: Sequence[str],
    draws: int,
    per_draw: int,
    known: np.ndarray | None = None,
) -> np.ndarray:
    """Give quantiles of the event's probability over draws of the numbers.

    Args:
        world: What is run, by which simulator.
        simulator: See `world`.
        event: What may happen.
        without: Causes that are off.
        draws: How many draws are run more than once.
        per_draw: How often.
        known: Whether it happened in histories 0, 1, ... with a draw each, which count as well:
            where an event lives in few draws, the more draws the better.
    """
    histories = np.arange(draws * per_draw, dtype=np.uint32)
    evaluator = world.evaluator(simulator, event, draws=draws)
    row = present_without(evaluator, *without)
    happened = evaluator(np.repeat(row[None], histories.size, axis=0), histories)
    draw = histories % draws
    if known is not None:
        happened = np.concatenate([np.asarray(happened).ravel(), known])
        draw = np.concatenate([draw, np.arange(known.size)])
    fitted = world.basis.fitted
    return chance_spread(happened, draw if fitted is None else draw % fitted.n_draws)


def spread_over_draws(values: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """Give what each quantity would be in each draw, with counting error taken out where it can be.

    Where the histories of a draw are too few to tell draws from luck, the means of the draws
    stand as they are: an interval that is too wide, never one that claims to be certain.
    """
    spread = posterior_spread(values, draw)
    table = np.asarray(values, float).reshape(len(values), -1)
    means = np.stack([table[draw == d].mean(0) for d in np.unique(draw)])
    return np.where(spread.epistemic > 0, spread.samples, means)


def interval_of(samples: np.ndarray) -> tuple[float, float]:
    """Give the central interval of a probability over draws."""
    low, high = np.clip(np.quantile(samples, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]), 0.0, 1.0)
    return float(low), float(high)


def strips(world: World, outcomes: Outcomes, event: str) -> tuple[Strip, ...]:
    """Read a hundred histories off the ensemble at quantiles of its outcome.

    Histories are ordered by whether the event happened, then by its date, then by how soon the
    other events did; the i-th strip is the one at (i - 1/2)/100, so that the picture holds as many
    of each outcome as the number says.
    """
    first = outcomes.first
    others = [e for e in range(len(outcomes.events)) if outcomes.events[e] != event]
    keys = [np.arange(first.shape[1]), *(first[e] for e in reversed(others)), outcomes.step(event)]
    order = np.lexsort(keys)
    n = len(order)
    chosen = order[np.floor((np.arange(N_STRIPS) + 0.5) / N_STRIPS * n).astype(int)]
    return tuple(_strip(world, outcomes, int(row)) for row in chosen)


def event_shares(world: World, outcomes: Outcomes) -> tuple[EventShare, ...]:
    """Say how often every event of the scenario happens before the horizon."""
    shares = []
    for name in outcomes.events:
        happened = outcomes.happened(name)
        share = Proportion(int(happened.sum()), happened.size)
        title = world.scenario.events[name].title
        shares.append(EventShare(name, title, share.value, share.mc_error))
    return tuple(shares)


def _strip(world: World, outcomes: Outcomes, row: int) -> Strip:
    calendar = world.model.sets.calendar
    steps = outcomes.first[:, row]
    happened = [i for i in np.argsort(steps, kind="stable") if steps[i] < calendar.n_steps]
    return Strip(
        history=row,
        segments=tuple(
            Segment(calendar.start_of(int(steps[i])).isoformat(), outcomes.events[i])
            for i in happened
        ),
    )
