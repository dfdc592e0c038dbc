"""Axes of a model: constant tables between the index sets."""

from __future__ import annotations

import numpy as np

from hokushin.model.axes import Axes, Effects, EventRule, Variable
from hokushin.model.build import acts, memories
from hokushin.model.build.sets import Sets
from hokushin.scenario.dates import parse_date
from hokushin.scenario.schema import BRANCHES, CONSIDERATIONS, Event
from hokushin.scenario.units import conversion

F32 = np.float32


def axes_of(sets: Sets, effects: dict[str, Effects]) -> Axes:
    """Every table of `Axes` from the index sets."""
    scenario = sets.scenario
    accounts = list(scenario.accounts.values())
    fronts = list(scenario.fronts.values())
    pools = list(scenario.pools.values())
    resources = list(scenario.resources)
    restrictions = list(scenario.restrictions.values())
    exposures = list(scenario.exposures.values())
    observations = list(scenario.observations.values())
    engagements = list(scenario.engagements.values())
    responses = list(scenario.responses.values())
    taker = _takers(sets)
    on, off = acts.needs_table(sets, acts.option_needs(sets))
    response_on, response_off = acts.needs_table(sets, [r.needs for r in responses])
    options = acts.all_options(sets)
    front_of_memory = [memories.front_of(sets, f, e) for f, e in sets.memories]
    start = parse_date(scenario.scenario.start).first
    return Axes(
        powers=sets.powers,
        factions=sets.factions,
        resources=tuple(resources),
        accounts=sets.accounts,
        imports=tuple(f"{a}.{s}" for a, s in sets.imports),
        regions=sets.regions,
        sites=sets.sites,
        fronts=sets.fronts,
        pools=sets.pools,
        routes=tuple(scenario.routes),
        deals=sets.deals,
        consents=tuple(f"{d}.{p}" for d, p in sets.consents),
        asks=tuple(scenario.asks),
        restrictions=tuple(scenario.restrictions),
        trusts=sets.trusts,
        exposures=tuple(scenario.exposures),
        observations=tuple(scenario.observations),
        memories=tuple(f"{f}.{e}" for f, e in sets.memories),
        engagements=tuple(scenario.engagements),
        matters=sets.matters,
        options=tuple((*n, *("",) * (sets.n_options - len(n))) for n in sets.options),
        pairs=tuple(f"{f}:{m}" for f, m in sets.pairs),
        conditionals=sets.conditionals,
        responses=tuple(scenario.responses),
        events=tuple(scenario.events),
        conditions=acts.condition_names(sets),
        causes=tuple(scenario.causes),
        rewrites=tuple(f"{c}.{w}.{i}" for c, w, i in sets.rewrites),
        n_steps=sets.calendar.n_steps,
        months_per_step=sets.calendar.months_per_step,
        account_power=_index(sets.powers, [a.power for a in accounts]),
        account_branch=np.array(
            [[1.0 if b in a.force_demand else 0.0 for b in BRANCHES] for a in accounts], F32
        ).reshape(len(accounts), 4),
        import_account=_index(sets.accounts, [a for a, _ in sets.imports]),
        import_restriction=_index(
            list(scenario.restrictions),
            [scenario.accounts[a].imports[s].restriction for a, s in sets.imports],
        ),
        import_stopped_by=np.array(
            [
                [
                    1.0 if f in scenario.accounts[a].imports[s].stops_with else 0.0
                    for f in sets.fronts
                ]
                for a, s in sets.imports
            ],
            F32,
        ).reshape(len(sets.imports), len(sets.fronts)),
        restriction_follows=_index(list(scenario.restrictions), [r.follows for r in restrictions]),
        yield_account=_yield_accounts(sets, taker),
        front_power=_index(
            sets.powers, [p for f in fronts for p in (f.a.power, f.b.power)]
        ).reshape(-1, 2),
        front_pool=_index(sets.pools, [p for f in fronts for p in (f.a.pool, f.b.pool)]).reshape(
            -1, 2
        ),
        front_site=_index(sets.sites, [f.climate for f in fronts]),
        front_afloat=np.array(
            [memories.afloat(sets, f.a.pool) or memories.afloat(sets, f.b.pool) for f in fronts],
            F32,
        ),
        front_driven=np.array([f.driven is not None for f in fronts], F32),
        front_border=np.array([f.incidents is not None for f in fronts], F32),
        front_gain=_index(sets.fronts, [f for f, _ in sets.gains]),
        gain_region=_index(
            sets.regions, [scenario.fronts[f].gains[i].region for f, i in sets.gains]
        ),
        gain_side=np.array(
            [0 if scenario.fronts[f].gains[i].by == "a" else 1 for f, i in sets.gains], np.int64
        ),
        halt_front=_index(sets.fronts, [f for f, _ in sets.halts]),
        pool_power=_index(sets.powers, [p.power for p in pools]),
        pool_hub=_index(sets.pools, [_hub(sets, p.power) for p in pools]),
        pool_route=_index(list(scenario.routes), [p.route for p in pools]),
        exposure_pool=_index(sets.pools, [x.struck_by for x in exposures]),
        observation_pool=_index(sets.pools, [o.pool for o in observations]),
        faction_power=_index(sets.powers, [f.split(".")[0] for f in sets.factions]),
        faction_budget=np.array(
            [
                [1.0 if scenario.factions[f].budget_branch == b else 0.0 for b in BRANCHES]
                for f in sets.factions
            ],
            F32,
        ).reshape(len(sets.factions), 4),
        memory_faction=_index(sets.factions, [f for f, _ in sets.memories]),
        memory_enemy=_index(sets.powers, [e for _, e in sets.memories]),
        memory_front=_index(sets.fronts, front_of_memory),
        memory_side=np.array(
            [
                0 if f is None else sets.side(f, m[0].split(".")[0])
                for f, m in zip(front_of_memory, sets.memories, strict=True)
            ],
            np.int64,
        ),
        memory_service=np.array(
            [
                memories.own_service(sets, f, m[0])
                for f, m in zip(front_of_memory, sets.memories, strict=True)
            ],
            F32,
        ),
        memory_observation=np.array(
            [
                memories.observation(sets, f, m)
                for f, m in zip(front_of_memory, sets.memories, strict=True)
            ],
            np.int64,
        ),
        engagement_own=memories.taught_by(sets, "own"),
        engagement_other=memories.taught_by(sets, "other"),
        engagement_foreign=memories.taught_by(sets, "foreign"),
        watches=memories.watches(sets),
        engagement_attacker=np.array(
            [1.0 if e.attacker == "holder" else -1.0 for e in engagements], F32
        ),
        engagement_before=np.array(
            [
                max(-1.0, (start - parse_date(e.ended).last).days / 365.25)
                if parse_date(e.ended).last < start
                else -1.0
                for e in engagements
            ],
            F32,
        ),
        engagement_scripted=tuple(
            e for e, b in enumerate(engagements) if parse_date(b.ended).last >= start
        ),
        trust_of=_index(sets.powers, [t.of for t in scenario.trust.values()]),
        trust_towards=_index(sets.powers, [t.towards for t in scenario.trust.values()]),
        deal_party=np.array(
            [[p in d.parties for p in sets.powers] for d in scenario.deals.values()], F32
        ).reshape(len(sets.deals), len(sets.powers)),
        consent_deal=_index(sets.deals, [d for d, _ in sets.consents]),
        ask_trust=_index(sets.trusts, [f"{a.to}.{a.by}" for a in scenario.asks.values()]),
        front_open_at_start=np.array(
            [f.open_since is not None and parse_date(f.open_since).first <= start for f in fronts],
            F32,
        ),
        deal_at_start=np.array(
            [
                d.in_force_since is not None and parse_date(d.in_force_since).first <= start
                for d in scenario.deals.values()
            ],
            F32,
        ),
        deal_years_at_start=np.array(
            [
                max(0.0, (start - parse_date(d.in_force_since).first).days / 365.25)
                if d.in_force_since
                else 0.0
                for d in scenario.deals.values()
            ],
            F32,
        ),
        n_options=sets.n_options,
        option_exists=np.array(
            [[1.0 if i < len(n) else 0.0 for i in range(sets.n_options)] for n in sets.options], F32
        ).reshape(len(sets.matters), sets.n_options),
        pair_faction=_index(sets.factions, [f for f, _ in sets.pairs]),
        pair_matter=_index(sets.matters, [m for _, m in sets.pairs]),
        matter_of_pair=np.array(
            [[1.0 if m == p[1] else 0.0 for p in sets.pairs] for m in sets.matters], F32
        ).reshape(len(sets.matters), len(sets.pairs)),
        pair_block=np.array(
            [1.0 if f.split(".")[1] in scenario.matters[m].block else 0.0 for f, m in sets.pairs],
            F32,
        ),
        pair_field=np.array(
            [
                1.0 if (r := scenario.matters[m].route) and r.faction == f.split(".")[1] else 0.0
                for f, m in sets.pairs
            ],
            F32,
        ),
        option_field=np.array(
            [
                [
                    1.0
                    if (r := scenario.matters[m].route) and i < len(n) and n[i] in r.options
                    else 0.0
                    for i in range(sets.n_options)
                ]
                for m, n in zip(sets.matters, sets.options, strict=True)
            ],
            F32,
        ).reshape(len(sets.matters), sets.n_options),
        acts=acts.weighed(sets, effects),
        deviates=np.array(
            [[k in scenario.factions[f].weights for k in CONSIDERATIONS] for f in sets.factions],
            F32,
        ).reshape(len(sets.factions), len(CONSIDERATIONS)),
        need_on=on,
        need_off=off,
        clause_conditional=_index(sets.conditionals, [k for k, _ in sets.clauses]),
        clause_variable=np.arange(len(sets.clauses), dtype=np.int64),
        clause_sign=np.array(
            [
                1.0 if scenario.conditionals[k].clauses[i].direction == "above" else -1.0
                for k, i in sets.clauses
            ],
            F32,
        ),
        variables=tuple(
            _variable(sets, scenario.conditionals[k].clauses[i].variable, scenario.conditionals[k])
            for k, i in sets.clauses
        ),
        effects=effects,
        n_dates=len(sets.dates),
        response_on=response_on,
        response_off=response_off,
        act_power=_index(
            sets.powers,
            [m.split(".")[0] for m, _ in options] + [r.split(".")[0] for r in scenario.responses],
        ),
        field_acts=_field_acts(sets, len(options), len(responses)),
        rewrite_cause=_index(list(scenario.causes), [c for c, _, _ in sets.rewrites]),
        rewrite_alternative=np.array(
            [1.0 if w == "alternative_rewrites" else 0.0 for _, w, _ in sets.rewrites], F32
        ),
        rewrite_forces=_orders(sets, "force"),
        rewrite_forbids=_orders(sets, "forbid"),
        events_of=_event_rules(sets),
    )


