"""One engagement: who wins, how long it takes, what it costs, and how far it carries.

An engagement is one side's deliberate attack on one front. The model is fitted on battles of days
to weeks; a campaign is a chain of them, and its days of fighting are fewer than its days. Nine
operations of 300,000 men and more in 1919-45 ran 10 to 65 days, 23 in the median, where the fit
expects 19. No naval battle and none fought in the air alone is behind it. Outcomes are mostly
irreducible: out of sample the fit takes an eighth off the log loss of the base rate and is right in
two battles of three.
"""

import math

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from hokushin.model.battle_coefficients import BattleCoefficients
from hokushin.model.numeric import chance_of_any, logistic

Value = Float[Array, "*#axes"] | float

N_NORMALS = 6
"""Standard normal deviates that `fight` needs for each engagement."""

N_UNIFORMS = 2
"""Uniform deviates that `fight` needs for each engagement."""


class Encounter(eqx.Module):
    """What is known of an engagement before it is fought. All fields broadcast; history last.

    Shares of ground and works are between 0 and 1; what is left out is rolling open ground and a
    hasty defence, in summer, without surprise.
    """

    log_ratio: Value
    """ln of the attacker's over the defender's effective men."""
    log_armour: Value = 0.0
    """ln of the attacker's over the defender's tanks, ten added to each."""
    air: Value = 0.0
    """Superiority in the air: 1 attacker's, 0 neither's, -1 defender's."""
    surprise: Value = 0.0
    """Grade of the surprise that the attacker achieves, 0 to 3."""
    fortified: Value = 0.0
    prepared: Value = 0.0
    delay: Value = 0.0
    """The defender means to withdraw."""
    rugged: Value = 0.0
    flat: Value = 0.0
    wooded: Value = 0.0
    winter: Value = 0.0
    log_men: Value = 0.0
    """ln of the men on both sides over 100,000."""
    skill: Value = 0.0
    """Win effectiveness, attacker less defender [logit]."""
    exchange: Value = 0.0
    """Exchange effectiveness, attacker less defender: ln of the ratio of losses it is worth."""


class Engagement(eqx.Module):
    """What came of it. All fields broadcast; history last."""

    outcome: Float[Array, "*#axes"]
    """1 the attacker won, 0 a draw, -1 the defender won."""
    days: Float[Array, "*#axes"]
    """Days of fighting, one at least."""
    loss_attacker: Float[Array, "*#axes"]
    """Share of the attacker's men killed, wounded, missing or captured."""
    loss_defender: Float[Array, "*#axes"]
    advance_km: Float[Array, "*#axes"]
    """Ground gained, not negative; to be capped by the reach of supply."""


def outcome_log_odds(
    coefficients: BattleCoefficients, encounter: Encounter
) -> Float[Array, "*axes"]:
    r"""Log odds $\eta$ of the ordered logit of outcomes, from the attacker's side.

    Linear in the logarithms of the ratios, grades and shares of `Encounter`, plus the difference
    in skill. Winter does not enter.
    """
    c, e = coefficients.outcome, encounter
    material = c.force * e.log_ratio + c.armour * e.log_armour + c.air * e.air
    posture = c.surprise * e.surprise + c.fortified * e.fortified + c.prepared * e.prepared
    ground = c.rugged * e.rugged + c.flat * e.flat + c.wooded * e.wooded
    return jnp.asarray(c.constant + material + posture + c.delay * e.delay + ground + e.skill)


def outcome_probabilities(
    log_odds: Float[Array, "*#axes"], band: Value, variance: Value = 0.0
) -> tuple[Float[Array, "*axes"], Float[Array, "*axes"], Float[Array, "*axes"]]:
    r"""Chances that the attacker wins, that it is a draw, and that the defender wins.

    $P_A = \sigma(\kappa(\eta - w))$, $P_D = \sigma(\kappa(-\eta - w))$ with half a band $w$ for the
    draw. Where $\eta$ is uncertain with a given variance $V$, $\kappa = (1 + \pi V/8)^{-1/2}$
    stands for the integral over it (MacKay 1992): $P_A$ and $P_D$ are then within .005 of the
    integral for $V \le 1$ and within .018 for any $V$.
    """
    scale = 1.0 / jnp.sqrt(1.0 + math.pi / 8.0 * jnp.asarray(variance))
    attacker = logistic(scale * (log_odds - band))
    defender = logistic(scale * (-log_odds - band))
    return attacker, 1.0 - attacker - defender, defender


def win_probability(
    coefficients: BattleCoefficients,
    *,
    log_ratio: Value,
    skill_mean: Value,
    skill_variance: Value,
    log_armour: Value = 0.0,
    air: Value = 0.0,
    surprise: Value = 0.0,
    fortified: Value = 0.0,
    prepared: Value = 0.0,
    rugged: Value = 0.0,
    flat: Value = 0.0,
    wooded: Value = 0.0,
) -> Float[Array, "*axes"]:
    """Chance that an attack succeeds, to one who is not sure how good the two sides are.

    The belief is normal over own less enemy's win effectiveness; what the battles of a campaign
    share is added to its variance. The same log odds that adjudicate, so a belief that is certain
    and true gives the true chance before the campaign's luck is known. Uncertainty pulls the chance
    towards one half: it makes the ignorant cautious when strong, and hopeful when weak.
    """
    encounter = Encounter(
        log_ratio=log_ratio,
        log_armour=log_armour,
        air=air,
        surprise=surprise,
        fortified=fortified,
        prepared=prepared,
        rugged=rugged,
        flat=flat,
        wooded=wooded,
        skill=skill_mean,
    )
    variance = skill_variance + coefficients.outcome.campaign_sd**2
    log_odds = outcome_log_odds(coefficients, encounter)
    return outcome_probabilities(log_odds, coefficients.outcome.band, variance)[0]


