"""Arithmetic that stays finite: logarithms of probabilities, and a smooth minimum.

Everything is elementwise in the last axis, which is `history`; sums are over one short axis
(options, factions, needs). Values and gradients are finite for every finite argument.
"""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from hokushin.model.products import maximum_slices, sum_slices

LOG_ZERO = -1e30
"""The logarithm of a probability that is zero by decree (a masked option).

Finite, so that sums, differences and gradients of logarithms stay finite; `exp` gives exactly 0.
"""

_CERTAINTY = 1e-12
"""How far from one the argument of `log1mexp` is kept, in probability."""

_SHORTAGE = 1e-6
"""Shift that keeps the inverse powers of `smooth_minimum` finite when a need is not met at all."""


def logistic(x: Float[Array, "*axes"]) -> Float[Array, "*axes"]:
    r"""The logistic function $1/(1+e^{-x})$, accurate in both tails."""
    return jax.lax.logistic(x)


def log_sigmoid(x: Float[Array, "*axes"]) -> Float[Array, "*axes"]:
    r"""Logarithm of the logistic function, $-\log(1+e^{-x})$, accurate in both tails."""
    return -jnp.logaddexp(-x, 0.0)


def chance_of_any(expected: Float[Array, "*axes"]) -> Float[Array, "*axes"]:
    r"""Chance $1-e^{-x}$ of at least one event when $x \ge 0$ are expected, accurate near 0.

    Several times quicker than `expm1`, whose sign and size may be anything.
    """
    few = expected * (1.0 - expected * (0.5 - expected / 6.0))
    return jnp.where(expected < 1e-2, few, 1.0 - jnp.exp(-expected))


def log1mexp(x: Float[Array, "*axes"]) -> Float[Array, "*axes"]:
    r"""$\log(1-e^{x})$ for $x \le 0$: the logarithm of the other probability.

    Read at $x - 10^{-12}$, so that certainty ($x=0$) gives a finite value and gradient; the
    probability it stands for is off by at most $10^{-12}$.
    """
    x = x - _CERTAINTY
    near = x > -math.log(2.0)
    # Each branch sees only arguments it can bear: a branch not taken must not give infinite slopes.
    from_difference = jnp.log(-jnp.expm1(jnp.where(near, x, -1.0)))
    from_power = jnp.log1p(-jnp.exp(jnp.where(near, -1.0, x)))
    return jnp.where(near, from_difference, from_power)


def safe_log(x: Float[Array, "*axes"], floor: float = 1e-30) -> Float[Array, "*axes"]:
    """Natural logarithm of a quantity that may be zero, with `floor` added to it first."""
    return jnp.log(x + floor)


def log_sum_exp(x: Float[Array, "*axes"], axis: int = 0) -> Float[Array, "*rest"]:
    r"""$\log \sum_i e^{x_i}$ over a short axis, without overflow."""
    top = jax.lax.stop_gradient(maximum_slices(x, axis))
    total = sum_slices(jnp.exp(x - jnp.expand_dims(top, axis)), axis)
    return top + jnp.log(total)


def log_softmax(x: Float[Array, "*axes"], axis: int = 0) -> Float[Array, "*axes"]:
    r"""$x_i - \log \sum_j e^{x_j}$ over a short axis."""
    shifted = x - jnp.expand_dims(jax.lax.stop_gradient(maximum_slices(x, axis)), axis)
    return shifted - jnp.expand_dims(jnp.log(sum_slices(jnp.exp(shifted), axis)), axis)


def smooth_minimum(x: Float[Array, "*axes"], axis: int = 0) -> Float[Array, "*rest"]:
    r"""A smooth stand-in for the least of several needs met, $(\frac1n\sum_i x_i^{-4})^{-1/4}$.

    For $x \ge 0$. It equals the common value when all are equal, lies between the minimum and
    $n^{1/4}$ times the minimum, and its gradient is finite also where a need is not met at all
    (the powers are taken of $x + 10^{-6}$, and the shift is taken off again).
    """
    inverse_square = 1.0 / jnp.square(x + _SHORTAGE)
    mean = sum_slices(jnp.square(inverse_square), axis) / x.shape[axis]
    return jnp.sqrt(jax.lax.rsqrt(mean)) - _SHORTAGE
