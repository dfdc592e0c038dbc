"""Which number stands where: a `Params` of positions in the table of quantities."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, TypeVar

import equinox as eqx
import numpy as np

from hokushin.model.battle_coefficients import BattleCoefficients, published
from hokushin.model.build.quantities import MANY, ONE, ZERO, QuantityTable
from hokushin.model.build.sets import Sets
from hokushin.model.considerations import CONSIDERATIONS
from hokushin.model.params import (
    ChoiceParams,
    DealParams,
    ForceParams,
    FrontParams,
    MindParams,
    Params,
    SupplyParams,
)
from hokushin.scenario.quantity import Prior
from hokushin.scenario.schema import BRANCHES
from hokushin.scenario.units import parse_unit

BRANCH_UNITS = ("division", "tank", "aircraft", "kt_warship")
SIDES = ("a", "b")
Group = TypeVar("Group", bound=eqx.Module)


def template(sets: Sets, table: QuantityTable, effects: list[tuple[str, str]]) -> Params:
    """Positions for every field; `effects` lists path and unit of every sized effect."""
    return _laid_out(
        Params,
        supply=_supply(sets, table),
        forces=_forces(sets, table),
        fronts=_fronts(sets, table),
        minds=_minds(sets, table),
        choice=_choice(sets, table),
        deals=_laid_out(
            DealParams,
            worth=_column(table, "deals", sets.deals, "worth", "1"),
            stands=_column(table, "deals", sets.deals, "stands", "month"),
            barred=_column(table, "deals", sets.deals, "barred", "1"),
            ask_half_life=_column(table, "asks", sets.scenario.asks, "fades", "month"),
            effect=_positions([table.at(path, unit) for path, unit in effects]),
            response_rate=_column(table, "responses", sets.scenario.responses, "rate", "1/month"),
        ),
        battle=battle_positions(table),
    )


def battle_positions(table: QuantityTable) -> BattleCoefficients:
    """Positions of the engagement model's coefficients, whose priors are its own fit.

    A coefficient that cannot be negative is lognormal with the published mean and spread.
    """
    one = parse_unit("1")
    groups = {}
    for group in dataclasses.fields(BattleCoefficients):
        kind: Any = type(group.default)
        positions = {}
        for field in dataclasses.fields(kind):
            mean, sd = published(f"{group.name}.{field.name}")
            prior = Prior("normal", mean, sd, one) if sd else Prior("constant", mean, 0.0, one)
            if sd and field.metadata["law"] == "positive":
                variance = math.log1p((sd / mean) ** 2)
                prior = Prior(
                    "lognormal", math.log(mean) - variance / 2.0, math.sqrt(variance), one
                )
            positions[field.name] = np.array(
                table.add(f"battle.{group.name}.{field.name}", prior, "1"), np.int32
            )
        groups[group.name] = _laid_out(kind, **positions)
    return _laid_out(BattleCoefficients, **groups)


def _supply(sets: Sets, table: QuantityTable) -> SupplyParams:
    scenario = sets.scenario
    unit = {a: scenario.resources[e.resource].unit for a, e in scenario.accounts.items()}

    def each(field: str, per: str = "/month") -> np.ndarray:
        return _positions([table.at(f"accounts.{a}.{field}", unit[a] + per) for a in sets.accounts])

    steps = [list(r.steps) for r in scenario.restrictions.values()]
    n_steps = max((len(s) for s in steps), default=0)
    step_cut = [
        [table.at(f"restrictions.{r}.steps.{s}", "share") for s in names]
        + [ZERO] * (n_steps - len(names))
        for r, names in zip(scenario.restrictions, steps, strict=True)
    ]
    weights = "weights.supply"
    return _laid_out(
        SupplyParams,
        stock=each("stock", ""),
        output=each("output"),
        civil=each("civil_demand"),
        force_use=_positions(
            [
                [
                    table.at(
                        f"accounts.{a}.force_demand.{b}", f"{unit[a]}/({u}*month)", absent=ZERO
                    )
                    for b, u in zip(BRANCHES, BRANCH_UNITS, strict=True)
                ]
                for a in sets.accounts
            ],
            (len(sets.accounts), 4),
        ),
        war_use=_positions(
            [
                [
                    table.at(f"accounts.{a}.war_demand.{f}", f"{unit[a]}/month", absent=ZERO)
                    for f in sets.fronts
                ]
                for a in sets.accounts
            ],
            (len(sets.accounts), len(sets.fronts)),
        ),
        need=_column(table, "accounts", sets.accounts, "need", "1"),
        imports=_positions(
            [
                table.at(f"accounts.{a}.imports.{s}.rate", f"{unit[a]}/month")
                for a, s in sets.imports
            ]
        ),
        step_cut=_positions(step_cut, (len(steps), n_steps)),
        lag=_positions(
            [table.at(f"restrictions.{r}.lag", "month", absent=ONE) for r in scenario.restrictions]
        ),
        horizon=_scalar(table, f"{weights}.horizon", "month"),
        cut_belief=_scalar(table, f"{weights}.cut_belief", "probability"),
        cut_belief_gain=_scalar(table, f"{weights}.cut_belief_gain", "1"),
        region_yield=_positions(
            [
                [
                    table.at(f"regions.{r}.yields.{k}", f"{e.unit}/month", absent=ZERO)
                    for k, e in scenario.resources.items()
                ]
                for r in sets.regions
            ],
            (len(sets.regions), len(scenario.resources)),
        ),
        recovery=_positions(
            [table.at(f"regions.{r}.recovery", "month", absent=ONE) for r in sets.regions]
        ),
    )


def _forces(sets: Sets, table: QuantityTable) -> ForceParams:
    scenario = sets.scenario
    routes = scenario.routes

    def by_power(field: str, suffix: str, absent: int) -> np.ndarray:
        return _positions(
            [
                [
                    table.at(
                        f"industry.{p}.{field}.{b}",
                        u + suffix if suffix != "share" else "share",
                        absent=absent,
                    )
                    for b, u in zip(BRANCHES, BRANCH_UNITS, strict=True)
                ]
                for p in sets.powers
            ],
            (len(sets.powers), 4),
        )

    budget = by_power("budget", "share", ONE)
    return _laid_out(
        ForceParams,
        start=_positions(
            [
                [
                    table.at(f"pools.{n}.forces.{b}", u, absent=ZERO)
                    for b, u in zip(BRANCHES, BRANCH_UNITS, strict=True)
                ]
                for n in sets.pools
            ],
            (len(sets.pools), 4),
        ),
        share=_column(table, "pools", sets.pools, "share", "1"),
        men=_positions(
            [
                table.at(f"pools.{n}.men_per_division", "kilomen/division", absent=ONE)
                for n in sets.pools
            ]
        ),
        capacity=_column(table, "routes", routes, "capacity", "train/day"),
        per_division=_column(table, "routes", routes, "per_division", "train/division"),
        usable=_column(table, "routes", routes, "usable", "share"),
        output=by_power("output", "/month", ZERO),
        war_factor=_positions(
            [table.at(f"industry.{p}.war_factor", "1", absent=ONE) for p in sets.powers]
        ),
        ceiling=by_power("ceiling", "", MANY),
        budget=budget,
        budget_reference=budget,
    )


def _fronts(sets: Sets, table: QuantityTable) -> FrontParams:
    scenario = sets.scenario

    def by_side(field: str, unit: str, absent: int | None = None) -> np.ndarray:
        return _positions(
            [
                [table.at(f"fronts.{f}.{s}.{field}", unit, absent) for s in SIDES]
                for f in sets.fronts
            ],
            (len(sets.fronts), 2),
        )

    def each(field: str, unit: str, absent: int | None = None) -> np.ndarray:
        return _positions([table.at(f"fronts.{f}.{field}", unit, absent) for f in sets.fronts])

    return _laid_out(
        FrontParams,
        supply=by_side("supply", "division"),
        demand_at=by_side("demand_at", "division", ZERO),
        fortified=by_side("fortified", "share"),
        goal=by_side("goal", "km"),
        rugged=each("rugged", "share"),
        wooded=each("wooded", "share"),
        contact=each("contact", "share"),
        campaign=each("campaign", "month"),
        season_floor=each("season_floor", "index"),
        effectiveness=each("effectiveness", "1"),
        exchange=each("exchange", "1"),
        stake=each("stake", "1"),
        peace=each("peace", "1"),
        driven_speed=each("driven.speed", "km/month", ZERO),
        driven_spread=each("driven.spread", "1", ZERO),
        incidents=each("incidents", "1/month", ZERO),
        halt=_positions(
            [table.at(f"fronts.{f}.driven.halts.{h}.factor", "1") for f, h in sets.halts]
        ),
        gain_at=_positions([table.at(f"fronts.{f}.gains.{i}.at", "km") for f, i in sets.gains]),
        climate=_positions(
            [
                [table.at(f"climate.{s}.{m}.index", "index") for m in range(1, 13)]
                for s in sets.sites
            ],
            (len(sets.sites), 12),
        ),
        exposure_worth=_column(table, "exposures", scenario.exposures, "worth", "share"),
        exposure_reach=_column(table, "exposures", scenario.exposures, "reach", "share"),
        observe_bias=_column(table, "observations", scenario.observations, "bias", "1"),
        observe_spread=_column(table, "observations", scenario.observations, "spread", "1"),
    )


def _minds(sets: Sets, table: QuantityTable) -> MindParams:
    engagements, learning = sets.scenario.engagements, "weights.learning"

    def battle(field: str, unit: str) -> np.ndarray:
        return _column(table, "engagements", engagements, field, unit)

    return _laid_out(
        MindParams,
        skill_prior_sd=_scalar(table, f"{learning}.skill_prior_sd", "1"),
        skill_half_life=_scalar(table, f"{learning}.skill_half_life", "year"),
        loss_asymmetry=_scalar(table, f"{learning}.loss_asymmetry", "1"),
        other_service=_scalar(table, f"{learning}.other_service", "share"),
        material_gain=_scalar(table, f"{learning}.material_gain", "share"),
        material_half_life=_scalar(table, f"{learning}.material_half_life", "year"),
        dread_half_life=_scalar(table, f"{learning}.dread_half_life", "year"),
        cold_half_life=_scalar(table, f"{learning}.cold_half_life", "year"),
        intent_half_life=_scalar(table, f"{learning}.intent_half_life", "year"),
        intent_start=_scalar(table, f"{learning}.intent_start", "1"),
        intent_clash=_scalar(table, f"{learning}.intent_clash", "1"),
        trust_half_life=_scalar(table, f"{learning}.trust_half_life", "year"),
        breach=_scalar(table, f"{learning}.breach", "share"),
        breach_watched=_scalar(table, f"{learning}.breach_watched", "share"),
        trust_level=_column(table, "trust", sets.trusts, "level", "1"),
        trust_prejudice=_column(table, "trust", sets.trusts, "prejudice", "1"),
        force_ratio=battle("force_ratio", "1"),
        armour_ratio=battle("armour_ratio", "1"),
        surprise=battle("surprise", "1"),
        outcome=battle("outcome", "1"),
        loss_share=battle("loss_share", "share"),
        cold_share=battle("cold_share", "share"),
        met_over_expected=battle("met_over_expected", "1"),
    )


def _choice(sets: Sets, table: QuantityTable) -> ChoiceParams:
    choice, perception = "weights.choice", "weights.perception"

    def common(name: str, unit: str = "1") -> np.ndarray:
        return _scalar(table, f"{choice}.{name}", unit)

    return _laid_out(
        ChoiceParams,
        weight=_positions(
            [
                ONE
                if k == "doctrine"
                else table.at(f"weights.considerations.{k}", "1", absent=ZERO)
                for k in CONSIDERATIONS
            ]
        ),
        factor=_positions(
            [
                [table.at(f"factions.{f}.weights.{k}", "1", absent=ONE) for k in CONSIDERATIONS]
                for f in sets.factions
            ],
            (len(sets.factions), len(CONSIDERATIONS)),
        ),
        influence=_column(table, "factions", sets.factions, "influence", "1"),
        doctrine=_positions([table.at(path, "1") for _, _, path, _, _ in sets.doctrines]),
        rate=_column(table, "matters", sets.matters, "rate", "1/month"),
        route_share=_positions(
            [table.at(f"matters.{m}.route.share", "share", absent=ZERO) for m in sets.matters]
        ),
        intensity=_positions(
            [
                [table.at(f"matters.{m}.options.{o}.intensity", "share", absent=ONE) for o in names]
                + [ONE] * (sets.n_options - len(names))
                for m, names in zip(sets.matters, sets.options, strict=True)
            ],
            (len(sets.matters), sets.n_options),
        ),
        sharpness=common("sharpness"),
        deference=common("deference"),
        right=common("right", "probability"),
        right_of_power=_positions([table.at(f"powers.{p}.right", "1", ONE) for p in sets.powers]),
        inertia_act=common("inertia_act"),
        inertia_war=common("inertia_war"),
        disposition_sd=common("disposition_sd"),
        disposition_half_life=common("disposition_half_life", "month"),
        disposition_persistent=common("disposition_persistent", "share"),
        news_gain=common("news_gain"),
        news_half_life=common("news_half_life", "month"),
        budget_influence=common("budget_influence"),
        ripeness_scale=_scalar(table, f"{perception}.ripeness_scale", "1"),
        ripeness_horizon=_scalar(table, f"{perception}.ripeness_horizon", "month"),
        threat_scale=_scalar(table, f"{perception}.threat_scale", "1"),
        clause_threshold=_positions([_clause(sets, table, c, "threshold") for c in sets.clauses]),
        clause_scale=_positions([_clause(sets, table, c, "scale") for c in sets.clauses]),
        conditional_strength=_column(table, "conditionals", sets.conditionals, "strength", "1"),
        spoils=_positions([table.at(f"regions.{r}.spoils.{p}", "1") for r, p in sets.spoils]),
    )


def _clause(sets: Sets, table: QuantityTable, clause: tuple[str, int], field: str) -> int:
    """Position of a clause's number, in the unit that its variable is computed in."""
    name, i = clause
    variable = sets.scenario.conditionals[name].clauses[i].variable
    return table.at(f"conditionals.{name}.clauses.{i}.{field}", variable_unit(variable))


