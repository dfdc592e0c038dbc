import re
import signal
import sys
import tomllib

import pytest
import yaml

import dev
import hokushin
from tools import environment

ADDRESS = re.compile(r"https?:|file:|--index|--extra-index|--find-links|@ ")


@pytest.fixture
def prepared(monkeypatch):
    """Levels that commands asked for, instead of an environment."""
    levels = []
    monkeypatch.setattr(dev, "prepare", levels.append)
    return levels


@pytest.fixture
def started(monkeypatch):
    """Programs that commands started, instead of the programs; each ends with the code given."""
    commands = []

    def run(*command):
        commands.append([command[0].rpartition("/")[2], *command[1:]])
        return 3 if "format" in command else 0

    monkeypatch.setattr(dev, "run", run)
    return commands


def test_why_needs_no_more_than_users_do_and_passes_arguments_on(prepared, started):
    assert dev.main(["why", "--full", "--seed", "7"]) == 0
    assert prepared == ["runtime"]
    assert started == [["hokushin", "why", "second-front", "--full", "--seed", "7"]]


def test_test_passes_arguments_on_to_pytest(prepared, started):
    assert dev.main(["test", "-k", "oil"]) == 0
    assert prepared == ["dev"]
    assert started == [["python", "-m", "pytest", "-k", "oil"]]


def test_test_without_arguments_uses_every_core(prepared, started):
    assert dev.main(["test"]) == 0
    assert started == [["python", "-m", "pytest", "-n", "auto", "--dist", "loadfile"]]


def test_check_goes_on_after_a_failure_and_returns_its_code(prepared, started, capsys):
    assert dev.main(["check"]) == 3
    programs = [command[0] for command in started]
    assert programs == ["ruff", "ruff", "pyright", "lint-imports", "python"]
    assert "failed: ruff format" in capsys.readouterr().err


def test_check_without_tests_runs_everything_else(prepared, started):
    dev.main(["check", "--no-tests"])
    assert [command[0] for command in started] == ["ruff", "ruff", "pyright", "lint-imports"]


@pytest.mark.parametrize("arguments", [["tset"], ["setup", "now"], ["check", "--no-tests", "-q"]])
def test_wrong_usage_prepares_nothing_and_ends_with_2(arguments, prepared, started, capsys):
    assert dev.main(arguments) == 2
    assert prepared == started == []
    assert capsys.readouterr().err.startswith("dev.py: ")


def test_a_failed_set_up_is_told_and_ends_with_1(monkeypatch, capsys):
    def prepare(level):
        raise environment.SetupError("no pip far and wide")

    monkeypatch.setattr(dev, "prepare", prepare)
    assert dev.main(["test"]) == 1
    assert "no pip far and wide" in capsys.readouterr().err


def test_an_interrupted_set_up_ends_with_130(monkeypatch):
    def prepare(level):
        raise KeyboardInterrupt

    monkeypatch.setattr(dev, "prepare", prepare)
    assert dev.main(["why"]) == 130


def test_exit_codes_come_through():
    assert dev.run(sys.executable, "-c", "raise SystemExit(4)") == 4


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_signal_comes_through_as_a_shell_reports_it():
    kill = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    assert dev.run(sys.executable, "-c", kill) == 128 + signal.SIGTERM


# The lock files themselves.


def pins(level):
    """Requirements of a lock file, each with its version, its marker and its hashes."""
    text = environment.LOCKS[level].read_text(encoding="utf-8").replace("\\\n", " ")
    requirements = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            requirement, *hashes = line.split("--hash=")
            requirements[requirement.strip()] = hashes
    return requirements


def names(requirements):
    """Normalised names of requirements."""
    return {re.split(r"[\[=<>; ]", name, maxsplit=1)[0].lower() for name in requirements}


@pytest.mark.parametrize("level", environment.LOCKS)
def test_every_locked_package_is_pinned_and_hashed(level):
    locked = pins(level)
    assert len(locked) > 40
    for requirement, hashes in locked.items():
        assert re.match(r"[a-z0-9-]+==[^ ]+( ;.*)?$", requirement)
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64} *", digest) for digest in hashes)


@pytest.mark.parametrize("level", environment.LOCKS)
def test_no_lock_file_names_a_package_index(level):
    assert not ADDRESS.search(environment.LOCKS[level].read_text(encoding="utf-8"))


def test_contributors_run_what_users_run():
    users, contributors = pins("runtime"), pins("dev")
    assert {requirement: contributors.get(requirement) for requirement in users} == users


def test_every_declared_dependency_is_locked():
    described = tomllib.loads((dev.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = described["dependency-groups"]
    needed = names(described["project"]["dependencies"]) | names(groups["build"])
    assert needed <= names(pins("runtime"))
    assert names(entry for entry in groups["dev"] if isinstance(entry, str)) <= names(pins("dev"))


def test_the_package_and_its_citation_agree_on_the_version():
    citation = yaml.safe_load((dev.ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == hokushin.__version__
