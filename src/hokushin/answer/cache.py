"""Cache: answers and compiled programs that this machine has worked out before.

Everything here can be deleted at any time. An answer that is read back says that it was.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hokushin.answer.document import Why
from hokushin.answer.places import folder
from hokushin.answer.plain import restore

_COMPILED_SECONDS = 0.5
"""Programs that compile faster than this are not worth keeping."""


def workplace() -> Path | None:
    """Give the folder for parts of answers that take long, or None where none can be written to."""
    place = folder() / "parts"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return place if os.access(place, os.W_OK) else None


def key_of(digest: str, code: str, options: Mapping[str, Any]) -> str:
    """Give the name under which an answer is kept: scenario, code and everything that was asked."""
    said = json.dumps([digest, code, dict(options)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def recall(key: str) -> Why | None:
    """Read an answer back, marked with the time it was computed; None if there is none to read.

    A file that cannot be read as an answer is no answer: it is left alone and computed anew.
    """
    path = _path(key)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return replace(restore(Why, kept["answer"]), cached=str(kept["computed"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def remember(key: str, answer: Why) -> None:
    """Keep an answer; a disk that cannot be written to is no reason to fail."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    text = json.dumps({"computed": now, "answer": answer.as_dict()})
    path = _path(key)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError:
        return


def keep_compiled() -> None:
    """Let JAX keep what it compiles in the cache, unless the environment says where it should.

    To be called by a command, before anything is compiled; never by an import.
    """
    import jax

    if not os.environ.get("JAX_COMPILATION_CACHE_DIR"):
        jax.config.update("jax_compilation_cache_dir", str(folder() / "compiled"))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", _COMPILED_SECONDS)


def _path(key: str) -> Path:
    return folder() / "answers" / f"{key}.json"