def fight(
    coefficients: BattleCoefficients,
    encounter: Encounter,
    campaign: Value,
    normals: Float[Array, "6 *#axes"],
    uniforms: Float[Array, "2 *#axes"],
) -> Engagement:
    """Fight one engagement: outcome, then days, then losses, then advance.

    Args:
        campaign: What this campaign's battles share in their outcomes [logit]; the caller draws it
            with spread `coefficients.outcome.campaign_sd` when the campaign begins.
        normals: Of the days, the attacker's loss, the defender's loss, the advance, and the
            campaign's part of the attacker's and of the defender's loss (give the last two the
            same values in all engagements of a campaign).
        uniforms: Of the outcome (low favours the attacker) and of whether ground is gained.
    """
    outcome = _outcome(coefficients, encounter, campaign, uniforms[0])
    win, draw = jnp.where(outcome > 0, 1.0, 0.0), jnp.where(outcome == 0, 1.0, 0.0)
    log_days = _log_days(coefficients, encounter, normals[0])
    attacker, defender = _log_hazards(coefficients, encounter, win, draw, log_days, normals)
    return Engagement(
        outcome=outcome,
        days=jnp.exp(log_days),
        loss_attacker=chance_of_any(jnp.exp(attacker)),
        loss_defender=chance_of_any(jnp.exp(defender)),
        advance_km=_advance(coefficients, encounter, win, log_days, normals[3], uniforms[1]),
    )


def _outcome(
    coefficients: BattleCoefficients, encounter: Encounter, campaign: Value, uniform: Array
) -> Array:
    """Draw from the ordered logit. Raising the odds never turns a history's win into less."""
    log_odds = outcome_log_odds(coefficients, encounter) + campaign
    attacker, _, defender = outcome_probabilities(log_odds, coefficients.outcome.band)
    won = jnp.where(uniform < attacker, 1.0, 0.0)
    return won - jnp.where(1.0 - uniform < defender, 1.0, 0.0)


def _log_days(coefficients: BattleCoefficients, encounter: Encounter, normal: Array) -> Array:
    c, e = coefficients.duration, encounter
    mean = c.constant + c.size * e.log_men + c.works * _works(e) + c.winter * e.winter
    return jnp.maximum(0.0, mean + c.spread * normal)


def _log_hazards(
    coefficients: BattleCoefficients,
    encounter: Encounter,
    win: Array,
    draw: Array,
    log_days: Array,
    normals: Array,
) -> tuple[Array, Array]:
    """Log hazards of either side; the linear law, so an early end does not stop the losses."""
    a, d, e = coefficients.loss_attacker, coefficients.loss_defender, encounter
    attacker = a.constant + a.duration * log_days + a.force * e.log_ratio + a.size * e.log_men
    attacker = attacker + a.win * win + a.draw * draw + a.air * e.air + a.armour * e.log_armour
    attacker = attacker + a.rugged * e.rugged + a.winter * e.winter - e.exchange / 2.0
    defender = d.constant + d.duration * log_days + d.force * e.log_ratio + d.size * e.log_men
    defender = defender + d.win * win + d.draw * draw + d.armour * e.log_armour
    defender = defender + d.works * _works(e) + d.rugged * e.rugged + e.exchange / 2.0
    apart = jnp.sqrt(1.0 - jnp.square(jnp.asarray(d.correlation)))
    of_defender = d.correlation * normals[1] + apart * normals[2]
    attacker = attacker + a.spread * normals[1] + a.campaign_sd * normals[4]
    defender = defender + d.spread * of_defender + d.campaign_sd * normals[5]
    return attacker, defender


def _advance(
    coefficients: BattleCoefficients,
    encounter: Encounter,
    win: Array,
    log_days: Array,
    normal: Array,
    uniform: Array,
) -> Array:
    c, e = coefficients.advance, encounter
    gained = jnp.where(uniform < logistic(c.gain + c.gain_win * win), 1.0, 0.0)
    log_rate = c.constant + c.win * win + c.force * e.log_ratio + c.size * e.log_men
    log_rate = log_rate + c.rugged * e.rugged + c.flat * e.flat + c.wooded * e.wooded
    log_rate = log_rate + c.works * _works(e) + c.surprise * e.surprise + c.air * e.air
    log_rate = log_rate + c.duration * log_days + c.winter * e.winter + c.spread * normal
    return gained * jnp.exp(log_rate + log_days)


def _works(encounter: Encounter) -> Array:
    """Share of the defence that is prepared or fortified."""
    return jnp.minimum(1.0, jnp.asarray(encounter.prepared + encounter.fortified))
