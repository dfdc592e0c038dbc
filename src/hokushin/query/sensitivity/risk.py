r"""Risk: the chance of an event from chances of choices, not from draws of them.

Counting histories in which an event happened wastes what the engine knows. Before each draw it has
the chance $h_{tn}$ that history n passes the event's gate in step t. Among histories that have not
passed it yet, the mean chance is the hazard of the step, and the chance to pass by the end is that
of a life table,

$$\lambda_t = \frac{\sum_n w_n a_{tn} h_{tn}}{\sum_n w_n a_{tn}}, \qquad
  S_t = \prod_{s \le t} (1 - \lambda_s), \qquad
  \hat P = \rho \sum_t S_{t-1} \lambda_t f_t,$$

with $a_{tn} = 1$ until the gate is passed and weights $w_n$ where histories are not drawn evenly.
It is Kaplan and Meier's estimator (1958) with each step's count of events replaced by its
expectation (Rao-Blackwell), so it lies between 0 and 1, and is above 0 where no event was drawn.

Not every gate that is passed leads to the event: an attack may be too weak, or too late. $f_t$ is
the share that does, step by step, from a large run; $\rho$ corrects it for the rows at hand,
$(\sum w Y + k) / (\sum w F + k)$ with events Y, the sum F of $f_t$ over gates passed, and k = 2, so
that a row without events keeps the share of the large run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

PSEUDO_EVENTS = 2.0
"""Events that stand for the large run when a row corrects what follows a gate."""


@dataclass(frozen=True, eq=False)
class Watched:
    """What histories did at an event's gate."""

    chance: Float[np.ndarray, "step ... history"]
    """Chance of passing it in each step, given all that the step began with."""
    passed: Bool[np.ndarray, "step ... history"]
    """Whether it was passed for the first time."""
    happened: Bool[np.ndarray, "... history"]
    """Whether the event came about before the horizon."""


def watched(
    chance: Float[np.ndarray, "step row"],
    taken: Float[np.ndarray, "step row"],
    happened: Bool[np.ndarray, " row"],
    shape: tuple[int, ...],
) -> Watched:
    """Arrange what an engine reports: first passings only, rows in the given shape."""
    first = (taken > 0.5) & (np.cumsum(taken > 0.5, axis=0) == 1)
    whole = (chance.shape[0], *shape)
    return Watched(chance.reshape(whole), first.reshape(whole), happened.reshape(shape))


def follow_through(seen: Watched) -> Float[np.ndarray, " step"]:
    """Share of passings that lead to the event, step by step, each drawn towards the mean of all.

    Two pseudo-passings at the mean share stand beside those of each step.
    """
    axes = tuple(range(1, seen.passed.ndim))
    passings = seen.passed.sum(axes)
    events = (seen.passed & seen.happened).sum(axes)
    mean = events.sum() / passings.sum() if passings.sum() else 1.0
    return (events + PSEUDO_EVENTS * mean) / (passings + PSEUDO_EVENTS)


def probability(
    seen: Watched,
    follow: Float[np.ndarray, " step"],
    weight: Float[np.ndarray, " history"] | None = None,
) -> np.ndarray:
    """Estimate the chance of the event for each row of histories (see the head of this file)."""
    w = np.ones(seen.happened.shape[-1]) if weight is None else weight
    before = np.cumsum(seen.passed, axis=0) - seen.passed
    alive = w * (before == 0)
    at_risk = alive.sum(-1)
    expected = (alive * seen.chance).sum(-1)
    hazard = np.divide(expected, at_risk, out=np.zeros_like(expected), where=at_risk > 0)
    survival = np.cumprod(1.0 - hazard, axis=0)
    reached = np.concatenate([np.ones_like(survival[:1]), survival[:-1]])
    share = follow.reshape(-1, *[1] * (hazard.ndim - 1))
    base = (reached * hazard * share).sum(0)
    scale = w.size / w.sum() if w.sum() > 0 else 0.0
    events = scale * (w * seen.happened).sum(-1)
    due = scale * (share[..., None] * w * seen.passed).sum((0, -1))
    return np.minimum(1.0, base * (events + PSEUDO_EVENTS) / (due + PSEUDO_EVENTS))


def share(
    happened: Bool[np.ndarray, "... history"],
    weight: Float[np.ndarray, " history"] | None = None,
) -> np.ndarray:
    r"""Count, where an event has no gate: $(\sum w Y + 1/2) / (n + 1)$, the add-half rule.

    Half a history with the event and half a one without keep log odds finite.
    """
    n = happened.shape[-1]
    w = np.ones(n) if weight is None else weight * n / weight.sum()
    return ((w * happened).sum(-1) + 0.5) / (n + 1.0)


def log_odds(p: np.ndarray) -> np.ndarray:
    """Log odds of chances that are neither 0 nor 1 to the last digit."""
    edge = 1e-12
    inside = np.clip(p, edge, 1.0 - edge)
    return np.log(inside) - np.log1p(-inside)


def anchored(moved: np.ndarray, base: np.ndarray, anchor: float) -> np.ndarray:
    """Move a well-known probability by the change of log odds between two rows of few histories.

    What few histories get wrong they get wrong alike in both rows.
    """
    x = log_odds(np.array(anchor)) + log_odds(moved) - log_odds(base)
    return 1.0 / (1.0 + np.exp(-x))


def groups_left_out(n: int, groups: int) -> Float[np.ndarray, "group history"]:
    """Weights of a jackknife that leaves out every g-th history in turn."""
    member = np.arange(n) % groups
    return (member[None] != np.arange(groups)[:, None]).astype(float)


def jackknife_error(left_out: Float[np.ndarray, "group ..."]) -> np.ndarray:
    r"""Standard error from estimates that leave one of G groups out each.

    $\sqrt{\tfrac{G-1}{G} \sum_g (x_g - \bar x)^2}$ (Tukey 1958).
    """
    g = left_out.shape[0]
    return np.sqrt((g - 1) / g * ((left_out - left_out.mean(0)) ** 2).sum(0))
