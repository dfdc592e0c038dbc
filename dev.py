"""Makes the project's environment and runs its commands, with nothing but Python installed.

    python3 dev.py why      make .venv if needed, then answer `hokushin why second-front`
    python3 dev.py test     make .venv if needed, then run the tests
    python3 dev.py check    the tests and all that a machine can check (--no-tests: only the rest)
    python3 dev.py setup    make .venv with everything that a contributor needs
    python3 dev.py lock     work the lock files out again (--upgrade: with newer releases)

Further arguments go to the command itself: `dev.py why --full`, `dev.py test -k oil`.

Every package is pinned and hashed in requirements.lock and requirements-dev.lock. The environment
is made again when they change, when the Python release changes, or when the last attempt did not
finish. Packages come from the indexes that pip is set up for on this machine; uv, which is several
times as fast, is told the same, and pip takes over where uv fails.
"""

from __future__ import annotations

import subprocess
import sys

from tools import indexes
from tools.environment import LOCKS, OLDEST_PYTHON, ROOT, SetupError, prepare, program, say

LOCK_GROUPS = {"runtime": "build", "dev": "dev"}
LOCK_HEADING = "# Written by `python3 dev.py lock` from pyproject.toml; not to be edited by hand.\n"


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    command, *extra = arguments or ["help"]
    commands = {"why": why, "test": test, "check": check, "setup": setup, "lock": lock}
    if command in {"help", "-h", "--help"}:
        print(__doc__)
        return 0
    if command not in commands:
        say(f"there is no command {command!r}; choose from: {', '.join(commands)}")
        return 2
    try:
        return commands[command](extra)
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted; the same command starts again")
        return 130


def why(extra: list[str]) -> int:
    """Answer the flagship question."""
    prepare("runtime")
    return run(program("hokushin"), "why", "second-front", *extra)


def test(extra: list[str]) -> int:
    """Run the tests."""
    prepare("dev")
    return run(*pytest(extra))


def pytest(extra: list[str]) -> list[str]:
    """Command that runs the tests: all of them on every core, a selection in one process."""
    spread = [] if extra else ["-n", "auto", "--dist", "loadfile"]
    return [program("python"), "-m", "pytest", *spread, *extra]


def check(extra: list[str]) -> int:
    """Run every check to its end, so that one reading shows all that is wrong."""
    checks = {
        "ruff check": [program("ruff"), "check", "."],
        "ruff format": [program("ruff"), "format", "--check", "."],
        "pyright": [program("pyright"), "--pythonpath", program("python")],
        "import contracts": [program("lint-imports"), "--no-logo"],
    }
    if "--no-tests" not in extra:
        checks["pytest"] = pytest(extra)
    elif extra != ["--no-tests"]:
        say("check --no-tests takes no further arguments: they would go to the tests")
        return 2
    prepare("dev")
    codes = {}
    for name, command in checks.items():
        say(name)
        codes[name] = run(*command)
    failed = [name for name, code in codes.items() if code != 0]
    say(f"failed: {', '.join(failed)}" if failed else f"all {len(checks)} checks passed")
    return codes[failed[0]] if failed else 0


def setup(extra: list[str]) -> int:
    """Make the environment with everything that a contributor needs."""
    if extra:
        say(f"setup takes no arguments, but was given: {' '.join(extra)}")
        return 2
    prepare("dev")
    return 0


def lock(extra: list[str]) -> int:
    """Work the lock files out again, for every platform and every Python from the floor up.

    Only the main package index is asked. A further index or a folder of wheels often holds the
    files of one machine, and a lock file with their hashes alone would fail on every other.
    """
    prepare("dev")
    settings = indexes.pip_settings()
    for narrow in ("extra-index-url", "find-links"):
        settings.pop(narrow, None)
    environ = indexes.uv_environment(settings)
    floor = ".".join(map(str, OLDEST_PYTHON))
    for level, path in LOCKS.items():
        command = [program("uv"), "pip", "compile", "pyproject.toml", "--quiet", *extra]
        command += ["--group", LOCK_GROUPS[level], "--output-file", path.name]
        command += ["--universal", "--python-version", floor]
        command += ["--generate-hashes", "--no-header", "--no-annotate"]
        if level == "dev":
            command += ["--constraints", LOCKS["runtime"].name]
        code = subprocess.call(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
        if code != 0:
            return code
        path.write_text(LOCK_HEADING + path.read_text(encoding="utf-8"), encoding="utf-8")
        say(f"wrote {path.name}")
    return 0


def run(*command: str) -> int:
    """Run a program and return its exit code, in a shell's way if a signal ended it."""
    with subprocess.Popen(command, cwd=ROOT) as child:
        while True:
            try:
                code = child.wait()
            except KeyboardInterrupt:
                continue  # The program has had the same signal and ends in its own way.
            return code if code >= 0 else 128 - code


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        floor, this = (".".join(map(str, v[:3])) for v in (OLDEST_PYTHON, sys.version_info))
        sys.exit(f"dev.py: hokushin needs Python {floor} or later, but this is Python {this}")
    sys.exit(main(sys.argv[1:]))
