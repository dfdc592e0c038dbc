"""Version: the code that computed an answer, named by release and by content."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import hokushin


@lru_cache(maxsize=1)
def code_version() -> str:
    """Give release and content of the code, as in 0.1.0+5c1a90de.

    The second part is of every Python file of the package, so that an answer computed before a
    change of the code is not taken for one computed after it.
    """
    digest = hashlib.sha256()
    for name, text in sorted(_sources(files("hokushin"), "")):
        digest.update(name.encode() + b"\0" + text)
    return f"{hokushin.__version__}+{digest.hexdigest()[:8]}"


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith((".", "__")):
            found += _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            found.append((f"{prefix}{entry.name}", entry.read_bytes()))
    return found
