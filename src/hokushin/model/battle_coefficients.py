"""What battles taught: the coefficients of the engagement model, each with its spread.

Posterior means, standard deviations and correlations of our own fit to 260 battles of 1900-1953 in
CDB90 (public domain; repackaged by J. B. Arnold, github.com/jrnold/CDB90, ODC-BY 1.0), with effects
of campaigns and partially pooled effects of powers; docs/battles.md tells how it was made. Codes of
leadership, morale, training and the like, which were given after the event, are not among the
predictors. They are associations in selected battles: attackers choose when to attack.

Coefficients are drawn jointly, to second order: normal on their own scales, with the correlations
of the posterior. The draws themselves are in `hokushin.infer.battles`.
"""

import dataclasses
import math
from functools import lru_cache
from typing import Any, Literal

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model.battle_fit import CORRELATIONS, ESTIMATES

Era = Literal["1900-18", "1919-45"]
Law = Literal["normal", "positive", "correlation"]
Value = Float[Array, " #history"] | float


def estimate(name: str, unit: str, meaning: str, law: Law = "normal") -> Any:
    """A coefficient by its dotted name, with its unit and what it means.

    Its law is normal; *positive* is lognormal and *correlation* normal in Fisher's z, with the
    same mean and standard deviation (in z, to first order). Without arguments it takes the mean
    of 1919-45.
    """
    early, early_sd, late, late_sd = ESTIMATES[name]
    metadata = {
        "value": late,
        "sd": late_sd,
        "unit": unit,
        "meaning": meaning,
        "law": law,
        "1900-18": (early, early_sd),
        "1919-45": (late, late_sd),
    }
    return eqx.field(default=late, metadata=metadata)


class OutcomeCoefficients(eqx.Module):
    """Log odds that the attacker wins.

    Winter (-.04, sd .34) and wet weather (+.06, sd .29) were fitted, have no measurable effect on
    who wins and are left out: season acts on movement, duration and losses.
    """

    constant: Value = estimate("outcome.constant", "logit", "An even attack on a hasty defence.")
    force: Value = estimate("outcome.force", "logit per ln ratio", "Ratio of men.")
    armour: Value = estimate(
        "outcome.armour", "logit per ln ratio", "Ratio of tanks, ten added to each."
    )
    air: Value = estimate("outcome.air", "logit", "Superiority in the air: -1, 0, 1.")
    surprise: Value = estimate(
        "outcome.surprise",
        "logit per grade",
        "Grades 0 to 3. Half of what was fitted (sd of the half .20), by judgement: grade 0 was "
        "also given to surprise that did not affect the outcome.",
    )
    fortified: Value = estimate("outcome.fortified", "logit", "Fortified defence.")
    prepared: Value = estimate("outcome.prepared", "logit", "Prepared defence.")
    delay: Value = estimate("outcome.delay", "logit", "Delaying defence.")
    rugged: Value = estimate("outcome.rugged", "logit", "Rugged ground, against rolling.")
    flat: Value = estimate("outcome.flat", "logit", "Flat ground, against rolling.")
    wooded: Value = estimate("outcome.wooded", "logit", "Wooded ground.")
    band: Value = estimate("outcome.band", "logit", "Half width of the draw.", "positive")
    campaign_sd: Value = estimate(
        "outcome.campaign_sd",
        "logit",
        "Spread of what the battles of one campaign share.",
        "positive",
    )


class DurationCoefficients(eqx.Module):
    """Logarithm of the days of fighting."""

    constant: Value = estimate("duration.constant", "ln day", "Both sides together 100,000 men.")
    size: Value = estimate("duration.size", "1", "Per ln of the men on both sides.")
    works: Value = estimate("duration.works", "ln day", "Prepared or fortified defence.")
    winter: Value = estimate("duration.winter", "ln day", "Winter or cold.")
    spread: Value = estimate("duration.spread", "ln day", "Spread of one battle.", "positive")


