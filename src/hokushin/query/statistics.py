"""Counting error, doubt about the numbers, and how both are shown as whole histories.

Two doubts are kept apart everywhere. *Counting error* comes from running finitely many
histories and goes away with more of them. *Doubt about the numbers* is the spread over
draws of the parameters, and no amount of running removes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import ndtri

CLEAR_ERRORS = 2.0
"""Standard errors by which an effect must differ from nothing before anything is said of it."""


@dataclass(frozen=True)
class Estimate:
    """A mean over histories with its counting error, one standard error."""

    value: float
    mc_error: float
    n: int

    @property
    def is_clear(self) -> bool:
        """Whether it differs from nothing by more than counting may bring about."""
        return abs(self.value) > CLEAR_ERRORS * self.mc_error


@dataclass(frozen=True)
class Interval:
    """A closed interval of numbers."""

    low: float
    high: float


@dataclass(frozen=True)
class Proportion:
    """A share of histories, kept as the two counts that it comes from."""

    hits: int
    n: int

    def __post_init__(self) -> None:
        """Refuse counts that are no share."""
        if not 0 <= self.hits <= self.n or self.n == 0:
            raise ValueError(f"{self.hits} of {self.n} is not a share; need 0 <= hits <= n, n > 0")

    @property
    def value(self) -> float:
        """The share itself."""
        return self.hits / self.n

    @property
    def mc_error(self) -> float:
        """One standard error, sqrt(p(1-p)/n); use `interval` near 0 and 1."""
        return float(np.sqrt(self.value * (1 - self.value) / self.n))

    def interval(self, confidence: float = 0.95) -> Interval:
        """Give the two-sided Wilson interval."""
        return wilson(self.hits, self.n, confidence)

    def lower_bound(self, confidence: float = 0.95) -> float:
        """Give the one-sided lower Wilson bound: the two-sided one at twice the risk."""
        return wilson(self.hits, self.n, _two_sided(confidence)).low

    def upper_bound(self, confidence: float = 0.95) -> float:
        """Give the one-sided upper Wilson bound: the two-sided one at twice the risk."""
        return wilson(self.hits, self.n, _two_sided(confidence)).high


@dataclass(frozen=True)
class JointTable:
    """The same histories before and after a change, counted in four cells."""

    both: int
    only_before: int
    only_after: int
    neither: int

    @property
    def n(self) -> int:
        """Histories in all."""
        return self.both + self.only_before + self.only_after + self.neither

    @property
    def before(self) -> Proportion:
        """Share of histories with the outcome before the change."""
        return Proportion(self.both + self.only_before, self.n)

    @property
    def after(self) -> Proportion:
        """Share of histories with the outcome after the change."""
        return Proportion(self.both + self.only_after, self.n)

    @property
    def difference(self) -> Estimate:
        r"""After minus before, with the error of a paired difference.

        $d = (c - b)/n$ and $\mathrm{se}^2 = [(b + c)/n - d^2]/(n - 1)$ with $b$ lost and $c$
        gained histories. Where no history changes the error is 0 although the difference is
        only known to within about $3/n$: `difference_interval` does not have that fault.
        """
        d = (self.only_after - self.only_before) / self.n
        changed = (self.only_after + self.only_before) / self.n
        return Estimate(d, float(np.sqrt(max(0.0, changed - d * d) / max(1, self.n - 1))), self.n)

    def difference_interval(self, confidence: float = 0.95) -> Interval:
        """Give the interval of Agresti & Min (2005) for paired shares: half a history per cell."""
        n, gained, lost = self.n + 2, self.only_after + 0.5, self.only_before + 0.5
        d = (gained - lost) / n
        half = _z(confidence) * float(np.sqrt(((gained + lost) / n - d * d) / n))
        return Interval(max(-1.0, d - half), min(1.0, d + half))

    def in_hundred(self, seats: int = 100) -> "JointTable":
        """Scale the four cells to a hundred histories by largest remainder."""
        cells = np.array([self.both, self.only_before, self.only_after, self.neither])
        return JointTable(*(int(cell) for cell in apportion(cells, seats)))


@dataclass(frozen=True, eq=False)
class PosteriorSpread:
    r"""How a mean over histories varies with the draw of the parameters.

    For each quantity: `between` is the variance of the draws' means, `counting` the part of
    it that comes from running finitely many histories per draw, `epistemic` the rest (0 where
    the rest came out negative: the spread is then smaller than can be seen). `samples` are the
    draws' means moved towards `mean` by $\sqrt{\text{epistemic}/\text{between}}$.
    """

    mean: Float[np.ndarray, "quantity"]
    between: Float[np.ndarray, "quantity"]
    counting: Float[np.ndarray, "quantity"]
    epistemic: Float[np.ndarray, "quantity"]
    samples: Float[np.ndarray, "draw quantity"]

    def quantile(self, probability: float) -> Float[np.ndarray, "quantity"]:
        """Give a quantile of the posterior spread of each quantity."""
        return np.quantile(self.samples, probability, axis=0)


@dataclass(frozen=True)
class Ranking:
    """What may be said about the order of several quantities, and no more.

    `above` and `below` hold tie groups, largest first; inside a group the order is not known.
    `unclear` holds the quantities whose interval touches 0. All are column numbers.
    """

    above: tuple[tuple[int, ...], ...]
    below: tuple[tuple[int, ...], ...]
    unclear: tuple[int, ...]


def mean_and_error(values: np.ndarray) -> Estimate:
    """Give the mean of independent values and its standard error, sd/sqrt(n)."""
    numbers = np.asarray(values, float)
    if numbers.ndim != 1 or numbers.size < 2:
        raise ValueError(f"values has shape {numbers.shape}; an error needs at least two values")
    return Estimate(
        float(numbers.mean()), float(numbers.std(ddof=1) / np.sqrt(numbers.size)), numbers.size
    )


def wilson(hits: int, n: int, confidence: float = 0.95) -> Interval:
    r"""Give Wilson's (1927) two-sided interval for a share.

    $\frac{1}{1+z^2/n}\left(\hat p + \frac{z^2}{2n} \pm z\sqrt{\frac{\hat p(1-\hat p)}{n}
    + \frac{z^2}{4n^2}}\right)$. It stays inside [0, 1] and does not collapse at 0 or n hits.
    """
    p, z = Proportion(hits, n).value, _z(confidence)
    centre = p + z * z / (2 * n)
    half = z * float(np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)))
    scale = 1 + z * z / n
    # At 0 or n hits the bound is exactly 0 or 1; rounding would leave it 1e-18 outside.
    low = 0.0 if hits == 0 else (centre - half) / scale
    high = 1.0 if hits == n else (centre + half) / scale
    return Interval(low, high)


def joint_table(
    before: Bool[np.ndarray, "history"], after: Bool[np.ndarray, "history"]
) -> JointTable:
    """Count the same histories before and after a change."""
    if before.shape != after.shape or before.dtype != bool or after.dtype != bool:
        raise ValueError(
            f"before is {before.dtype}{list(before.shape)} and after is "
            f"{after.dtype}{list(after.shape)}; need one bool per history in both"
        )
    return JointTable(
        both=int((before & after).sum()),
        only_before=int((before & ~after).sum()),
        only_after=int((~before & after).sum()),
        neither=int((~before & ~after).sum()),
    )


def posterior_spread(values: np.ndarray, draw: Int[np.ndarray, "history"]) -> PosteriorSpread:
    r"""Separate doubt about the numbers from counting error.

    With $m_d$ the mean and $s_d^2$ the variance of the $h_d$ histories of draw $d$,
    $\mathrm{Var}_{epi} = \mathrm{Var}(m_d) - \overline{s_d^2/h_d}$, unbiased also for unequal
    $h_d$. Quantiles are those of $\bar m + \sqrt{\mathrm{Var}_{epi}/\mathrm{Var}(m_d)}\,(m_d -
    \bar m)$, which has the epistemic variance exactly and the epistemic shape where the spread is
    normal or large against the counting error; in between tails are somewhat too normal.

    Args:
        values: `history` or `history quantity`.
        draw: number of the parameter draw that each history runs with.
    """
    table = np.asarray(values, float)
    table = table[:, None] if table.ndim == 1 else table
    labels = np.asarray(draw)
    if table.ndim != 2 or labels.shape != table.shape[:1]:
        raise ValueError(
            f"values has shape {table.shape} and draw {labels.shape}; need one draw per history"
        )
    _, which, count = np.unique(labels, return_inverse=True, return_counts=True)
    if count.size < 2 or count.min() < 2:
        raise ValueError(
            f"{count.size} draws with at least {count.min()} histories each; "
            "need two draws of two histories to tell draws from luck"
        )
    means = np.stack([np.bincount(which, column) / count for column in table.T], axis=1)
    residual = (table - means[which]) ** 2
    squares = np.stack([np.bincount(which, column) for column in residual.T], axis=1)
    counting = (squares / (count * (count - 1))[:, None]).mean(axis=0)
    between = means.var(axis=0, ddof=1)
    epistemic = np.maximum(0.0, between - counting)
    shrink = np.sqrt(np.divide(epistemic, between, out=np.zeros_like(between), where=between > 0))
    grand = means.mean(axis=0)
    return PosteriorSpread(grand, between, counting, epistemic, grand + shrink * (means - grand))


def quantile_dots(samples: Float[np.ndarray, "draw"], dots: int = 20) -> Float[np.ndarray, "dot"]:
    """Give equally likely dots: the quantiles at (i - 1/2)/dots (Kay et al. 2016)."""
    if dots < 1:
        raise ValueError(f"dots is {dots}; need at least one")
    return np.quantile(samples, (np.arange(dots) + 0.5) / dots)


def apportion(weights: np.ndarray, seats: int = 100) -> Int[np.ndarray, "part"]:
    """Share out whole seats in proportion to the weights, by largest remainder.

    Each part gets the floor of its quota; the seats left over go to the largest remainders.
    Equal remainders go to the larger weight, then to the earlier part. Whole-number weights
    are shared out in exact arithmetic.
    """
    parts = np.asarray(weights)
    if parts.ndim != 1 or not np.isfinite(parts).all() or (parts < 0).any() or not parts.any():
        raise ValueError(
            f"weights is {parts.tolist()}; need finite weights from 0 up, not all of them 0"
        )
    if np.issubdtype(parts.dtype, np.integer):
        exact = [int(part) * seats for part in parts]
        total = sum(int(part) for part in parts)
        given = np.array([part // total for part in exact])
        remainder = [part % total for part in exact]
    else:
        quota = parts / parts.sum() * seats
        given = np.floor(quota).astype(int)
        remainder = list(quota - given)
    order = sorted(range(parts.size), key=lambda i: (-remainder[i], -parts[i], i))
    given[order[: seats - int(given.sum())]] += 1
    return given


def probability_leads(
    samples: Float[np.ndarray, "draw quantity"],
) -> Float[np.ndarray, "quantity quantity"]:
    """Give P(row's quantity > column's quantity) over draws; an equal pair counts half."""
    left, right = samples[:, :, None], samples[:, None, :]
    return (left > right).mean(axis=0) + 0.5 * (left == right).mean(axis=0)


def rank(
    samples: Float[np.ndarray, "draw quantity"], lead: float = 0.9, confidence: float = 0.9
) -> Ranking:
    """Group quantities that cannot be put in order (the leader rule).

    In order of the median, a quantity joins the group of the leader before it unless
    P(leader > quantity) >= `lead`; it then leads a group of its own. Quantities whose central
    interval touches 0 are not ranked at all. Those below 0 are ranked by their absolute size.
    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(samples, [tail, 1 - tail], axis=0)
    order = np.argsort(-np.median(samples, axis=0), kind="stable")
    above = [int(i) for i in order if low[i] > 0]
    below = [int(i) for i in order[::-1] if high[i] < 0]
    unclear = tuple(int(i) for i in order if low[i] <= 0 <= high[i])
    return Ranking(_led(samples, above, lead), _led(-samples, below, lead), unclear)


def _led(
    samples: Float[np.ndarray, "draw quantity"], order: Sequence[int], lead: float
) -> tuple[tuple[int, ...], ...]:
    leads, groups = probability_leads(samples), []
    for quantity in order:
        if groups and leads[groups[-1][0], quantity] < lead:
            groups[-1].append(quantity)
        else:
            groups.append([quantity])
    return tuple(tuple(group) for group in groups)


def _two_sided(confidence: float) -> float:
    if not 0.5 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; a one-sided bound needs 0.5 to 1")
    return 2 * confidence - 1


def _z(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it lies between 0 and 1")
    return float(ndtri(0.5 + confidence / 2))
