"""Bueno de Mesquita's 1994 example: when ten states would accept limits on emissions.

The dynamics of the published model are under-specified (Scholz, Calbert and Smith 2011); the two
closed forms are not, and the weighted mean is the benchmark that nothing beats.
"""

import csv

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.kernels_rival import weighted_mean_position, weighted_median_position


@pytest.fixture
def states(shared_data):
    """Weights and positions (years of delay) of the ten states, in double precision."""
    path = shared_data / "replications" / "bdm1994_emissions_inputs.csv"
    if not path.exists():
        pytest.skip(f"no {path.name} at {path.parent}")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10
    weights = [float(r["capability"]) * float(r["salience"]) for r in rows]
    positions = [float(r["position_years_delay"]) for r in rows]
    return np.array(weights)[:, None], np.array(positions)[:, None]


def test_weighted_mean_is_that_of_the_literature(states):
    with jax.enable_x64(True):
        value = weighted_mean_position(*map(jnp.asarray, states))
    assert value.item() == pytest.approx(7.389956, abs=1e-6)


def test_weighted_median_is_that_of_the_literature(states):
    with jax.enable_x64(True):
        value = weighted_median_position(*map(jnp.asarray, states))
    assert value.item() == 7.0
