"""Acts: options and responses as tables of needs, effects and considerations."""

from __future__ import annotations

import numpy as np

from hokushin.model.axes import Effects, Entries
from hokushin.model.build.sets import Sets, effects_of
from hokushin.model.considerations import CONSIDERATIONS, SHARED
from hokushin.scenario.schema import Consider, Effect, Option

F32 = np.float32
SIZED = {"deploy", "trust", "intent", "assertive", "review"}


def condition_names(sets: Sets) -> tuple[str, ...]:
    """Names of the 0/1 indicators, in the order in which the step computes them."""
    scenario = sets.scenario
    stands = [
        f"stands.{m}.{name}"
        for m, names in zip(sets.matters, sets.options, strict=True)
        for name in (*names, *("",) * (sets.n_options - len(names)))
    ]
    return (
        *(f"war.{f}" for f in sets.fronts),
        *(f"deal.{d}" for d in sets.deals),
        *(f"consent.{d}.{p}" for d, p in sets.consents),
        *(f"taken.{r}" for r in sets.regions),
        *stands,
        *(f"ask.{a}" for a in scenario.asks),
        *(f"cut.{r}" for r in scenario.restrictions),
        *(f"after.{d}" for d in sets.dates),
    )


def needs_table(sets: Sets, needs: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
    """Tables (row, condition) of what must hold and what must not, for each list of needs."""
    names = {name: i for i, name in enumerate(condition_names(sets))}
    on = np.zeros((len(needs), len(names)), F32)
    off = np.zeros_like(on)
    for row, conditions in enumerate(needs):
        for condition in conditions:
            bare = condition.removeprefix("not ")
            (off if condition.startswith("not ") else on)[row, names[bare]] = 1.0
    return on, off


def option_needs(sets: Sets) -> list[list[str]]:
    """Needs of every option, padded options included (never met because they do not exist)."""
    return [list(option.needs) if option else [] for _, option in all_options(sets)]


def all_options(sets: Sets) -> list[tuple[str, Option | None]]:
    """(matter, option) for every flat position; None where a matter has fewer options."""
    return [
        (m, sets.option(m, names[i]) if i < len(names) else None)
        for m, names in zip(sets.matters, sets.options, strict=True)
        for i in range(sets.n_options)
    ]


def opens_table(sets: Sets) -> np.ndarray:
    """Table (act, front, side): 1 where an option opens the front."""
    table = np.zeros((len(sets.matters) * sets.n_options, len(sets.fronts), 2), F32)
    for act, (matter, option) in enumerate(all_options(sets)):
        for effect in effects_of(option, "open_front") if option else []:
            front = effect.open_front or ""
            table[act, sets.fronts.index(front), sets.side(front, matter.split(".")[0])] = 1.0
    return table


def wins_tables(sets: Sets) -> tuple[np.ndarray, np.ndarray]:
    """Regions that an option means to win, for spoils; the yields it would draw, for relief."""
    scenario = sets.scenario
    n_acts = len(sets.matters) * sets.n_options
    resources = list(scenario.resources)
    spoils = np.zeros((n_acts, len(sets.regions)), F32)
    yields = np.zeros((n_acts, len(sets.accounts), len(sets.regions), len(resources)), F32)
    for act, (matter, option) in enumerate(all_options(sets)):
        if option is None:
            continue
        signs = {c.what: c.sign for c in option.considers}
        regions = [sets.regions.index(r) for r in option.wins]
        if "spoils" in signs:
            spoils[act, regions] = signs["spoils"]
        for a, account in enumerate(scenario.accounts.values()):
            if "relief" in signs and account.power == matter.split(".")[0]:
                yields[act, a, regions, resources.index(account.resource)] = 1.0
    return spoils, yields


def weigh_tables(sets: Sets) -> dict[str, np.ndarray]:
    """Signed incidence (act, target) of the considerations that all factions share."""
    scenario = sets.scenario
    n_acts = len(sets.matters) * sets.n_options
    exposures = list(scenario.exposures.values())
    asks, trusts = list(scenario.asks), list(sets.trusts)
    tables = {
        "ripeness": np.zeros((n_acts, len(sets.fronts)), F32),
        "window": np.zeros((n_acts, len(sets.fronts)), F32),
        "burden": np.zeros((n_acts, len(sets.powers)), F32),
        "exposure": np.zeros((n_acts, len(exposures)), F32),
        "faith": np.zeros((n_acts, len(sets.deals)), F32),
        "ally.ask": np.zeros((n_acts, len(asks)), F32),
        "ally.trust": np.zeros((n_acts, len(trusts)), F32),
        "commitment": np.zeros((n_acts, n_acts), F32),
        "strain": np.zeros((n_acts, 1), F32),
        "unfought": np.zeros((n_acts, 1), F32),
    }
    for act, (matter, option) in enumerate(all_options(sets)):
        if option is None:
            continue
        power = matter.split(".")[0]
        if fought_front(sets, matter, option) is None:
            tables["unfought"][act] = 1.0
        for consider in option.considers:
            what, of, sign = consider.what, consider.of, consider.sign
            if what in ("ripeness", "window"):
                tables[what][act, sets.fronts.index(of or "")] = sign
            elif what == "burden":
                tables[what][act, sets.powers.index(power)] = sign
            elif what == "exposure":
                for i, exposure in enumerate(exposures):
                    if exposure.power == power and exposure.enemy == of:
                        tables[what][act, i] = sign
            elif what == "faith":
                tables[what][act, sets.deals.index(of or "")] = sign
            elif what == "ally" and of in asks:
                tables["ally.ask"][act, asks.index(of)] = sign
            elif what == "ally":
                tables["ally.trust"][act, trusts.index(f"{power}.{of}")] = sign
            elif what == "strain":
                tables[what][act] = sign
            elif what == "commitment":
                for path in option.conflicts:
                    full = path if path.count(".") == 2 else f"{power}.{path}"
                    tables[what][act, sets.act(full)] = sign
    return tables


def fought_front(sets: Sets, matter: str, option: Option) -> str | None:
    """Front on whose fortune the option's prize depends: the one it opens, or gambles on."""
    for effect in effects_of(option, "open_front"):
        return effect.open_front
    for consider in option.considers:
        if consider.what == "prospect":
            return consider.of
    return None


def entry_tables(sets: Sets) -> dict[str, Entries]:
    """Entries of the considerations that differ from faction to faction, in ledger order."""
    rows: dict[str, list[tuple[int, int, int, int, int]]] = {}
    for j, (faction, matter) in enumerate(sets.pairs):
        m = sets.matters.index(matter)
        for i, name in enumerate(sets.options[m]):
            option = sets.option(matter, name)
            place = (j * sets.n_options + i, m * sets.n_options + i, sets.factions.index(faction))
            for consider in option.considers:
                _consider(sets, rows, place, faction, matter, name, option, consider)
            for d, (owner, path, _, _, _) in enumerate(sets.doctrines):
                if owner == faction and path == f"{matter}.{name}":
                    rows.setdefault("doctrine", []).append((*place, d, 1))
    order = [name for name in (*CONSIDERATIONS, *(f"factor.{k}" for k in SHARED)) if name in rows]
    return {name: _entries(rows[name]) for name in order}


def _consider(
    sets: Sets,
    rows: dict[str, list],
    place: tuple[int, int, int],
    faction: str,
    matter: str,
    name: str,
    option: Option,
    consider: Consider,
) -> None:
    power, what, of = faction.split(".")[0], consider.what, consider.of
    if what in ("relief", "spoils"):
        front = fought_front(sets, matter, option)
        if front is not None:
            target = sets.memory(faction, sets.enemy(front, power))
            sign = consider.sign if what == "relief" else 1
            rows.setdefault(what, []).append((*place, target, sign))
    elif what in ("prospect", "threat"):
        target = sets.memory(faction, sets.enemy(of or "", power))
        rows.setdefault(what, []).append((*place, target, consider.sign))
    elif what in ("dread", "deterrence"):
        rows.setdefault(what, []).append((*place, sets.memory(faction, of or ""), consider.sign))
    elif what == "criterion":
        for c, key in enumerate(sets.conditionals):
            stated = sets.scenario.conditionals[key]
            if stated.option == f"{matter}.{name}" and faction in stated.factions:
                rows.setdefault(what, []).append((*place, c, consider.sign))
    elif what in SHARED and what in sets.scenario.factions[faction].weights:
        rows.setdefault(f"factor.{what}", []).append((*place, 0, 1))


def _entries(rows: list[tuple[int, int, int, int, int]]) -> Entries:
    columns = list(zip(*rows, strict=True))
    whole = [np.array(c, np.int64) for c in columns[:4]]
    return Entries(whole[0], whole[1], whole[2], whole[3], np.array(columns[4], F32))


def ledger_table(sets: Sets, entries: dict[str, Entries]) -> np.ndarray:
    """Rows of the ledger to add up for each (pair, option); row 0.. are the shared ones by act."""
    n_acts = len(sets.matters) * sets.n_options
    lists: list[list[int]] = []
    for faction, matter in sets.pairs:
        m = sets.matters.index(matter)
        lists += [[] if i == 0 else [m * sets.n_options + i] for i in range(sets.n_options)]
    offset = n_acts
    for entry in entries.values():
        for row, place in enumerate(entry.pair_option):
            lists[place].append(offset + row)
        offset += len(entry.pair_option)
    depth = max((len(rows) for rows in lists), default=0)
    table = np.full((depth, len(lists)), -1, np.int64)
    for place, rows in enumerate(lists):
        table[: len(rows), place] = rows
    return table


def effect_tables(sets: Sets) -> tuple[dict[str, Effects], list[tuple[str, str]]]:
    """Effects by verb, and path and unit of every size in the order of `DealParams.effect`."""
    verbs = list(Effect.model_fields)
    rows: dict[str, list[tuple[int, int, int]]] = {verb: [] for verb in verbs}
    sizes: list[tuple[str, str]] = []
    acts = [
        (f"matters.{m}.options.{sets.options[sets.matters.index(m)][act % sets.n_options]}", m, o)
        for act, (m, o) in enumerate(all_options(sets))
        if o is not None
    ]
    positions = [act for act, (_, o) in enumerate(all_options(sets)) if o is not None]
    todo = [
        (p, path, m.split(".")[0], o.effects)
        for p, (path, m, o) in zip(positions, acts, strict=True)
    ]
    n_acts = len(sets.matters) * sets.n_options
    for i, (key, response) in enumerate(sets.scenario.responses.items()):
        todo.append((n_acts + i, f"responses.{key}", key.split(".")[0], response.effects))
    for act, path, power, effects in todo:
        for n, effect in enumerate(effects):
            verb = next(v for v in verbs if getattr(effect, v) is not None)
            for target, suffix, unit in _targets(sets, verb, effect, power):
                size = -1
                if verb == "restrict":
                    size = _step_position(sets, effect)
                elif suffix:
                    size = len(sizes)
                    sizes.append((f"{path}.effects.{n}.{verb}.{suffix}", unit))
                rows[verb].append((act, target, size))
    return {verb: _effects(found) for verb, found in rows.items()}, sizes


def _targets(sets: Sets, verb: str, effect: Effect, power: str) -> list[tuple[int, str, str]]:
    """Targets of one effect with the field and unit of its size ('' if it has none)."""
    scenario = sets.scenario
    if verb in ("open_front", "engage"):
        front = getattr(effect, verb)
        return [(2 * sets.fronts.index(front) + sets.side(front, power), "", "")]
    if verb == "close_front":
        return [(sets.fronts.index(effect.close_front or ""), "", "")]
    if verb == "occupy":
        return [(sets.regions.index(effect.occupy or ""), "", "")]
    if verb == "ask":
        return [(list(scenario.asks).index(effect.ask or ""), "", "")]
    if verb == "sign":
        return [(sets.consents.index((effect.sign or "", power)), "", "")]
    if verb == "end_deal":
        return [(sets.deals.index(effect.end_deal or ""), "", "")]
    if effect.deploy:
        return [(sets.pools.index(effect.deploy.pool), "divisions", "division")]
    if effect.restrict:
        return [(list(scenario.restrictions).index(effect.restrict.restriction), "", "")]
    if effect.trust:
        key = f"{effect.trust.of}.{effect.trust.towards}"
        return [(sets.trusts.index(key), "change", "1")]
    if effect.intent:
        return [
            (j, "change", "1")
            for j, (faction, enemy) in enumerate(sets.memories)
            if enemy == effect.intent.of and faction.split(".")[0] == effect.intent.towards
        ]
    if effect.assertive:
        return [(sets.fronts.index(effect.assertive.front), "factor", "1")]
    if effect.review:
        return [(sets.matters.index(effect.review.matter), "months", "month")]
    raise ValueError(f"no effect {verb!r}")


def _step_position(sets: Sets, effect: Effect) -> int:
    """Position of a restriction's step in the flattened table of steps."""
    assert effect.restrict is not None
    restrictions = sets.scenario.restrictions
    n_steps = max(len(r.steps) for r in restrictions.values())
    row = list(restrictions).index(effect.restrict.restriction)
    steps = list(restrictions[effect.restrict.restriction].steps)
    return row * n_steps + steps.index(effect.restrict.step)


def _effects(rows: list[tuple[int, int, int]]) -> Effects:
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return Effects(*(np.array(column, np.int64) for column in columns))
