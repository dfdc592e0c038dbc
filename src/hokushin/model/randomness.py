r"""Dice: random numbers as a pure function of seed, mechanism, history, step and place.

Nothing is carried from draw to draw. A draw is the Threefry-2x32 cipher with twenty rounds
(Salmon, Moraes, Dror and Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC 2011) of a
counter under a key, all words of 32 bits:

====================  ========================  ==============================================
draw                  key                       counter
====================  ========================  ==============================================
of a step             seed, hash of mechanism   history, step · 4096 + slot  (step < 2^18)
of the engine         seed, hash of purpose     history, 2^30 + slot         (slot < 2^30)
of a parameter        seed, low half of hash    draw, 2^31 + high half of hash
====================  ========================  ==============================================

So switching a mechanism off never moves another's dice; history i throws the same dice whatever
the block, the order and the number of workers; adding a quantity to a scenario leaves the draws
of the others alone. The second word of the counter keeps the three kinds apart for good.

Both words of the cipher are used: within a mechanism and step, draw i (in row-major order of the
shape) is word i mod 2 of slot i div 2. Lengthening the *first* axis of a shape therefore leaves
the earlier draws where they were.

A word b becomes the uniform $u = ((b \gg 8) \mid 1) / 2^{24}$: the 2^23 odd multiples of 2^-24,
all exact in float32, never 0 or 1, and symmetric about one half. Every other distribution is a
function of one such u, so its tails end at the probability 2^-24, one in seventeen million:
normals at ±5.2947, exponentials at 16.64, Gumbels at -2.81 and 16.64.
"""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Callable, Iterable, Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Float32, Int32, UInt32

from hokushin.model.products import wall_off

N_SLOTS = 4096
"""Cipher calls that one mechanism may make in one step; each gives two draws."""

N_STEPS = 2**18
"""Steps that the counter has room for; dice of a later or a negative step are NaN."""

ENGINE_COUNTER = 2**30
"""Where the second word of the counter starts for draws that belong to no step."""

Word = Array | np.ndarray | np.uint32
"""A word of the cipher: uint32, of any shape."""

_PARAMETER_COUNTER = 2**31
_PARITY = 0x1BD11BDA  # the Threefish key-schedule constant for 32-bit words
_ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
_N_ROUNDS = 20

# Numerator and denominator of normal quantile / (2u - 1) in w = -log(4 u (1 - u)): a minimax fit
# of the absolute error over the values u takes, 5.5e-7 before rounding. No sign alternates, so
# nothing cancels in float32.
_QUANTILE_NUMERATOR = (
    1.2533182543181351,
    0.5142250222933629,
    0.10777844944927252,
    0.014737237809017843,
    0.0013128772596733935,
    1.1608262904256194e-05,
)
_QUANTILE_DENOMINATOR = (
    1.0,
    0.14852267576532566,
    0.03400352857696957,
    0.0036405847468180554,
    0.00013788037789233174,
)


