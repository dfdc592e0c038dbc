"""A number comes with unit, interval and source, or says why not."""

import json

import pytest
from pydantic import ValidationError

from hokushin.scenario.quantity import Quantity

WHOLE = {"value": 42, "unit": "Mbbl", "low": 40, "high": 45, "source": "a-1946", "seen": "text"}


def quantity(**changes):
    written = {name: value for name, value in (WHOLE | changes).items() if value is not ...}
    return Quantity.model_validate_json(json.dumps(written))


def wrong(**changes):
    with pytest.raises(ValidationError) as caught:
        quantity(**changes)
    return {error["loc"][0] for error in caught.value.errors()}


def test_a_whole_number_is_read_as_written():
    read = quantity(locator="p. 16", grade="A", at="1941-12", note="army, navy, civil")
    assert (read.value, read.low, read.high, read.unit) == (42.0, 40.0, 45.0, "Mbbl")
    assert read.source == ("a-1946",)
    assert not read.recalled


def test_several_sources_keep_their_order():
    assert quantity(source=["b", "a"]).source == ("b", "a")
    assert Quantity(**(WHOLE | {"source": ["b", "a"]})).source == ("b", "a")


def test_a_plain_number_may_leave_its_unit_unquoted():
    assert quantity(unit=1).unit == "1"
    assert wrong(unit=2) == wrong(unit=True) == {"unit"}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"value": ...}, {"value"}),
        ({"unit": ...}, {"unit"}),
        ({"unit": "9**9**9"}, {"unit"}),
        ({"source": ...}, {"source"}),
        ({"source": []}, {"source"}),
        ({"source": ["a", "a"]}, {"source"}),
        ({"seen": ...}, {"seen"}),
        ({"seen": "heard"}, {"seen"}),
        ({"grade": "E"}, {"grade"}),
        ({"at": "winter 1941"}, {"at"}),
        ({"low": ..., "high": ...}, {"high"}),
        ({"low": ...}, {"high"}),
        ({"high": ...}, {"high"}),
        ({"low": 43}, {"low"}),
        ({"high": 41}, {"high"}),
        ({"low": 42, "high": 42}, {"high"}),
        ({"value": "42"}, {"value"}),
        ({"value": True}, {"value"}),
        ({"value": float("inf")}, {"value"}),
        ({"value": float("nan")}, {"value"}),
        ({"kind": "uniform"}, {"kind"}),
        ({"kind": "logitnormal"}, {"kind"}),
        ({"value": 0, "low": 0}, {"kind"}),
        ({"unit": "share"}, {"kind"}),
        ({"page": 16}, {"page"}),
        ({"constant": "by treaty"}, {"high"}),
        ({"constant": " ", "low": ..., "high": ...}, {"constant"}),
        ({"unit": ..., "source": ..., "low": ..., "high": ...}, {"unit", "source", "high"}),
    ],
)
def test_what_is_wrong_is_said_of_the_field_and_all_at_once(changes, fields):
    assert wrong(**changes) == fields


def test_a_constant_needs_a_reason_and_neither_interval_nor_source():
    constant = Quantity(value=0, unit="1", constant="switched off on the documented path")
    prior = constant.prior()
    assert (prior.kind, prior.quantile([0.05, 0.95]).tolist()) == ("constant", [0.0, 0.0])


def test_a_constant_may_repeat_its_value_as_interval():
    assert quantity(constant="counted", low=42, high=42).prior().kind == "constant"


def test_the_prior_of_a_number_read_has_its_interval():
    prior = quantity(value=20, low=10, high=40).prior()
    assert (prior.kind, str(prior.unit), prior.widened) == ("lognormal", "Mbbl", False)
    assert prior.quantile([0.05, 0.5, 0.95]) == pytest.approx([10, 20, 40])


def test_the_prior_of_a_number_recalled_is_twice_as_wide():
    prior = quantity(value=20, low=10, high=40, seen="recalled").prior()
    assert prior.widened
    assert prior.quantile([0.05, 0.5, 0.95]) == pytest.approx([5, 20, 80])


def test_the_kind_may_be_stated_against_the_rule():
    assert quantity(kind="normal").prior().kind == "normal"
    assert quantity(value=0, low=0, kind="normal").prior().location == 0.0


def test_a_number_does_not_change():
    with pytest.raises(ValidationError):
        quantity().value = 1.0


def test_the_schema_for_editors_takes_one_source_or_a_list():
    properties = Quantity.model_json_schema()["properties"]
    assert [option["type"] for option in properties["source"]["anyOf"]] == ["string", "array"]
    assert all("description" in field for field in properties.values())