def variable_unit(variable: str) -> str:
    """Unit of what a stated condition is about."""
    parts = variable.split(".")
    if parts[0] == "believed":
        return BRANCH_UNITS[BRANCHES.index(parts[-1])] if parts[-1] in BRANCHES else "1"
    units = {
        "runway": "month",
        "season": "month",
        "fortune": "probability",
        "intent": "probability",
    }
    return units.get(parts[0], "year" if parts[0] == "year" else "1")


def _scalar(table: QuantityTable, path: str, unit: str) -> np.ndarray:
    return np.array(table.at(path, unit), np.int32)


def _column(table: QuantityTable, section: str, keys, field: str, unit: str) -> np.ndarray:
    return _positions([table.at(f"{section}.{key}.{field}", unit) for key in keys])


def _laid_out(group: type[Group], **positions: Any) -> Group:
    """A group of parameters with positions where it will have numbers.

    Made without its constructor, since positions have neither the type nor the axis of numbers.
    """
    names = [field.name for field in dataclasses.fields(group)]
    if names != list(positions):
        raise ValueError(f"{group.__name__} has the fields {names}, not {list(positions)}")
    made = object.__new__(group)
    for name, value in positions.items():
        object.__setattr__(made, name, value)
    return made


def _positions(positions: list, shape: tuple[int, ...] | None = None) -> np.ndarray:
    array = np.array(positions, np.int32)
    return array.reshape(shape) if shape is not None else array.reshape(array.shape or (0,))
