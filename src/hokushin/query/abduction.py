r"""Abduction: the dice of a choice, given what was chosen.

A choice is a race: option o wins whose time $E_o / p_o$ is the least, with $E_o = -\log u_o$
standard exponential (`choice.race`; the Gumbel-max draw with noise $-\log E_o$). Once it is known
that k won, the winning time is $T \sim \mathrm{Exp}(\sum_o p_o)$ whoever won, and by the lack of
memory of the exponential every loser has still to wait: $E_k = p_k T$, $E_o = p_o T + X_o$ with
$X_o \sim \mathrm{Exp}(1)$. In Gumbel noise this is the truncated draw from the top down
(Maddison, Tarlow & Minka 2014; Oberst & Sontag 2019, appendix).

What cannot be conditioned exactly is weighed: a history's own numbers and dispositions make the
record more or less likely, and histories are drawn again in proportion.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Float32, Int

LARGEST_DIE = 1.0 - 2.0**-24
"""The dice of the engine lie between 2^-24 and this; those that are abducted do too."""

_LONGEST_WAIT = 80.0
"""Largest logarithm of a waiting time, as in `choice.race`: what cannot be chosen waits so long."""


def abduct(
    log_probability: Float[np.ndarray, "... option history"],
    chosen: Bool[np.ndarray, "... option 1"],
    random: np.random.Generator,
) -> Float32[np.ndarray, "... option history"]:
    """Draw the uniforms of races of which the winner is known.

    Raced with the same probabilities they choose what was chosen; with others they say what else
    would have been. Averaged over winners drawn from the probabilities they are uniform again. The
    dice are in single precision: a winner's die lies so near to one, if its option was unlikely
    (p below 1e-4), that its time is right to 6e-8/p only.

    Args:
        log_probability: of every option.
        chosen: one option of each race.
        random: source of the two exponentials behind each die.
    """
    winner = np.asarray(chosen, bool)
    if not (winner.sum(axis=-2) == 1).all():
        raise ValueError("a race has one winner; chosen must name one option of each")
    chance = np.exp(np.maximum(np.asarray(log_probability, float), -_LONGEST_WAIT))
    races = (*chance.shape[:-2], 1, chance.shape[-1])
    time = random.standard_exponential(races) / chance.sum(axis=-2, keepdims=True)
    waits = random.standard_exponential(chance.shape)
    exponential = chance * time + np.where(winner, 0.0, waits)
    return np.clip(np.exp(-exponential), 1.0 - LARGEST_DIE, LARGEST_DIE).astype(np.float32)


def effective_size(log_weight: Float[np.ndarray, "history"]) -> float:
    r"""Give $(\sum w)^2 / \sum w^2$: how many equally weighted histories would say as much."""
    weight = np.exp(log_weight - log_weight.max())
    return float(weight.sum() ** 2 / (weight**2).sum())


def informative(
    log_weights: Float[np.ndarray, "part history"], fewest: float
) -> tuple[Sequence[int], Float[np.ndarray, "history"]]:
    """Choose the parts of a record by which histories can be weighed, and give their weights.

    Parts are taken in order, and one that would leave an effective sample of less than `fewest` is
    passed over. A record of many choices under vague numbers leaves a single history otherwise.
    """
    total, taken = np.zeros(log_weights.shape[1]), []
    for part, own in enumerate(log_weights):
        if effective_size(total + own) >= fewest:
            total, taken = total + own, [*taken, part]
    return taken, total


def resample(
    log_weight: Float[np.ndarray, "history"], n: int, random: np.random.Generator
) -> Int[np.ndarray, "row"]:
    """Draw n histories in proportion to their weights, by one uniform (systematic resampling).

    Each history is drawn the whole number of times below or above its n-fold share, in order.
    """
    weight = np.exp(log_weight - log_weight.max())
    reached = np.cumsum(weight) / weight.sum()
    places = (np.arange(n) + random.random()) / n
    return np.minimum(np.searchsorted(reached, places, side="right"), weight.size - 1)


def clustered_error(values: Bool[np.ndarray, "row"], origin: Int[np.ndarray, "row"]) -> float:
    r"""Give the standard error of a mean over rows of which several come from one history.

    With $n_h$ rows of mean $m_h$ from history h, $\sqrt{\sum_h (n_h/n)^2 (m_h - m)^2 \cdot
    H/(H-1)}$ for H histories: rows of one history share all but the dice of choice.
    """
    _, which, count = np.unique(origin, return_inverse=True, return_counts=True)
    if count.size < 2:
        raise ValueError("rows of a single history give no error; draw more histories")
    off = np.bincount(which, np.asarray(values, float) - values.mean())
    return float(np.sqrt((off**2).sum() * count.size / (count.size - 1)) / values.size)
