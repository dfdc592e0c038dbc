"""What battles taught: the coefficients of the engagement model, each with its spread.

Posterior means and standard deviations of a Bayesian regression on 263 battles of 1900-1953 in
CDB90 (public domain; repackaged by J. B. Arnold, github.com/jrnold/CDB90, ODC-BY 1.0), with effects
of campaigns and partially pooled effects of powers. Codes of leadership, morale, training and the
like, which were given after the event, are not among the predictors. They are associations in
selected battles: attackers choose when to attack.

Coefficients are drawn independently of each other. The correlations of the joint posterior are
lost, so the spread of what depends on several of them is approximate.
"""

import dataclasses
import math
from typing import Any, Literal

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

Era = Literal["1900-18", "1919-45"]
Law = Literal["normal", "positive", "correlation"]
Value = Float[Array, " #history"] | float


def estimate(
    value: float,
    sd: float,
    unit: str,
    meaning: str,
    law: Law = "normal",
    in_1900_18: tuple[float, float] | None = None,
) -> Any:
    """A coefficient: mean, standard deviation (0: published without one), unit and meaning.

    Its law is normal; *positive* is lognormal and *correlation* normal in Fisher's z, with the
    same mean and standard deviation (in z, to first order). The numbers are those of 1919-45;
    `in_1900_18` gives the earlier ones where the fit told the two apart.
    """
    metadata = {
        "value": value,
        "sd": sd,
        "unit": unit,
        "meaning": meaning,
        "law": law,
        "1900-18": in_1900_18 or (value, sd),
        "1919-45": (value, sd),
    }
    return eqx.field(default=value, metadata=metadata)


class OutcomeCoefficients(eqx.Module):
    """Log odds that the attacker wins.

    Winter (+.02, sd .31) and wet weather (+.05, sd .26) have no measurable effect on who wins and
    are left out: season acts on movement, duration and losses.
    """

    constant: Value = estimate(
        -0.44, 0.33, "logit", "An even attack on a hasty defence.", in_1900_18=(-0.38, 0.31)
    )
    force: Value = estimate(0.73, 0.24, "logit per ln ratio", "Ratio of men.")
    armour: Value = estimate(0.22, 0.14, "logit per ln ratio", "Ratio of tanks, ten added to each.")
    air: Value = estimate(0.58, 0.25, "logit", "Superiority in the air: -1, 0, 1.")
    surprise: Value = estimate(
        0.42,
        0.20,
        "logit per grade",
        "Grades 0 to 3. Half of the fitted .85 (sd .19), by judgement: grade 0 was also given "
        "to surprise that did not affect the outcome.",
    )
    fortified: Value = estimate(-0.47, 0.27, "logit", "Fortified defence.")
    prepared: Value = estimate(0.18, 0.27, "logit", "Prepared defence.")
    delay: Value = estimate(0.21, 0.36, "logit", "Delaying defence.")
    rugged: Value = estimate(-0.10, 0.28, "logit", "Rugged ground, against rolling.")
    flat: Value = estimate(-0.07, 0.28, "logit", "Flat ground, against rolling.")
    wooded: Value = estimate(0.27, 0.34, "logit", "Wooded ground.")
    band: Value = estimate(0.28, 0.05, "logit", "Half width of the draw.", "positive")
    campaign_sd: Value = estimate(
        0.37, 0.24, "logit", "Spread of what the battles of one campaign share.", "positive"
    )


class DurationCoefficients(eqx.Module):
    """Logarithm of the days of fighting."""

    constant: Value = estimate(1.11, 0.09, "ln day", "Both sides together 100,000 men.")
    size: Value = estimate(0.35, 0.03, "1", "Per ln of the men on both sides.")
    works: Value = estimate(0.31, 0.10, "ln day", "Prepared or fortified defence.")
    winter: Value = estimate(0.26, 0.11, "ln day", "Winter or cold.")
    spread: Value = estimate(0.75, 0.0, "ln day", "Spread of one battle.", "positive")


