"""The numbers of the model: one field per quantity, each with its unit and meaning.

`build` fills a `Params` with positions in the flat vector of quantities; `assemble` turns such a
template and the drawn values into a `Params` of arrays whose last axis is `history`. A field's
unit is declared here and nowhere else: the loader, the reference pages and the report read it.
"""

from __future__ import annotations

from typing import Any

import equinox as eqx
from jaxtyping import Array, Float

from hokushin.model.battle_coefficients import BattleCoefficients


def quantity(unit: str, meaning: str) -> Any:
    """A field of a parameter group, with the unit the engine keeps it in."""
    return eqx.field(metadata={"unit": unit, "meaning": meaning})


class SupplyParams(eqx.Module):
    """Balance of each account, and how far ahead a government looks."""

    stock: Float[Array, "account history"] = quantity("resource", "Stock at the start.")
    output: Float[Array, "account history"] = quantity("resource/month", "Own production.")
    civil: Float[Array, "account history"] = quantity("resource/month", "Civil demand.")
    force_use: Float[Array, "account branch history"] = quantity(
        "resource/month", "Standing use of one unit of a branch."
    )
    war_use: Float[Array, "account front history"] = quantity(
        "resource/month", "Use in operations at the stated strength."
    )
    need: Float[Array, "account history"] = quantity("1", "Weight of the want of this resource.")
    imports: Float[Array, "import history"] = quantity("resource/month", "Trade in peacetime.")
    step_cut: Float[Array, "restriction step history"] = quantity("share", "Cut at each step.")
    lag: Float[Array, "restriction history"] = quantity("month", "Lag of a follower.")
    horizon: Float[Array, " history"] = quantity("month", "Runway of urgency 1/e.")
    cut_belief: Float[Array, " history"] = quantity("probability", "Cut-off within a year.")
    cut_belief_gain: Float[Array, " history"] = quantity("1", "Log-odds per full restriction.")
    region_yield: Float[Array, "region resource history"] = quantity(
        "resource/month", "Drawn by its holder when consolidated."
    )
    recovery: Float[Array, "region history"] = quantity("month", "Half-life of consolidation.")


class ForceParams(eqx.Module):
    """Strength at the start, what industry adds, and what the lines can move."""

    start: Float[Array, "pool branch history"] = quantity("branch", "Forces at the start.")
    share: Float[Array, "pool history"] = quantity("1", "Weight in the long-run posture.")
    men: Float[Array, "pool history"] = quantity("kilomen", "Men per division with army troops.")
    capacity: Float[Array, "route history"] = quantity("train/day", "Trains a day.")
    per_division: Float[Array, "route history"] = quantity("train", "Trains per division.")
    usable: Float[Array, "route history"] = quantity("share", "Share for the military.")
    output: Float[Array, "power branch history"] = quantity("branch/month", "New forces.")
    war_factor: Float[Array, "power history"] = quantity("1", "Factor while at war.")
    ceiling: Float[Array, "power branch history"] = quantity("branch", "Largest size.")
    budget: Float[Array, "power branch history"] = quantity("share", "Share of the budget.")
    budget_reference: Float[Array, "power branch history"] = quantity(
        "share", "Budget share at which output and influence are as stated (not rewritten)."
    )


class FrontParams(eqx.Module):
    """Ground, goals and true relative effectiveness of each front."""

    supply: Float[Array, "front side history"] = quantity("division", "Divisions that can be fed.")
    demand_at: Float[Array, "front side history"] = quantity("division", "War use stated for.")
    fortified: Float[Array, "front side history"] = quantity("share", "Line in prepared works.")
    goal: Float[Array, "front side history"] = quantity("km", "Advance aimed at.")
    rugged: Float[Array, "front history"] = quantity("share", "Rugged ground.")
    wooded: Float[Array, "front history"] = quantity("share", "Wooded ground.")
    contact: Float[Array, "front history"] = quantity("share", "Days in contact.")
    campaign: Float[Array, "front history"] = quantity("month", "Length of a campaign.")
    season_floor: Float[Array, "front history"] = quantity("index", "No offensive below it.")
    effectiveness: Float[Array, "front history"] = quantity("1", "Win effectiveness a over b.")
    exchange: Float[Array, "front history"] = quantity("1", "Exchange effectiveness a over b.")
    stake: Float[Array, "front history"] = quantity("1", "Loss of side a in a defeat.")
    peace: Float[Array, "front history"] = quantity("1", "1: barred by fiat.")
    driven_speed: Float[Array, "front history"] = quantity("km/month", "Driven advance.")
    driven_spread: Float[Array, "front history"] = quantity("1", "Its log spread.")
    incidents: Float[Array, "front history"] = quantity("1/month", "Border clashes.")
    halt: Float[Array, "halt history"] = quantity("1", "Factor on a driven advance.")
    gain_at: Float[Array, "gain history"] = quantity("km", "Depth at which a region falls.")
    climate: Float[Array, "site month history"] = quantity("index", "Campaign index by month.")
    exposure_worth: Float[Array, "exposure history"] = quantity("share", "Worth at stake.")
    exposure_reach: Float[Array, "exposure history"] = quantity("share", "Share in reach.")
    observe_bias: Float[Array, "observation history"] = quantity("1", "Log bias.")
    observe_spread: Float[Array, "observation history"] = quantity("1", "Log spread.")


