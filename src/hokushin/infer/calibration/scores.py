r"""Scores: whether the likelihood is that of the engine, asked without a sampler.

At the truth the gradient of the right log-likelihood is zero in the mean over records, whatever the
numbers are:

$$E\bigl[\nabla_\theta \log L(\theta; y)\bigr] = 0 \quad\text{if } y \sim L(\theta; \cdot).$$

That costs one gradient a record, where a rank costs thousands. So it can be asked of many more
records, and finds mistakes that ranks are too few for. It says nothing of priors and samplers, for
which there are ranks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.stats import norm

from hokushin.infer.calibration.ranks import CHANCE, Inference, Verdict
from hokushin.infer.calibration.records import Record, Simulated, log_likelihood
from hokushin.infer.likelihood import Latent, RecordLikelihood
from hokushin.model.params import Params

_SIDE_BY_SIDE = 50


class Scores(NamedTuple):
    """Mean gradients at the truth, in their standard errors."""

    names: tuple[str, ...]
    z: Float[np.ndarray, " quantity"]
    records: int


def score_truths(
    simulated: Simulated, records: Record, inference: Inference | None = None
) -> Scores:
    """Take the gradient of the log-likelihood at the truth of each record.

    By each number, by the chance of a row, and by all dispositions of a faction together.

    Args:
        simulated: What the engine brought about.
        records: Its records, as the inference is given them.
        inference: What is tested, by default the likelihood of a fit.
    """
    change = (inference or Inference()).params
    truth = simulated.truth.latent()
    n = truth.numbers.shape[0]

    found = []
    for first in range(0, n, _SIDE_BY_SIDE):
        own = np.minimum(np.arange(first, first + _SIDE_BY_SIDE), n - 1)
        here = jax.tree.map(lambda x, at=own: jnp.asarray(x)[at], (truth, records))
        told = _gradients(simulated.template, change, *here)
        each = np.concatenate(
            [
                told.numbers,
                np.asarray(told.recording),
                np.asarray(told.dispositions).sum(axis=(1, 3)),
            ],
            axis=1,
        )
        found.append(each[: n - first])
    gradient = np.concatenate(found)
    error = gradient.std(axis=0, ddof=1) / np.sqrt(n)
    template = simulated.template
    names = (*template.names, *template.recording_names, *template.path.model.axes.pairs)
    return Scores(names, gradient.mean(axis=0) / np.maximum(error, 1e-30), n)


def judge_scores(scores: Scores, chance: float = CHANCE) -> Verdict:
    """Say which mean gradients are further from zero than all together are with a given chance.

    In standard errors and as if independent: each has the chance $c^{1/q}$ of q quantities.
    """
    each = chance ** (1.0 / len(scores.names))
    bound = norm.ppf(0.5 * (1.0 + each))
    outside = np.abs(scores.z) > bound
    return Verdict(tuple(n for n, out in zip(scores.names, outside, strict=True) if out), each)


@partial(jax.jit, static_argnums=(0, 1))
def _gradients(
    template: RecordLikelihood,
    change: Callable[[Params], Params] | None,
    truth: Latent,
    records: Record,
) -> Latent:
    """Gradients at the truths, compiled once for all inferences that weigh alike."""

    def value(x: Latent, own: Record) -> Array:
        return log_likelihood(template, own, x, change)

    return jax.vmap(jax.grad(value))(truth, records)
