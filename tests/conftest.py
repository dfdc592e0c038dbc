"""Settings and fixtures of all tests.

Shapes and types written in the signatures of the model and the engine are checked at every call,
unless HOKUSHIN_NO_TYPECHECK=1. That hook and JAX's settings must be in place before anything of
the package is imported, so they are made here, not in a fixture.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from jaxtyping import install_import_hook

REPOSITORY = Path(__file__).resolve().parent.parent
CHECKED_PACKAGES = ["hokushin.model", "hokushin.engine"]


def pytest_configure(config: pytest.Config) -> None:
    """Run JAX on the CPU unless told otherwise, and keep what it compiles for the next run.

    Properties have no deadline: a busy machine is no failure.
    """
    settings.register_profile("without a deadline", deadline=None)
    settings.load_profile("without a deadline")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    if config.cache is not None:
        compiled = config.cache.mkdir("compiled")
        os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(compiled))
        # The default leaves out what compiles within a second, which is most of what tests run;
        # keeping everything costs more in writing than it saves in compiling.
        os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.02")
    if os.environ.get("HOKUSHIN_NO_TYPECHECK") != "1":
        install_import_hook(CHECKED_PACKAGES, "beartype.beartype")


@pytest.fixture
def key():
    """A random key, the same in every run."""
    import jax

    return jax.random.key(0)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the record, which lies beside the checkout because not all of it may be copied.

    HOKUSHIN_RECORD names another place. Without the record, tests that read it are skipped.
    """
    folder = Path(os.environ.get("HOKUSHIN_RECORD", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the record is not at {folder}; HOKUSHIN_RECORD can name its folder")
    return folder