class Dice(eqx.Module):
    """The dice of one step of many histories, as a step hands them to its mechanisms.

    A mechanism draws once a step under its name. Where it needs several arrays it draws each
    under a name of its own ("incidents.begin", "incidents.size"): the same name gives the same
    dice again. `notice`, if given, is called with name and shape whenever a draw is traced, so
    that a check can count draws and find a name used twice.

    `step` and `wall` (always one) must be traced for the walls in `products` to hold; a `history`
    of length one draws dice that all lanes share.
    """

    seed: UInt32[Array, ""]
    history: UInt32[Array, " history"]
    step: Int32[Array, ""]
    wall: Float32[Array, ""]
    platform: str | None = eqx.field(static=True, default=None)
    notice: Callable[[str, tuple[int, ...]], None] | None = eqx.field(static=True, default=None)

    def __check_init__(self):
        _check_field("seed", self.seed, "uint32", 0)
        _check_field("history", self.history, "uint32", 1)
        _check_field("step", self.step, "int32", 0)
        _check_field("wall", self.wall, "float32", 0)

    def uniforms(
        self, mechanism: str, shape: tuple[int, ...] = ()
    ) -> Float32[Array, "*shape history"]:
        """Draw from the open interval (0, 1)."""
        return self._draw(mechanism, shape, lambda u: u)

    def normals(
        self, mechanism: str, shape: tuple[int, ...] = ()
    ) -> Float32[Array, "*shape history"]:
        """Draw from the standard normal distribution, within ±5.2947.

        The quantile function of the uniform of the same name, at most 2e-6 off in absolute terms;
        the opposite uniform gives exactly the opposite normal.
        """
        return self._draw(mechanism, shape, _normal_from_uniform)

    def exponentials(
        self, mechanism: str, shape: tuple[int, ...] = ()
    ) -> Float32[Array, "*shape history"]:
        r"""Draw from the exponential distribution of mean one, $-\log u$."""
        return self._draw(mechanism, shape, lambda u: -jnp.log(u))

    def gumbels(
        self, mechanism: str, shape: tuple[int, ...] = ()
    ) -> Float32[Array, "*shape history"]:
        r"""Draw from the standard Gumbel distribution of maxima, $-\log(-\log u)$.

        The option with the largest utility plus Gumbel is a draw from the softmax. The race
        `first_minimum(exponentials * exp(-utility))` picks the same option with one logarithm
        fewer.
        """
        return self._draw(mechanism, shape, lambda u: -jnp.log(-jnp.log(u)))

    def _draw(
        self, mechanism: str, shape: tuple[int, ...], transform: Callable[[Array], Array]
    ) -> Array:
        """Encipher and transform behind one wall, so that neither is repeated by readers."""
        if self.notice is not None:
            self.notice(mechanism, shape)
        n = math.prod(shape)
        n_slots = (n + 1) // 2
        if n_slots > N_SLOTS:
            raise ValueError(
                f"mechanism {mechanism!r} draws {n} numbers {shape} in one step, but one name has "
                f"{2 * N_SLOTS}; draw parts of it under names of their own"
            )

        def make() -> tuple[Array, Array]:
            slots = np.arange(n_slots, dtype=np.uint32)[:, None]
            place = self.step.astype(jnp.uint32) * np.uint32(N_SLOTS) + slots
            words = threefry(self.seed, np.uint32(mechanism_number(mechanism)), self.history, place)
            first, second = (transform(_uniform_from_word(word)) for word in words)
            return first, second

        lanes = self.history.shape
        has_dice = (self.step >= 0) & (self.step < N_STEPS)
        first, second = wall_off(make, has_dice, (n_slots, *lanes), platform=self.platform)
        both = jnp.stack([first, second], axis=1).reshape(2 * n_slots, *lanes)
        return both[:n].reshape(*shape, *lanes)


def parameter_uniforms(
    seed: UInt32[Array, ""], draw: UInt32[Array, " history"], quantities: Sequence[str]
) -> Float32[Array, "quantity history"]:
    """Draw one uniform for each quantity, named by its dotted path, and each number in `draw`.

    A quantity's draws depend on its own path and on nothing else in the scenario. Only the first
    word of the cipher is used: a second quantity in the same call would tie the two together.
    """
    _check_field("seed", seed, "uint32", 0)
    _check_field("draw", draw, "uint32", 1)
    words = [_quantity_words(quantity) for quantity in quantities]
    _check_distinct(quantities, words)
    low, high = np.array(words, np.uint32).reshape(-1, 2, 1).swapaxes(0, 1)
    first, _ = threefry(seed, low, draw, high | np.uint32(_PARAMETER_COUNTER))
    return _uniform_from_word(first)


def parameter_normals(
    seed: UInt32[Array, ""], draw: UInt32[Array, " history"], quantities: Sequence[str]
) -> Float32[Array, "quantity history"]:
    """Draw one standard normal for each quantity and each number in `draw`.

    The normal quantile of `parameter_uniforms`, with the accuracy of `Dice.normals`.
    """
    return _normal_from_uniform(parameter_uniforms(seed, draw, quantities))


