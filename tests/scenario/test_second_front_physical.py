"""The physical half of the flagship scenario against the record it was drawn from."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from hokushin.scenario.dates import Calendar
from hokushin.scenario.paths import quantities_of
from hokushin.scenario.problems import Problems
from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema import (
    Account,
    Engagement,
    Exposure,
    Front,
    Industry,
    Observation,
    Pool,
    Region,
    Route,
    Trust,
)  # fmt: skip
from hokushin.scenario.strict_yaml import read_yaml
from hokushin.scenario.units import conversion

FOLDER = Path(__file__).parents[2] / "src/hokushin/scenarios/second_front"
FILES = ("resources", "regions", "fronts", "forces", "engagements", "perception")
KINDS = {
    "accounts": Account, "regions": Region, "fronts": Front, "pools": Pool, "routes": Route,
    "industry": Industry, "engagements": Engagement, "exposures": Exposure,
    "observations": Observation, "trust": Trust,
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> dict[str, Any]:
    """Sections of the physical files, validated."""
    sections: dict[str, Any] = {}
    for name in FILES:
        problems = Problems()
        data, _ = read_yaml((FOLDER / f"{name}.yaml").read_bytes(), name, problems)
        assert not len(problems), list(problems)
        sections.update(data)
    return {
        k: TypeAdapter(dict[str, kind]).validate_python(sections[k]) for k, kind in KINDS.items()
    }


def every_quantity(world: dict[str, Any]) -> Iterator[tuple[str, Quantity]]:
    for section, entries in world.items():
        yield from quantities_of(entries, section)


def in_unit(quantity: Quantity, unit: str) -> float:
    return quantity.value * conversion(quantity.unit, unit)


def test_every_judgement_says_on_what_it_rests(world):
    silent = [path for path, q in every_quantity(world) if q.seen == "judgement" and not q.note]
    assert silent == []


def test_every_region_that_a_front_can_win_lies_before_the_goal(world):
    beyond = [
        (name, gain.region)
        for name, front in world["fronts"].items()
        for gain in front.gains
        if (gain.at.high or gain.at.value) > getattr(front, gain.by).goal.value
    ]
    assert beyond == []


def test_every_power_with_forces_has_one_hub(world):
    pools = world["pools"].values()
    hubs = [p.power for p in pools if p.hub]
    assert sorted(hubs) == sorted({p.power for p in pools})


def test_peacetime_oil_follows_the_recorded_stocks(world):
    """Stocks of 1 April, million barrels, with the forces' growth taken as even."""
    account = world["accounts"]["japan_oil"]
    stock = in_unit(account.stock, "Mbbl")
    bought = sum(in_unit(i.rate, "Mbbl/month") for i in account.imports.values())
    supplied = bought + in_unit(account.output, "Mbbl/month")
    first = {"infantry": 17.5, "armour": 365, "air": 1260, "naval": 800}
    last = {"infantry": 50, "armour": 1050, "air": 2900, "naval": 975}
    units = {"infantry": "division", "armour": "tank", "air": "aircraft", "naval": "kt_warship"}
    recorded = {12: 44.36, 24: 51.40, 36: 49.58, 48: 48.89}
    stood = {}
    for month in range(1, 49):
        share = month / 48
        used = in_unit(account.civil_demand, "Mbbl/month")
        used += in_unit(account.war_demand["china"], "Mbbl/month")
        for branch, use in account.force_demand.items():
            size = first[branch] + share * (last[branch] - first[branch])
            used += in_unit(use, f"Mbbl/{units[branch]}/month") * size
        stock += supplied - used
        stood[month] = stock
    assert {month: stood[month] for month in recorded} == pytest.approx(recorded, rel=0.08)


def test_japanese_divisions_grow_as_liu_counts_them(world):
    """24, 34, 41, 50 and 51 at the ends of 1937-41, less what the war in China takes."""
    industry = world["industry"]["japan"]
    pools = [p for p in world["pools"].values() if p.power == "japan"]
    divisions = sum(in_unit(p.forces["infantry"], "division") for p in pools)
    ceiling = industry.ceiling["infantry"].value
    pace = in_unit(industry.output["infantry"], "division/month") * industry.war_factor.value
    counted = {6: 24, 18: 34, 30: 41, 42: 50, 54: 51}
    lost_a_month = 0.0075  # about a sixth a year of the half that is engaged
    stood = {}
    for month in range(1, 55):
        divisions += pace * (1 - divisions / ceiling) - lost_a_month * divisions
        stood[month] = divisions
    assert {month: stood[month] for month in counted} == pytest.approx(counted, abs=2.5)


def test_the_eastern_front_stands_where_the_record_has_it(world):
    """Kilometres to Moscow at the end of a dekad, all numbers at their medians."""
    driven = world["fronts"]["eastern"].driven
    calendar = Calendar(date(1937, 7, 1), date(1945, 9, 30), "dekad")
    with (FOLDER / "climate.csv").open() as file:
        season = {
            int(r["month"]): float(r["value"])
            for r in csv.DictReader(file)
            if r["site"] == "moscow"
        }
    recorded = {
        date(1941, 7, 11): (311, 15), date(1941, 8, 1): (311, 15), date(1941, 9, 21): (328, 40),
        date(1941, 10, 1): (166, 40), date(1941, 11, 1): (69, 20), date(1941, 11, 21): (37, 20),
        date(1941, 12, 11): (74, 20), date(1941, 12, 21): (89, 20),
    }  # fmt: skip
    position, stood = 0.0, {}
    for step in range(calendar.index(date(1941, 7, 1)), calendar.index(date(1942, 1, 1))):
        factor = 1.0
        for halt in driven.halts.values():
            since, until = (date.fromisoformat(day) for day in (halt.since, halt.until))
            if calendar.index(since) <= step < calendar.index(until):
                factor *= halt.factor.value
        pace = in_unit(driven.speed, "km/month") * season[calendar.month_of(step)]
        position += pace * factor * calendar.months_per_step
        stood[calendar.start_of(step)] = 996 - position
    for day, (distance, tolerance) in recorded.items():
        assert stood[day] == pytest.approx(distance, abs=tolerance), day
