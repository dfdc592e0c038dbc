"""Two categorical draws from one source of noise: how often they agree, and who moves.

A change of the world turns the probabilities p of a choice into q. Which histories change
their choice is not settled by p and q; it is settled by the coupling. Under Gumbel-max,
i = argmax(log p_i + g_i) with the same g for both worlds, an option whose probability rose
relative to another never loses a history to that other (counterfactual stability, Oberst &
Sontag 2019). Inverse-CDF sampling has no such property and is here only to be compared.
"""

from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float


def gumbel_same(p: np.ndarray, q: np.ndarray) -> Float[np.ndarray, "option"]:
    r"""Give the probability that both worlds choose option i.

    $P(i, i) = 1 / \sum_j \max(p_j/p_i,\; q_j/q_i)$, 0 where either probability is 0.
    """
    before, after = _distributions(p, q)
    same = np.zeros(before.size)
    for i in np.flatnonzero((before > 0) & (after > 0)):
        same[i] = 1 / np.maximum(before / before[i], after / after[i]).sum()
    return same


def gumbel_agreement(p: np.ndarray, q: np.ndarray) -> float:
    """Give the probability that both worlds choose the same option."""
    return float(gumbel_same(p, q).sum())


def gumbel_joint(p: np.ndarray, q: np.ndarray) -> Float[np.ndarray, "before after"]:
    r"""Give the probability that option i is chosen before the change and j after it.

    Gumbel-max is a race of exponential times $E_k$: option $\arg\min E_k/p_k$ wins before,
    $\arg\min E_k/q_k$ after. For $i \ne j$, with $r = E_j/E_i$,
    $P(i, j) = \int_{p_j/p_i}^{q_j/q_i} \left(1 + r + \sum_{k \ne i, j}
    \max(p_k/p_i,\, r\,q_k/q_j)\right)^{-2} dr$, empty (0) unless j gained on i. The sum is
    linear between its kinks, where $\int (c + d r)^{-2} dr = -1/(d (c + d r))$.
    """
    before, after = _distributions(p, q)
    joint = np.diag(gumbel_same(before, after))
    for i in np.flatnonzero(before > 0):
        for j in np.flatnonzero(after > 0):
            if i != j:
                joint[i, j] = _crossing(before, after, int(i), int(j))
    return joint


def inverse_cdf_joint(p: np.ndarray, q: np.ndarray) -> Float[np.ndarray, "before after"]:
    """Give the same joint table for one shared uniform cut at the cumulative probabilities."""
    before, after = _distributions(p, q)
    end_before, end_after = before.cumsum(), after.cumsum()
    start_before, start_after = end_before - before, end_after - after
    overlap = np.minimum(end_before[:, None], end_after) - np.maximum(
        start_before[:, None], start_after
    )
    return np.maximum(0.0, overlap)


def breaks_stability(
    p: np.ndarray, q: np.ndarray, joint: Float[np.ndarray, "before after"]
) -> Bool[np.ndarray, "before after"]:
    """Mark the moves from i to j that a stable coupling forbids but `joint` makes.

    A move is forbidden where i gained at least as much as j: q_i/p_i >= q_j/p_j.
    """
    before, after = _distributions(p, q)
    gained = after[:, None] * before >= after * before[:, None]
    forbidden = gained & ~np.eye(before.size, dtype=bool)
    return forbidden & (np.asarray(joint) > 1e-12)


def _crossing(
    before: Float[np.ndarray, "option"], after: Float[np.ndarray, "option"], i: int, j: int
) -> float:
    # r = q_j/q_i is infinite where i is impossible after the change: every i must move.
    low = before[j] / before[i]
    high = after[j] / after[i] if after[i] > 0 else np.inf
    if not low < high:
        return 0.0
    others = [k for k in range(before.size) if k not in (i, j)]
    flat, slope = before[others] / before[i], after[others] / after[j]
    kinks = np.divide(flat, slope, out=np.full_like(flat, np.inf), where=slope > 0)
    edges = [low, *sorted(kink for kink in kinks if low < kink < high), high]
    total = 0.0
    for left, right in pairwise(edges):
        # Left of its kink a term is flat, right of it it rises.
        rising = kinks <= left
        constant, gradient = 1 + flat[~rising].sum(), 1 + slope[rising].sum()
        at_right = 0.0 if np.isinf(right) else 1 / (constant + gradient * right)
        total += (1 / (constant + gradient * left) - at_right) / gradient
    return float(total)


def _distributions(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    before, after = np.asarray(p, float), np.asarray(q, float)
    if before.ndim != 1 or before.shape != after.shape or before.size == 0:
        raise ValueError(
            f"p and q have shapes {before.shape} and {after.shape}; "
            "give two distributions over the same options"
        )
    for name, chances in (("p", before), ("q", after)):
        if not (chances >= 0).all() or abs(chances.sum() - 1) > 1e-9:
            raise ValueError(
                f"{name} is {chances.tolist()}, which sums to {chances.sum()}; "
                "give probabilities that sum to 1"
            )
    return before, after