class AttackerLossCoefficients(eqx.Module):
    """Logarithm of the hazard of the attacker's men over the battle."""

    constant: Value = estimate("loss_attacker.constant", "ln hazard", "One day, lost, 100,000 men.")
    duration: Value = estimate("loss_attacker.duration", "1", "Per ln day.")
    force: Value = estimate("loss_attacker.force", "1", "Per ln ratio of men.")
    win: Value = estimate("loss_attacker.win", "ln hazard", "Attacker won.")
    draw: Value = estimate("loss_attacker.draw", "ln hazard", "Draw.")
    air: Value = estimate("loss_attacker.air", "ln hazard", "Attacker's superiority in the air.")
    armour: Value = estimate("loss_attacker.armour", "1", "Per ln ratio of tanks.")
    rugged: Value = estimate("loss_attacker.rugged", "ln hazard", "Rugged ground.")
    winter: Value = estimate("loss_attacker.winter", "ln hazard", "Winter or cold.")
    size: Value = estimate("loss_attacker.size", "1", "Per ln of the men on both sides.")
    spread: Value = estimate(
        "loss_attacker.spread", "ln hazard", "Spread of one battle.", "positive"
    )
    campaign_sd: Value = estimate(
        "loss_attacker.campaign_sd", "ln hazard", "Spread of a campaign.", "positive"
    )


class DefenderLossCoefficients(eqx.Module):
    """Logarithm of the hazard of the defender's men over the battle."""

    constant: Value = estimate("loss_defender.constant", "ln hazard", "One day, held, 100,000 men.")
    duration: Value = estimate("loss_defender.duration", "1", "Per ln day.")
    force: Value = estimate("loss_defender.force", "1", "Per ln ratio of men, attacker's over his.")
    win: Value = estimate("loss_defender.win", "ln hazard", "Attacker won.")
    draw: Value = estimate("loss_defender.draw", "ln hazard", "Draw.")
    armour: Value = estimate("loss_defender.armour", "1", "Per ln ratio of tanks.")
    works: Value = estimate("loss_defender.works", "ln hazard", "Prepared or fortified defence.")
    rugged: Value = estimate("loss_defender.rugged", "ln hazard", "Rugged ground.")
    size: Value = estimate("loss_defender.size", "1", "Per ln of the men on both sides.")
    spread: Value = estimate(
        "loss_defender.spread", "ln hazard", "Spread of one battle.", "positive"
    )
    campaign_sd: Value = estimate(
        "loss_defender.campaign_sd", "ln hazard", "Spread of a campaign.", "positive"
    )
    correlation: Value = estimate(
        "loss_defender.correlation",
        "1",
        "Between the two sides' spreads in one battle.",
        "correlation",
    )


class AdvanceCoefficients(eqx.Module):
    """Chance that ground is gained, and the logarithm of km gained a day if it is."""

    gain: Value = estimate("advance.gain", "logit", "Some ground is gained by an attack not won.")
    gain_win: Value = estimate("advance.gain_win", "logit", "The same, if the attacker won.")
    constant: Value = estimate("advance.constant", "ln km/day", "One day, not won, 100,000 men.")
    win: Value = estimate("advance.win", "ln km/day", "Attacker won.")
    force: Value = estimate("advance.force", "1", "Per ln ratio of men.")
    rugged: Value = estimate("advance.rugged", "ln km/day", "Rugged ground.")
    works: Value = estimate("advance.works", "ln km/day", "Prepared or fortified defence.")
    flat: Value = estimate("advance.flat", "ln km/day", "Flat ground.")
    wooded: Value = estimate("advance.wooded", "ln km/day", "Wooded ground.")
    surprise: Value = estimate("advance.surprise", "ln km/day per grade", "Grades 0 to 3.")
    air: Value = estimate("advance.air", "ln km/day", "Superiority in the air.")
    size: Value = estimate("advance.size", "1", "Per ln of the men on both sides.")
    duration: Value = estimate(
        "advance.duration", "1", "Per ln day: depth grows as days to the .55."
    )
    winter: Value = estimate("advance.winter", "ln km/day", "Winter or cold.")
    spread: Value = estimate("advance.spread", "ln km/day", "Spread of one battle.", "positive")


