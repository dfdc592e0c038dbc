"""What a history is, at the start of a step. The history axis is last in every array."""

from __future__ import annotations

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float, Int

F32 = Float[Array, "*axes history"]
Given = Array | np.ndarray


class Clash(eqx.Module):
    """What was fought in the step just past, front by front, for those who learn from it."""

    weight: Float[Array, "front history"]
    """Days of contact over those of a step's full battle; 0 where nothing was fought."""
    outcome: Float[Array, "front history"]
    """1 side a prevailed, 0 a draw, -1 side b."""
    log_odds: Float[Array, "front history"]
    """Log-odds of side a as the attacker or defender it was, its skill left out."""
    loss: Float[Array, "front side history"]
    """Share of the force engaged that each side lost."""
    harshness: Float[Array, "front history"]
    """One minus the campaign index then."""
    initiative: Float[Array, "front history"]
    """1 side a attacked, -1 side b."""


class State(eqx.Module):
    """Everything that one step hands to the next. Units in brackets; dates are in steps."""

    # supply
    stock: Float[Array, "account history"]
    """[resource unit]"""
    cut: Float[Array, "restriction history"]
    """Share of the trade withheld now."""
    taken: Float[Array, "region history"]
    """1 once the region is held by its challenger."""
    recovered: Float[Array, "region history"]
    """Share of a taken region's yields that its new holder can draw (consolidation)."""

    # forces
    force: Float[Array, "pool branch history"]
    """Divisions, armoured vehicles, aircraft, kt of warships."""
    posture: Float[Array, "pool history"]
    """Divisions called to the pool beyond its standing share; what was possible when called."""

    # fronts
    war: Float[Array, "front history"]
    """1 while open."""
    begun: Float[Array, "front side history"]
    """1 on the side that opened it."""
    war_months: Float[Array, "front history"]
    position: Float[Array, "front history"]
    """Advance of side a [km], negative when driven back."""
    speed: Float[Array, "front history"]
    """Smoothed advance of side a [km/month]."""
    campaign: Float[Array, "front history"]
    """Luck of the running campaign, in standard units: of its outcomes and, if driven, its pace."""
    across: Float[Array, "front side history"]
    """Divisions of the side that opened the front that stand across it."""
    field_act: Float[Array, "front side history"]
    """Months since a field army's own act opened it, while not disowned; NEVER if none."""
    pending: Float[Array, "front side history"]
    """1 where a side has ordered a single engagement that is still to be fought."""
    assertive: Float[Array, "front history"]
    """Log factor on the rate of incidents."""

    # minds
    skill_mean: Float[Array, "memory history"]
    """Own win effectiveness against the enemy as believed [logit]."""
    skill_variance: Float[Array, "memory history"]
    material: Float[Array, "memory history"]
    """Log of what the enemy can bring over what intelligence says."""
    dread: Float[Array, "memory history"]
    """Worst loss share of a formation at this enemy's hands, faded."""
    cold: Float[Array, "memory history"]
    """Loss share that the climate there caused, faded."""
    intent: Float[Array, "memory history"]
    """Believed log-odds that the enemy attacks within a year."""
    trust: Float[Array, "trust history"]
    estimate_error: Float[Array, "observation history"]
    """Log error of the running estimate of a pool, bias included."""

    # dealings
    deal: Float[Array, "deal history"]
    deal_years: Float[Array, "deal history"]
    consent: Float[Array, "consent history"]
    """Months for which a party's yes still stands."""
    ask: Float[Array, "ask history"]
    """Strength of a standing ask, 0 to 1."""

    # choosing
    disposition: Float[Array, "pair history"]
    """Persistent part of a faction's judgement, in standard units."""
    stands: Float[Array, "matter option history"]
    """1 for the option last taken in the matter (several where the record took several)."""
    review: Float[Array, "matter history"]
    """Months until the matter is due again; NEVER if no review is set."""
    news: Float[Array, "matter history"]
    utility: Float[Array, "matter option history"]
    """Utility of each option when last looked at, from which news is told; NEVER before that."""

    clash: Clash

    # outcomes
    first: Float[Array, "event history"]
    """Step at which each event first held; NEVER if it has not."""


class Moment(eqx.Module):
    """What the calendar and the record say of one step. Read-only input of the step.

    With a leading axis it holds a calendar, that is all steps, as the input of a scan.
    """

    step: Int[Given, "*step"]
    ahead: Float[Given, "*step 12 12"]
    """Row j picks the month j months from now."""
    month_part: Float[Given, "*step"]
    """Share of the current month that has passed."""
    doctrine_active: Float[Given, "*step doctrine 1"]
    conditional_active: Float[Given, "*step conditional 1"]
    halt_active: Float[Given, "*step halt 1"]
    recorded: Float[Given, "*step"]
    """1 while the record is forced: clashes are then those of the record."""
    engagement_now: Float[Given, "*step engagement 1"]
    """1 for an engagement of the record that ends in this step."""
    rewrite_active: Float[Given, "*step rewrite 1"]
    """1 while the rewrite's window holds."""
    year: Float[Given, "*step"]
    """Decimal year."""
    after: Float[Given, "*step date 1"]
    """1 once the date of an `after.` condition has come."""
    matter_open: Float[Given, "*step matter 1"]
    holder_news: Float[Given, "*step matter 1"]
    """1 where an office whose holder weighs the matter changed hands in this step."""
    front_opens: Float[Given, "*step front 1"]
    """1 where a front opens by the calendar (a war outside the decisions of the scenario)."""
    forced: Float[Given, "*step matter option #history"]
    """Documented or ordered choices (several options of a matter may be taken in one step)."""
    free: Float[Given, "*step matter #history"]
    """1 where the matter is left to its factions."""
