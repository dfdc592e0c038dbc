r"""Model: how battles end, last, cost and carry, as a hierarchy of eras, campaigns and powers.

For battle $i$ in era $e$ and campaign $c$, attacked by power $a$ and defended by $d$:

- outcome: $\eta = \alpha_e + \beta_e \ln(N_A/N_D) + x\beta + \theta_{a,e} - \theta_{d,e} + u_c$,
  $P_A = \sigma(\eta - w)$, $P_D = \sigma(-\eta - w)$, a draw otherwise;
- days: $\ln D \sim N(\alpha_e + x\beta, \sigma_e)$, recorded in whole days, so that one day means
  up to a day and a half;
- losses: share lost $f = 1 - e^{-H}$ and $(\ln H_A, \ln H_D) \sim N_2$ about two linear functions
  of $\ln D$, the outcome and the conditions, plus effects of the campaign, less and plus half
  the difference $\xi_{a,e} - \xi_{d,e}$ in exchange effectiveness;
- advance: whether ground is gained (logit in the victory), and if it is, $\ln$ km a day.

Effects of a power are $\theta_{p,e} = \tau z_p + \tau' z_{p,e}$, partially pooled: few battles, an
effect near zero. What an era has of its own is pooled in the same way. Skill $\theta$ and exchange
$\xi$ are independent a priori: their correlation across powers cannot be told from zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jax import Array
from jax.scipy.special import log_ndtr

from hokushin.infer.battles.table import ALL_LOST, Battles
from hokushin.infer.battles.terms import TERMS

_WIDE = ("win", "draw", "log_days", "log_men", "log_ratio")
"""Terms of a size that is not known beforehand: N(0, 1).

The rest, the conditions of a battle, are N(0, .5): one of them moves odds or hazards by a factor of
more than e in one case of twenty.
"""

_LOG_DAY_AND_A_HALF = math.log(1.5)


class Grouping(NamedTuple):
    """The groups that effects are pooled over, in the order of their effects."""

    eras: tuple[int, ...]
    """Positions in `ERAS`."""
    clusters: tuple[str, ...]
    powers: tuple[str, ...]
    powers_in_eras: tuple[tuple[str, int], ...]


def grouping(battles: Battles) -> Grouping:
    """Eras, campaigns, powers, and powers by era that occur in a table."""
    sides = [
        (str(power), int(era))
        for names in (battles.attacker, battles.defender)
        for power, era in zip(names, battles.era, strict=True)
    ]
    return Grouping(
        eras=tuple(sorted(set(map(int, battles.era)))),
        clusters=tuple(sorted(set(map(str, battles.cluster)))),
        powers=tuple(sorted({power for power, _ in sides})),
        powers_in_eras=tuple(sorted(set(sides))),
    )


@dataclass(frozen=True)
class Variant:
    """A model with a part left out, to see what the part is worth."""

    powers: bool = True
    surprise: bool = True
    losses: bool = True
    """Days, losses and advance; without them only the outcome is fitted."""

    def terms(self, group: str) -> tuple[str, ...]:
        """Terms of an equation, in the order of its slopes."""
        return tuple(term for term in TERMS[group] if self.surprise or term != "surprise")


def engagement(battles: Battles, groups: Grouping, variant: Variant) -> None:
    """Say to NumPyro how battles come about; every battle's outcome must be known."""
    n_eras, n_clusters = len(groups.eras), len(groups.clusters)
    era = _positions(groups.eras, battles.era.tolist())
    cluster = _positions(groups.clusters, battles.cluster.tolist())
    skill = _difference("skill", 0.5, battles, groups) if variant.powers else 0.0
    campaign = _pooled("outcome.campaign", 0.5, n_clusters)[cluster]
    _outcome(battles, _ByEra(era, n_eras), campaign + skill, variant)
    if variant.losses:
        exchange = _difference("exchange", 0.3, battles, groups) if variant.powers else 0.0
        own = [
            _pooled(f"{group}.campaign", 0.7, n_clusters)[cluster] + sign * exchange
            for group, sign in (("loss_attacker", -0.5), ("loss_defender", 0.5))
        ]
        _duration(battles, _ByEra(era, n_eras), variant)
        _losses(battles, _ByEra(era, n_eras), own, variant)
        _advance(battles, _ByEra(era, n_eras), variant)