class MindParams(eqx.Module):
    """Memories, intent and trust."""

    skill_prior_sd: Float[Array, " history"] = quantity("1", "Ignorance before any battle.")
    skill_half_life: Float[Array, " history"] = quantity("year", "")
    loss_asymmetry: Float[Array, " history"] = quantity("1", "Extra weight of bad news.")
    other_service: Float[Array, " history"] = quantity("share", "Others; squared: foreigners.")
    material_gain: Float[Array, " history"] = quantity("share", "Weight of what was met.")
    material_half_life: Float[Array, " history"] = quantity("year", "")
    dread_half_life: Float[Array, " history"] = quantity("year", "")
    cold_half_life: Float[Array, " history"] = quantity("year", "")
    intent_half_life: Float[Array, " history"] = quantity("year", "")
    intent_start: Float[Array, " history"] = quantity("1", "Log-odds of an attack in a year.")
    intent_clash: Float[Array, " history"] = quantity("1", "Log-odds of an attack at peace.")
    trust_half_life: Float[Array, " history"] = quantity("year", "")
    breach: Float[Array, " history"] = quantity("share", "Trust lost with those let down.")
    breach_watched: Float[Array, " history"] = quantity("share", "Trust lost with others.")
    trust_level: Float[Array, "trust history"] = quantity("1", "Trust at the start.")
    trust_prejudice: Float[Array, "trust history"] = quantity("1", "Taken off whatever is done.")
    force_ratio: Float[Array, "engagement history"] = quantity("1", "Holder over enemy, men.")
    armour_ratio: Float[Array, "engagement history"] = quantity("1", "Holder over enemy.")
    surprise: Float[Array, "engagement history"] = quantity("1", "Grade of the attacker.")
    outcome: Float[Array, "engagement history"] = quantity("1", "-1, 0, 1 for the holder.")
    loss_share: Float[Array, "engagement history"] = quantity("share", "Worst formation.")
    cold_share: Float[Array, "engagement history"] = quantity("share", "Part due to climate.")
    met_over_expected: Float[Array, "engagement history"] = quantity("1", "Material surprise.")


class ChoiceParams(eqx.Module):
    """What factions weigh, how hard, and who may block."""

    weight: Float[Array, "consideration history"] = quantity("1", "Common weight.")
    factor: Float[Array, "faction consideration history"] = quantity("1", "Deviation from it.")
    influence: Float[Array, "faction history"] = quantity("1", "Weight in the agenda.")
    doctrine: Float[Array, "doctrine history"] = quantity("1", "Standing attraction, log odds.")
    rate: Float[Array, "matter history"] = quantity("1/month", "Tablings without news.")
    route_share: Float[Array, "matter history"] = quantity("share", "By the field army.")
    intensity: Float[Array, "matter option history"] = quantity("share", "Of the full course.")
    sharpness: Float[Array, " history"] = quantity("1", "Scale of judgement.")
    deference: Float[Array, " history"] = quantity("1", "Assent of an indifferent veto holder.")
    right: Float[Array, " history"] = quantity("probability", "Will to use a right to block.")
    right_of_power: Float[Array, "power history"] = quantity("1", "Factor on rights to block.")
    inertia_act: Float[Array, " history"] = quantity("1", "Cost of leaving the status quo.")
    inertia_war: Float[Array, " history"] = quantity("1", "Cost of beginning a war.")
    disposition_sd: Float[Array, " history"] = quantity("1", "Spread of judgement.")
    disposition_half_life: Float[Array, " history"] = quantity("month", "")
    disposition_persistent: Float[Array, " history"] = quantity("share", "Persistent variance.")
    news_gain: Float[Array, " history"] = quantity("1", "Factor of striking news.")
    news_half_life: Float[Array, " history"] = quantity("month", "")
    budget_influence: Float[Array, " history"] = quantity("1", "Elasticity.")
    ripeness_scale: Float[Array, " history"] = quantity("1", "Share of the way per logit.")
    ripeness_horizon: Float[Array, " history"] = quantity("month", "Speed is carried on.")
    threat_scale: Float[Array, " history"] = quantity("1", "")
    clause_threshold: Float[Array, "clause history"] = quantity("1", "Stated threshold.")
    clause_scale: Float[Array, "clause history"] = quantity("1", "Distance that counts as one.")
    conditional_strength: Float[Array, "conditional history"] = quantity("1", "How binding.")
    spoils: Float[Array, "spoil history"] = quantity("1", "Worth of a region to a power.")


class DealParams(eqx.Module):
    """Treaties, asks, effects and declared responses."""

    worth: Float[Array, "deal history"] = quantity("1", "Weight in faith.")
    stands: Float[Array, "deal history"] = quantity("month", "How long a yes waits.")
    barred: Float[Array, "deal history"] = quantity("1", "1: barred by fiat.")
    ask_half_life: Float[Array, "ask history"] = quantity("month", "")
    effect: Float[Array, "effect history"] = quantity("as the verb", "Size of an effect.")
    response_rate: Float[Array, "response history"] = quantity("1/month", "")


class Params(eqx.Module):
    """All numbers of one batch of histories."""

    supply: SupplyParams
    forces: ForceParams
    fronts: FrontParams
    minds: MindParams
    choice: ChoiceParams
    deals: DealParams
    battle: BattleCoefficients
