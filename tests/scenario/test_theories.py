"""Theories of a scenario name causes, matters, works and claims that there are, and say where."""

from __future__ import annotations

import pytest

from tests.scenario.planted import Planted, assert_found, copied, problems_of, replaced

MISTAKES = [
    Planted(
        "a cause that is not there",
        "theories.yaml",
        "      skirmish_lost: {stance",
        "      skirmish_lots: {stance",
        "Did you mean skirmish_lost?",
        at="skirmish_lots",
    ),
    Planted(
        "a group that is not there",
        "theories.yaml",
        "      memory: {stance",
        "      memry: {stance",
        "Did you mean memory?",
        at="memry",
    ),
    Planted(
        "a matter that is not there",
        "theories.yaml",
        "    speaks_of: [red.border]",
        "    speaks_of: [red.bordr]",
        "Did you mean red.border?",
    ),
    Planted(
        "a claim that is not there",
        "theories.yaml",
        "claims: [T2]",
        "claims: [T9]",
        "no claim is called T9",
        at="T9",
    ),
    Planted(
        "a stance without a place",
        "theories.yaml",
        "{stance: asserted, claims: [T1]}",
        "{stance: asserted}  # here",
        "a cause that is asserted says where",
    ),
    Planted(
        "a stance that there is not",
        "theories.yaml",
        "stance: possible",
        "stance: likely",
        "asserted",
        at="likely",
    ),
]


@pytest.mark.parametrize("planted", MISTAKES, ids=lambda planted: planted.name)
def test_a_mistake_is_reported_on_its_line(planted, tmp_path):
    assert_found(planted, "tiny", tmp_path)


def test_a_theory_that_explains_nothing_is_reported_where_it_begins(tmp_path):
    folder = copied("tiny", tmp_path)
    replaced(folder / "theories.yaml", "memory: {stance: asserted", "memory: {stance: denied")
    (problem,) = problems_of(folder)
    assert "explains nothing" in str(problem)
    assert problem.place.file == "theories.yaml"


def test_claims_of_another_source_are_refused(tmp_path):
    folder = copied("second_front", tmp_path)
    replaced(folder / "theories.yaml", "claims: [C42]", "claims: [C05]")
    (problem,) = problems_of(folder)
    assert "C05 is a claim of cosdream-2024, not of moorhouse-2011" in str(problem)
