"""Sums, products and walls, written so that the compiler makes each intermediate once.

The compiler for the CPU copies a cheap producer into every consumer, reductions included, and
cannot be told not to. Three things stop it: a plain two-dimensional product, a division by a
one that it cannot see, and a conditional whose predicate it cannot see. The compiler for
accelerators needs none of them, is slowed by conditionals, and rounds the inputs of products to
fewer bits. This file is the only one that knows the difference: mechanisms call it and read the
same on both.

Every function takes `platform` ("cpu", "gpu", "tpu"), by default the one that JAX uses when the
function is traced. Values agree across platforms to rounding.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, ArrayLike, Bool, Float

_MANY_PER_ENTRY, _FEW = 10, 1000
"""A product is taken entry by entry if its table has this many places for each entry, and more
than a few in all: below, one product is quicker than several copies."""

Tree = TypeVar("Tree")

_PLATFORMS = ("cpu", "gpu", "tpu")


def spread(
    table: ArrayLike,
    x: Float[Array, "*inputs history"],
    k: int = 1,
    *,
    platform: str | None = None,
) -> Float[Array, "*outputs history"]:
    r"""Carry `x` over a constant incidence: $y_o = \sum_i T_{oi} x_i$.

    The last `k` axes of `table` are summed against the first `k` axes of `x`; the other axes of
    `table` lead the result. On the CPU this is also a wall: `x` and the result are each made
    once. Rows and columns of a NumPy table that hold nothing but zeros are left out, so what
    stands in a column without weight does not matter, not even an infinity.

    To copy rows rather than to add them up, `gather` is several times faster.
    """
    shape = np.shape(table)
    if k < 1 or shape[-k:] != x.shape[:k] or len(shape) < k:
        raise ValueError(
            f"spread: the last {k} axes of the table {shape} must be the first {k} axes of "
            f"the array {x.shape}; transpose the table or give another k"
        )
    outputs, rest = shape[:-k], x.shape[k:]
    n_inputs = math.prod(x.shape[:k])
    flat = x.reshape(n_inputs, *rest)
    if isinstance(table, np.ndarray):
        matrix = table.reshape(math.prod(outputs), n_inputs).astype(x.dtype)
        result = _multiply_live_part(matrix, flat, platform)
    else:
        matrix = jnp.asarray(table, x.dtype).reshape(math.prod(outputs), n_inputs)
        result = _multiply(matrix, flat, platform)
    return result.reshape(outputs + rest)


def sum_members(
    table: np.ndarray,
    x: Float[Array, "member ..."],
    weight: Float[Array, "member ..."] | None = None,
    *,
    platform: str | None = None,
) -> Float[Array, "group ..."]:
    r"""Add up `x` over the members of each group, $y_g = \sum_i T_{gi} w_i x_i$.

    `table` holds ones and zeros, known when the program is compiled. Costs one addition for each
    member, where `spread` multiplies each member with each group; but it is no wall.
    """
    if not _is_cpu(platform):
        return spread(table, x if weight is None else weight * x, platform=platform)
    groups = []
    for of_group in table:
        terms = rows(x, np.flatnonzero(of_group))
        if weight is not None:
            weights = rows(weight, np.flatnonzero(of_group))
            terms = [w * term for w, term in zip(weights, terms, strict=True)]
        groups.append(functools.reduce(operator.add, terms) if terms else jnp.zeros(x.shape[1:]))
    return jnp.stack(groups)


def gather(
    x: Float[Array, "input ..."], positions: np.ndarray, absent: float = 0.0
) -> Float[Array, "output ..."]:
    """Copy rows of `x`: row i of the result is row `positions[i]`, or `absent` where that is -1.

    `positions` is a NumPy array, known when the program is compiled.
    """
    index = np.asarray(positions)
    if index.ndim != 1 or (index.size and index.dtype.kind not in "iu"):
        raise ValueError(f"gather: positions must be one axis of integers, not {index!r}")
    if index.size and (index.min() < -1 or index.max() >= x.shape[0]):
        raise ValueError(
            f"gather: positions run from {index.min()} to {index.max()}, but the array has "
            f"{x.shape[0]} rows; write -1 for a row that is absent"
        )
    if (index >= 0).all():
        return x[index.astype(np.int32)]
    filler = jnp.full((1, *x.shape[1:]), absent, x.dtype)
    return jnp.concatenate([x, filler])[np.where(index < 0, x.shape[0], index)]


def fence(
    x: Float[Array, "*axes"],
    wall: Float[ArrayLike, ""] | None = None,
    *,
    platform: str | None = None,
) -> Float[Array, "*axes"]:
    """Give `x` back unchanged, and keep the compiler from copying its making into each reader.

    The compiler copies cheap work into whatever reads it, but not a division. `wall` is a divisor
    of one that it cannot see (`Dice.wall`); without it the divisor is taken from `x`, one unless
    `x` is NaN, which is as quick. No bit of `x` changes, except that the CPU takes what is smaller
    than 1.2e-38 for zero, as in all arithmetic.

    Put a fence after each named intermediate that is used twice, and before slicing it. It does
    not help where all readers end in one kernel and read `x` at different places, such as `x` and
    `x` reversed: only `spread` and `wall_off` do.
    """
    if not jnp.issubdtype(x.dtype, jnp.floating):
        raise ValueError(
            f"fence: needs an array of floats, not {x.dtype}; "
            "write jnp.where(condition, 1.0, 0.0) and fence that"
        )
    if not _is_cpu(platform):
        return x
    one = jnp.where(x == x, 1.0, 2.0).astype(x.dtype) if wall is None else wall
    return x / one


def wall_off(
    make: Callable[[], tuple[Array, Array]],
    can_pass: Bool[Array, ""],
    shape: tuple[int, ...],
    *,
    platform: str | None = None,
) -> tuple[Float[Array, "*shape"], Float[Array, "*shape"]]:
    """Make two float32 arrays of one shape behind a wall that no fusion crosses.

    `can_pass` must be traced and true; where it is false both arrays are NaN. On the CPU the wall
    is a conditional on it that returns one complex array, since that is the only way to store two
    words from one kernel: without it a consumer repeats the twenty rounds of a cipher for every
    element that it reads. Elsewhere nothing is walled.
    """
    if not _is_cpu(platform):
        first, second = make()
        return jnp.where(can_pass, first, jnp.nan), jnp.where(can_pass, second, jnp.nan)
    closed = functools.partial(jnp.full, shape, complex(np.nan, np.nan), jnp.complex64)
    both = lax.cond(can_pass, lambda: lax.complex(*make()), closed)
    return both.real, both.imag


def settle(
    x: Float[Array, "*axes"],
    can_pass: Bool[Array, ""] | None = None,
    *,
    platform: str | None = None,
) -> Float[Array, "*axes"]:
    """Give `x` back made once and stored, whatever reads it: a wall where `fence` is not enough.

    `can_pass` must be traced and true; where it is false the array is NaN. Without it the first
    element of `x` is asked whether it is a number, so that a NaN there makes all of them NaN. On
    the CPU `x` becomes the operand of a conditional, which has to lie in memory. It costs one
    copy: put it behind gathers and concatenations, which cost much more when a consumer repeats
    them.
    """
    if can_pass is None:
        if not x.size:
            return x
        first = x[(0,) * x.ndim]
        can_pass = first == first
    if not _is_cpu(platform):
        return jnp.where(can_pass, x, jnp.nan)
    return lax.cond(can_pass, lambda y: y, lambda y: jnp.full_like(y, jnp.nan), x)


def make_once(
    make: Callable[[], Tree], can_pass: Bool[Array, ""], *, platform: str | None = None
) -> Tree:
    """Make all arrays of a tree behind one wall: each is stored as it is made, without a copy.

    As `settle`, for arrays of floats that are made from what has already been made.
    """
    if not _is_cpu(platform):
        return jax.tree.map(lambda x: jnp.where(can_pass, x, jnp.nan), make())
    shapes = jax.eval_shape(make)
    return lax.cond(
        can_pass,
        make,
        lambda: jax.tree.map(lambda x: jnp.full(x.shape, jnp.nan, x.dtype), shapes),
    )


def slices(x: Float[Array, "*axes"], axis: int = 0) -> list[Float[Array, "*rest"]]:
    """Take a short axis apart, in order."""
    return [lax.index_in_dim(x, i, axis, keepdims=False) for i in range(x.shape[axis])]


def rows(x: Float[Array, "row ..."], positions: np.ndarray) -> list[Float[Array, "*rest"]]:
    """Rows of `x` at some positions, in order.

    Rows that stand together are cut out as one block first, so that the compiler sees through a
    concatenation of such blocks to the block itself.
    """
    if positions.size and np.array_equal(positions, np.arange(positions[0], positions[-1] + 1)):
        return slices(x[positions[0] : positions[-1] + 1])
    return [lax.index_in_dim(x, int(i), keepdims=False) for i in positions]


def sum_slices(
    x: Float[Array, "*axes"], axis: int = 0, *, platform: str | None = None
) -> Float[Array, "*rest"]:
    """Add up a short axis; an axis of length zero gives zeros."""
    return _reduce_slices(operator.add, jnp.sum, x, axis, platform)


def product_slices(
    x: Float[Array, "*axes"], axis: int = 0, *, platform: str | None = None
) -> Float[Array, "*rest"]:
    """Multiply along a short axis; an axis of length zero gives ones."""
    return _reduce_slices(operator.mul, jnp.prod, x, axis, platform)


def minimum_slices(
    x: Float[Array, "*axes"], axis: int = 0, *, platform: str | None = None
) -> Float[Array, "*rest"]:
    """Smallest value along a short axis, which must not be empty."""
    return _reduce_slices(jnp.minimum, jnp.min, x, axis, platform)


def maximum_slices(
    x: Float[Array, "*axes"], axis: int = 0, *, platform: str | None = None
) -> Float[Array, "*rest"]:
    """Largest value along a short axis, which must not be empty."""
    return _reduce_slices(jnp.maximum, jnp.max, x, axis, platform)


def first_minimum(cost: Float[Array, "*axes"], axis: int = 0) -> Float[Array, "*axes"]:
    """One where `cost` is smallest along `axis`, zero elsewhere; of equals, the first.

    Exactly one element along `axis` is chosen, also when costs tie (uniforms have 2^23 values,
    so in a large ensemble they do) or are all infinite. The costs must not be NaN.
    """
    first, *others = slices(cost, axis)
    least, chosen = first, jnp.zeros_like(first)
    for position, candidate in enumerate(others, start=1):
        # The position as a float: a predicate, once sliced, is computed again by every reader.
        chosen = jnp.where(candidate < least, np.float32(position), chosen)
        least = jnp.minimum(candidate, least)
    along = [1] * cost.ndim
    along[axis] = -1
    positions = np.arange(cost.shape[axis], dtype=np.float32).reshape(along)
    chosen = fence(chosen)
    return jnp.where(jnp.expand_dims(chosen, axis) == positions, 1.0, 0.0).astype(cost.dtype)


def _multiply_live_part(
    matrix: np.ndarray, x: Float[Array, "input ..."], platform: str | None
) -> Float[Array, "output ..."]:
    """Multiply without the rows and columns of `matrix` that are zero throughout."""
    rows, columns = np.flatnonzero(matrix.any(1)), np.flatnonzero(matrix.any(0))
    n_rows, n_columns = matrix.shape
    if not rows.size:
        return jnp.zeros((n_rows, *x.shape[1:]), x.dtype)
    if _is_cpu(platform) and (matrix[rows].sum(1) == 1).all() and np.isin(matrix, (0, 1)).all():
        return fence(gather(x, np.where(matrix.any(1), matrix.argmax(1), -1)), platform=platform)
    live = x if columns.size == n_columns else x[columns]
    dense = matrix[np.ix_(rows, columns)]
    if _is_cpu(platform) and dense.size > _MANY_PER_ENTRY * np.count_nonzero(dense) + _FEW:
        result = _add_entries(dense, live)
    else:
        result = _multiply(dense, live, platform)
    if rows.size == n_rows:
        return result
    positions = np.full(n_rows, -1)
    positions[rows] = np.arange(rows.size)
    return gather(result, positions)


def _add_entries(matrix: np.ndarray, x: Float[Array, "input ..."]) -> Float[Array, "output ..."]:
    """Multiply by a table that is nearly empty: for each row, add up what its entries pick."""
    x = settle(x, platform="cpu")
    n_rows = matrix.shape[0]
    depth = int(np.count_nonzero(matrix, axis=1).max())
    columns = np.zeros((depth, n_rows), np.int64)
    weights = np.zeros((depth, n_rows), np.float32)
    for row in range(n_rows):
        entries = np.flatnonzero(matrix[row])
        columns[: entries.size, row] = entries
        weights[: entries.size, row] = matrix[row, entries]
    wide = weights.reshape(depth, n_rows, *(1,) * (x.ndim - 1))
    terms = [x[c] if (w == 1).all() else w * x[c] for c, w in zip(columns, wide, strict=True)]
    return settle(functools.reduce(operator.add, terms), platform="cpu")


def _multiply(
    matrix: Array | np.ndarray, x: Float[Array, "input ..."], platform: str | None
) -> Float[Array, "output ..."]:
    """Multiply along the first axis.

    Axes between it and the last stay axes of the product: merged with the last, they would be
    merged in the loop that makes `x` too, whose exponentials and logarithms then run one number
    at a time (measured: six times slower).
    """
    if not _is_cpu(platform):
        wide = matrix.reshape(matrix.shape + (1,) * (x.ndim - 1))
        return jnp.sum(wide * x[None], axis=1)
    copies = x.shape[1:-1] + matrix.shape
    xp = np if isinstance(matrix, np.ndarray) else jnp
    return jnp.moveaxis(xp.broadcast_to(matrix, copies) @ jnp.moveaxis(x, 0, -2), -2, 0)


def _reduce_slices(
    combine: Callable[[Array, Array], Array],
    reduce_axis: Callable[..., Array],
    x: Array,
    axis: int,
    platform: str | None,
) -> Array:
    if not _is_cpu(platform) or not x.shape[axis]:
        return reduce_axis(x, axis=axis)
    return functools.reduce(combine, slices(x, axis))


def _is_cpu(platform: str | None) -> bool:
    if platform is not None and platform not in _PLATFORMS:
        raise ValueError(f"platform is {platform!r}, but must be one of {', '.join(_PLATFORMS)}")
    return (platform or jax.default_backend()) == "cpu"
