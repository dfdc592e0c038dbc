"""Shares in an outcome: interventional Shapley and Owen values of causes.

The game is v(S) = P(explained event | do(S)): the causes in S stand as in the world, every
other is replaced by its declared *without*. A share is a cause's mean marginal effect over
orders of arrival, and shares sum to v(all) - v(none). They are interventional, not
conditional: a cause is a knob that is turned, not a feature that is observed (Janzing,
Minorics & Blöbaum 2020).

Groups arrive as blocks (Owen 1977), so dividing one group more finely moves no other group.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

import numpy as np
from jaxtyping import Bool, Float, Int, Int8, UInt

from hokushin.query.evaluator import (
    Evaluator,
    Progress,
    as_histories,
    check_evaluator,
    evaluate_rows,
    group_names,
)
from hokushin.query.statistics import Estimate, Proportion

HISTORIES_AT_ONCE = 8192
"""Histories whose permutations are walked together."""

LARGEST_EXACT = 16
"""Most players of a game that is enumerated: 65,536 coalitions, half a megabyte a player."""

_BLOCK = 1024
_CAUSE_STREAM, _GROUP_STREAM = 1, 2


@dataclass(frozen=True, eq=False)
class Shares:
    """Estimated shares of causes and groups, with their counting errors.

    `doubled_by_history`, kept on request, holds twice each history's own share (a pair of
    permutations gives halves), from which `statistics.posterior_spread` tells draws apart.
    """

    causes: tuple[str, ...]
    groups: tuple[str, ...]
    value: Float[np.ndarray, "cause"]
    mc_error: Float[np.ndarray, "cause"]
    group_value: Float[np.ndarray, "group"]
    group_mc_error: Float[np.ndarray, "group"]
    v_all: Proportion
    v_none: Proportion
    n_runs: int
    doubled_by_history: Int8[np.ndarray, "history cause"] | None

    @property
    def total(self) -> float:
        """What there is to share out, v(all) - v(none)."""
        return (self.v_all.hits - self.v_none.hits) / self.v_all.n

    def of(self, cause: str) -> Estimate:
        """Give the share of a cause by its name."""
        column = self.causes.index(cause)
        return Estimate(float(self.value[column]), float(self.mc_error[column]), self.v_all.n)

    def by_history(self) -> Float[np.ndarray, "history cause"]:
        """Give each history's own shares; needs `keep_histories=True`."""
        if self.doubled_by_history is None:
            raise ValueError("the shares of single histories were not kept; keep_histories=True")
        return self.doubled_by_history / 2


def shapley_shares(
    evaluator: Evaluator,
    histories: np.ndarray | range,
    seed: int,
    keep_histories: bool = False,
    progress: Progress | None = None,
) -> Shares:
    """Estimate Shapley values, or Owen values where causes share a group.

    Every history walks one random order of arrival and its reverse, 2K runs for K causes, all
    with the history's own noise and parameters. Histories are then independent draws of a
    share, so the error is sd/sqrt(N), and in each history shares sum to its outcome with all
    causes minus its outcome with none: efficiency is exact, not asymptotic.

    Orders are keyed by (seed, history): a history's pair is the same in any batch.
    """
    check_evaluator(evaluator)
    numbers = as_histories(histories)
    if numbers.size < 2:
        raise ValueError("one history gives no counting error; run at least two")
    column_of = {name: i for i, name in enumerate(group_names(evaluator))}
    group_of = np.array([column_of[group] for group in evaluator.groups])
    member = np.eye(len(column_of), dtype=np.int64)[group_of]
    sums = _Sums(len(evaluator.causes), len(column_of))
    kept: list[Int8[np.ndarray, "history cause"]] = []
    n_runs = 2 * group_of.size * numbers.size
    for first in range(0, numbers.size, HISTORIES_AT_ONCE):
        batch = numbers[first : first + HISTORIES_AT_ONCE]
        position = arrival(batch, seed, group_of)
        everything, nothing, doubled = _walk(evaluator, batch, position)
        sums.add(everything, nothing, doubled, doubled @ member)
        if keep_histories:
            kept.append(doubled.astype(np.int8))
        if progress is not None:
            progress(2 * group_of.size * (first + batch.size), n_runs)
    return sums.shares(evaluator, numbers.size, n_runs, np.concatenate(kept) if kept else None)


def arrival(
    histories: UInt[np.ndarray, "history"], seed: int, group_of: Int[np.ndarray, "cause"]
) -> Int[np.ndarray, "history cause"]:
    """Give each cause's place in each history's order: groups shuffled, then causes inside.

    Groups and causes are shuffled by two streams, so that adding a cause to one group leaves
    the order of the groups, and of the causes before it, as it was.
    """
    n_groups = int(group_of.max()) + 1
    place_of_group = _ranks(_random_words(histories, seed, _GROUP_STREAM, n_groups))
    tie_break = _ranks(_random_words(histories, seed, _CAUSE_STREAM, group_of.size))
    return _ranks(place_of_group[:, group_of] * group_of.size + tie_break)


