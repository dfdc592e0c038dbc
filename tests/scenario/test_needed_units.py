"""The table of needed units has a row for every number of the schema, and agrees with the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from hokushin.model.build import acts
from hokushin.model.build.quantities import QuantityTable
from hokushin.model.build.sets import sets_of
from hokushin.model.build.template import template
from hokushin.scenario.load import load
from hokushin.scenario.model_walk import _flattened
from hokushin.scenario.needed_units import _TABLE, can_be_set, needed, variable_unit
from hokushin.scenario.paths import quantities_of
from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema import Scenario

TWO_PARTS = {"factions", "responses", "matters", "trust", "climate", "doctrine"}
"""Mappings whose keys have two parts."""
REWRITES = {"causes", "contradictions"}
"""Sections whose numbers are in the unit of what they set."""


def forms(kind: Any, prefix: str) -> Iterator[str]:
    """Every path at which the schema can have a number, with stars for keys and items."""
    for plain in _flattened(kind):
        origin, arguments = get_origin(plain), get_args(plain)
        if plain is Quantity:
            yield prefix
        elif isinstance(plain, type) and issubclass(plain, BaseModel):
            for name, field in plain.model_fields.items():
                yield from forms(field.annotation, f"{prefix}.{name}" if prefix else name)
        elif origin is dict:
            stars = "*.*" if prefix.split(".")[-1] in TWO_PARTS else "*"
            yield from forms(arguments[1], f"{prefix}.{stars}")
        elif origin in (list, tuple):
            yield from forms(arguments[0], f"{prefix}.*")


def test_every_number_of_the_schema_has_one_row_and_every_row_is_of_a_number():
    of_schema = {form for form in forms(Scenario, "") if form.split(".")[0] not in REWRITES}
    of_schema = {form.replace(".a.", ".*.").replace(".b.", ".*.") for form in of_schema}
    rows = [pattern for pattern, *_ in _TABLE]
    assert sorted(rows) == sorted(of_schema)
    assert len(set(rows)) == len(rows)


@pytest.fixture(scope="module", params=["tiny", "second-front"])
def scenario(request) -> Scenario:
    return load(request.param).scenario


def test_the_model_asks_for_each_number_in_the_unit_of_the_table(scenario: Scenario):
    known = dict(quantities_of(scenario))
    sets, table = sets_of(scenario), QuantityTable(known)
    _, sizes = acts.effect_tables(sets)
    template(sets, table, sizes)
    asked = {
        name: unit for name, unit in zip(table.names, table.units, strict=True) if name in known
    }
    expected = {name: needed(scenario, name) for name in asked}
    assert asked == {name: need and need.unit for name, need in expected.items()}
    settable = {path for path in known if can_be_set(scenario, path)}
    assert settable == set(asked)


def test_medians_of_the_shipped_numbers_lie_within_their_ranges(scenario: Scenario):
    for path, quantity in quantities_of(scenario):
        need = needed(scenario, path)
        if need is not None:
            prior = quantity.prior().in_unit(need.unit)
            median = float(prior.sample_from_normal(0.0))
            assert need.least is None or median >= need.least, path
            assert need.greatest is None or median <= need.greatest, path


@pytest.mark.parametrize(
    ("variable", "unit"),
    [
        ("believed.red_sees_blue.armour", "tank"),
        ("force.red_border.naval", "kt_warship"),
        ("runway.red_oil", "month"),
        ("fortune.border", "probability"),
        ("ratio.border", "1"),
        ("year", "year"),
    ],
)
def test_conditions_have_the_unit_of_what_they_are_about(variable: str, unit: str):
    assert variable_unit(variable) == unit
