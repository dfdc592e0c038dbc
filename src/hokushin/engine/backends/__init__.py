"""Back ends: what runs the one program of a run.

`jax` is the reference and runs everywhere. `straight` runs the loops of the same program as
straight-line code for this processor, several times faster; it needs llvmlite and says so if that
is missing. Both throw the same dice and do the same arithmetic up to rounding.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from typing import Any

import jax

BACKENDS = ("jax", "straight")
"""Names of the back ends, the reference first."""

_KNOWN = (1, 3)  # the wall and the calendar, among the arguments of a program
_ROWS = 2


def available_backend(name: str) -> str:
    """The back end that a run asked for, or the reference, with a warning, where it cannot run."""
    if name not in BACKENDS:
        raise ValueError(f"no back end {name!r}; there are {', '.join(BACKENDS)}")
    if name == "straight":
        from hokushin.engine.straight.native import is_available

        if not is_available():
            warnings.warn(
                "the straight back end needs llvmlite, which is not installed, so this run uses "
                "JAX, at about a quarter of the speed; pip install 'hokushin[straight]'",
                stacklevel=3,
            )
            return "jax"
    return name


def compile_program(function: Callable[..., Any], backend: str, options: dict[str, Any]) -> Any:
    """A program of a run, compiled when it is first called.

    Args:
        function: Of seed, wall, rows, calendar and fitted numbers; rows and results have the
            history as last axis.
        backend: One of `BACKENDS`.
        options: For the compiler of JAX.
    """
    if backend == "jax":
        return jax.jit(function, compiler_options=options)
    return _Straight(function, options)


class _Straight:
    """A program whose loops are straight-line code; JAX runs it if they cannot be."""

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        self._function, self._options = function, options
        self._lock = threading.Lock()
        self._compiled: dict[frozenset[str], Callable[..., Any]] = {}

    def __call__(self, *arguments: Any) -> Any:
        kind = frozenset(arguments[_ROWS])  # rows may bring numbers of their own along, or not
        with self._lock:
            if kind not in self._compiled:
                self._compiled[kind] = self._compile(arguments)
        return self._compiled[kind](*arguments)

    def _compile(self, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        from hokushin.engine.straight.nodes import NotStraight
        from hokushin.engine.straight.program import Program

        rows = arguments[_ROWS]
        n_lanes = rows["history"].shape[-1]
        two = {name: x[..., :2] for name, x in rows.items()}
        narrow = (*arguments[:_ROWS], two, *arguments[_ROWS + 1 :])
        try:
            return Program(self._function, arguments, narrow, _KNOWN, n_lanes, self._options)
        except NotStraight as why:
            warnings.warn(f"a program of this run uses JAX instead: {why}", stacklevel=4)
            return jax.jit(self._function, compiler_options=self._options)