def shapley_weights(n: int) -> Float[np.ndarray, "player coalition"]:
    r"""Give the matrix that turns the values of all coalitions into Shapley values.

    Coalition number $s$ holds player $i$ where bit $i$ of $s$ is set. Entries are
    $(|S|-1)!\,(n-|S|)!/n!$ where $i \in S$ and $-|S|!\,(n-|S|-1)!/n!$ where it is not
    (Shapley 1953).
    """
    return owen_weights([str(player) for player in range(n)])


def owen_weights(groups: Sequence[str]) -> Float[np.ndarray, "player coalition"]:
    r"""Give the matrix that turns the values of all coalitions into Owen values.

    Only coalitions that hold every other group entirely or not at all have weight:
    $\frac{t!\,(G-t-1)!}{G!}\cdot\frac{s!\,(g-s-1)!}{g!}$ for a player that joins $s$ of the
    other members of its group of $g$, after $t$ of $G$ groups (Owen 1977). With groups of one
    these are the Shapley weights.
    """
    members = coalition_members(len(groups))
    names = list(dict.fromkeys(groups))
    inside = np.array([[group == name for group in groups] for name in names])
    size = inside.sum(axis=1)
    held = members.astype(np.int64) @ inside.T
    whole, split = held == size, (held > 0) & (held < size)
    weights = np.zeros((len(groups), len(members)))
    for player, group in enumerate(groups):
        own = names.index(group)
        others = [g for g in range(len(names)) if g != own]
        counts = ~split[:, others].any(axis=1)
        before = whole[:, others].sum(axis=1)
        joined = held[:, own] - members[:, player]
        weight = _order_weights(len(names))[before] * _order_weights(int(size[own]))[joined]
        weights[player] = np.where(counts, np.where(members[:, player], weight, -weight), 0.0)
    return weights


def shapley_exact(values: np.ndarray) -> Float[np.ndarray, "player"]:
    """Give the Shapley values of a game from the values of all 2**n coalitions.

    Coalition number s holds player i where bit i of s is set: values[0] is v(none).
    """
    table, n = _game(values)
    return shapley_weights(n) @ table


def owen_exact(values: np.ndarray, groups: Sequence[str]) -> Float[np.ndarray, "player"]:
    """Give the Owen values of a game from the values of all 2**n coalitions."""
    table, n = _game(values)
    if len(groups) != n:
        raise ValueError(f"{len(table)} coalitions have {n} players, but {len(groups)} have groups")
    return owen_weights(groups) @ table


def power_index(
    winning: Callable[[Bool[np.ndarray, "coalition player"]], Bool[np.ndarray, "coalition"]],
    n: int,
) -> Float[np.ndarray, "player"]:
    """Give the Shapley-Shubik index of a voting body: the share of orders that each one tips.

    `winning` is asked about all 2**n coalitions at once, one row each.
    """
    return shapley_exact(np.asarray(winning(coalition_members(n)), float))


def shapley_shubik(weights: Sequence[int], quota: int) -> Float[np.ndarray, "player"]:
    r"""Give the Shapley-Shubik (1954) index of weighted voting, for any number of voters.

    A voter of weight $w$ tips a coalition of $s$ others that weighs $q - w$ to $q - 1$. Those
    are counted from the generating function $\prod_j (1 + x\,y^{w_j})$ in whole numbers, so the
    result is exact up to the last rounding to a float.
    """
    if not weights or any(int(w) != w or w < 0 for w in weights):
        raise ValueError(f"weights is {list(weights)}; give whole numbers of votes from 0 up")
    if not 0 < quota <= sum(weights):
        raise ValueError(f"quota is {quota}; it lies between 1 and all {sum(weights)} votes")
    n = len(weights)
    orders = [Fraction(factorial(s) * factorial(n - s - 1), factorial(n)) for s in range(n)]
    index_of = {}
    for weight in set(weights):
        others = list(weights)
        others.remove(weight)
        counts = _coalition_counts(others, quota - 1)
        tipped = range(max(0, quota - int(weight)), quota)
        index_of[weight] = float(
            sum(orders[s] * sum(counts[s][votes] for votes in tipped) for s in range(n))
        )
    return np.array([index_of[weight] for weight in weights])


