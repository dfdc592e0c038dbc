"""What an answer says of those who explained the event."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import pytest

from hokushin.answer.plain import plain
from hokushin.answer.theories import theories_of, theories_part
from hokushin.scenario.load import load
from tests.infer.theories.made import a_comparison

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def tiny():
    return load("tiny")


def kept(folder, loaded, **made):
    """Keep a comparison that belongs to a scenario."""
    found = a_comparison(headline="The record cannot tell them apart.")
    made = {**found.made, "scenario_digest": loaded.digest, **made}
    replace(found, made=made).save(folder / "tiny-theories.json")


def test_a_scenario_that_nobody_compared_says_nothing(tiny, tmp_path):
    assert theories_of(tiny, tmp_path) == (None, None)


def test_each_explanation_has_both_readings_beside_the_model(tiny, tmp_path):
    kept(tmp_path, tiny)
    explanations, said = theories_of(tiny, tmp_path)
    assert said == "The record cannot tell them apart."
    assert [e.kind for e in explanations] == ["source", "source", "composed"]
    assert explanations[0].open.verdict == "the same"
    assert explanations[0].closed.difference == -4.0


def test_a_stale_comparison_is_not_shown_and_says_why(tiny, tmp_path):
    kept(tmp_path, tiny, code_digest="gone")
    explanations, said = theories_of(tiny, tmp_path)
    assert explanations is None
    assert said.startswith("Not shown: the comparison of theories of tiny was made by other")


def test_the_document_s_schema_has_a_place_for_them(tiny, tmp_path):
    kept(tmp_path, tiny)
    explanations, _ = theories_of(tiny, tmp_path)
    schema = json.loads((files("hokushin.answer") / "why.schema.json").read_text("utf-8"))
    one = {"$ref": "#/$defs/explanation", "$defs": schema["$defs"]}
    for explanation in plain(explanations):
        jsonschema.validate(explanation, one)


class Answer:
    """The parts of an answer that the section reads."""

    scenario = "tiny"
    theories = ()
    theories_said = None


def test_the_section_is_left_out_where_nothing_was_compared():
    assert theories_part(Answer()) == []  # pyright: ignore[reportArgumentType]


def test_the_section_says_which_source_explains_it_best(tiny, tmp_path):
    kept(tmp_path, tiny)
    answer = Answer()
    answer.theories, answer.theories_said = theories_of(tiny, tmp_path)
    text = " ".join(" ".join(theories_part(answer)).split())  # pyright: ignore[reportArgumentType]
    assert text.startswith("EXPLAINED BY The record cannot tell them apart.")
    assert text.endswith("More: hokushin theories tiny.")
