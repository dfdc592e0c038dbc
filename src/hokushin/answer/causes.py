"""Causes: what each did alone, its share, and what may be said about their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hokushin.answer.document import Bounds, CauseAnswer, Probability, Pushed
from hokushin.answer.headline import LEVEL, Headline, spread_over_draws
from hokushin.answer.world import World
from hokushin.query.bounds import (
    CausalBounds,
    CausalShares,
    ConditionalShare,
    causal_bounds,
    causal_shares,
)
from hokushin.query.evaluator import (
    Complement,
    Evaluator,
    Progress,
    evaluate_coalitions,
    present_without,
)
from hokushin.query.shapley import shapley_shares
from hokushin.query.statistics import Estimate, Interval, joint_table, mean_and_error, rank
from hokushin.scenario.schema import Claim


@dataclass(frozen=True, eq=False)
class SharedOut:
    """Shares of causes that sum to what the headline's histories say there is to share out."""

    value: np.ndarray
    mc_error: np.ndarray
    samples: np.ndarray
    """Draws of the numbers by causes: shares as they would be if the numbers were known."""
    with_luck: np.ndarray
    """The same with counting error put back, from which alone an order may be read."""
    groups: dict[str, Estimate]
    """Share of each group as its own histories have it, not tied to any total."""


@dataclass(frozen=True, eq=False)
class LeftOut:
    """One cause removed from the full world, in histories that were run with it too."""

    effect: float
    mc_error: float
    shares: CausalShares
    bounds: Bounds


def explained(evaluator: Evaluator, happened: bool) -> Evaluator:
    """Give the evaluator of what happened: the event, or that it did not come about."""
    return evaluator if happened else Complement(evaluator)


def leave_out(
    evaluator: Evaluator, histories: range, progress: Progress | None = None
) -> dict[str, LeftOut]:
    """Remove each cause alone: effect, necessity and sufficiency, with bounds for any coupling."""
    ids = np.asarray(histories, np.uint32)
    rows = [present_without(evaluator)]
    rows += [present_without(evaluator, name) for name in evaluator.causes]
    runs = evaluate_coalitions(evaluator, np.stack(rows), ids, progress)
    return {
        name: _left_out(runs[0], without)
        for name, without in zip(evaluator.causes, runs[1:], strict=True)
    }


