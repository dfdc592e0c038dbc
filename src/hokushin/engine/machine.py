"""Machine: what there is to run on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import jax


def n_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def compiler_options() -> dict[str, Any]:
    """Options for XLA on this machine: full-width vectors where the processor has them."""
    if jax.default_backend() != "cpu":
        return {}
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return {}
    return {"xla_cpu_prefer_vector_width": "512"} if "avx512f" in flags else {}
