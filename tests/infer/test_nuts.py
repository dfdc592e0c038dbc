"""Draws from a log-density: gates first, and parts that can be taken up again."""

from __future__ import annotations

from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.infer.nuts import Chains, Effort, check_gates, sample

SHORT = Effort(warmup=100, draws=100, chains=2, part=50)


def log_density(x):
    """Two normals, one of mean 3 and spread .5."""
    return -0.5 * jnp.square(x["a"]) - 2.0 * jnp.square(x["b"] - 3.0)


START = {"a": jnp.zeros(()), "b": jnp.zeros(())}


@pytest.mark.slow
def test_an_interrupted_sampler_goes_on_where_it_stopped(tmp_path: Path):
    whole = sample(log_density, START, SHORT, 5, tmp_path / "whole")

    def stop(stage: str, done: int, total: int) -> None:
        if done == 150:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample(log_density, START, SHORT, 5, tmp_path / "parts", stop)
    told: list[tuple[str, int]] = []
    resumed = sample(
        log_density, START, SHORT, 5, tmp_path / "parts", lambda s, d, t: told.append((s, d))
    )
    assert told[0] == ("drawing", 150), "the first half was drawn again"
    np.testing.assert_array_equal(resumed.draws["b"], whole.draws["b"])


@pytest.mark.slow
def test_parts_of_another_sampler_are_refused(tmp_path: Path):
    sample(log_density, START, SHORT, 5, tmp_path)
    with pytest.raises(ValueError, match="holds draws made with"):
        sample(log_density, START, SHORT, 6, tmp_path)


def chains_of(x: np.ndarray, divergences: int = 0) -> Chains:
    return Chains({"x": x}, divergences, 7.0, 0.9)


def test_chains_that_agree_pass_the_gates():
    x = np.random.default_rng(0).standard_normal((4, 500, 2))
    gates = check_gates(chains_of(x), {"x": ("one", "two")})
    assert gates.failures == ()
    assert gates.worst_rhat < 1.01


def test_chains_that_disagree_name_what_they_disagree_about():
    x = np.random.default_rng(0).standard_normal((4, 500, 2))
    x[0, :, 1] += 1.0
    gates = check_gates(chains_of(x), {"x": ("one", "two")})
    assert gates.worst_rhat_of == "two"
    assert any("R-hat of two" in failure for failure in gates.failures)


def test_few_effective_draws_and_divergences_fail():
    slow = np.cumsum(np.random.default_rng(0).standard_normal((4, 500, 1)), axis=1)
    gates = check_gates(chains_of(slow, divergences=3), {"x": ("walk",)})
    assert any("effective draws" in failure for failure in gates.failures)
    assert "3 transitions diverged" in gates.failures
