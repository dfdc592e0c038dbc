"""Names are looked up as the model looks them up, and problems are noted at the nearest place."""

from __future__ import annotations

import pytest

from hokushin.model.build.sets import sets_of
from hokushin.scenario.load import Loaded, load
from hokushin.scenario.lookup import Lookup
from hokushin.scenario.problems import Place, Problems


@pytest.fixture(scope="module", params=["tiny", "second-front"])
def loaded(request) -> Loaded:
    return load(request.param)


def looked_up(loaded: Loaded) -> Lookup:
    return Lookup(loaded.scenario, loaded.positions, Problems())


def test_powers_remember_whom_the_model_lets_them_remember(loaded: Loaded):
    enemies = looked_up(loaded).enemies_of
    of_model = {(faction, enemy) for faction, enemy in sets_of(loaded.scenario).memories}
    expected = {(f, enemy) for f in loaded.scenario.factions for enemy in enemies[f.split(".")[0]]}
    assert of_model == expected


def test_every_option_is_known_by_its_three_parts(loaded: Loaded):
    sets = sets_of(loaded.scenario)
    names = [f"{m}.{o}" for m, found in zip(sets.matters, sets.options, strict=True) for o in found]
    assert list(looked_up(loaded).options) == names


def test_a_problem_is_noted_at_the_nearest_entry_above_it():
    lookup = looked_up(load("tiny"))
    pool = lookup.place("pools.red_border")
    assert lookup.place("pools.red_border.hub") == pool
    assert lookup.place("nothing.of.the.kind").file == "causes.yaml"  # the first file of the folder


def test_without_any_place_a_problem_is_at_the_head():
    lookup = Lookup(load("tiny").scenario, {}, Problems())
    assert lookup.place("pools") == Place("scenario.yaml", 1, 1)


def test_names_of_broken_entries_are_known():
    scenario = load("tiny").scenario
    whole = Lookup(scenario, {}, Problems(), broken={"fronts": ["north"], "matters": ["red.north"]})
    assert whole.has("here", "front", "north")
    assert whole.has_option("here", "red.north.attack")
    assert whole.sides("north") == ()
    assert whole.has_side("here", "red", "north")
    assert not whole.has("here", "front", "south")
