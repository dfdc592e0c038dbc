import json
import shutil

import pytest

from tools import environment, indexes


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the files that an environment is made from, and no environment."""
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(environment.ROOT / name, tmp_path)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "ENVIRONMENT", tmp_path / ".venv")
    locks = {level: tmp_path / path.name for level, path in environment.LOCKS.items()}
    monkeypatch.setattr(environment, "LOCKS", locks)
    return tmp_path


@pytest.fixture
def installs(monkeypatch, project):
    """Levels that were installed, and whether into an environment made afresh."""
    done = []

    def install(level):
        leftover = environment.ENVIRONMENT / "leftover"
        done.append((level, "added" if leftover.exists() else "afresh"))
        leftover.touch()

    monkeypatch.setattr(environment, "install", install)
    return done


def test_a_finished_environment_is_left_alone(installs):
    for _ in range(3):
        environment.prepare("dev")
    environment.prepare("runtime")  # the contributor's environment holds the user's
    assert installs == [("dev", "afresh")]


def test_a_contributor_adds_to_the_environment_of_a_user(installs):
    environment.prepare("runtime")
    environment.prepare("dev")
    assert installs == [("runtime", "afresh"), ("dev", "added")]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_changed_lock_file_makes_the_environment_afresh(name, installs, project):
    environment.prepare("runtime")
    with (project / name).open("a", encoding="utf-8") as file:
        file.write("# one line more\n")
    environment.prepare("runtime")
    assert installs == [("runtime", "afresh"), ("runtime", "afresh")]


def test_settings_of_tools_do_not_make_the_environment_afresh(installs, project):
    environment.prepare("dev")
    described = project / "pyproject.toml"
    text = described.read_text(encoding="utf-8")
    described.write_text(text.replace("line-length = 100", "line-length = 99"), encoding="utf-8")
    assert described.read_text(encoding="utf-8") != text
    environment.prepare("dev")
    assert installs == [("dev", "afresh")]


def test_a_changed_dependency_makes_the_environment_afresh(installs, project):
    environment.prepare("dev")
    described = project / "pyproject.toml"
    text = described.read_text(encoding="utf-8")
    described.write_text(text.replace("numpy>=", "numpy>"), encoding="utf-8")
    environment.prepare("dev")
    assert installs == [("dev", "afresh"), ("dev", "afresh")]


@pytest.mark.parametrize("before", [[], ["runtime"]])
def test_an_interrupted_set_up_starts_clean(before, installs, project, monkeypatch):
    for level in before:
        environment.prepare(level)
    finish = environment.install

    def interrupted(level):
        (environment.ENVIRONMENT / "leftover").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        environment.prepare("dev")
    monkeypatch.setattr(environment, "install", finish)
    environment.prepare("dev")
    assert installs[-1] == ("dev", "afresh")
    assert json.loads(environment.stamp_path().read_text(encoding="utf-8"))["level"] == "dev"


def test_what_uv_cannot_install_pip_does(project, monkeypatch, capsys):
    environment.make_empty_environment()
    calls = []
    monkeypatch.setattr(environment, "find_pip", lambda: ["some pip"])
    monkeypatch.setattr(environment, "call_uv", lambda arguments: 2)

    def call_pip(pip, arguments):
        calls.append(pip[-1] if "--require-hashes" in arguments else "project")
        return 0

    monkeypatch.setattr(environment, "call_pip", call_pip)
    environment.install("runtime")
    assert calls == ["some pip", "pip", "project"]
    assert "trying with pip" in capsys.readouterr().err


def test_a_set_up_that_neither_uv_nor_pip_can_finish_is_an_error(project, monkeypatch):
    environment.make_empty_environment()
    monkeypatch.setattr(environment, "find_pip", lambda: ["some pip"])
    monkeypatch.setattr(environment, "call_uv", lambda arguments: 2)
    monkeypatch.setattr(environment, "call_pip", lambda pip, arguments: pip != ["some pip"])
    with pytest.raises(environment.SetupError, match="pip could not install that either"):
        environment.install("dev")


def test_the_first_pip_is_a_wheel_then_the_machines_then_a_fetched_one(
    project, tmp_path, monkeypatch
):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "pip-23.0.1-py3-none-any.whl").touch()
    monkeypatch.setattr(environment, "wheel_folders", lambda: [tmp_path / "none", wheels])
    assert environment.find_pip()[1] == str(wheels / "pip-23.0.1-py3-none-any.whl" / "pip")

    monkeypatch.setattr(environment, "wheel_folders", list)
    monkeypatch.setattr(environment, "machine_pip_serves_others", lambda: True)
    assert environment.find_pip()[1:4] == ["-m", "pip", "--python"]

    monkeypatch.setattr(environment, "machine_pip_serves_others", lambda: False)
    monkeypatch.setattr(indexes, "fetch_pip", lambda pinned, folder: folder / "pip.whl")
    assert environment.find_pip()[1] == str(environment.ENVIRONMENT / "pip.whl" / "pip")


def test_without_any_pip_the_line_that_mends_it_is_told(project, monkeypatch):
    monkeypatch.setattr(environment, "wheel_folders", list)
    monkeypatch.setattr(environment, "machine_pip_serves_others", lambda: False)
    monkeypatch.setattr(indexes, "fetch_pip", lambda pinned, folder: None)
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(environment.SetupError, match="apt-get install -y python3-venv"):
        environment.find_pip()


def test_an_environment_begins_without_pip_since_some_pythons_cannot_bring_it(project):
    environment.make_empty_environment()
    assert (environment.ENVIRONMENT / "pyvenv.cfg").is_file()
    assert not list(environment.ENVIRONMENT.rglob("pip*"))


def test_the_lock_file_pins_the_tools_that_make_the_environment(project):
    for package in ("pip", "uv"):
        entry = environment.locked(package)
        assert entry.startswith(f"{package}==")
        assert entry.count("==") == 1
        assert "--hash=sha256:" in entry
    with pytest.raises(environment.SetupError, match="does not pin leftpad"):
        environment.locked("leftpad")
