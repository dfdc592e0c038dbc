"""Memories: on which fronts their holders meet an enemy, and whose battles with it they watch."""

from __future__ import annotations

from typing import Literal

import numpy as np

from hokushin.model.axes import Watch
from hokushin.model.build.sets import Sets


def front_of(sets: Sets, faction: str, enemy: str) -> str | None:
    """The front on which a faction's power meets an enemy, if there is one."""
    power = faction.split(".")[0]
    for name, front in sets.scenario.fronts.items():
        if {front.a.power, front.b.power} == {power, enemy}:
            return name
    return None


def own_service(sets: Sets, front: str | None, faction: str) -> float:
    """1 where the front is fought by the faction's own service (or the faction has none)."""
    service = sets.scenario.factions[faction].service
    if front is None or service is None:
        return 1.0
    entry = sets.scenario.fronts[front]
    mine = entry.a.pool if entry.a.power == faction.split(".")[0] else entry.b.pool
    return 1.0 if service == ("navy" if afloat(sets, mine) else "army") else 0.0


def afloat(sets: Sets, pool: str) -> bool:
    """Whether a pool is a fleet without divisions."""
    forces = sets.scenario.pools[pool].forces
    return "naval" in forces and "infantry" not in forces


def observation(sets: Sets, front: str | None, memory: tuple[str, str]) -> int:
    """The observation by which a memory's holder sees the enemy's pool on a front, or -1."""
    if front is None:
        return -1
    faction, enemy = memory
    entry = sets.scenario.fronts[front]
    pool = entry.a.pool if entry.a.power == enemy else entry.b.pool
    for i, seen in enumerate(sets.scenario.observations.values()):
        if seen.observer == faction.split(".")[0] and seen.pool == pool:
            return i
    return -1


def taught_by(sets: Sets, whose: Literal["own", "other", "foreign"]) -> np.ndarray:
    """Table (memory, engagement): 1 where the battle was with that enemy, by who fought it.

    A battle has one holder, who remembers it in full; what a third power makes of it is seen from
    the holder's side.
    """
    scenario = sets.scenario
    table = np.zeros((len(sets.memories), len(scenario.engagements)), np.float32)
    for j, (faction, enemy) in enumerate(sets.memories):
        service = scenario.factions[faction].service
        for e, battle in enumerate(scenario.engagements.values()):
            if battle.enemy != enemy:
                continue
            if battle.holder != faction.split(".")[0]:
                fought_by = "foreign"
            else:
                fought_by = "own" if service in (None, battle.service) else "other"
            table[j, e] = 1.0 if fought_by == whose else 0.0
    return table


def watches(sets: Sets) -> tuple[Watch, ...]:
    """Fronts on which others fight an enemy: the first of every memory, the second, and so on."""
    rounds: list[list[tuple[int, int, int, int]]] = []
    for j, (faction, enemy) in enumerate(sets.memories):
        power, seen = faction.split(".")[0], 0
        for k, (name, front) in enumerate(sets.scenario.fronts.items()):
            sides = (front.a.power, front.b.power)
            if enemy not in sides or power in sides:
                continue
            if seen == len(rounds):
                rounds.append([])
            by = 1 - sides.index(enemy)
            rounds[seen].append((j, k, by, observation(sets, name, (faction, enemy))))
            seen += 1
    return tuple(
        Watch(*(np.array(column, np.int64) for column in zip(*r, strict=True))) for r in rounds
    )
