"""Needed units: what the model computes each number of a scenario in, and the ends of its range.

A number may be written in any unit of the same dimension. The table is the one that the model's
builder follows when it asks for numbers; a test builds the scenarios and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from hokushin.scenario.schema import BRANCHES, Scenario

BRANCH_UNITS: Mapping[str, str] = dict(
    zip(BRANCHES, ("division", "tank", "aircraft", "kt_warship"), strict=True)
)


@dataclass(frozen=True)
class Needed:
    """Unit that the model needs, and the least and greatest value that means anything in it."""

    unit: str
    least: float | None = None
    greatest: float | None = None


# A star stands for one part of a path. `RESOURCE` and `BRANCH` become the unit of the account's
# resource (or of the region's yield) and of the branch that the last part names.
_TABLE: tuple[tuple[str, str, float | None, float | None], ...] = (
    ("accounts.*.stock", "RESOURCE", 0, None),
    ("accounts.*.output", "RESOURCE/month", 0, None),
    ("accounts.*.civil_demand", "RESOURCE/month", 0, None),
    ("accounts.*.force_demand.*", "RESOURCE/(BRANCH*month)", 0, None),
    ("accounts.*.war_demand.*", "RESOURCE/month", 0, None),
    ("accounts.*.imports.*.rate", "RESOURCE/month", 0, None),
    ("accounts.*.need", "1", 0, None),
    ("asks.*.fades", "month", 0, None),
    ("climate.*.*.index", "index", 0, 1),
    ("conditionals.*.clauses.*.scale", "VARIABLE", 0, None),
    ("conditionals.*.clauses.*.threshold", "VARIABLE", None, None),
    ("conditionals.*.strength", "1", 0, None),
    ("deals.*.barred", "1", 0, 1),
    ("deals.*.stands", "month", 0, None),
    ("deals.*.worth", "1", 0, None),
    ("engagements.*.armour_ratio", "1", 0, None),
    ("engagements.*.cold_share", "share", 0, 1),
    ("engagements.*.force_ratio", "1", 0, None),
    ("engagements.*.loss_share", "share", 0, 1),
    ("engagements.*.met_over_expected", "1", 0, None),
    ("engagements.*.outcome", "1", -1, 1),
    ("engagements.*.surprise", "1", 0, 3),
    ("events.*.invasion.disowned_within", "month", 0, None),
    ("events.*.invasion.divisions", "division", 0, None),
    ("events.*.invasion.within", "month", 0, None),
    ("exposures.*.reach", "share", 0, 1),
    ("exposures.*.worth", "share", 0, 1),
    ("factions.*.*.doctrine.*.*", "1", None, None),
    ("factions.*.*.holders.*.doctrine.*.*", "1", None, None),
    ("factions.*.*.influence", "1", 0, None),
    ("factions.*.*.weights.*", "1", 0, None),
    ("fronts.*.*.demand_at", "division", 0, None),
    ("fronts.*.*.fortified", "share", 0, 1),
    ("fronts.*.*.goal", "km", 0, None),
    ("fronts.*.*.supply", "division", 0, None),
    ("fronts.*.campaign", "month", 0, None),
    ("fronts.*.contact", "share", 0, 1),
    ("fronts.*.driven.halts.*.factor", "1", None, None),
    ("fronts.*.driven.speed", "km/month", 0, None),
    ("fronts.*.driven.spread", "1", 0, None),
    ("fronts.*.effectiveness", "1", None, None),
    ("fronts.*.exchange", "1", None, None),
    ("fronts.*.gains.*.at", "km", 0, None),
    ("fronts.*.incidents", "1/month", 0, None),
    ("fronts.*.peace", "1", 0, 1),
    ("fronts.*.rugged", "share", 0, 1),
    ("fronts.*.season_floor", "index", 0, 1),
    ("fronts.*.stake", "1", 0, None),
    ("fronts.*.wooded", "share", 0, 1),
    ("industry.*.budget.*", "share", 0, 1),
    ("industry.*.ceiling.*", "BRANCH", 0, None),
    ("industry.*.output.*", "BRANCH/month", 0, None),
    ("industry.*.war_factor", "1", 0, None),
    ("matters.*.*.options.*.effects.*.assertive.factor", "1", None, None),
    ("matters.*.*.options.*.effects.*.deploy.divisions", "division", None, None),
    ("matters.*.*.options.*.effects.*.intent.change", "1", None, None),
    ("matters.*.*.options.*.effects.*.review.months", "month", 0, None),
    ("matters.*.*.options.*.effects.*.trust.change", "1", None, None),
    ("matters.*.*.options.*.intensity", "share", 0, 1),
    ("matters.*.*.rate", "1/month", 0, None),
    ("matters.*.*.route.share", "share", 0, 1),
    ("observations.*.bias", "1", None, None),
    ("observations.*.spread", "1", 0, None),
    ("pools.*.forces.*", "BRANCH", 0, None),
    ("pools.*.men_per_division", "kilomen/division", 0, None),
    ("pools.*.share", "1", 0, None),
    ("powers.*.right", "1", 0, None),
    ("regions.*.recovery", "month", 0, None),
    ("regions.*.spoils.*", "1", None, None),
    ("regions.*.yields.*", "YIELD/month", 0, None),
    ("responses.*.*.effects.*.assertive.factor", "1", None, None),
    ("responses.*.*.effects.*.deploy.divisions", "division", None, None),
    ("responses.*.*.effects.*.intent.change", "1", None, None),
    ("responses.*.*.effects.*.review.months", "month", 0, None),
    ("responses.*.*.effects.*.trust.change", "1", None, None),
    ("responses.*.*.rate", "1/month", 0, None),
    ("restrictions.*.lag", "month", 0, None),
    ("restrictions.*.steps.*", "share", 0, 1),
    ("routes.*.capacity", "train/day", 0, None),
    ("routes.*.per_division", "train/division", 0, None),
    ("routes.*.usable", "share", 0, 1),
    ("trust.*.*.level", "1", None, None),
    ("trust.*.*.prejudice", "1", None, None),
    ("weights.choice.budget_influence", "1", None, None),
    ("weights.choice.deference", "1", 0, None),
    ("weights.choice.disposition_half_life", "month", 0, None),
    ("weights.choice.disposition_persistent", "share", 0, 1),
    ("weights.choice.disposition_sd", "1", 0, None),
    ("weights.choice.inertia_act", "1", None, None),
    ("weights.choice.inertia_war", "1", None, None),
    ("weights.choice.news_gain", "1", 0, None),
    ("weights.choice.news_half_life", "month", 0, None),
    ("weights.choice.right", "probability", 0, 1),
    ("weights.choice.sharpness", "1", 0, None),
    ("weights.considerations.*", "1", 0, None),
    ("weights.learning.breach", "share", 0, 1),
    ("weights.learning.breach_watched", "share", 0, 1),
    ("weights.learning.cold_half_life", "year", 0, None),
    ("weights.learning.dread_half_life", "year", 0, None),
    ("weights.learning.intent_clash", "1", 0, None),
    ("weights.learning.intent_half_life", "year", 0, None),
    ("weights.learning.intent_start", "1", None, None),
    ("weights.learning.loss_asymmetry", "1", 0, None),
    ("weights.learning.material_gain", "share", 0, 1),
    ("weights.learning.material_half_life", "year", 0, None),
    ("weights.learning.other_service", "share", 0, 1),
    ("weights.learning.skill_half_life", "year", 0, None),
    ("weights.learning.skill_prior_sd", "1", 0, None),
    ("weights.learning.trust_half_life", "year", 0, None),
    ("weights.perception.ripeness_horizon", "month", 0, None),
    ("weights.perception.ripeness_scale", "1", 0, None),
    ("weights.perception.threat_scale", "1", 0, None),
    ("weights.supply.cut_belief", "probability", 0, 1),
    ("weights.supply.cut_belief_gain", "1", None, None),
    ("weights.supply.horizon", "month", 0, None),
)


def needed(scenario: Scenario, path: str) -> Needed | None:
    """Return what the model needs at a dotted path, or None for a number that it does not read.

    Raises `KeyError` if the path names an account, a resource or a branch that does not exist.
    """
    parts = path.split(".")
    row = _row(parts[0], tuple(parts[1:]))
    if row is None:
        return None
    unit, least, greatest = row
    if "RESOURCE" in unit:
        resource = scenario.accounts[parts[1]].resource
        unit = unit.replace("RESOURCE", scenario.resources[resource].unit)
    if "YIELD" in unit:
        unit = unit.replace("YIELD", scenario.resources[parts[-1]].unit)
    if "BRANCH" in unit:
        unit = unit.replace("BRANCH", BRANCH_UNITS[parts[-1]])
    if unit == "VARIABLE":
        clause = scenario.conditionals[parts[1]].clauses[int(parts[3])]
        unit = variable_unit(clause.variable)
    return Needed(unit, least, greatest)


def can_be_set(scenario: Scenario, path: str) -> bool:
    """Tell whether a history has a value of its own at this path, so that causes may set it.

    It has none of what defines an event, of a condition without clauses, and of the weight of
    doctrine, which is written in log odds itself.
    """
    section, key, *_ = path.split(".")
    if section == "events" or path == "weights.considerations.doctrine":
        return False
    if section == "conditionals" and not scenario.conditionals[key].clauses:
        return False
    return needed(scenario, path) is not None


def variable_unit(variable: str) -> str:
    """Return the unit of what a stated condition or a measured series is about."""
    verb, _, rest = variable.partition(".")
    if verb in ("believed", "force"):
        return BRANCH_UNITS[rest.rpartition(".")[2]]
    units = {
        "runway": "month",
        "season": "month",
        "fortune": "probability",
        "intent": "probability",
        "year": "year",
        "men": "man",
        "transferred": "division",
        "losses": "man",
        "distance": "km",
    }
    return units.get(verb, "1")


@lru_cache(maxsize=16_384)
def _row(section: str, rest: tuple[str, ...]) -> tuple[str, float | None, float | None] | None:
    for pattern, unit, least, greatest in _by_section().get(section, ()):
        if len(pattern) == len(rest) and all(
            part in ("*", written) for part, written in zip(pattern, rest, strict=True)
        ):
            return unit, least, greatest
    return None


@cache
def _by_section() -> dict[str, list[tuple[tuple[str, ...], str, float | None, float | None]]]:
    found: dict[str, list[tuple[tuple[str, ...], str, float | None, float | None]]] = {}
    for pattern, unit, least, greatest in _TABLE:
        section, *rest = pattern.split(".")
        found.setdefault(section, []).append((tuple(rest), unit, least, greatest))
    return found
