"""A comparison can be kept, read back and refused; its headline says no more than its verdicts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from hokushin.infer.posterior import StaleError
from hokushin.infer.theories.report import Theories, find_theories
from hokushin.infer.theories.text import headline, ranked
from tests.infer.theories.made import DIGEST, a_comparison, a_theory


def test_what_is_kept_is_what_is_read_back(tmp_path):
    found = a_comparison()
    found.save(tmp_path / "tiny-theories.json")
    assert Theories.load(tmp_path / "tiny-theories.json") == found
    assert find_theories("tiny", tmp_path) == found


def test_a_file_of_something_else_is_refused(tmp_path):
    (tmp_path / "tiny-theories.json").write_text(json.dumps({"schema": "hokushin/why/1"}))
    with pytest.raises(ValueError, match="holds hokushin/why/1"):
        find_theories("tiny", tmp_path)


def test_a_comparison_of_another_scenario_or_code_is_stale():
    found = a_comparison()
    found.check(DIGEST)
    with pytest.raises(StaleError, match="belongs to another version of the scenario"):
        found.check("1" * 64)
    other = replace(found, made={**found.made, "code_digest": "gone"})
    with pytest.raises(StaleError, match="made by other mechanisms"):
        other.check(DIGEST)


def test_sources_are_ranked_by_forecast_and_what_is_composed_is_not():
    assert [t.name for t in ranked(a_comparison(), "closed")] == ["trade", "memory"]


def test_the_headline_says_which_are_better_and_which_worse():
    said = headline(a_comparison())
    first, second = said.split("; with what a source does not mention taken as of no account")
    assert "cannot tell any of them from the model" in first
    assert "“The trade of it” forecast better than the model" in second
    assert "“The memory of it” forecast worse than the model" in second
    assert said.endswith("Of so many comparisons 0.2 would fall on one side by chance.")
    assert "both" not in said


def test_where_no_verdict_falls_the_headline_says_that_nothing_can_be_told():
    alike = (0.2, "cannot tell")
    theories = (a_theory("memory", alike, alike), a_theory("trade", alike, (-0.3, "cannot tell")))
    said = headline(a_comparison(theories=theories))
    assert said.count("the record cannot tell any of them from the model") == 2
    assert "by chance" not in said


def test_the_text_shows_both_readings_facts_and_reasons():
    text = str(a_comparison(headline="The record cannot tell."))
    assert "UNMENTIONED LEFT OPEN" in text
    assert "UNMENTIONED OF NO ACCOUNT" in text
    assert "The both of it (ours)" in text
    assert "+3.0 ± 1.0 better" in text
    assert "attack +12.0, a smoking gun" in text
    assert "6.0 decibans" in text
    assert max(len(line) for line in text.splitlines()) <= 100