class BattleCoefficients(eqx.Module):
    """All coefficients of an engagement; without arguments the fitted means of 1919-45."""

    outcome: OutcomeCoefficients = OutcomeCoefficients()
    duration: DurationCoefficients = DurationCoefficients()
    loss_attacker: AttackerLossCoefficients = AttackerLossCoefficients()
    loss_defender: DefenderLossCoefficients = DefenderLossCoefficients()
    advance: AdvanceCoefficients = AdvanceCoefficients()


_GROUPS: dict[str, Any] = {
    field.name: field.default for field in dataclasses.fields(BattleCoefficients)
}


def coefficient_names() -> tuple[str, ...]:
    """Dotted names of all coefficients, such as "outcome.force", in the order of `coefficients`."""
    return tuple(
        f"{group}.{field.name}"
        for group, default in _GROUPS.items()
        for field in dataclasses.fields(default)
    )


def published(name: str, era: Era = "1919-45") -> tuple[float, float]:
    """Fitted mean and standard deviation of a coefficient by its dotted name."""
    if name not in coefficient_names():
        raise ValueError(f"no coefficient {name!r}; give one of {', '.join(coefficient_names())}")
    group, _, field = name.partition(".")
    metadata = {f.name: f.metadata for f in dataclasses.fields(_GROUPS[group])}[field]
    _check_era(era)
    return metadata[era]


def law_of(name: str) -> Law:
    """Law of a coefficient by its dotted name."""
    published(name)
    group, _, field = name.partition(".")
    return {f.name: f.metadata["law"] for f in dataclasses.fields(_GROUPS[group])}[field]


@lru_cache(maxsize=1)
def mixing() -> np.ndarray:
    """Matrix that turns independent deviates into deviates with the posterior's correlations.

    The lower Cholesky factor of the correlations, coefficient by coefficient in the order of
    `coefficient_names`: every row has length one, so that each coefficient keeps its own spread.
    """
    place = {name: i for i, name in enumerate(coefficient_names())}
    whole = np.eye(len(place))
    for names, rows in CORRELATIONS.items():
        at = [place[name] for name in names]
        for i, row in enumerate(rows, start=1):
            for j, hundredths in enumerate(row):
                whole[at[i], at[j]] = whole[at[j], at[i]] = hundredths / 100.0
    factor = np.linalg.cholesky(whole)
    factor.flags.writeable = False
    return factor


def coefficients(
    normals: Float[Array, "coefficient history"], era: Era = "1919-45"
) -> BattleCoefficients:
    """Coefficients for many histories, from standard normal deviates, one row per coefficient.

    Rows follow `coefficient_names`; `mixing` makes correlated deviates of independent ones. Zeros
    give the medians, which are the means but for spreads.
    """
    _check_era(era)
    names = coefficient_names()
    if normals.shape[0] != len(names):
        raise ValueError(
            f"coefficients: {normals.shape[0]} rows of normals for {len(names)} coefficients; "
            "give one row for each of coefficient_names()"
        )
    normals = jnp.asarray(mixing(), normals.dtype) @ normals
    groups, row = {}, 0
    for group, default in _GROUPS.items():
        drawn = {}
        for field in dataclasses.fields(default):
            mean, sd = field.metadata[era]
            drawn[field.name] = _draw(mean, sd, field.metadata["law"], normals[row])
            row += 1
        groups[group] = type(default)(**drawn)
    return BattleCoefficients(**groups)


def _draw(mean: float, sd: float, law: Law, normal: Array) -> Array:
    if law == "positive":
        variance = math.log1p((sd / mean) ** 2)
        return jnp.exp(math.log(mean) - variance / 2.0 + math.sqrt(variance) * normal)
    if law == "correlation":
        return jnp.tanh(math.atanh(mean) + sd / (1.0 - mean**2) * normal)
    return mean + sd * normal


def _check_era(era: str) -> None:
    if era not in ("1900-18", "1919-45"):
        raise ValueError(f"era={era!r} is not known; give '1900-18' or '1919-45'")
