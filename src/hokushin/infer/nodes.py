r"""Nodes: where an average over fresh judgement is taken, few and well spread.

The members of one matter judge by independent normal deviates, and the average of a choice over
them is a mean over a few nodes. Those come in pairs x and -x, along directions at right angles to
one another, at distances drawn from equal parts of their own law (chi, as many degrees of freedom
as members; McKay, Beckman and Conover 1979 on such strata). Each node has the normal law, so the
mean is without bias; odd moments are nought. For two to five members the mean of a chance varies as
little as with two to four times as many independent nodes.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy.stats import chi

from hokushin.model.axes import Axes


def judgement_nodes(
    axes: Axes, n_steps: int, nodes: int, seed: int
) -> Float[np.ndarray, "pair lane node"]:
    """Give the fresh part of judgement of each pair at each node of each step.

    The same in every call, others in every step; the second half is the first with signs changed.

    Args:
        axes: Whose pairs (a faction in a matter) judge.
        n_steps: How many steps there are.
        nodes: How many nodes a step has; even.
        seed: Of the directions.
    """
    # Seven tells these directions from other dice of the same seed.
    generator, n_pairs = np.random.default_rng([seed, 7]), nodes // 2
    half = np.zeros((len(axes.pairs), n_steps, n_pairs), np.float32)
    for of_matter in axes.matter_of_pair:
        own = np.flatnonzero(of_matter)
        if own.size:
            half[own] = _turned(generator, own.size, n_steps, n_pairs)
    return np.concatenate([half, -half], axis=-1)


def _turned(
    generator: np.random.Generator, members: int, n_steps: int, n_pairs: int
) -> Float[np.ndarray, "member step direction"]:
    """Directions at right angles in blocks of as many as there are members, with their lengths."""
    blocks = []
    for first in range(0, n_pairs, members):
        turned, _ = np.linalg.qr(generator.standard_normal((n_steps, members, members)))
        blocks.append(turned[:, :, : n_pairs - first])
    strata = generator.permuted(np.tile(np.arange(n_pairs), (n_steps, 1)), axis=1)
    lengths = chi.ppf((strata + generator.random(strata.shape)) / n_pairs, members)
    return np.moveaxis(np.concatenate(blocks, axis=2) * lengths[:, None], 1, 0)