def _index(names, wanted) -> np.ndarray:
    """Positions of wanted names; -1 where nothing is wanted. References were checked on loading."""
    places = {name: i for i, name in enumerate(names)}
    return np.array([-1 if w is None else places[w] for w in wanted], np.int64)


def _takers(sets: Sets) -> list[str | None]:
    """The one power that may win each region: by a front's gain, an occupation, or a claim."""
    scenario = sets.scenario
    takers: dict[str, str] = {}

    def claim(region: str, power: str) -> None:
        if takers.setdefault(region, power) != power:
            raise ValueError(
                f"regions.{region} can be won by {takers[region]} and by {power}; "
                "the model keeps one challenger for each region"
            )

    for front, i in sets.gains:
        entry = scenario.fronts[front]
        gain = entry.gains[i]
        claim(gain.region, (entry.a if gain.by == "a" else entry.b).power)
    for matter, option in acts.all_options(sets):
        for effect in acts.effects_of(option, "occupy") if option else []:
            claim(effect.occupy or "", matter.split(".")[0])
    return [takers.get(r) for r in sets.regions]


def _yield_accounts(sets: Sets, taker: list[str | None]) -> np.ndarray:
    """Table (account, region, resource): 1 where the account draws what the challenger has won."""
    resources = list(sets.scenario.resources)
    table = np.zeros((len(sets.accounts), len(sets.regions), len(resources)), F32)
    for a, account in enumerate(sets.scenario.accounts.values()):
        for r, power in enumerate(taker):
            if power == account.power:
                table[a, r, resources.index(account.resource)] = 1.0
    return table


