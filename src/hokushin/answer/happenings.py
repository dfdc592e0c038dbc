"""Happenings: what one history did in each step, put into sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hokushin.model.step import Report

if TYPE_CHECKING:
    from hokushin.answer.world import World
    from hokushin.engine.run import Simulator

LEAST_CHANGE = 0.15
"""Change of a memory, in its own unit, below which nothing is said of it."""

_MONTHS_BETWEEN = 3
"""Months between two reports of stocks and of positions on open fronts."""
_LEAST_CUT = 0.05
"""Change of the share of a trade that is cut, below which nothing is said of it."""
_LASTS_FOR_EVER = 1000.0
"""Months beyond which it is not said how long a stock lasts: nothing draws on it."""
_MOST_NAMED = 2
"""Factions that are named on either side of a choice at most."""


@dataclass(frozen=True)
class Happening:
    """One thing that happened, on the first day of the step in which it did."""

    date: str
    kind: str
    text: str
    record: str | None = None
    """For a choice, whether the record has it too."""
    choice: str | None = None
    """Path of the option that was taken, power.matter.option."""

    def beside(self, record: str) -> Happening:
        """The same with what the record says of it."""
        return replace(self, record=record)


def happenings(world: World, simulator: Simulator, report: Report) -> Iterator[Happening]:
    """Give everything worth telling of a traced history, from the branch on, in order of time.

    A report holds the state at each step's start, so what a step changes is seen in the next one;
    what the last step changes is told only as far as it was chosen.
    """
    calendar = world.model.sets.calendar
    first, n_steps = simulator.first_free, len(np.asarray(report.taken))
    free = np.asarray(simulator.moments.free)[..., 0] > 0
    for step in range(first, n_steps):
        day = calendar.start_of(step).isoformat()
        yield from _choices(world, report, step, day, free[step])
        yield from _blocked(world, report, step, day)
        if step + 1 < n_steps:
            yield from _fronts(world, report, step, day)
            yield from _dealings(world, report, step, day)
            yield from _learnt(world, report, step, day)
        if (step - first) % _steps_between(world) == 0:
            yield from _stocks(world, report, step, day)


def _choices(
    world: World, report: Report, step: int, day: str, free: np.ndarray
) -> Iterator[Happening]:
    axes, taken = world.model.axes, np.asarray(report.taken)
    for matter, option in zip(*np.nonzero(taken[step, :, 1:] > 0), strict=True):
        key, name = axes.matters[matter], axes.options[matter][option + 1]
        who = _sides(world, report, step, int(matter), int(option) + 1) if free[matter] else ""
        text = f"{_power(world, key)}: {world.scenario.matters[key].options[name].title}{who}"
        yield Happening(day, "choice", text, choice=f"{key}.{name}")


def _blocked(world: World, report: Report, step: int, day: str) -> Iterator[Happening]:
    axes = world.model.axes
    options, pairs = np.asarray(report.blocked_option)[step], np.asarray(report.blocked_by)[step]
    for matter in np.nonzero(options > 0)[0]:
        key, name = axes.matters[matter], axes.options[matter][int(options[matter])]
        by = axes.factions[int(axes.pair_faction[int(pairs[matter])])]
        yield Happening(
            day,
            "blocked",
            f"{_power(world, key)}: “{world.scenario.matters[key].options[name].title}” is put "
            f"forward and stopped by {world.scenario.factions[by].title}",
        )


def _fronts(world: World, report: Report, step: int, day: str) -> Iterator[Happening]:
    scenario, axes, state = world.scenario, world.model.axes, report.state
    war, begun = np.asarray(state.war), np.asarray(state.begun)
    for front, name in enumerate(axes.fronts):
        entry = scenario.fronts[name]
        sides = (_named(world, entry.a.power), _named(world, entry.b.power))
        if war[step + 1, front] > war[step, front]:
            by = [side for side, did in zip(sides, begun[step + 1, front], strict=True) if did]
            opener = f", begun by {by[0]}" if by else ""
            yield Happening(day, "war", f"{entry.title}: war between {' and '.join(sides)}{opener}")
        elif war[step + 1, front] < war[step, front]:
            yield Happening(day, "war", f"{entry.title}: the fighting ends")
        weight = float(np.asarray(state.clash.weight)[step + 1, front])
        if weight > 0 and not war[step, front]:
            yield _clash(report, step, front, day, entry.title, sides)
        at_war = war[step, front] > 0 and step % _steps_between(world) == 0
        if at_war:
            position = float(np.asarray(state.position)[step, front])
            where = f"{sides[0]} stands {position:,.0f} km forward"
            yield Happening(day, "position", f"{entry.title}: {where}")
    taken = np.asarray(state.taken)
    for region in np.nonzero(taken[step + 1] - taken[step] > 0.5)[0]:
        title = scenario.regions[axes.regions[region]].title
        yield Happening(day, "region", f"{title} changes hands")


def _clash(
    report: Report, step: int, front: int, day: str, title: str, sides: tuple[str, str]
) -> Happening:
    outcome = float(np.asarray(report.state.clash.outcome)[step + 1, front])
    loss = np.asarray(report.state.clash.loss)[step + 1, front]
    ends = f"{sides[0] if outcome > 0 else sides[1]} prevails" if outcome else "a draw"
    losses = " and ".join(f"{side} {share:.0%}" for side, share in zip(sides, loss, strict=True))
    return Happening(day, "clash", f"{title}: a clash, {ends}; losses of those engaged: {losses}")


def _dealings(world: World, report: Report, step: int, day: str) -> Iterator[Happening]:
    scenario, axes, state = world.scenario, world.model.axes, report.state
    deal = np.asarray(state.deal)
    for number, name in enumerate(axes.deals):
        change = deal[step + 1, number] - deal[step, number]
        if abs(change) > 0.5:
            verb = "comes into force" if change > 0 else "is at an end"
            yield Happening(day, "deal", f"{scenario.deals[name].title} {verb}")
    cut = np.asarray(state.cut)
    for number, name in enumerate(axes.restrictions):
        before, after = cut[step, number], cut[step + 1, number]
        if abs(after - before) > _LEAST_CUT:
            title = scenario.restrictions[name].title
            yield Happening(day, "restriction", f"{title}: {after:.0%} of the trade is cut")


def _learnt(world: World, report: Report, step: int, day: str) -> Iterator[Happening]:
    axes, state = world.model.axes, report.state
    for field, more, less in (
        ("skill_mean", "more sure of their own skill", "less sure of their own skill"),
        ("material", "more wary of the enemy's material", "less wary of the enemy's material"),
        ("dread", "more afraid of such losses", "less afraid of such losses"),
    ):
        values = np.asarray(getattr(state, field))
        change = values[step + 1] - values[step]
        minds: dict[tuple[str, str, str], list[tuple[str, float]]] = {}
        for memory in np.nonzero(np.abs(change) > LEAST_CHANGE)[0]:
            power, faction, enemy = axes.memories[memory].split(".")
            title = world.scenario.factions[f"{power}.{faction}"].title
            said = more if change[memory] > 0 else less
            minds.setdefault((power, enemy, said), []).append((title, float(change[memory])))
        for (power, enemy, said), moved in minds.items():
            who = "; ".join(title for title, _ in moved)
            largest = max((size for _, size in moved), key=abs)
            text = (
                f"{_named(world, power)}, against {_named(world, enemy)}: {said}: {who} "
                f"(by up to {largest:+.2f})"
            )
            yield Happening(day, "learnt", text)


def _stocks(world: World, report: Report, step: int, day: str) -> Iterator[Happening]:
    scenario, axes = world.scenario, world.model.axes
    for number, name in enumerate(axes.accounts):
        account = scenario.accounts[name]
        resource = scenario.resources[account.resource]
        stock = float(np.asarray(report.state.stock)[step, number])
        runway = float(np.asarray(report.view.runway)[step, number])
        lasts = f", enough for {runway:.0f} months" if runway < _LASTS_FOR_EVER else ""
        text = (
            f"{_named(world, account.power)}: {stock:,.1f} {resource.unit} of "
            f"{resource.title.lower()} in stock{lasts}"
        )
        yield Happening(day, "stock", text)


def _sides(world: World, report: Report, step: int, matter: int, option: int) -> str:
    """Who gains from an option by its own lights and who loses, the strongest of each first."""
    axes, gain = world.model.axes, np.asarray(report.gain)[step, :, option]
    pairs = [p for p in range(len(axes.pairs)) if int(axes.pair_matter[p]) == matter]
    ordered = sorted(pairs, key=lambda p: -gain[p])
    support = [_faction(world, p) for p in ordered if gain[p] > 0][:_MOST_NAMED]
    against = [_faction(world, p) for p in reversed(ordered) if gain[p] < 0][:_MOST_NAMED]
    said = [f"for it: {' and '.join(support)}"] if support else []
    said += [f"against: {' and '.join(against)}"] if against else []
    return f" ({'; '.join(said)})" if said else ""


def _faction(world: World, pair: int) -> str:
    axes = world.model.axes
    return world.scenario.factions[axes.factions[int(axes.pair_faction[pair])]].title


def _power(world: World, matter: str) -> str:
    return _named(world, matter.split(".")[0])


def _named(world: World, power: str) -> str:
    return world.scenario.powers[power].title


def _steps_between(world: World) -> int:
    return max(1, round(_MONTHS_BETWEEN / world.model.axes.months_per_step))
