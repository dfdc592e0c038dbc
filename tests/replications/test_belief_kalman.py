"""A forgetting Kalman filter, step by step against its closed form."""

import csv

import jax
import jax.numpy as jnp
import pytest

from hokushin.model.beliefs import drift, kalman_update

HALF_LIFE = 5.0


@pytest.fixture
def targets(shared_data):
    path = shared_data / "replications" / "belief_kalman_targets.csv"
    if not path.exists():
        pytest.skip(f"no {path.name} at {path.parent}")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_belief_with_forgetting_follows_its_closed_form(targets):
    assert [bool(row["y"]) for row in targets] == [True, True, False, False]
    with jax.enable_x64(True):
        prior_mean, prior_variance = jnp.array([0.0]), jnp.array([1.0])
        mean, variance = prior_mean, prior_variance
        for row in targets:
            mean, variance = drift(mean, variance, prior_mean, prior_variance, HALF_LIFE, 1.0)
            if row["y"]:
                observation = jnp.array([float(row["y"])])
                mean, variance = kalman_update(mean, variance, observation, float(row["R"]))
            assert mean[0] == pytest.approx(float(row["mean"]), abs=1e-6)
            assert variance[0] == pytest.approx(float(row["var"]), abs=1e-6)