class _ByEra(NamedTuple):
    """Coefficients that each era has of its own, pooled over eras."""

    era: np.ndarray
    """Which era each battle belongs to."""
    n_eras: int

    def number(self, name: str, location: float, scale: float, spread: float) -> Array:
        """Draw a coefficient of each era; give that of each battle."""
        mean = _sample(f"{name}_mean", dist.Normal(location, scale))
        own = _pooled(f"{name}_apart", spread, self.n_eras)
        return _derived(name, mean + own)[self.era]

    def spread(self, name: str, guess: float) -> Array:
        """Draw a positive coefficient of each era; give that of each battle."""
        mean = _sample(f"{name}_mean", dist.Normal(math.log(guess), 0.5))
        own = _pooled(f"{name}_apart", 0.3, self.n_eras)
        return _derived(name, jnp.exp(mean + own))[self.era]


def _outcome(battles: Battles, by_era: _ByEra, shared: Any, variant: Variant) -> None:
    terms = variant.terms("outcome")
    log_odds = by_era.number("outcome.force", 0.5, 0.5, 0.3) * battles.log_ratio
    log_odds = log_odds + by_era.number("outcome.constant", 0.0, 1.0, 0.5) + shared
    log_odds = log_odds + battles.features(terms) @ _slopes("outcome", terms)
    band = _sample("outcome.band", dist.LogNormal(math.log(0.3), 0.5))
    attacker = -jnp.logaddexp(0.0, band - log_odds)
    defender = -jnp.logaddexp(0.0, band + log_odds)
    # 1 - P_A - P_D = P_A P_D (e^{2w} - 1), which keeps its digits where a draw is unlikely.
    draw = attacker + defender + jnp.log(jnp.expm1(2.0 * band))
    chosen = jnp.where(
        battles.outcome > 0, attacker, jnp.where(battles.outcome < 0, defender, draw)
    )
    numpyro.factor("outcome", chosen.sum())


def _duration(battles: Battles, by_era: _ByEra, variant: Variant) -> None:
    terms = variant.terms("duration")
    mean = by_era.number("duration.constant", 0.5, 1.0, 0.5)
    mean = mean + battles.features(terms) @ _slopes("duration", terms)
    spread = by_era.spread("duration.spread", 0.8)
    known = ~np.isnan(battles.log_days)
    log_days, mean, spread = battles.log_days[known], mean[known], spread[known]
    one = log_ndtr((_LOG_DAY_AND_A_HALF - mean) / spread)
    more = dist.Normal(mean, spread).log_prob(log_days)
    numpyro.factor("duration", jnp.where(log_days == 0.0, one, more).sum())


def _losses(battles: Battles, by_era: _ByEra, shared: list[Array], variant: Variant) -> None:
    known = losses_known(battles)
    shares = (battles.share_attacker[known], battles.share_defender[known])
    standing = []
    for group, own, share in zip(("loss_attacker", "loss_defender"), shared, shares, strict=True):
        terms = variant.terms(group)
        mean = by_era.number(f"{group}.force", 0.0, 0.5, 0.3) * battles.log_ratio
        mean = mean + by_era.number(f"{group}.constant", -2.5, 1.5, 0.7) + own
        mean = mean[known] + battles.take(known).features(terms) @ _slopes(group, terms)
        spread = by_era.spread(f"{group}.spread", 0.8)[known]
        deviate = (np.log(-np.log1p(-share)) - mean) / spread
        standing.append((deviate, share >= ALL_LOST, spread))
    tilt = _sample("loss_defender.correlation_in_z", dist.Normal(0.0, 0.5))
    correlation = _derived("loss_defender.correlation", jnp.tanh(tilt))
    numpyro.factor("losses", _two_sided(standing[0], standing[1], correlation).sum())


