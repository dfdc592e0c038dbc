"""The command shows a comparison that belongs to the scenario, and refuses one that does not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from hokushin.cli.app import app
from hokushin.scenario.load import load
from tests.infer.theories.made import a_comparison


@pytest.fixture
def kept(tmp_path):
    found = a_comparison(headline="The record cannot tell them apart.")
    found = replace(found, made={**found.made, "scenario_digest": load("tiny").digest})
    found.save(tmp_path / "tiny-theories.json")
    return tmp_path


def ask(*arguments):
    return CliRunner().invoke(app, ["theories", "tiny", *map(str, arguments)])


def test_a_kept_comparison_is_shown(kept):
    result = ask("--fits", kept)
    assert result.exit_code == 0
    assert "The record cannot tell them apart." in result.stdout
    assert "read from a comparison of 9 runs" in result.stderr


def test_the_document_is_one_json_object(kept):
    document = json.loads(ask("--fits", kept, "--json").stdout)
    assert document["schema"] == "hokushin/theories/1"
    assert [t["name"] for t in document["theories"]] == ["memory", "trade", "both"]


def test_a_stale_comparison_is_refused(kept):
    found = a_comparison()
    replace(found, made={**found.made, "scenario_digest": "1" * 64}).save(
        kept / "tiny-theories.json"
    )
    result = ask("--fits", kept)
    assert result.exit_code == 2
    assert "--fresh" in result.stderr


def test_a_day_that_does_not_exist_is_refused(kept):
    result = ask("--fits", kept, "--fresh", "--cut", "1900-02-30")
    assert result.exit_code == 2
    assert "--cut" in result.stderr


def test_without_a_comparison_none_is_begun_unasked(tmp_path):
    result = ask("--fits", tmp_path)
    assert result.exit_code == 2
    assert "have not been compared" in result.stderr