def share_out(
    evaluator: Evaluator,
    seed: int,
    draws: int,
    per_draw: int,
    total: Estimate | None = None,
    progress: Progress | None = None,
) -> SharedOut:
    r"""Estimate Owen shares over draws of the numbers, and tie their sum to a known total.

    Each history walks one pair of orders. Its shares $y_i$ sum to its own total $x$, whose mean
    $X$ is known better from the histories of the headline, so
    $\hat\varphi_i = \bar y_i + \beta_i (X - \bar x)$ with $\beta_i = \mathrm{Cov}(y_i, x) /
    \mathrm{Var}(x)$: the regression estimator of two-phase sampling (Cochran 1977, ch. 12). The
    slopes sum to one, so that shares sum to $X$ exactly. The error is that of the residual
    between draws and of $X$. `samples` grow with the estimate, so that a share of nothing in one
    draw stays one of nothing.

    Args:
        evaluator: of what is explained; history i must run with draw i mod `draws`.
        seed: of the orders of arrival.
        draws: draws of the numbers.
        per_draw: histories of each.
        total: what all causes do together, with its error; shares stand untied if None.
        progress: told of runs done.
    """
    histories = np.arange(draws * per_draw, dtype=np.uint32)
    draw = histories % draws
    own = shapley_shares(evaluator, histories, seed, keep_histories=True, progress=progress)
    by_history = own.by_history()
    raw = by_history.mean(0)
    if total is None:
        value, residual, tied = raw, by_history, np.zeros_like(raw)
    else:
        sums = by_history.sum(1)
        slope = _slopes(by_history, sums)
        value = raw + slope * (total.value - float(sums.mean()))
        residual, tied = by_history - slope * sums[:, None], slope * total.mc_error
    luck = _means(residual, draw) / np.sqrt(draws)
    luck -= luck.mean(0)
    error = np.sqrt(luck.var(0, ddof=1) + tied**2)
    grown = np.divide(value, raw, out=np.ones_like(raw), where=raw * value > 0)
    samples = spread_over_draws(by_history, draw) * grown
    # Luck is added from another draw, half the list away, so that the two are independent.
    with_luck = samples + np.roll(luck, draws // 2, axis=0)
    groups = {}
    for name in own.groups:
        inside = np.array([group == name for group in evaluator.groups])
        # Histories of one draw are alike, so that the error is that of the means of draws.
        groups[name] = mean_and_error(_means(by_history[:, inside].sum(1), draw))
    return SharedOut(value, error, samples, with_luck, groups)


def total_effect(headline: Headline, happened: bool) -> Estimate:
    """Give v(all) - v(none) of what happened, from the histories of the headline."""
    with_all, with_none = headline.probability.value, headline.event_with_none
    value = with_all - with_none if happened else with_none - with_all
    return Estimate(value, headline.total_error, headline.happened.size)


def cause_answers(
    world: World,
    left: dict[str, LeftOut],
    shared: SharedOut,
    headline: Headline,
    happened: bool,
    claims: Sequence[Claim],
) -> tuple[CauseAnswer, ...]:
    """Put the parts of every cause together, in the order in which they may be listed."""
    levels = [(1 - LEVEL) / 2, 0.25, 0.75, (1 + LEVEL) / 2]
    low, lower, upper, high = np.quantile(shared.samples, levels, axis=0)
    standing = _standings(shared.with_luck)
    answers = []
    for column, place, group in standing:
        name = world.causes[column]
        entry, alone = world.scenario.causes[name], left[name]
        off = -alone.effect if happened else alone.effect
        answers.append(
            CauseAnswer(
                name=name,
                title=entry.title,
                group=entry.group,
                with_=entry.with_,
                without=entry.without,
                from_=entry.since,
                leave_one_out=alone.effect,
                leave_one_out_error=alone.mc_error,
                if_alone=_within(headline.probability.value + off),
                share=float(shared.value[column]),
                mc_error=float(shared.mc_error[column]),
                low=float(low[column]),
                high=float(high[column]),
                middle=(float(lower[column]), float(upper[column])),
                rank=group,
                standing=place,
                bounds=alone.bounds,
                claims=tuple(entry.claims) or tuple(c.id for c in claims if c.cause == name),
                sources=(entry.source,),
                asserted_by=_asserting(entry.asserted_by, name, claims),
                necessity=probability_of(alone.shares.necessity),
                sufficiency=probability_of(alone.shares.sufficiency),
                alternative=entry.alternative,
            )
        )
    return tuple(answers)


def what_pushed(causes: Sequence[CauseAnswer]) -> tuple[Pushed, ...]:
    """Give the causes whose removal works against the record, surely so, largest first."""
    below = sorted((c for c in causes if c.standing == "below"), key=lambda c: c.share)
    return tuple(Pushed(c.name, c.share, c.low, c.high, c.if_alone) for c in below)


def probability_of(share: ConditionalShare) -> Probability | None:
    """Give a share among histories that meet a condition with its interval; None if too few do."""
    if share.share is None:
        return None
    interval = share.share.interval()
    return Probability(share.share.value, share.share.mc_error, interval.low, interval.high)


def bounds_of(bounds: CausalBounds) -> Bounds:
    """Give the bounds on necessity and sufficiency as pairs."""
    return Bounds(_pair(bounds.necessity), _pair(bounds.sufficiency))


def _left_out(with_cause: np.ndarray, without: np.ndarray) -> LeftOut:
    table = joint_table(with_cause, without)
    bounds = causal_bounds(table.before.value, table.after.value)
    return LeftOut(
        effect=-table.difference.value,
        mc_error=table.difference.mc_error,
        shares=causal_shares(with_cause, without),
        bounds=bounds_of(bounds),
    )


def _slopes(by_history: np.ndarray, total: np.ndarray) -> np.ndarray:
    centred = total - total.mean()
    variance = float((centred**2).sum())
    if variance == 0.0:
        return np.full(by_history.shape[1], 1.0 / by_history.shape[1])
    return (by_history * centred[:, None]).sum(0) / variance


def _means(values: np.ndarray, draw: np.ndarray) -> np.ndarray:
    return np.stack([values[draw == d].mean(0) for d in np.unique(draw)])


def _standings(samples: np.ndarray) -> list[tuple[int, str, int]]:
    """Columns in the order in which they are listed, each with its standing and tie group."""
    ranking = rank(samples, confidence=LEVEL)
    groups = [("above", g) for g in ranking.above]
    groups += [("unclear", ranking.unclear)] if ranking.unclear else []
    groups += [("below", g) for g in reversed(ranking.below)]
    return [
        (column, place, number) for number, (place, group) in enumerate(groups) for column in group
    ]


def _asserting(declared: Sequence[str], name: str, claims: Sequence[Claim]) -> tuple[str, ...]:
    named = [c.source for c in claims if c.cause == name and c.kind == "cause"]
    return tuple(dict.fromkeys((*declared, *named)))


def _pair(interval: Interval | None) -> tuple[float, float] | None:
    return None if interval is None else (interval.low, interval.high)


def _within(probability: float) -> float:
    # A difference from fewer histories than the headline may point past an end.
    return min(1.0, max(0.0, probability))
