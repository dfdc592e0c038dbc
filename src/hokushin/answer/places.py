"""Places: where this machine keeps what it has worked out. All of it can be deleted at any time."""

from __future__ import annotations

import os
from pathlib import Path


def folder() -> Path:
    """Give the folder of the cache: $XDG_CACHE_HOME/hokushin, or ~/.cache/hokushin."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "hokushin"


def fits_folder() -> Path:
    """Give the folder of this machine's own fits and comparisons of theories."""
    return folder() / "fits"
