import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from hokushin.cli.app import app
from tests.scenario.planted import copied, replaced

runner = CliRunner()


@pytest.fixture(autouse=True)
def quick_and_apart(monkeypatch, tmp_path_factory):
    """The smallest effort, and a cache that only these tests share."""
    import hokushin.answer.why

    monkeypatch.setattr(hokushin.answer.why, "QUICK_SECONDS", 0.0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cli-cache"))


def call(*arguments, code=0):
    """Run a command and give its result, after checking its exit code."""
    result = runner.invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, (result.output, result.exception)
    return result


@pytest.fixture
def broken(tmp_path):
    """A folder that is no scenario."""
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "scenario.yaml").write_text("scenario: {id: x}\n")
    return folder


def in_a_shell(*arguments, **environment):
    """Run the command line in a process of its own."""
    code = "import sys; from hokushin.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


def test_help_imports_no_engine():
    code = (
        "import sys\n"
        "from hokushin.cli.app import app\n"
        "try:\n    app(['--help'])\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "heavy = ['jax', 'numpy', 'pydantic', 'pyarrow', 'matplotlib']\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stderr.strip() == "[]"
    assert "why" in run.stdout


def test_importing_the_package_imports_no_engine_and_names_what_there_is():
    code = (
        "import sys, hokushin as hk\n"
        "print('jax' in sys.modules, 'why' in dir(hk), callable(hk.load), 'jax' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True", "True", "False"]


def test_every_public_name_can_be_had():
    import hokushin

    for name in hokushin.__all__:
        assert getattr(hokushin, name).__name__ == name
    with pytest.raises(AttributeError, match="whyy"):
        _ = hokushin.whyy


def test_why_answers_on_standard_output_and_the_cache_says_that_it_is_one():
    first = call("why", "tiny", "--fresh")
    assert "WOULD RED HAVE MARCHED" in first.stdout
    assert "Read from the cache" not in first.stdout
    assert first.stderr == ""
    second = call("why", "tiny")
    assert "Read from the cache of this machine" in " ".join(second.stdout.split())
    document = json.loads(call("why", "tiny", "--json").stdout)
    assert document["schema"] == "hokushin/why/1"
    assert document["cached"].endswith("UTC")


def test_why_draws_for_ascii_for_listeners_and_on_a_page(tmp_path):
    assert call("why", "tiny", "--ascii").stdout.isascii()
    assert "●" not in call("why", "tiny", "--plain").stdout
    page = tmp_path / "page.html"
    written = call("why", "tiny", "--html", page)
    assert written.stdout == ""
    assert str(page) in written.stderr
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_an_answer_that_misses_its_own_standard_ends_with_five(monkeypatch):
    import hokushin.answer.effort

    monkeypatch.setattr(hokushin.answer.effort, "LARGEST_ERROR", 1e-6)
    result = call("why", "tiny", code=5)
    assert "WOULD RED HAVE MARCHED" in result.stdout
    assert "--histories" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("why", "no-such-scenario"),
        ("why", "tiny", "--histories", 10),
        ("why", "tiny", "--basis", "posterior"),
        ("why", "tiny", "--basis", "likelihood"),
        ("why", "tiny", "--no-such-option"),
        ("source", "tiny", "engagements.skirmish.los"),
        ("run", "tiny", "--histories", 10, "--out", "x", "--shard", "half"),
        ("run", "tiny", "--histories", 10, "--out", "x", "--from", "yesterday"),
        ("verify", "."),
        ("no-such-command",),
    ],
)
def test_a_wrong_call_ends_with_two_and_says_why(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = call(*arguments, code=2)
    assert result.stdout == ""
    assert result.stderr


def test_a_scenario_with_errors_ends_with_one_and_names_the_place(broken):
    result = call("check", broken, code=1)
    assert result.stdout == ""
    assert "scenario.yaml:1:" in result.stderr
    document = json.loads(call("check", broken, "--json", code=1).stdout)
    assert document["problems"][0]["file"] == "scenario.yaml"
    assert json.loads(call("why", broken, "--json", code=1).stdout)["problems"]


def test_check_counts_what_a_sound_scenario_holds():
    assert "no problems" in call("check", "tiny").stdout
    document = json.loads(call("check", "tiny", "--json").stdout)
    assert document["problems"] == []
    assert document["numbers"] > 100


def test_check_walks_the_record_if_asked_and_names_the_row_that_cannot_be(tmp_path):
    document = json.loads(call("check", "tiny", "--replay", "--json").stdout)
    assert (document["replayed"], document["problems"]) == (True, [])
    assert json.loads(call("check", "tiny", "--json").stdout)["replayed"] is False
    spoilt = copied("tiny", tmp_path)
    replaced(
        spoilt / "choices.yaml",
        "title: Sign a truce, ask for the same, and sell on\n        needs: [not war.border,",
        "title: Sign a truce, ask for the same, and sell on\n        needs: [taken.oilfield,",
    )
    assert "no problems" in call("check", spoilt).stdout
    result = call("check", spoilt, "--replay", code=1)
    assert "decisions.csv:" in result.stderr
    assert "for want of taken.oilfield" in " ".join(result.stderr.split())


def test_scenarios_lists_what_comes_with_the_package():
    listed = json.loads(call("scenarios", "--json").stdout)["scenarios"]
    assert "tiny" in [one["name"] for one in listed]
    assert "tiny: " in call("scenarios").stdout


def test_source_gives_one_number_in_both_forms():
    path = "engagements.skirmish.loss_share"
    assert "disputed (k1)" in call("source", "tiny", path).stdout
    assert json.loads(call("source", "tiny", path, "--json").stdout)["value"] == 0.5


def test_claims_are_answered_in_both_forms():
    assert "as claimed" in call("claims", "tiny", "--histories", 1024).stdout
    document = json.loads(call("claims", "tiny", "--histories", 1024, "--json").stdout)
    assert [claim["claim"] for claim in document["claims"]] == ["T1", "T2", "T3"]


def test_a_run_is_written_verified_and_told(tmp_path):
    out = tmp_path / "run"
    written = call("run", "tiny", "--histories", 300, "--out", out, "--seed", 3)
    assert "300 histories in 1 files" in written.stdout
    assert "complete" in call("verify", out).stdout
    assert json.loads(call("verify", out, "--json").stdout)["histories"] == 300
    again = call("run", "tiny", "--histories", 300, "--out", out, "--seed", 3, code=2)
    assert "--resume" in again.stderr
    call("run", "tiny", "--histories", 300, "--out", out, "--seed", 3, "--resume")
    assert "History 5 of seed 3" in call("replay", out, "--history", 5).stdout
    next(out.glob("*.parquet")).write_bytes(b"not parquet")
    assert "mismatch" in call("verify", out, code=4).stdout


def test_a_change_with_errors_ends_with_one(tmp_path):
    arguments = ("run", "tiny", "--histories", 10, "--out", tmp_path / "x", "--do", "set nothing")
    assert "--do:1:" in call(*arguments, code=1).stderr


def test_an_incomplete_run_ends_with_three(tmp_path):
    out = tmp_path / "run"
    call("run", "tiny", "--histories", 40_000, "--out", out, "--shard", "3/3")
    result = call("verify", out, code=3)
    assert "incomplete" in result.stdout
    assert "--resume" in result.stderr


def test_an_interrupted_command_ends_with_130_and_says_how_to_go_on(tmp_path, monkeypatch):
    from hokushin.answer import ensemble

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(ensemble, "table_of", interrupted)
    result = call("run", "tiny", "--histories", 10, "--out", tmp_path / "x", code=130)
    assert "--resume" in result.stderr


def test_a_full_answer_that_is_stopped_says_that_the_same_command_goes_on(monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("hokushin.answer.why.why", interrupted)
    assert "goes on" in call("why", "tiny", "--full", "--fresh", code=130).stderr
    assert "goes on" not in call("why", "tiny", "--fresh", code=130).stderr


def test_a_terminal_without_unicode_gets_ascii():
    run = in_a_shell("why", "tiny", PYTHONIOENCODING="ascii")
    assert run.returncode == 0, run.stderr
    assert run.stdout.isascii()


def test_version_is_told():
    import hokushin

    assert call("--version").stdout.strip() == f"hokushin {hokushin.__version__}"