def check_names(mechanisms: Iterable[str]) -> None:
    """Raise `ValueError` if two names that draw would throw the same dice.

    Called once when a model is built, with every name under which its mechanisms draw.
    """
    names = list(mechanisms)
    _check_distinct(names, [mechanism_number(name) for name in names])


def mechanism_number(mechanism: str) -> int:
    """Number by which the cipher knows a mechanism: 32 bits of the BLAKE2s hash of its name."""
    digest = hashlib.blake2s(mechanism.encode(), digest_size=4, person=b"dice").digest()
    return int.from_bytes(digest, "little")


def threefry(key_0: Word, key_1: Word, counter_0: Word, counter_1: Word) -> tuple[Word, Word]:
    """Encipher a counter of two words under a key of two words: Threefry-2x32, twenty rounds.

    All four are uint32 and broadcast together, NumPy or JAX; in NumPy both words of the counter
    must be arrays, since scalars warn where arrays wrap around. The same bits as Random123 and as
    `jax.random` with its default generator.
    """
    keys = (key_0, key_1, key_0 ^ key_1 ^ np.uint32(_PARITY))
    left, right = counter_0 + keys[0], counter_1 + keys[1]
    for round_number in range(_N_ROUNDS):
        rotation = _ROTATIONS[round_number % len(_ROTATIONS)]
        left = left + right
        right = (right << np.uint32(rotation)) | (right >> np.uint32(32 - rotation))
        right = right ^ left
        injection, last = divmod(round_number + 1, 4)
        if last == 0:
            left = left + keys[injection % 3]
            right = right + keys[(injection + 1) % 3] + np.uint32(injection)
    return left, right


def _uniform_from_word(word: Word) -> Float32[Array, "*axes"]:
    """Map a word to ((word >> 8) | 1) / 2^24, exactly.

    The 23 leading bits become the fraction of a float in [1, 2); subtracting 1 - 2^-24 leaves the
    odd multiple of 2^-24 without rounding.
    """
    one_to_two = lax.bitcast_convert_type(
        (word >> np.uint32(9)) | np.uint32(0x3F800000), jnp.float32
    )
    return one_to_two - np.float32(1.0 - 2.0**-24)


def _normal_from_uniform(u: Float[Array, "*axes"]) -> Float[Array, "*axes"]:
    """Normal quantile of u, for the values that dice take; no branch, one logarithm.

    The change of variable to w is that of Giles, *Approximating the erfinv function* (GPU
    Computing Gems, 2011); one rational function stands for his two polynomials.
    """
    w = -jnp.log(4.0 * u * (1.0 - u))
    ratio = _polynomial(_QUANTILE_NUMERATOR, w) / _polynomial(_QUANTILE_DENOMINATOR, w)
    return (2.0 * u - 1.0) * ratio


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    """Evaluate by Horner's rule; the constant term comes first."""
    highest, *rest = reversed(coefficients)
    return functools.reduce(lambda total, term: total * x + term, rest, jnp.full_like(x, highest))


def _quantity_words(quantity: str) -> tuple[int, int]:
    """Two words of the BLAKE2s hash of a dotted path: 32 and 31 bits."""
    digest = hashlib.blake2s(quantity.encode(), digest_size=8, person=b"quantity").digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little") >> 1


def _check_distinct(names: Sequence[str], hashes: Sequence[object]) -> None:
    seen: dict[object, str] = {}
    for name, key in zip(names, hashes, strict=True):
        if key in seen:
            same = "is listed twice" if seen[key] == name else f"and {seen[key]!r} have one hash"
            raise ValueError(f"{name!r} {same} and would throw the same dice; rename one")
        seen[key] = name


def _check_field(name: str, value: Array, dtype: str, n_axes: int) -> None:
    """Refuse what JAX would convert in silence."""
    written = getattr(value, "dtype", type(value).__name__)
    if written != dtype or np.ndim(value) != n_axes:
        needed = "one axis" if n_axes else "no axis"
        raise ValueError(
            f"{name} must be an array of {dtype} with {needed}, not {written} with "
            f"{np.ndim(value)}; write for example jnp.asarray({name}, jnp.{dtype})"
        )
