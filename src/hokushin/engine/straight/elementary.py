"""Elementary functions: exp and log of a vector of floats, from additions and products.

Both are polynomials after the usual reduction (Cody and Waite, *Software Manual for the Elementary
Functions*, 1980). The coefficients are least-squares fits at Chebyshev points of the relative
error, rounded to float32.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

LOG2_E_HIGH, LOG2_E_LOW = 1.4426950216293335, 1.92596298909109e-08
LN_2 = 0.6931471824645996

POWER = (
    1.0,
    0.6931470036506653,
    0.24022242426872253,
    0.05550733581185341,
    0.009671512991189957,
    0.001326472731307149,
)
"""2^f for f within one half, off by at most 9.2e-8 of the value before rounding."""

LOG_1P = (
    -0.5000005960464478,
    0.3333354890346527,
    -0.24993441998958588,
    0.19977077841758728,
    -0.1682281196117401,
    0.14983916282653809,
    -0.12067368626594543,
    0.05413249135017395,
)
"""(log(1 + r) - r) / r^2 for r in [-0.25, 0.5); the logarithm is off by at most 2.8e-8 of it."""

_OFFSET = 0x3F400000  # bits of 0.75: mantissas are taken from [0.75, 1.5)
_EXPONENT = -0x800000  # mask of sign and exponent
_LEAST = 1.1754944e-38


@runtime_checkable
class Text(Protocol):
    """What writes instructions."""

    lanes: int
    wide: bool

    def make(self, text: str) -> str:
        """A new value."""
        ...

    def splat(self, number: float | int, kind: str = "float") -> str:
        """A constant in all lanes."""
        ...

    def call(self, name: str, *values: str) -> str:
        """Call an operation of the processor."""
        ...


def exponential(text: Text, x: str) -> str:
    r"""$e^x = 2^n 2^f$ with n whole and f within one half: a polynomial in f, then the exponent.

    Below -87.3 the result is zero, as in all arithmetic that takes what is smaller than 1.2e-38
    for zero; above 88.7 infinite. For x up to 10^6 or minus any size.
    """
    kind = f"<{text.lanes} x float>"
    x = text.call("maxnum", x, text.splat(-104.0))  # far below, f would be lost to rounding
    if not text.wide:
        x = text.call("minnum", x, text.splat(89.0))
    scaled = text.make(f"fmul {kind} {x}, {text.splat(LOG2_E_HIGH)}")
    whole = text.call("roundeven", scaled)
    less = text.make(f"fneg {kind} {whole}")
    part = text.call("fma", x, text.splat(LOG2_E_HIGH), less)
    part = text.call("fma", x, text.splat(LOG2_E_LOW), part)
    power = _polynomial(text, POWER, part)
    if text.wide:
        return text.make(
            "call <16 x float> @llvm.x86.avx512.mask.scalef.ps.512("
            f"{kind} {power}, {kind} {whole}, {kind} {power}, i16 -1, i32 4)"
        )
    # Half of the exponent at a time, so that neither factor leaves the range of float32.
    integers = f"<{text.lanes} x i32>"
    exponent = text.make(f"fptosi {kind} {whole} to {integers}")
    half = text.make(f"ashr {integers} {exponent}, {text.splat(1, 'i32')}")
    rest = text.make(f"sub {integers} {exponent}, {half}")
    for part_of_it in (half, rest):
        biased = text.make(f"add {integers} {part_of_it}, {text.splat(127, 'i32')}")
        bits = text.make(f"shl {integers} {biased}, {text.splat(23, 'i32')}")
        factor = text.make(f"bitcast {integers} {bits} to {kind}")
        power = text.make(f"fmul {kind} {power}, {factor}")
    small = text.make(f"fcmp olt {kind} {x}, {text.splat(-87.33654)}")
    zero = text.splat(0.0)
    return text.make(f"select <{text.lanes} x i1> {small}, {kind} {zero}, {kind} {power}")


def logarithm(text: Text, x: str) -> str:
    r"""$\log x = n \log 2 + \log(1 + r)$ with $1 + r$ in [0.75, 1.5): a polynomial in r.

    For finite x. Below 1.2e-38 the result is minus infinity, also for x below zero.
    """
    kind, integers = f"<{text.lanes} x float>", f"<{text.lanes} x i32>"
    bits = text.make(f"bitcast {kind} {x} to {integers}")
    shifted = text.make(f"sub {integers} {bits}, {text.splat(_OFFSET, 'i32')}")
    exponent = text.make(f"and {integers} {shifted}, {text.splat(_EXPONENT, 'i32')}")
    mantissa = text.make(f"sub {integers} {bits}, {exponent}")
    near_one = text.make(f"bitcast {integers} {mantissa} to {kind}")
    r = text.make(f"fsub {kind} {near_one}, {text.splat(1.0)}")
    number = text.make(f"ashr {integers} {exponent}, {text.splat(23, 'i32')}")
    whole = text.make(f"sitofp {integers} {number} to {kind}")
    curve = _polynomial(text, LOG_1P, r)
    square = text.make(f"fmul {kind} {r}, {r}")
    fraction = text.call("fma", square, curve, r)
    found = text.call("fma", whole, text.splat(LN_2), fraction)
    small = text.make(f"fcmp olt {kind} {x}, {text.splat(_LEAST)}")
    bottom = text.splat(float("-inf"))
    return text.make(f"select <{text.lanes} x i1> {small}, {kind} {bottom}, {kind} {found}")


def _polynomial(text: Text, coefficients: Sequence[float], x: str) -> str:
    """Horner's rule, the constant term first."""
    *lower, value = (text.splat(c) for c in coefficients)
    for coefficient in reversed(lower):
        value = text.call("fma", value, x, coefficient)
    return value
