"""Fixtures of the model's tests."""

import jaxtyping
import pytest


@pytest.fixture
def as_shipped():
    """Without the checks of shapes that tests add, so that the library's own checks speak."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)
