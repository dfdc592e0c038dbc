"""Makes `.venv` from the lock files, on whatever Python a machine has.

Debian ships venv without ensurepip, the part that brings pip, and some machines have no pip at all.
So the environment is made empty, and the first pip to fill it is run from wherever there is one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from tools import indexes

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}


class SetupError(Exception):
    """The environment cannot be made; the message says what would help."""


def prepare(level: str) -> None:
    """See that the environment is there, is complete, and is what the lock files say.

    `level` is "runtime" for what users need or "dev" for what contributors need.
    """
    inputs = digest_of_inputs()
    made = read_stamp()
    ready = made.get("inputs") == inputs and os.path.exists(program("python"))
    if ready and made["level"] in {level, "dev"}:
        return
    started = time.monotonic()
    if ready:
        # Gone while packages are added, so that an interrupted attempt is never taken for done.
        stamp_path().unlink()
    else:
        make_empty_environment()
    install(level)
    stamp = {"inputs": inputs, "level": level}
    stamp_path().write_text(json.dumps(stamp) + "\n", encoding="utf-8")
    say(f"the environment is ready, after {time.monotonic() - started:.0f} s")


def digest_of_inputs() -> str:
    """Digest of all that the environment is made from; settings of tools are not in it."""
    import tomllib

    described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = {
        "locks": [path.read_text(encoding="utf-8") for path in LOCKS.values()],
        "package": [described["project"], described["build-system"], described["tool"]["hatch"]],
        # Scripts in an environment hold its absolute path: a moved checkout needs a new one.
        "place": str(ENVIRONMENT),
        "python": list(sys.version_info[:2]),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def stamp_path() -> Path:
    """File that exists when, and only when, a set-up has run to its end."""
    return ENVIRONMENT / "hokushin-setup.json"


def read_stamp() -> dict[str, str]:
    """What the last finished set-up wrote down; empty if none finished."""
    try:
        return json.loads(stamp_path().read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def make_empty_environment() -> None:
    """Make `.venv` afresh and without pip, so that half a set-up never lives on."""
    try:
        import venv
    except ImportError as error:
        raise SetupError(how_to_help()) from error
    say(f"making {ENVIRONMENT.name} for Python {'.'.join(map(str, sys.version_info[:3]))}")
    builder = venv.EnvBuilder(clear=True, with_pip=False, symlinks=os.name != "nt")
    builder.create(ENVIRONMENT)


def install(level: str) -> None:
    """Install pip and uv as locked, then what the level needs, then the project itself."""
    say("installing pip and uv")
    checked = ["--quiet", "--require-hashes", "--only-binary", ":all:", "--requirement"]
    bootstrap = ENVIRONMENT / "bootstrap.lock"
    bootstrap.write_text(locked("pip") + locked("uv"), encoding="utf-8")
    if call_pip(find_pip(), [*checked, str(bootstrap), "--no-deps"]) != 0:
        raise SetupError("pip and uv could not be installed; the reason stands above")

    say(f"installing the packages of {LOCKS[level].name}")
    project = ["--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    for arguments in ([*checked, str(LOCKS[level])], project):
        if call_uv(arguments) == 0:
            continue
        say("uv could not install that; trying with pip, which is slower")
        if call_pip([program("python"), "-m", "pip"], arguments) != 0:
            raise SetupError("pip could not install that either; the reason stands above")


def call_uv(arguments: list[str]) -> int:
    """Run `uv pip install` with the package indexes that pip is set up for."""
    settings = indexes.pip_settings()
    command = [program("uv"), "pip", "install", "--python", program("python"), *arguments]
    if settings.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        command.append("--no-index")
    environ = indexes.uv_environment(settings)
    return subprocess.call(command, cwd=ROOT, env=environ, stdout=sys.stderr)


def call_pip(pip: list[str], arguments: list[str]) -> int:
    """Run `pip install`, kept from installing anywhere but into the environment."""
    elsewhere = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"}
    environ = {name: value for name, value in os.environ.items() if name not in elsewhere}
    environ |= {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    environ |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_PROGRESS_BAR": "off"}
    # The second --quiet leaves out warnings: pip gives one for every package an index has not got.
    command = [*pip, "install", "--quiet", *arguments]
    return subprocess.call(command, env=environ, stdout=sys.stderr)


def locked(package: str) -> str:
    """Lines of requirements.lock that pin one package: its version and its hashes."""
    text = LOCKS["runtime"].read_text(encoding="utf-8")
    block = re.search(rf"^{re.escape(package)}==.*\n(?:[ ]+.*\n)*", text, re.MULTILINE)
    if block is None:
        raise SetupError(f"{LOCKS['runtime'].name} does not pin {package}; `git checkout` mends it")
    return block[0]


def find_pip() -> list[str]:
    """How to run pip on the new environment: from its wheel, this machine's, or a fresh one."""
    wheels = [wheel for folder in wheel_folders() for wheel in folder.glob("pip-*.whl")]
    if wheels:
        # A wheel is a zip file, and Python runs pip from inside it.
        return [program("python"), str(wheels[0] / "pip")]
    if machine_pip_serves_others():
        return [sys.executable, "-m", "pip", "--python", program("python")]
    fetched = indexes.fetch_pip(locked("pip"), ENVIRONMENT)
    if fetched is None:
        raise SetupError(how_to_help())
    return [program("python"), str(fetched / "pip")]


def wheel_folders() -> list[Path]:
    """Where Python, or a distribution that ships it in parts, keeps the wheel of pip."""
    folders = []
    ensurepip = importlib.util.find_spec("ensurepip")
    if ensurepip is not None and ensurepip.origin is not None:
        folders.append(Path(ensurepip.origin).parent / "_bundled")
    if sysconfig.get_config_var("WHEEL_PKG_DIR"):
        folders.append(Path(sysconfig.get_config_var("WHEEL_PKG_DIR")))
    return folders


def machine_pip_serves_others() -> bool:
    """Whether the Python that runs this has a pip that knows `--python` (22.3 and later)."""
    asked = [sys.executable, "-m", "pip", "--version"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    found = re.match(r"pip (\d+)\.(\d+)", answer.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= (22, 3)


def how_to_help() -> str:
    """The one line that mends a Python without pip."""
    version = ".".join(map(str, sys.version_info[:2]))
    mend = "install pip for it, or a Python that has pip"
    if shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        mend = f"{sudo}apt-get install -y python3-venv"
    return (
        f"this Python {version} comes without pip, and so cannot install anything. To mend it:\n\n"
        f"    {mend}\n\n"
        "Where PIP_INDEX_URL or pip's settings name a package index, pip is fetched from there."
    )


def program(name: str) -> str:
    """Path of a program in the environment."""
    folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    return str(ENVIRONMENT / folder / (name + suffix))


def say(message: str) -> None:
    """Write progress where it does not mix with results."""
    print(f"dev.py: {message}", file=sys.stderr, flush=True)
