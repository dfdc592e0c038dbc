"""Sobol: shares of an output's variance that independent numbers carry (Sobol 2001)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hokushin.query.sensitivity.morris import Function, outputs, unit_problem


@dataclass(frozen=True)
class VarianceShare:
    """Share of variance of one number."""

    name: str
    alone: float
    """First-order index: what knowing the number would take from the variance, on average."""
    alone_error: float
    total: float
    """Total index: what would be left if everything else were known."""
    total_error: float
    """Both errors are one standard error from resampled rows."""


def sobol(
    function: Function, names: Sequence[str], n: int = 1024, seed: int = 1
) -> tuple[VarianceShare, ...]:
    """Estimate first-order and total indices of independent numbers.

    Costs `n * (len(names) + 2)` rows of a scrambled Sobol sequence, crossed as Saltelli et al.
    (2010) do; n is a power of two, or the sequence loses its balance. In the order of `names`.
    Correlated numbers have no such shares; see `given_data`.

    Raises:
        ValueError: If n is no power of two, or an output is not finite.
    """
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as sample

    if n < 2 or n & (n - 1):
        raise ValueError(f"n is {n}, but a Sobol sequence keeps its balance at powers of two")
    problem = unit_problem(names)
    rows = sample.sample(problem, n, calc_second_order=False, seed=seed)
    output = outputs(function, rows)
    if output.std() == 0.0:
        return tuple(VarianceShare(name, 0.0, 0.0, 0.0, 0.0) for name in names)
    found = analyse.analyze(
        problem,
        output,
        calc_second_order=False,
        conf_level=_ONE_ERROR,
        print_to_console=False,
        seed=seed,
    )
    columns = (found["S1"], found["S1_conf"], found["ST"], found["ST_conf"])
    return tuple(
        VarianceShare(name, *(float(x) for x in row))
        for name, *row in zip(names, *columns, strict=True)
    )


_ONE_ERROR = 0.6826894921370859
"""Level at which SALib's half width of an interval is one standard error."""