def coalition_members(n: int) -> Bool[np.ndarray, "coalition player"]:
    """List all 2**n coalitions: row s holds player i where bit i of s is set."""
    if not 1 <= n <= LARGEST_EXACT:
        raise ValueError(
            f"{n} players have 2**{n} coalitions; this enumerates 1 to {LARGEST_EXACT}, "
            "so group players or estimate from permutations"
        )
    return (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(bool)


class _Sums:
    """Whole-number sums over histories, from which every mean and error follows exactly."""

    def __init__(self, n_causes: int, n_groups: int) -> None:
        self.everything = self.nothing = 0
        self.cause, self.cause_squares = np.zeros((2, n_causes), np.int64)
        self.group, self.group_squares = np.zeros((2, n_groups), np.int64)

    def add(
        self,
        everything: Bool[np.ndarray, "history"],
        nothing: Bool[np.ndarray, "history"],
        cause: Int[np.ndarray, "history cause"],
        group: Int[np.ndarray, "history group"],
    ) -> None:
        self.everything += int(everything.sum())
        self.nothing += int(nothing.sum())
        self.cause += cause.sum(axis=0)
        self.cause_squares += (cause**2).sum(axis=0)
        self.group += group.sum(axis=0)
        self.group_squares += (group**2).sum(axis=0)

    def shares(
        self,
        evaluator: Evaluator,
        n: int,
        n_runs: int,
        kept: Int8[np.ndarray, "history cause"] | None,
    ) -> Shares:
        value, error = _mean_of_halves(self.cause, self.cause_squares, n)
        group_value, group_error = _mean_of_halves(self.group, self.group_squares, n)
        return Shares(
            causes=evaluator.causes,
            groups=group_names(evaluator),
            value=value,
            mc_error=error,
            group_value=group_value,
            group_mc_error=group_error,
            v_all=Proportion(self.everything, n),
            v_none=Proportion(self.nothing, n),
            n_runs=n_runs,
            doubled_by_history=kept,
        )


def _mean_of_halves(
    sums: Int[np.ndarray, "part"], squares: Int[np.ndarray, "part"], n: int
) -> tuple[Float[np.ndarray, "part"], Float[np.ndarray, "part"]]:
    # Sums are of doubled values: halve the mean, quarter the variance.
    variance = (squares - sums * (sums / n)) / (n - 1) / 4
    return sums / n / 2, np.sqrt(np.maximum(0.0, variance) / n)


def _walk(
    evaluator: Evaluator,
    histories: UInt[np.ndarray, "history"],
    position: Int[np.ndarray, "history cause"],
) -> tuple[
    Bool[np.ndarray, "history"],
    Bool[np.ndarray, "history"],
    Int[np.ndarray, "history cause"],
]:
    n_histories, n = position.shape
    arrived = np.arange(1, n)[:, None, None]
    ends = np.repeat(np.array([False, True]), n_histories)[:, None].repeat(n, axis=1)
    forward = (position < arrived).reshape(-1, n)
    reverse = (position >= n - arrived).reshape(-1, n)
    present = np.concatenate([ends, forward, reverse])
    rows = evaluate_rows(evaluator, present, np.tile(histories, 2 * n))
    outcome = rows.reshape(2 * n, n_histories).astype(np.int64)
    nothing, everything = outcome[:1], outcome[1:2]
    forward_steps = np.diff(np.concatenate([nothing, outcome[2 : n + 1], everything]), axis=0).T
    reverse_steps = np.diff(np.concatenate([nothing, outcome[n + 1 :], everything]), axis=0).T
    doubled = np.take_along_axis(forward_steps, position, axis=1)
    doubled += np.take_along_axis(reverse_steps, n - 1 - position, axis=1)
    return everything[0].astype(bool), nothing[0].astype(bool), doubled


def _random_words(
    histories: UInt[np.ndarray, "history"], seed: int, stream: int, n: int
) -> UInt[np.ndarray, "history word"]:
    # Philox is a counter-based generator: the counter names the block of histories and, in
    # its lowest word, the place within it, so no block depends on how many ran before. Words
    # are laid out word by word, so that asking for one more leaves the earlier ones alone.
    key = np.random.SeedSequence([seed, stream]).generate_state(2, np.uint64)
    blocks, lanes = np.divmod(histories.astype(np.uint64), np.uint64(_BLOCK))
    words = np.empty((histories.size, n), np.uint64)
    for block in np.unique(blocks):
        raw = np.random.Philox(counter=[0, int(block), 0, 0], key=key).random_raw(n * _BLOCK)
        here = blocks == block
        words[here] = raw.reshape(n, _BLOCK).T[lanes[here]]
    return words


def _ranks(values: np.ndarray) -> Int[np.ndarray, "row column"]:
    order = np.argsort(values, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(values.shape[1])[None], axis=1)
    return ranks


def _order_weights(n: int) -> Float[np.ndarray, "before"]:
    # Chance that just one given set of s of the n - 1 others comes before a player.
    return np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])


def _coalition_counts(weights: Sequence[int], most: int) -> list[list[int]]:
    # counts[s][v]: coalitions of s voters that hold v votes, for v up to `most`.
    counts = [[0] * (most + 1) for _ in range(len(weights) + 1)]
    counts[0][0] = 1
    for number, weight in enumerate(weights, start=1):
        for size in range(number, 0, -1):
            for votes in range(most, int(weight) - 1, -1):
                counts[size][votes] += counts[size - 1][votes - int(weight)]
    return counts


def _game(values: np.ndarray) -> tuple[Float[np.ndarray, "coalition"], int]:
    table = np.asarray(values, float)
    n = table.size.bit_length() - 1
    if table.ndim != 1 or table.size != 1 << n or n < 1:
        raise ValueError(
            f"values has shape {table.shape}; give one value for each of 2**n coalitions"
        )
    return table, n