class AttackerLossCoefficients(eqx.Module):
    """Logarithm of the hazard of the attacker's men over the battle."""

    constant: Value = estimate(
        -3.40, 0.20, "ln hazard", "One day, lost, 100,000 men.", in_1900_18=(-2.53, 0.19)
    )
    duration: Value = estimate(0.65, 0.07, "1", "Per ln day.")
    force: Value = estimate(-0.32, 0.09, "1", "Per ln ratio of men.")
    win: Value = estimate(-0.20, 0.12, "ln hazard", "Attacker won.")
    draw: Value = estimate(-0.11, 0.17, "ln hazard", "Draw.")
    air: Value = estimate(-0.35, 0.11, "ln hazard", "Attacker's superiority in the air.")
    armour: Value = estimate(-0.09, 0.05, "1", "Per ln ratio of tanks.")
    rugged: Value = estimate(-0.20, 0.13, "ln hazard", "Rugged ground.")
    winter: Value = estimate(-0.20, 0.18, "ln hazard", "Winter or cold.")
    size: Value = estimate(-0.11, 0.05, "1", "Per ln of the men on both sides.")
    spread: Value = estimate(0.72, 0.04, "ln hazard", "Spread of one battle.", "positive")
    campaign_sd: Value = estimate(0.49, 0.0, "ln hazard", "Spread of a campaign.", "positive")


class DefenderLossCoefficients(eqx.Module):
    """Logarithm of the hazard of the defender's men over the battle."""

    constant: Value = estimate(
        -4.11, 0.25, "ln hazard", "One day, held, 100,000 men.", in_1900_18=(-3.41, 0.23)
    )
    duration: Value = estimate(0.81, 0.09, "1", "Per ln day.")
    force: Value = estimate(0.38, 0.10, "1", "Per ln ratio of men, attacker's over his.")
    win: Value = estimate(0.65, 0.13, "ln hazard", "Attacker won.")
    draw: Value = estimate(0.23, 0.20, "ln hazard", "Draw.")
    armour: Value = estimate(0.13, 0.06, "1", "Per ln ratio of tanks.")
    works: Value = estimate(0.28, 0.16, "ln hazard", "Prepared or fortified defence.")
    rugged: Value = estimate(-0.18, 0.15, "ln hazard", "Rugged ground.")
    size: Value = estimate(-0.18, 0.06, "1", "Per ln of the men on both sides.")
    spread: Value = estimate(0.87, 0.05, "ln hazard", "Spread of one battle.", "positive")
    campaign_sd: Value = estimate(0.66, 0.0, "ln hazard", "Spread of a campaign.", "positive")
    correlation: Value = estimate(
        0.34, 0.07, "1", "Between the two sides' spreads in one battle.", "correlation"
    )


class AdvanceCoefficients(eqx.Module):
    """Chance that ground is gained, and the logarithm of km gained a day if it is."""

    gain: Value = estimate(0.60, 0.20, "logit", "Some ground is gained by an attack not won.")
    gain_win: Value = estimate(3.2, 0.55, "logit", "The same, if the attacker won.")
    constant: Value = estimate(1.02, 0.19, "ln km/day", "One day, not won, 100,000 men.")
    win: Value = estimate(0.97, 0.15, "ln km/day", "Attacker won.")
    force: Value = estimate(-0.13, 0.11, "1", "Per ln ratio of men.")
    rugged: Value = estimate(-0.52, 0.17, "ln km/day", "Rugged ground.")
    works: Value = estimate(-0.56, 0.15, "ln km/day", "Prepared or fortified defence.")
    flat: Value = estimate(0.09, 0.19, "ln km/day", "Flat ground.")
    wooded: Value = estimate(0.10, 0.20, "ln km/day", "Wooded ground.")
    surprise: Value = estimate(0.15, 0.08, "ln km/day per grade", "Grades 0 to 3.")
    air: Value = estimate(0.19, 0.11, "ln km/day", "Superiority in the air.")
    size: Value = estimate(0.40, 0.06, "1", "Per ln of the men on both sides.")
    duration: Value = estimate(-0.45, 0.10, "1", "Per ln day: depth grows as days to the .55.")
    winter: Value = estimate(0.09, 0.20, "ln km/day", "Winter or cold.")
    spread: Value = estimate(0.99, 0.05, "ln km/day", "Spread of one battle.", "positive")


class BattleCoefficients(eqx.Module):
    """All coefficients of an engagement; without arguments the published means of 1919-45."""

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
    """Published mean and standard deviation of a coefficient by its dotted name."""
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


def coefficients(
    normals: Float[Array, "coefficient history"], era: Era = "1919-45"
) -> BattleCoefficients:
    """Coefficients for many histories, from standard normal deviates, one row per coefficient.

    Rows follow `coefficient_names`. Zeros give the medians, which are the means but for spreads.
    """
    _check_era(era)
    names = coefficient_names()
    if normals.shape[0] != len(names):
        raise ValueError(
            f"coefficients: {normals.shape[0]} rows of normals for {len(names)} coefficients; "
            "give one row for each of coefficient_names()"
        )
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
