"""The schema for editors is current, valid, and agrees with the loader where it can."""

from __future__ import annotations

import pytest

from hokushin.scenario.json_schema import FILE_NAME, scenario_schema, written_schema
from hokushin.scenario.problems import Problems
from hokushin.scenario.strict_yaml import read_yaml
from tests.scenario.planted import PACKAGED

jsonschema = pytest.importorskip("jsonschema")

FILES = sorted(PACKAGED.glob("*/*.yaml"))


@pytest.fixture(scope="module")
def validator():
    kind = jsonschema.Draft202012Validator
    kind.check_schema(scenario_schema())
    return kind(scenario_schema())


def test_the_packaged_schema_is_the_one_that_the_models_make():
    written = (PACKAGED / FILE_NAME).read_text("utf-8")
    assert written == written_schema(), "run: python -m hokushin.scenario.json_schema"


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_packaged_files_fit_the_schema(validator, file):
    data, _ = read_yaml(file.read_bytes(), file.name, Problems())
    assert [error.message for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize(
    "data",
    [
        {"climate": {}},
        {"powers": {"red": {"title": "Red", "kind": "deciding", "colour": "red"}}},
        {"powers": {"Red": {"title": "Red", "kind": "deciding"}}},
        {"powers": {"red": {"title": "Red", "kind": "decisive"}}},
        {"groups": {"memory": {}}},
        {"events": {"attack": {"title": "Attack", "war": "north", "signed": "truce"}}},
        {"trust": {"red.blue": {"of": "red", "towards": "blue", "level": 0.5, "prejudice": 0}}},
        {"industry": {"red": {"output": {}, "war_factor": {"value": 2, "unit": "1"}}}},
    ],
    ids=[
        "a section that is a table",
        "an unknown key",
        "a name with a capital",
        "a word that is not in the list",
        "a missing key",
        "an event of two verbs",
        "a bare number",
        "a number without interval or reason",
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(validator, data):
    assert not validator.is_valid(data)


def test_fields_keep_the_names_that_authors_write():
    assert "with" in scenario_schema()["$defs"]["Cause"]["properties"]


def test_units_are_listed_where_one_is_written():
    unit = scenario_schema()["$defs"]["Quantity"]["properties"]["unit"]
    assert "kt_warship" in unit["description"]
