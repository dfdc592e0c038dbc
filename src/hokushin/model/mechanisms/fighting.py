"""Fighting: what a step brings on every open front, and in the clashes along closed ones."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.model.axes import NEVER, Axes
from hokushin.model.battle import Encounter, Engagement, fight, outcome_log_odds
from hokushin.model.look import INFANTRY, men_at_front
from hokushin.model.mechanism import mechanism
from hokushin.model.mechanisms.forces import DAYS_PER_MONTH
from hokushin.model.numeric import logistic, safe_log
from hokushin.model.params import Params
from hokushin.model.products import fence, spread
from hokushin.model.randomness import Dice
from hokushin.model.state import Clash, Moment, State
from hokushin.model.view import View

_SPEED_MONTHS = 1.0
"""Time over which an onlooker averages the speed of a front."""
_ACROSS_MONTHS = 0.5
"""Time in which the force at a front that was opened stands across it."""
_INITIATIVE = 2.0
"""Log-odds that the side which opened a front attacks rather than is attacked, at even strength."""


@mechanism(
    writes={
        "war",
        "war_months",
        "begun",
        "position",
        "speed",
        "campaign",
        "across",
        "field_act",
        "pending",
        "force",
        "taken",
        "clash",
    },
    sources=("hokushin-battles-2026",),
)
def fight_fronts(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
) -> State:
    r"""Fight one step of every open front, and the clashes along borders at peace.

    The side that attacks is drawn with log-odds of the initiative and of the ratio of strength.
    The engagement is that of `battle.fight`; a step holds `contact x days / duration` of it, and
    losses and ground gained are taken in that proportion, ground times the campaign index. A
    *driven* front moves by its own sourced speed, times the index, its halts and
    $e^{s z}$ with the campaign's luck z; a halt with a negative factor is a retreat, which takes as
    long in a history as its advance was slow. A region falls while the front stands beyond it. The
    battles of a campaign share one draw of luck in their outcomes and one each in what they cost
    either side.

    Along a border at peace, clashes come at the front's rate times $e^{\text{assertive}}$ and the
    geometric mean of both sides' strength against the start; most are small (size $u^3$). One that
    was ordered is fought at full size. A clash of size s costs either side what s of an engagement
    of all that stands there would, and moves no front. While the record is forced, its own clashes
    take their place.
    """
    if not axes.fronts:
        return state
    state = _open_and_close(axes, params, state, moment, dice)
    n = len(axes.fronts)
    u = dice.uniforms("fighting", (5, n))
    z = dice.normals("fighting.size", (4, n))
    clash = _clash_size(axes, params, view, state, moment, u[3], u[4])
    initiative = _INITIATIVE * (state.begun[:, 0] - state.begun[:, 1])
    ordered = state.pending[:, 0] - state.pending[:, 1]
    attacks = logistic(initiative + 8.0 * ordered + view.log_ratio)
    by_a = jnp.where(u[2] < attacks, 1.0, 0.0)
    sign = fence(2.0 * by_a - 1.0, dice.wall)
    encounter = _encounter(axes, params, view, state, sign, by_a)
    battle = params.battle
    luck = state.campaign * battle.outcome.campaign_sd * sign
    of_campaign = _costs_of_campaign(axes, dice, by_a)
    fought = fight(battle, encounter, luck, jnp.stack([*z, *of_campaign]), u[:2])
    days = params.fronts.contact * axes.months_per_step * DAYS_PER_MONTH
    share = state.war * jnp.minimum(2.0, days / fought.days) + (1.0 - state.war) * clash
    share = fence(share, dice.wall)
    state = _settle(axes, params, view, state, moment, fought, sign, by_a, share)
    skill_free = outcome_log_odds(battle, replace(encounter, skill=0.0)) * sign
    return replace(
        state,
        pending=jnp.zeros_like(state.pending),
        clash=Clash(
            weight=jnp.minimum(1.0, share),
            outcome=fought.outcome * sign,
            log_odds=skill_free,
            loss=state.clash.loss,
            harshness=1.0 - view.season,
            initiative=sign,
        ),
    )


def _open_and_close(axes: Axes, params: Params, state: State, moment: Moment, dice: Dice) -> State:
    """Fronts that open by the calendar, and those that are barred by fiat."""
    allowed = jnp.where(params.fronts.peace > 0.5, 0.0, 1.0)
    opened = moment.front_opens * (1.0 - state.war)
    war = jnp.maximum(state.war, moment.front_opens) * allowed
    months = (state.war_months + axes.months_per_step) * war
    begins = (state.war_months <= 0.0) & (war > 0.5)
    fresh = dice.normals("fighting.campaign", (len(axes.fronts),))
    luck = jnp.where(begins, fresh, state.campaign)
    acts = jnp.where(state.field_act < NEVER, state.field_act + axes.months_per_step, NEVER)
    side_a = np.array([1.0, 0.0], np.float32)[:, None]
    begun = state.begun + (opened * allowed)[:, None] * side_a
    return replace(
        state, war=war, war_months=months, campaign=luck, field_act=acts, begun=begun * war[:, None]
    )


def _costs_of_campaign(
    axes: Axes, dice: Dice, by_a: Float[Array, "front history"]
) -> tuple[Array, Array]:
    """What a campaign adds to the losses of attacker and defender, in standard units.

    Apart from the luck of outcomes, since battles tell winning and exchange apart as two latents.
    Thrown under the first step's number in every step: a front's campaigns in one history share it.
    """
    always = replace(dice, step=jnp.minimum(dice.step, 0))
    of_a, of_b = always.normals("fighting.costs", (2, len(axes.fronts)))
    return by_a * of_a + (1.0 - by_a) * of_b, by_a * of_b + (1.0 - by_a) * of_a


def _clash_size(
    axes: Axes, params: Params, view: View, state: State, moment: Moment, u: Array, size: Array
) -> Float[Array, "front history"]:
    """Size of a clash along a border at peace in this step, 0 to 1; mostly none, mostly small."""
    now = state.force[axes.front_pool, INFANTRY]
    start = params.forces.start[axes.front_pool, INFANTRY]
    crowding = 0.5 * (
        safe_log(now[:, 0], 0.1)
        - safe_log(start[:, 0], 0.1)
        + safe_log(now[:, 1], 0.1)
        - safe_log(start[:, 1], 0.1)
    )
    rate = params.fronts.incidents * jnp.exp(state.assertive + crowding)
    happens = jnp.where(u < 1.0 - jnp.exp(-rate * axes.months_per_step), 1.0, 0.0)
    ordered = jnp.maximum(state.pending[:, 0], state.pending[:, 1])
    drawn = jnp.maximum(happens * size**3 * axes.front_border[:, None], ordered)
    return drawn * (1.0 - state.war) * (1.0 - moment.recorded)


def _encounter(
    axes: Axes, params: Params, view: View, state: State, sign: Array, by_a: Array
) -> Encounter:
    """The engagement as its attacker meets it."""
    fronts = params.fronts
    defended = by_a * fronts.fortified[:, 1] + (1.0 - by_a) * fronts.fortified[:, 0]
    men = men_at_front(axes, params) * view.at_front  # thousands
    return Encounter(
        log_ratio=sign * view.log_ratio,
        log_armour=sign * view.log_armour,
        air=sign * view.air,
        fortified=defended,
        rugged=fronts.rugged,
        wooded=fronts.wooded,
        winter=1.0 - view.season,
        log_men=safe_log((men[:, 0] + men[:, 1]) / 100.0, 1e-2),
        skill=sign * fronts.effectiveness,
        exchange=sign * fronts.exchange,
    )


def _settle(
    axes: Axes,
    params: Params,
    view: View,
    state: State,
    moment: Moment,
    fought: Engagement,
    sign: Array,
    by_a: Array,
    share: Array,
) -> State:
    """Losses, ground and regions."""
    loss_a = by_a * fought.loss_attacker + (1.0 - by_a) * fought.loss_defender
    loss_b = by_a * fought.loss_defender + (1.0 - by_a) * fought.loss_attacker
    # Losses are below one, if only by a rounding, so that the logarithm is finite.
    left = jnp.log(jnp.maximum(1.0 - jnp.stack([loss_a, loss_b], 1), 1e-7))
    loss = 1.0 - jnp.exp(share[:, None] * left)
    at_war = state.war[:, None]
    pool = state.force[axes.front_pool]
    engaged = view.at_front / jnp.maximum(pool[:, :, INFANTRY], 1e-3)
    lost = jnp.minimum(1.0, engaged) * loss
    force = state.force * _kept(axes, lost)
    fronts = params.fronts
    driven = axes.front_driven[:, None]
    ground = sign * fought.advance_km * share * view.season
    halts = jnp.ones_like(ground)
    for h, front in enumerate(axes.halt_front):
        here = (np.arange(len(axes.fronts)) == front).astype(np.float32)[:, None]
        halts = halts * (1.0 + here * (fronts.halt[h] - 1.0) * moment.halt_active[h])
    pace = fronts.driven_speed * jnp.exp(fronts.driven_spread * state.campaign)
    ridden = pace * view.season * halts * axes.months_per_step
    moved = state.war * ((1.0 - driven) * ground + driven * ridden)
    position = jnp.clip(state.position + moved, -fronts.goal[:, 1], fronts.goal[:, 0])
    went = (position - state.position) / axes.months_per_step
    blend = 1.0 - np.exp(-axes.months_per_step / _SPEED_MONTHS)
    speed = (state.speed + (went - state.speed) * blend) * state.war
    standing = view.at_front * state.begun
    rise = min(1.0, axes.months_per_step / _ACROSS_MONTHS)
    across = jnp.minimum(standing, state.across + rise * standing) * at_war
    taken = _fallen(axes, params, state, position)
    clash = replace(state.clash, loss=loss)
    return replace(
        state,
        force=force,
        position=position,
        speed=speed,
        across=across,
        taken=taken,
        clash=clash,
    )


def _kept(axes: Axes, lost: Float[Array, "front side history"]) -> Array:
    """Share of each pool's branches that is left: battles at sea cost ships, others the rest."""
    kept: list[Array] = []
    afloat = axes.front_afloat[:, None] > 0
    for at_sea in (False, True):
        left = jnp.ones((len(axes.pools), lost.shape[-1]))
        for side in range(2):
            here = axes.front_pool[:, side][None] == np.arange(len(axes.pools))[:, None]
            table = (here & (at_sea == afloat.T)).astype(np.float32)
            left = left * (1.0 - jnp.minimum(0.95, spread(table, lost[:, side])))
        kept.append(left)
    return jnp.stack([kept[0], kept[0], kept[0], kept[1]], 1)


def _fallen(axes: Axes, params: Params, state: State, position: Array) -> Array:
    """Regions behind the front: held while it stands beyond them, lost again when it falls back."""
    if not len(axes.gain_region):
        return state.taken
    depth = jnp.stack([position, -position], 1)  # front, side
    reached = depth[axes.front_gain, axes.gain_side] >= params.fronts.gain_at
    n = len(axes.regions)
    table = (axes.gain_region[None] == np.arange(n)[:, None]).astype(np.float32)
    behind = jnp.minimum(1.0, spread(table, jnp.where(reached, 1.0, 0.0)))
    open_ = jnp.minimum(1.0, spread(table, state.war[axes.front_gain]))
    return jnp.where(open_ > 0.5, behind, state.taken)
