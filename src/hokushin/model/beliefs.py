"""What a faction makes of what happens: skill, material, dread and intent.

Four memories, moved by different things: *skill* by who won, through the rule that adjudicates;
*material* by what was met; *dread* by what was lost; *intent* by what the other side does. Losses
inflicted move no memory of skill: winning and exchange are two latents. Everything is deterministic
given the record, so that a likelihood needs no hidden paths.
"""

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from hokushin.model.numeric import logistic
from hokushin.model.products import sum_slices

Value = Float[Array, "*#axes"] | float


def retention(half_life: Value, years: Value) -> Array:
    r"""What is kept of a memory after some years, $2^{-\Delta/h}$."""
    return jnp.exp2(-jnp.asarray(years / half_life))


def drift(
    mean: Value,
    variance: Value,
    prior_mean: Value,
    prior_variance: Value,
    half_life: Value,
    years: Value,
) -> tuple[Array, Array]:
    r"""Mean and variance of a belief after years without news.

    $m \to m_0 + \varphi (m - m_0)$, $V \to \varphi^2 V + (1 - \varphi^2) V_0$ with
    $\varphi = 2^{-\Delta/h}$: an Ornstein-Uhlenbeck process, so a belief falls back to the prior
    and no faster in small steps than in one.
    """
    kept = retention(half_life, years)
    kept_square = jnp.square(kept)
    later_mean = prior_mean + kept * (mean - prior_mean)
    return later_mean, kept_square * variance + (1.0 - kept_square) * prior_variance


def kalman_update(
    mean: Value,
    variance: Value,
    observation: Value,
    noise_variance: Value,
    loss_asymmetry: Value = 0.0,
    weight: Value = 1.0,
) -> tuple[Array, Array]:
    r"""Mean and variance of a normal belief after an observation with normal noise.

    $m \to m + K (y - m)$, $V \to (1 - K)^2 V + K^2 R$ with $K = V/(V + R)$; the second is the
    Joseph form, which holds for any gain. News below the mean is bad news: its gain is multiplied
    by one plus the asymmetry, up to one. A weight between 0 and 1 divides the noise variance; at 0
    nothing changes. For intelligence with a spread $\sigma_z$ and a bias of spread $\tau$ the noise
    variance is $\sigma_z^2 + \tau^2$. Without asymmetry this is exactly Bayesian.
    """
    information = jnp.asarray(weight / noise_variance)
    score = information * (observation - mean)
    return _absorb(mean, variance, score, information, loss_asymmetry)


def skill_update(
    mean: Value,
    variance: Value,
    outcome: Value,
    log_odds_without_skill: Value,
    band: Value,
    weight: Value = 1.0,
    loss_asymmetry: Value = 0.0,
    nuisance_variance: Value = 0.0,
) -> tuple[Array, Array]:
    r"""Mean and variance of a belief over own less enemy's skill, after an engagement.

    The outcome is explained by the ordered logit that adjudicates, $\eta = b + e$ with skill
    difference $e$ and $b$ everything else that the holder knows of. One step of assumed-density
    filtering: the log-likelihood is expanded at the mean,
    $V' = (1/V - w\,\ell'')^{-1}$ and $m' = m + V' w\,\ell'$. It is concave and monotone, so a loss
    never raises the mean and a win never lowers it; a draw moves it towards what would have made a
    draw likely. Material that explains a defeat makes it teach little about skill.

    Approximate: normal, and one Newton step. The mean is within .02 of the exact posterior's for
    $V \le 1/2$ and within .08 for $V \le 1$; however great the surprise, it moves by at most $V$.

    Args:
        outcome: 1 won, 0 draw, -1 lost, from the holder's side.
        log_odds_without_skill: From the holder's side too: if it defended, the negative of the
            attacker's.
        band: Half width of the draw.
        weight: 1 for the own service, less for another's battle, less again for a foreigner's.
        loss_asymmetry: As in `kalman_update`; 0 is Bayesian.
        nuisance_variance: Of what else moved the odds unseen (what battles of a campaign share).
    """
    scale = 1.0 / jnp.sqrt(1.0 + math.pi / 8.0 * jnp.asarray(nuisance_variance))
    log_odds = log_odds_without_skill + mean
    at_win = logistic(jnp.asarray(scale * (log_odds - band)))
    at_loss = logistic(jnp.asarray(scale * (log_odds + band)))
    not_lost = jnp.where(jnp.asarray(outcome) >= 0, 1.0, 0.0)
    not_won = jnp.where(jnp.asarray(outcome) <= 0, 1.0, 0.0)
    slope = not_lost * (1.0 - at_win) - not_won * at_loss
    bend = not_lost * at_win * (1.0 - at_win) + not_won * at_loss * (1.0 - at_loss)
    score, information = weight * scale * slope, weight * jnp.square(scale) * bend
    return _absorb(mean, variance, score, information, loss_asymmetry)


def material_update(
    material: Value,
    met_over_expected: Value,
    gain: Value,
    loss_asymmetry: Value = 0.0,
    weight: Value = 1.0,
) -> Array:
    r"""Log of what the other side can bring over what intelligence says, after meeting it.

    $x \to x + K w (y - x)$ with a gain between 0 and 1 and $y$ the log of what was met over what
    had been expected: a filter of constant gain. More than believed is bad news, whose gain is
    multiplied by one plus the asymmetry, up to one.
    """
    surprise = jnp.asarray(met_over_expected - material)
    factor = jnp.where(surprise > 0, 1.0 + loss_asymmetry, 1.0)
    return material + jnp.minimum(1.0, gain * factor) * weight * surprise


def dread_update(dread: Value, loss_share: Value, decay: Value) -> Array:
    r"""Worst share of a formation lost to this enemy (or to its climate), fading over the years.

    $\max(\varphi d,\, s)$ with the share kept $\varphi$ of `retention`: pain, not estimation. One
    disaster counts for more than many small defeats, and a battle without loss takes nothing away.
    """
    return jnp.maximum(jnp.asarray(decay * dread), loss_share)


def intent_update(
    log_odds: Value,
    prior_log_odds: Value,
    decay: Value,
    acts: Float[Array, "act *#axes"],
    log_likelihood_ratios: Float[Array, "act *#axes"],
    credulity: Value = 1.0,
) -> Array:
    r"""Believed log odds that the other side attacks within a year, after what it has done.

    $\ell \to \ell_0 + \varphi(\ell - \ell_0) + \kappa \sum_a n_a \log LR_a$: acts (mobilisation, a
    pact, a clash, a withdrawal) weigh by how much likelier they are of one who means to attack, so
    costly acts weigh more. Bayesian for $\kappa = 1$ and acts that are independent given intent.
    """
    evidence = sum_slices(acts * log_likelihood_ratios)
    return prior_log_odds + decay * (log_odds - prior_log_odds) + credulity * evidence


def _absorb(
    mean: Value, variance: Value, score: Array, information: Array, loss_asymmetry: Value
) -> tuple[Array, Array]:
    """Take up news given by the slope and the (negative) bend of its log-likelihood at the mean."""
    later_variance = variance / (1.0 + variance * information)
    gain = later_variance * information
    most = 1.0 / jnp.maximum(gain, 1e-12)
    factor = jnp.minimum(jnp.where(score < 0, 1.0 + loss_asymmetry, 1.0), most)
    left = jnp.square(1.0 - factor * gain)
    noise = jnp.square(factor) * gain * later_variance
    return mean + factor * later_variance * score, left * variance + noise