def losses_known(battles: Battles) -> np.ndarray:
    """Whether the losses of both sides are known, and at least one to more than a bound."""
    known = ~np.isnan(battles.share_attacker + battles.share_defender + battles.log_days)
    return known & (np.minimum(battles.share_attacker, battles.share_defender) < ALL_LOST)


def _two_sided(one: tuple, other: tuple, correlation: Array) -> Array:
    """Log density of two correlated deviates, of which one may only be known from below."""
    (x, x_beyond, x_spread), (y, y_beyond, y_spread) = one, other
    apart = jnp.sqrt(1.0 - correlation**2)
    normal = dist.Normal(0.0, 1.0)
    given_x, given_y = (y - correlation * x) / apart, (x - correlation * y) / apart
    exact = normal.log_prob(x) + normal.log_prob(given_x) - jnp.log(x_spread * y_spread * apart)
    y_more = normal.log_prob(x) - jnp.log(x_spread) + log_ndtr(-given_x)
    x_more = normal.log_prob(y) - jnp.log(y_spread) + log_ndtr(-given_y)
    return jnp.where(y_beyond, y_more, jnp.where(x_beyond, x_more, exact))


def _advance(battles: Battles, by_era: _ByEra, variant: Variant) -> None:
    known = ~np.isnan(battles.advance_km)
    gained = known & (np.nan_to_num(battles.advance_km) > 0.0)
    gain_win = _sample("advance.gain_win", dist.Normal(2.0, 1.5))
    chance = (
        by_era.number("advance.gain", 0.0, 1.0, 0.5) + gain_win * battles.features(["win"])[:, 0]
    )
    sign = np.where(gained, 1.0, -1.0)
    numpyro.factor("gain", -jnp.logaddexp(0.0, -sign * chance)[known].sum())
    gained &= ~np.isnan(battles.log_days)
    some, terms = battles.take(gained), variant.terms("advance")
    mean = by_era.number("advance.constant", 0.0, 1.0, 0.5)[gained]
    mean = mean + some.features(terms) @ _slopes("advance", terms)
    spread = by_era.spread("advance.spread", 1.0)[gained]
    rate = np.log(some.advance_km) - some.log_days
    numpyro.factor("advance", dist.Normal(mean, spread).log_prob(rate).sum())


def _sample(name: str, distribution: dist.Distribution) -> Array:
    return jnp.asarray(numpyro.sample(name, distribution))


def _derived(name: str, value: Array) -> Array:
    return jnp.asarray(numpyro.deterministic(name, value))


def _slopes(group: str, terms: tuple[str, ...]) -> Array:
    """Coefficients of an equation's terms."""
    scale = np.array([1.0 if term in _WIDE else 0.5 for term in terms])
    return _sample(f"{group}.slopes", dist.Normal(0.0, scale).to_event(1))


def _pooled(name: str, scale: float, n: int) -> Array:
    """Effects of exchangeable groups, with a spread that the battles tell."""
    sd = _sample(f"{name}_sd", dist.HalfNormal(scale))
    return sd * _sample(f"{name}_own", dist.Normal(0.0, 1.0).expand([n]).to_event(1))


def _difference(name: str, scale: float, battles: Battles, groups: Grouping) -> Array:
    """Attacker's less defender's effectiveness in each battle."""
    always = _pooled(f"{name}.power", scale, len(groups.powers))
    in_era = _pooled(f"{name}.power_in_era", scale, len(groups.powers_in_eras))
    _derived(f"{name}.always", always)
    power_of = _positions(groups.powers, [power for power, _ in groups.powers_in_eras])
    whole = _derived(f"{name}.in_era", always[power_of] + in_era)
    eras = battles.era.tolist()
    sides = [
        _positions(groups.powers_in_eras, list(zip(names.tolist(), eras, strict=True)))
        for names in (battles.attacker, battles.defender)
    ]
    return whole[sides[0]] - whole[sides[1]]


def _positions(groups: Sequence[Any], values: Sequence[Any]) -> np.ndarray:
    place = {group: i for i, group in enumerate(groups)}
    return np.array([place[value] for value in values], np.int32)