def _hub(sets: Sets, power: str) -> str:
    return next(k for k, p in sets.scenario.pools.items() if p.power == power and p.hub)


def _field_acts(sets: Sets, n_options: int, n_responses: int) -> np.ndarray:
    """1 for options by which a field army opens a front of its own accord."""
    table = np.zeros(n_options + n_responses, F32)
    for act, (matter, option) in enumerate(acts.all_options(sets)):
        route = sets.scenario.matters[matter].route
        names = sets.options[sets.matters.index(matter)]
        name = names[act % sets.n_options] if act % sets.n_options < len(names) else ""
        if route and option and name in route.options and acts.effects_of(option, "open_front"):
            table[act] = 1.0
    return table


def _orders(sets: Sets, verb: str) -> np.ndarray:
    found = []
    for name, which, i in sets.rewrites:
        path = getattr(getattr(sets.scenario.causes[name], which)[i], verb)
        found.append(-1 if path is None else sets.act(path))
    return np.array(found, np.int64)


def _variable(sets: Sets, path: str, conditional) -> Variable:
    """What a clause is about, as a verb and positions."""
    verb, *rest = path.split(".")
    scenario, faction = sets.scenario, conditional.factions[0]
    if verb == "believed":
        return Variable(verb, (list(scenario.observations).index(rest[0]), BRANCHES.index(rest[1])))
    if verb in ("war", "fortune", "progress", "season"):
        return Variable(verb, (sets.fronts.index(rest[0]),))
    if verb == "ratio":
        enemy = sets.enemy(rest[0], faction.split(".")[0])
        return Variable(verb, (sets.memory(faction, enemy),))
    if verb == "intent":
        return Variable(verb, (sets.memory(faction, rest[0]),))
    if verb == "stands":
        return Variable(verb, divmod(sets.act(".".join(rest)), sets.n_options))
    if verb == "year":
        return Variable(verb, ())
    axis = {
        "deal": sets.deals,
        "taken": sets.regions,
        "ask": tuple(scenario.asks),
        "cut": tuple(scenario.restrictions),
        "runway": sets.accounts,
    }
    return Variable(verb, (axis[verb].index(rest[0]),))


def _event_rules(sets: Sets) -> tuple[EventRule, ...]:
    return tuple(_event_rule(sets, e) for e in sets.scenario.events.values())


def _event_rule(sets: Sets, event: Event) -> EventRule:
    if event.invasion is not None:
        rule = event.invasion
        numbers = (
            rule.divisions.value * conversion(rule.divisions.unit, "division"),
            rule.within.value * conversion(rule.within.unit, "month"),
            rule.disowned_within.value * conversion(rule.disowned_within.unit, "month"),
        )
        side = 0 if rule.by == "a" else 1
        return EventRule("invasion", (sets.fronts.index(rule.front), side), numbers)
    if event.war is not None:
        return EventRule("war", (sets.fronts.index(event.war),))
    if event.chosen is not None:
        return EventRule("chosen", divmod(sets.act(event.chosen), sets.n_options))
    if event.signed is not None:
        return EventRule("signed", (sets.deals.index(event.signed),))
    names = list(sets.scenario.events)
    return EventRule("all_of", tuple(names.index(e) for e in event.all_of or []))
