"""`hokushin score`: its exit codes, and what goes to which stream."""

import json

import pytest
from typer.testing import CliRunner

from hokushin.cli.app import app
from tests.scenario.planted import PACKAGED

runner = CliRunner()
OWN = PACKAGED / "tiny" / "record" / "decisions.csv"
HEADER = "id,date,power,matter,option\n"


@pytest.fixture(autouse=True)
def apart(monkeypatch, tmp_path):
    """A cache without fitted draws."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def call(*arguments, code=0):
    """Run a command and give its result, after checking its exit code."""
    result = runner.invoke(app, ["score", *map(str, arguments)])
    assert result.exit_code == code, (result.output, result.exception)
    return result


def test_a_score_is_one_document_on_standard_output_and_the_hash_is_told_before():
    result = call("tiny", OWN, "--json")
    document = json.loads(result.stdout)
    assert document["basis"] == "prior"
    assert len(document["rows"]) == 5
    assert document["table"]["sha256"] in result.stderr


def test_mistakes_of_a_file_end_with_one_and_their_place(tmp_path):
    file = tmp_path / "held.csv"
    file.write_text(HEADER + "H1,1900-13-04,red,border,attack\n")
    assert "held.csv:2:4" in call("tiny", file, code=1).stderr
    document = json.loads(call("tiny", file, "--json", code=1).stdout)
    assert document["problems"][0]["written"] == "1900-13-04"


def test_a_file_of_another_kind_and_a_wrong_option_end_with_two(tmp_path):
    file = tmp_path / "held.csv"
    file.write_text("engagement,phase\n")
    call("tiny", file, code=2)
    call("tiny", OWN, "--basis", "hope", code=2)
    call("tiny", OWN, "--basis", "posterior", code=2)
    call("tiny", OWN, "--from", "soon", code=2)


def test_a_file_that_is_not_there_ends_with_one(tmp_path):
    call("tiny", tmp_path / "absent.csv", code=1)


def test_too_little_in_the_words_of_the_model_ends_with_five(tmp_path):
    file = tmp_path / "held.csv"
    file.write_text(HEADER + "H1,1950-03-04,red,border,attack\n")
    result = call("tiny", file, "--json", code=5)
    assert json.loads(result.stdout)["decisions"]["representable"] == 0
    assert "nine in ten are needed" in result.stderr
