"""Index sets: who is who along each axis, read off the scenario in file order."""

from __future__ import annotations

from dataclasses import dataclass

from hokushin.scenario.dates import Calendar, parse_date
from hokushin.scenario.schema import Effect, Option, Scenario


@dataclass(frozen=True)
class Sets:
    """Names along each axis, and look-ups that several builders share."""

    scenario: Scenario
    powers: tuple[str, ...]
    factions: tuple[str, ...]
    accounts: tuple[str, ...]
    imports: tuple[tuple[str, str], ...]
    regions: tuple[str, ...]
    sites: tuple[str, ...]
    fronts: tuple[str, ...]
    halts: tuple[tuple[str, str], ...]
    gains: tuple[tuple[str, int], ...]
    pools: tuple[str, ...]
    deals: tuple[str, ...]
    consents: tuple[tuple[str, str], ...]
    trusts: tuple[str, ...]
    matters: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    n_options: int
    pairs: tuple[tuple[str, str], ...]  # (faction, matter)
    memories: tuple[tuple[str, str], ...]  # (faction, enemy)
    doctrines: tuple[tuple[str, str, str, str | None, str | None], ...]
    """(faction, option path, quantity path, since, until)"""
    conditionals: tuple[str, ...]
    clauses: tuple[tuple[str, int], ...]
    spoils: tuple[tuple[str, str], ...]  # (region, power)
    dates: tuple[str, ...]
    rewrites: tuple[tuple[str, str, int], ...]  # (cause, "rewrites" | "alternative_rewrites", i)
    calendar: Calendar

    def power_of(self, key: str) -> str:
        """Power that a key 'power.name' belongs to."""
        return key.split(".", 1)[0]

    def act(self, path: str) -> int:
        """Flat position matter * n_options + option of 'power.matter.option'."""
        matter, option = path.rsplit(".", 1)
        m = self.matters.index(matter)
        return m * self.n_options + self.options[m].index(option)

    def option(self, matter: str, name: str) -> Option:
        """The option's entry."""
        return self.scenario.matters[matter].options[name]

    def side(self, front: str, power: str) -> int:
        """0 if the power is side a of the front, 1 if b; ValueError if neither."""
        entry = self.scenario.fronts[front]
        if entry.a.power == power:
            return 0
        if entry.b.power == power:
            return 1
        raise ValueError(f"{power} has no side on the front {front}")

    def enemy(self, front: str, power: str) -> str:
        """The other side's power."""
        entry = self.scenario.fronts[front]
        return entry.b.power if self.side(front, power) == 0 else entry.a.power

    def memory(self, faction: str, enemy: str) -> int:
        """Position of a faction's memory of an enemy."""
        return self.memories.index((faction, enemy))


def sets_of(scenario: Scenario) -> Sets:
    """Read every index set off the scenario."""
    head = scenario.scenario
    calendar = Calendar(parse_date(head.start).first, parse_date(head.end).last, head.step)
    matters = tuple(scenario.matters)
    options = tuple(tuple(scenario.matters[m].options) for m in matters)
    factions = _by_power(scenario)
    pairs = tuple((f, m) for m in matters for f in factions if f.split(".")[0] == m.split(".")[0])
    fronts = tuple(scenario.fronts)
    return Sets(
        scenario=scenario,
        powers=tuple(scenario.powers),
        factions=factions,
        accounts=tuple(scenario.accounts),
        imports=tuple((a, s) for a, e in scenario.accounts.items() for s in e.imports),
        regions=tuple(scenario.regions),
        sites=tuple(dict.fromkeys(row.site for row in scenario.climate.values())),
        fronts=fronts,
        halts=tuple((f, h) for f in fronts if (d := scenario.fronts[f].driven) for h in d.halts),
        gains=tuple((f, i) for f in fronts for i in range(len(scenario.fronts[f].gains))),
        pools=tuple(scenario.pools),
        deals=tuple(scenario.deals),
        consents=tuple((d, p) for d, e in scenario.deals.items() for p in e.parties),
        trusts=tuple(scenario.trust),
        matters=matters,
        options=options,
        n_options=max((len(o) for o in options), default=1),
        pairs=pairs,
        memories=_memories(scenario),
        doctrines=_doctrines(scenario),
        conditionals=tuple(k for k, c in scenario.conditionals.items() if c.clauses),
        clauses=tuple(
            (k, i) for k, c in scenario.conditionals.items() for i in range(len(c.clauses))
        ),
        spoils=tuple((r, p) for r, e in scenario.regions.items() for p in e.spoils),
        dates=tuple(sorted(_dates(scenario))),
        rewrites=tuple(
            (name, which, i)
            for name, cause in scenario.causes.items()
            for which in ("rewrites", "alternative_rewrites")
            for i in range(len(getattr(cause, which)))
        ),
        calendar=calendar,
    )


def _by_power(scenario: Scenario) -> tuple[str, ...]:
    """Factions, those of one power side by side whatever their order in the files."""
    return tuple(f for p in scenario.powers for f in scenario.factions if f.split(".")[0] == p)


def effects_of(option: Option, verb: str) -> list[Effect]:
    """Effects of an option that use one verb."""
    return [e for e in option.effects if getattr(e, verb) is not None]


def _memories(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """(faction, enemy) for every enemy that the power can meet, dread or be deterred by."""
    enemies: dict[str, dict[str, None]] = {p: {} for p in scenario.powers}
    for front in scenario.fronts.values():
        enemies[front.a.power][front.b.power] = None
        enemies[front.b.power][front.a.power] = None
    for key, matter in scenario.matters.items():
        power = key.split(".")[0]
        for option in matter.options.values():
            for consider in option.considers:
                if consider.what in ("dread", "deterrence") and consider.of in enemies:
                    enemies[power][consider.of] = None
            for effect in effects_of(option, "intent"):
                if effect.intent and effect.intent.towards in enemies:
                    enemies[effect.intent.towards][effect.intent.of] = None
    for response in scenario.responses.values():
        for effect in response.effects:
            if effect.intent and effect.intent.towards in enemies:
                enemies[effect.intent.towards][effect.intent.of] = None
    return tuple((f, enemy) for f in _by_power(scenario) for enemy in enemies[f.split(".")[0]])


def _doctrines(scenario: Scenario) -> tuple[tuple[str, str, str, str | None, str | None], ...]:
    found = []
    for key, faction in scenario.factions.items():
        power = key.split(".")[0]
        for option in faction.doctrine:
            path = f"factions.{key}.doctrine.{option}"
            found.append((key, f"{power}.{option}", path, None, None))
        for i, holder in enumerate(faction.holders):
            for option in holder.doctrine:
                path = f"factions.{key}.holders.{i}.doctrine.{option}"
                found.append((key, f"{power}.{option}", path, holder.since, holder.until))
    return tuple(found)


def _dates(scenario: Scenario) -> set[str]:
    needs = [n for m in scenario.matters.values() for o in m.options.values() for n in o.needs]
    needs += [n for r in scenario.responses.values() for n in r.needs]
    bare = [n.removeprefix("not ") for n in needs]
    return {n.split(".", 1)[1] for n in bare if n.startswith("after.")}
