r"""Series: measured numbers against the spread of the model's histories of the documented past.

A prediction is a set of draws: the variable on the day, interpolated within its step, times the
error of the measurement, log-normal with `low` to `high` as nine tenths of it (doubled, in
logarithms, where the number is recalled, as the record's rules ask). Scores are

* coverage: how often the measured number lies in the central half, and in nine tenths of the draws;
* the continuous ranked probability score over the measured number, $(E|X-y| - E|X-X'|/2)/|y|$
  (Gneiting and Raftery 2007, Journal of the American Statistical Association 102): lower is better.

Baselines know earlier measurements of the scenario's record, nothing else. *Persistence* says that
nothing moves, *trend* that the last two measurements go on, in logarithms; the spread of both grows
with the root of time as their own errors on earlier measurements of all variables did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.special import ndtri

from hokushin.infer.score.compare import Comparison, compare
from hokushin.infer.score.measured import Known, MeasuredRow
from hokushin.scenario.prior import NINE_TENTHS, RECALLED_FACTOR

_FEWEST_ERRORS = 5
"""Errors on earlier measurements that a baseline needs before it says how sure it is."""
_N_QUANTILES = 256
"""Quantiles that stand for the forecast of a baseline: as many as the model has histories."""
_DAYS_A_YEAR = 365.25
_DICE = 13
"""Tells the dice of errors from those of the bootstrap, which has the same seed."""

Draws = Float[np.ndarray, " draw"]


@dataclass(frozen=True)
class SeriesRow:
    """One number of a file, what was predicted, or why nothing was."""

    id: str
    day: date | None
    variable: str = ""
    value: float | None = None
    status: str = "scored"
    reason: str = ""
    median: float | None = None
    low: float | None = None
    high: float | None = None
    """Between `low` and `high` lie nine tenths of the draws."""
    inside_half: bool = False
    inside_nine_tenths: bool = False
    crps: float | None = None
    baselines: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give the row as plain JSON values; what it has not is absent."""
        said = {
            "id": self.id,
            "date": None if self.day is None else self.day.isoformat(),
            "variable": self.variable,
            "value": self.value,
            "status": self.status,
            "reason": self.reason,
            "median": self.median,
            "low": self.low,
            "high": self.high,
            "crps": self.crps,
            "baselines": dict(self.baselines),
        }
        return {name: value for name, value in said.items() if value not in ("", None, {})}


@dataclass(frozen=True)
class SeriesScore:
    """How measured numbers lie in what was predicted of them."""

    n: int
    representable: int
    coverage50: float | None = None
    coverage90: float | None = None
    crps: float | None = None
    baselines: Mapping[str, Comparison] = field(default_factory=dict)
    compared: Mapping[str, int] = field(default_factory=dict)
    """Rows for which a baseline had earlier measurements to go by."""

    def as_dict(self) -> dict[str, Any]:
        """Give the score as plain JSON values; what could not be computed is absent."""
        said: dict[str, Any] = {"n": self.n, "representable": self.representable}
        if self.crps is not None:
            said |= {"coverage50": self.coverage50, "coverage90": self.coverage90}
            said["crps"] = self.crps
        said["baselines"] = {
            name: {"n": self.compared[name], **one.as_dict("crps")}
            for name, one in self.baselines.items()
        }
        return said


def score_row(row: MeasuredRow, draws: Draws, known: Sequence[Known], seed: int) -> SeriesRow:
    """Score one number by draws of its variable, and by what earlier measurements said."""
    if row.day is None or row.value == 0.0:
        raise ValueError(f"{row.id} has no day, or nothing that an error could be relative to")
    noisy = draws * measurement_error(row, len(draws), seed)
    rules = {"persistence": persistence, "trend": trend}
    said = {name: rule(known, row.variable, row.day) for name, rule in rules.items()}
    low, lower, median, upper, high = np.percentile(noisy, (5, 25, 50, 75, 95))
    return SeriesRow(
        id=row.id,
        day=row.day,
        variable=row.variable,
        value=row.value,
        median=float(median),
        low=float(low),
        high=float(high),
        inside_half=bool(lower <= row.value <= upper),
        inside_nine_tenths=bool(low <= row.value <= high),
        crps=crps(noisy, row.value),
        baselines={name: crps(x, row.value) for name, x in said.items() if x is not None},
    )


