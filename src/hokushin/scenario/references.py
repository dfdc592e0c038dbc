"""References: everything that one entry says of another is there to be said of.

Each check is about one section and notes every problem on its own line. None of them raises, and
none relies on an entry that was left out because of a mistake of its own (see `Lookup`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from hokushin.scenario.acts import check_effects, check_option
from hokushin.scenario.conditions import check_condition, check_variable
from hokushin.scenario.lookup import Lookup
from hokushin.scenario.paths import suggestion
from hokushin.scenario.schema import Claim, Side
from hokushin.scenario.theory_checks import check_theories


def check_references(lookup: Lookup, claims: Iterable[Claim], works: Collection[str]) -> None:
    """Note every reference of a scenario to something that does not exist."""
    _powers_and_factions(lookup)
    _resources(lookup)
    _geography(lookup)
    _forces(lookup)
    _dealings(lookup)
    _matters(lookup)
    _memories(lookup)
    _questions(lookup)
    _causes(lookup, works)
    _claims(lookup, claims, works)
    _sources(lookup, works)
    check_theories(lookup, claims, works)


def _powers_and_factions(lookup: Lookup) -> None:
    scenario = lookup.scenario
    deciding = {key for key, power in scenario.powers.items() if power.kind == "deciding"}
    for key, faction in scenario.factions.items():
        path, power = f"factions.{key}", key.split(".")[0]
        if lookup.has(path, "power", power) and power in set(scenario.powers) - deciding:
            lookup.note(path, f"{power} responds by rules and has no factions.", _DECIDING)
        for option in faction.doctrine:
            lookup.has_option(f"{path}.doctrine.{option}", option, power)
        for i, holder in enumerate(faction.holders):
            for option in holder.doctrine:
                lookup.has_option(f"{path}.holders.{i}.doctrine.{option}", option, power)
    for key, response in scenario.responses.items():
        path, power = f"responses.{key}", key.split(".")[0]
        lookup.has(path, "power", power)
        for i, condition in enumerate(response.needs):
            check_condition(lookup, f"{path}.needs.{i}", condition)
        check_effects(lookup, path, power, response.effects)
    for power in deciding:
        if not lookup.factions_of[power]:
            lookup.note(
                f"powers.{power}.kind",
                f"{power} decides, but nobody in it does: it has no factions.",
                "Give it one, or make it responding.",
            )


def _resources(lookup: Lookup) -> None:
    scenario = lookup.scenario
    for key, account in scenario.accounts.items():
        path = f"accounts.{key}"
        lookup.has(f"{path}.power", "power", account.power)
        lookup.has(f"{path}.resource", "resource", account.resource)
        for front in account.war_demand:
            if lookup.has(f"{path}.war_demand.{front}", "front", front):
                lookup.has_side(f"{path}.war_demand.{front}", account.power, front)
        for supplier, trade in account.imports.items():
            at = f"{path}.imports.{supplier}"
            lookup.has(f"{at}.restriction", "restriction", trade.restriction)
            for i, front in enumerate(trade.stops_with):
                lookup.has(f"{at}.stops_with.{i}", "front", front)
    for power in scenario.industry:
        lookup.has(f"industry.{power}", "power", power)


def _geography(lookup: Lookup) -> None:
    scenario = lookup.scenario
    for key, region in scenario.regions.items():
        path = f"regions.{key}"
        lookup.has(f"{path}.owner", "power", region.owner)
        _site(lookup, f"{path}.climate", region.climate)
        for resource in region.yields:
            lookup.has(f"{path}.yields.{resource}", "resource", resource)
        for power in region.spoils:
            lookup.has(f"{path}.spoils.{power}", "power", power)
    for key, front in scenario.fronts.items():
        path = f"fronts.{key}"
        _side(lookup, f"{path}.a", front.a)
        _side(lookup, f"{path}.b", front.b)
        if front.a.power == front.b.power:
            lookup.note(f"{path}.b.power", f"{front.b.power} faces itself.", "Name the enemy.")
        _site(lookup, f"{path}.climate", front.climate)
        for i, gain in enumerate(front.gains):
            lookup.has(f"{path}.gains.{i}.region", "region", gain.region)
    for key, exposure in scenario.exposures.items():
        path = f"exposures.{key}"
        lookup.has(f"{path}.power", "power", exposure.power)
        lookup.has(f"{path}.enemy", "power", exposure.enemy)
        if lookup.has(f"{path}.struck_by", "pool", exposure.struck_by):
            _owned(lookup, f"{path}.struck_by", exposure.struck_by, exposure.enemy)


def _forces(lookup: Lookup) -> None:
    scenario = lookup.scenario
    for key, pool in scenario.pools.items():
        lookup.has(f"pools.{key}.power", "power", pool.power)
        lookup.has(f"pools.{key}.route", "route", pool.route)
    for key, seen in scenario.observations.items():
        path = f"observations.{key}"
        lookup.has(f"{path}.observer", "power", seen.observer)
        if lookup.has(f"{path}.pool", "pool", seen.pool):
            pool = scenario.pools.get(seen.pool)
            if pool is not None and pool.power == seen.observer:
                lookup.note(
                    f"{path}.pool",
                    f"{seen.pool} is a pool of {seen.observer} itself, which need not guess it.",
                )


def _dealings(lookup: Lookup) -> None:
    scenario = lookup.scenario
    for key, deal in scenario.deals.items():
        for i, party in enumerate(deal.parties):
            lookup.has(f"deals.{key}.parties.{i}", "power", party)
        if len(set(deal.parties)) < max(2, len(deal.parties)):
            lookup.note(f"deals.{key}.parties", "a deal has two different parties or more.")
    for key, ask in scenario.asks.items():
        path = f"asks.{key}"
        lookup.has(f"{path}.by", "power", ask.by)
        lookup.has(f"{path}.to", "power", ask.to)
        if lookup.has_option(f"{path}.option", ask.option) and not _is_of(ask.option, ask.to):
            lookup.note(f"{path}.option", f"{ask.option} is no option of {ask.to}, which is asked.")
        _trust_pair(lookup, f"{path}.to", ask.to, ask.by)
    for key, restriction in scenario.restrictions.items():
        path = f"restrictions.{key}"
        lookup.has(f"{path}.by", "power", restriction.by)
        lookup.has(f"{path}.on", "account", restriction.on)
        lookup.has(f"{path}.follows", "restriction", restriction.follows)
    for key, trust in scenario.trust.items():
        path = f"trust.{key}"
        lookup.has(f"{path}.of", "power", trust.of)
        lookup.has(f"{path}.towards", "power", trust.towards)
        if key != f"{trust.of}.{trust.towards}":
            lookup.note(
                path,
                f"the entry is about {trust.of} and {trust.towards}, and its key says otherwise.",
                f"Call it {trust.of}.{trust.towards}.",
            )


def _matters(lookup: Lookup) -> None:
    for key, matter in lookup.scenario.matters.items():
        path, power = f"matters.{key}", key.split(".")[0]
        if lookup.has(path, "power", power):
            entry = lookup.scenario.powers.get(power)
            if entry is not None and entry.kind == "responding":
                lookup.note(path, f"{power} responds by rules and has no matters.", _DECIDING)
        factions = lookup.factions_of.get(power, ())
        for i, faction in enumerate(matter.block):
            lookup.one_of(f"{path}.block.{i}", f"faction of {power}", faction, factions)
        if matter.route is not None:
            at = f"{path}.route"
            lookup.one_of(f"{at}.faction", f"faction of {power}", matter.route.faction, factions)
            for i, name in enumerate(matter.route.options):
                lookup.one_of(f"{at}.options.{i}", f"option of {key}", name, matter.options)
        for name, option in matter.options.items():
            check_option(lookup, key, name, option)


def _memories(lookup: Lookup) -> None:
    scenario = lookup.scenario
    for key, battle in scenario.engagements.items():
        path = f"engagements.{key}"
        lookup.has(f"{path}.holder", "power", battle.holder)
        lookup.has(f"{path}.enemy", "power", battle.enemy)
        if battle.front is not None and lookup.has(f"{path}.front", "front", battle.front):
            lookup.has_side(f"{path}.holder", battle.holder, battle.front)
            lookup.has_side(f"{path}.enemy", battle.enemy, battle.front)
        elif battle.enemy not in lookup.enemies_of.get(battle.holder, (battle.enemy,)):
            lookup.note(
                f"{path}.enemy",
                f"{battle.holder} has no occasion to remember {battle.enemy}.",
                "It remembers powers that it meets on a front, dreads or is deterred by.",
            )
        if battle.climate is not None:
            _site(lookup, f"{path}.climate", battle.climate)
        services = [
            faction.service
            for name, faction in scenario.factions.items()
            if _is_of(name, battle.holder) and faction.service
        ]
        if services:
            lookup.one_of(f"{path}.service", "service", battle.service, services)
    for key, stated in scenario.conditionals.items():
        path = f"conditionals.{key}"
        powers = {faction.split(".")[0] for faction in stated.factions}
        for i, faction in enumerate(stated.factions):
            lookup.has(f"{path}.factions.{i}", "faction", faction)
        if lookup.has_option(f"{path}.option", stated.option):
            for power in sorted(powers - {stated.option.split(".")[0]}):
                lookup.note(f"{path}.option", f"{stated.option} is no option of {power}.")
        for i, clause in enumerate(stated.clauses):
            at = f"{path}.clauses.{i}.variable"
            check_variable(lookup, at, clause.variable, powers)


def _questions(lookup: Lookup) -> None:
    scenario = lookup.scenario
    lookup.has("scenario.default_question", "question", scenario.scenario.default_question)
    for key, event in scenario.events.items():
        path = f"events.{key}"
        said = event.model_dump(exclude_none=True, exclude={"title"})
        if len(said) != 1:
            verbs = ", ".join(said) or "nothing"
            lookup.note(path, f"an event says exactly one thing; this one says {verbs}.")
        if event.invasion is not None:
            lookup.has(f"{path}.invasion.front", "front", event.invasion.front)
        lookup.has(f"{path}.war", "front", event.war)
        lookup.has(f"{path}.signed", "deal", event.signed)
        if event.chosen is not None:
            lookup.has_option(f"{path}.chosen", event.chosen)
        for i, other in enumerate(event.all_of or []):
            lookup.has(f"{path}.all_of.{i}", "event", other)
    for key, question in scenario.questions.items():
        lookup.has(f"questions.{key}.event", "event", question.event)


def _causes(lookup: Lookup, works: Collection[str]) -> None:
    for key, cause in lookup.scenario.causes.items():
        path = f"causes.{key}"
        lookup.has(f"{path}.group", "group", cause.group)
        for i, weight in enumerate(cause.silent):
            if weight not in lookup.quantities:
                lookup.one_of(f"{path}.silent.{i}", "number", weight, lookup.quantities)
        for i, work in enumerate(cause.asserted_by):
            lookup.has_work(f"{path}.asserted_by.{i}", work, works)


def _claims(lookup: Lookup, claims: Iterable[Claim], works: Collection[str]) -> None:
    known = {claim.id: claim for claim in claims}
    for claim in known.values():
        path = f"claims.{claim.id}"
        lookup.has_work(f"{path}.source", claim.source, works)
        for work in claim.works.split(";"):
            lookup.has_work(f"{path}.works", work.strip(), works)
        lookup.has(f"{path}.target", "event", claim.target)
        lookup.has(f"{path}.cause", "cause", claim.cause)
        _carrier(lookup, f"{path}.carrier", claim.carrier)
    for key, cause in lookup.scenario.causes.items():
        for i, name in enumerate(cause.claims):
            lookup.one_of(f"causes.{key}.claims.{i}", "claim", name, known)
    for key, contradiction in lookup.scenario.contradictions.items():
        for i, name in enumerate(contradiction.claims):
            lookup.one_of(f"contradictions.{key}.claims.{i}", "claim", name, known)


def _carrier(lookup: Lookup, path: str, carrier: str) -> None:
    """A carrier is a path of the scenario or an option; other words say why there is none."""
    if " " in carrier or lookup.is_path(carrier) or carrier in lookup.options:
        return
    lookup.note(
        path,
        f"{carrier} is neither a path of the scenario nor an option.",
        suggestion(carrier, lookup.quantities) or "If nothing carries it, write none: and why.",
    )


def _sources(lookup: Lookup, works: Collection[str]) -> None:
    """Check the works that numbers, stated conditions and causes name."""
    for path, quantity in lookup.quantities.items():
        for i, work in enumerate(quantity.source):
            if work not in works:
                at = f"{path}.source" if len(quantity.source) == 1 else f"{path}.source.{i}"
                lookup.has_work(at, work, works)
    for key, stated in lookup.scenario.conditionals.items():
        lookup.has_work(f"conditionals.{key}.source", stated.source, works)


def _side(lookup: Lookup, path: str, side: Side) -> None:
    lookup.has(f"{path}.power", "power", side.power)
    if lookup.has(f"{path}.pool", "pool", side.pool):
        _owned(lookup, f"{path}.pool", side.pool, side.power)


def _owned(lookup: Lookup, path: str, pool: str, power: str) -> None:
    entry = lookup.scenario.pools.get(pool)
    if entry is not None and entry.power != power:
        lookup.note(path, f"{pool} is a pool of {entry.power}, not of {power}.")


def _site(lookup: Lookup, path: str, site: str) -> None:
    lookup.one_of(path, "site of climate.csv", site, lookup.sites)


def _trust_pair(lookup: Lookup, path: str, of: str, towards: str) -> None:
    if f"{of}.{towards}" not in lookup.names("trust"):
        lookup.note(
            path,
            f"nothing says how far {of} trusts {towards}, and an ask is weighed by it.",
            f"Add trust.{of}.{towards}.",
        )


def _is_of(name: str, power: str) -> bool:
    return name.startswith(f"{power}.")


_DECIDING = "Make its kind deciding in powers, or delete the entry."
