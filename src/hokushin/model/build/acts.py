"""Acts: options and responses as tables of needs, effects and considerations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hokushin.model.axes import Act, Effects, Term
from hokushin.model.build.sets import Sets, effects_of
from hokushin.scenario.schema import Effect, Option

F32 = np.float32


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
    order = condition_names(sets)
    names = {name: i for i, name in enumerate(order)}
    on = np.zeros((len(needs), len(order)), F32)
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


def fought_front(sets: Sets, matter: str, option: Option) -> str | None:
    """Front on whose fortune the option's prize depends: the one it opens, or gambles on."""
    for effect in effects_of(option, "open_front"):
        return effect.open_front
    for consider in option.considers:
        if consider.what == "prospect":
            return consider.of
    return None


def weighed(sets: Sets, effects: dict[str, Effects]) -> tuple[Act, ...]:
    """Every option that changes something, with the terms it is weighed by."""
    found = []
    for m, matter in enumerate(sets.matters):
        power = matter.split(".")[0]
        mine = [f for f in sets.factions if f.split(".")[0] == power]
        memories = [j for j, (f, _) in enumerate(sets.memories) if f in mine]
        for i, name in enumerate(sets.options[m]):
            if i == 0 or not mine:
                continue
            option = sets.option(matter, name)
            found.append(
                Act(
                    matter=m,
                    option=i,
                    power=sets.powers.index(power),
                    first_pair=sets.pairs.index((mine[0], matter)),
                    first_faction=sets.factions.index(mine[0]),
                    n_factions=len(mine),
                    first_memory=memories[0] if memories else 0,
                    n_enemies=len(memories) // len(mine),
                    terms=tuple(_terms(sets, effects, mine, matter, name, option)),
                    inertia=option.inertia,
                    scaled=option.intensity is not None,
                )
            )
    return tuple(found)


def _terms(
    sets: Sets,
    effects: dict[str, Effects],
    mine: list[str],
    matter: str,
    name: str,
    option: Option,
) -> Iterator[Term]:
    """Terms of one option, in the order in which it lists them; doctrine last."""
    power, scenario = matter.split(".")[0], sets.scenario
    enemies = [e for f, e in sets.memories if f == mine[0]]
    fought = fought_front(sets, matter, option)
    rival = enemies.index(sets.enemy(fought, power)) if fought else -1
    help_ = _called(sets, effects, f"{matter}.{name}", fought) if fought else ()
    won = tuple(sets.spoils.index((r, power)) for r in option.wins if (r, power) in sets.spoils)
    for consider in option.considers:
        what, of, sign = consider.what, consider.of or "", float(consider.sign)
        if what in ("ripeness", "window"):
            yield Term(what, sign, (sets.fronts.index(of),))
        elif what in ("prospect", "threat"):
            enemy = enemies.index(sets.enemy(of, power))
            called = _called(sets, effects, f"{matter}.{name}", of) if what == "prospect" else ()
            yield Term(what, sign, (sets.fronts.index(of),), enemy, called=called)
        elif what in ("dread", "deterrence"):
            yield Term(what, sign, (), enemies.index(of))
        elif what == "exposure":
            struck = [
                i
                for i, x in enumerate(scenario.exposures.values())
                if x.power == power and x.enemy == of
            ]
            yield Term(what, sign, tuple(struck))
        elif what == "faith":
            yield Term(what, sign, (sets.deals.index(of),))
        elif what == "ally" and of in scenario.asks:
            yield Term("ally.ask", sign, (list(scenario.asks).index(of),))
        elif what == "ally":
            yield Term("ally.trust", sign, (sets.trusts.index(f"{power}.{of}"),))
        elif what == "strain":
            fronts = [e.open_front or "" for e in effects_of(option, "open_front")]
            sides = [2 * sets.fronts.index(f) + sets.side(f, power) for f in fronts]
            yield Term(what, sign, tuple(sides))
        elif what == "commitment":
            full = [p if p.count(".") == 2 else f"{power}.{p}" for p in option.conflicts]
            yield Term(what, sign, tuple(sets.act(p) for p in full))
        elif what == "spoils":
            yield Term(what, sign, won, rival, called=help_)
        elif what == "relief":
            yield Term(what, sign, (), rival, yields=_yields(sets, power, option), called=help_)
        elif what == "criterion":
            stated = [
                (c, mine.index(f))
                for c, key in enumerate(sets.conditionals)
                for f in scenario.conditionals[key].factions
                if scenario.conditionals[key].option == f"{matter}.{name}" and f in mine
            ]
            yield Term(what, sign, factions=tuple(stated))
        else:
            yield Term(what, sign)
    doctrine = [
        (d, mine.index(owner))
        for d, (owner, path, _, _, _) in enumerate(sets.doctrines)
        if path == f"{matter}.{name}"
    ]
    if doctrine:
        yield Term("doctrine", 1.0, factions=tuple(doctrine))


def _called(sets: Sets, effects: dict[str, Effects], path: str, front: str) -> tuple[int, ...]:
    """Sizes of the divisions that an option calls to its power's pool on a front."""
    side = sets.scenario.fronts[front]
    pool = (side.a if sets.side(front, path.split(".")[0]) == 0 else side.b).pool
    deploy, act = effects["deploy"], sets.act(path)
    mine = (deploy.act == act) & (deploy.target == sets.pools.index(pool))
    return tuple(int(size) for size in deploy.size[mine])


def _yields(sets: Sets, power: str, option: Option) -> tuple[tuple[int, int, int], ...]:
    """What the regions that an option means to win would give each of its power's accounts."""
    scenario, resources = sets.scenario, list(sets.scenario.resources)
    return tuple(
        (a, sets.regions.index(r), resources.index(account.resource))
        for a, account in enumerate(scenario.accounts.values())
        if account.power == power
        for r in option.wins
        if account.resource in scenario.regions[r].yields
    )


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
            targets = _targets(sets, verb, effect, power)
            size = _step_position(sets, effect) if verb == "restrict" else -1
            if targets and targets[0][1]:
                _, suffix, unit = targets[0]
                size = len(sizes)
                sizes.append((f"{path}.effects.{n}.{verb}.{suffix}", unit))
            rows[verb] += [(act, target, size) for target, _, _ in targets]
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