def summarise_series(
    others: Sequence[SeriesRow], scored: Sequence[SeriesRow], seed: int = 1
) -> SeriesScore:
    """Put the rows together, and compare with each baseline where it had something to go by."""
    n = len(others) + len(scored)
    if not scored:
        return SeriesScore(n, 0)
    rules, counts = {}, {}
    for name in ("persistence", "trend"):
        both = [row for row in scored if name in row.baselines]
        if both:
            ours = np.array([row.crps for row in both], float)
            theirs = np.array([row.baselines[name] for row in both])
            days = [row.day for row in both if row.day is not None]
            rules[name] = compare(ours, theirs, days, seed, higher_is_better=False)
            counts[name] = len(both)
    return SeriesScore(
        n=n,
        representable=len(scored),
        coverage50=float(np.mean([row.inside_half for row in scored])),
        coverage90=float(np.mean([row.inside_nine_tenths for row in scored])),
        crps=float(np.mean([row.crps for row in scored if row.crps is not None])),
        baselines=rules,
        compared=counts,
    )


def crps(draws: Draws, value: float) -> float:
    """Continuous ranked probability score of draws, over the size of the value."""
    x = np.sort(np.asarray(draws, float))
    n = len(x)
    # Mean |X - X'| over all pairs of draws, from their ranks.
    apart = 2.0 * np.sum((2.0 * np.arange(1, n + 1) - n - 1.0) * x) / n**2
    return float((np.mean(np.abs(x - value)) - 0.5 * apart) / abs(value))


def measurement_error(row: MeasuredRow, n: int, seed: int) -> Draws:
    """Factors about one, as uncertain as the measurement says that it is."""
    if row.low is None or row.high is None or not 0.0 < row.low < row.high:
        return np.ones(n)
    spread = np.log(row.high / row.low) / (2.0 * NINE_TENTHS)
    spread *= RECALLED_FACTOR if row.recalled else 1.0
    place = int.from_bytes(row.id.encode(), "big") % 2**63
    return np.exp(spread * np.random.default_rng([seed, _DICE, place]).standard_normal(n))


def persistence(known: Sequence[Known], variable: str, day: date) -> Draws | None:
    """The last measurement, as uncertain as such a rule has been; None without enough of them."""
    return _forecast(known, variable, day, 1)


def trend(known: Sequence[Known], variable: str, day: date) -> Draws | None:
    """The last two measurements carried on, in logarithms; None without enough of them."""
    return _forecast(known, variable, day, 2)


def _forecast(known: Sequence[Known], variable: str, day: date, n_last: int) -> Draws | None:
    """Quantiles of a log-normal forecast from the last measurements of a variable."""
    tracks = _tracks(known, day)
    if len(tracks.get(variable, ())) < n_last:
        return None
    errors = [
        (np.log(track[i][1]) - _ahead(track[i - n_last : i], track[i][0]))
        / np.sqrt((track[i][0] - track[i - 1][0]) / _DAYS_A_YEAR)
        for track in tracks.values()
        for i in range(n_last, len(track))
    ]
    if len(errors) < _FEWEST_ERRORS:
        return None
    own = tracks[variable]
    years = (day.toordinal() - own[-1][0]) / _DAYS_A_YEAR
    spread = np.sqrt(np.mean(np.square(errors)) * years)
    normal = ndtri((np.arange(_N_QUANTILES) + 0.5) / _N_QUANTILES)
    return np.exp(_ahead(own[-n_last:], day.toordinal()) + spread * normal)


def _tracks(known: Sequence[Known], day: date) -> dict[str, list[tuple[int, float]]]:
    """Earlier measurements by variable: day and value, one a day (their geometric mean)."""
    by_day: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in known:
        if one.day < day and one.value > 0.0:
            by_day[one.variable][one.day.toordinal()].append(np.log(one.value))
    return {
        variable: [(when, float(np.exp(np.mean(logs)))) for when, logs in sorted(days.items())]
        for variable, days in by_day.items()
    }


def _ahead(track: Sequence[tuple[int, float]], when: int) -> float:
    """Logarithm that one measurement, or a line through two, gives for a later day."""
    last = track[-1]
    if len(track) == 1:
        return float(np.log(last[1]))
    first = track[-2]
    slope = (np.log(last[1]) - np.log(first[1])) / (last[0] - first[0])
    return float(np.log(last[1]) + slope * (when - last[0]))
