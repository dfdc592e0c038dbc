"""KTAB's probabilistic Condorcet elections, from its reference logs of 30 May 2017.

KTAB is copyright 2015 King Abdullah Petroleum Studies and Research Center, MIT licence.
"""

import csv

import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.model.kernels_rival import condorcet

VOTING = {"Prop": "proportional", "PropCbc": "proportional_cubic"}
VICTORY = {"Linear": "linear"}
MODEL = {"Conditional": "conditional", "MarkovIncentive": "markov_incentive"}
N_BLOCKS = 26
SCENARIOS = ["dummyData_3Dim", "SOE-Pol-Comp", "smpExample"]


def rows(shared_data, name):
    path = shared_data / "replications" / name
    if not path.exists():
        pytest.skip(f"no {name} at {path.parent}")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def table(block, quantity):
    """One printed matrix of a block (a vector has one column)."""
    cells = [r for r in block if r["quantity"] == quantity]
    place = [(int(r["row"]), int(r["col"] or 0)) for r in cells]
    values = np.zeros(np.max(place, axis=0) + 1)
    for at, cell in zip(place, cells, strict=True):
        values[at] = float(cell["value"])
    return values


@pytest.mark.parametrize("number", range(N_BLOCKS))
def test_logged_election_is_reproduced(shared_data, number):
    block = [r for r in rows(shared_data, "ktab_pce_blocks.csv") if int(r["block"]) == number]
    election = condorcet(
        jnp.asarray(table(block, "w"), jnp.float32),
        jnp.asarray(table(block, "u")[:, :, None], jnp.float32),
        VOTING[block[0]["voting_rule"]],
        VICTORY[block[0]["victory_model"]],
        MODEL[block[0]["pce_model"]],
    )
    # Utilities are printed to five figures, which is where the tolerances come from.
    np.testing.assert_allclose(election.coalition[:, :, 0], table(block, "C"), atol=3e-3)
    np.testing.assert_allclose(election.pairwise[:, :, 0], table(block, "P"), atol=3e-4)
    probability = np.exp(election.log_probability)
    np.testing.assert_allclose(probability, table(block, "p"), atol=3e-4)


def test_every_logged_election_is_tested(shared_data):
    logged = rows(shared_data, "ktab_pce_blocks.csv")
    assert {int(r["block"]) for r in logged} == set(range(N_BLOCKS))


def distance(position, salience):
    """How far actor i holds the position of actor j, by i's salience; both over (actor, issue)."""
    gap = salience[:, None] * (position[:, None] - position[None])
    return np.sqrt((gap**2).sum(2) / (salience**2).sum(1)[:, None])


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_risk_and_chances_at_the_start_of_a_bargaining_run(shared_data, scenario):
    """Positions to distances, a first election, what it implies for risk, and a second one.

    As KTAB has it, every actor's position is an option in the first election; in the second,
    actors who hold the same position stand for one option, and each is given its chance.
    """
    cells = [
        r for r in rows(shared_data, "ktab_smp_initial_state.csv") if r["scenario"] == scenario
    ]
    actors = list(dict.fromkeys(r["actor"] for r in cells))
    first = [next(r for r in cells if r["actor"] == actor) for actor in actors]

    def by_issue(column):
        return np.array([[float(r[column]) for r in cells if r["actor"] == a] for a in actors])

    _, candidate, stands_for = np.unique(
        by_issue("position"), axis=0, return_index=True, return_inverse=True
    )

    def elect(utility):
        weights = np.array([[float(r["capability"])] for r in first])
        election = condorcet(
            jnp.asarray(weights, jnp.float32),
            jnp.asarray(utility[:, :, None], jnp.float32),
            VOTING[first[0]["voting_rule"]],
            model=MODEL[first[0]["pce_model"]],
        )
        return np.exp(np.array(election.log_probability[:, 0], float))

    apart = distance(by_issue("position") / 100, by_issue("salience") / 100)
    p = elect(1 - apart)
    risk = (3 * p - (p.max() + 2 * p.min())) / (2 * (p.max() - p.min()))
    np.testing.assert_allclose(risk, [float(r["expected_risk_R"]) for r in first], atol=6e-4)
    utility = (1 - apart) * (1 + apart * risk[:, None])
    chances = elect(utility[:, candidate])[stands_for]
    expected = [float(r["expected_prob_turn0"]) for r in first]
    np.testing.assert_allclose(chances, expected, atol=6e-5)
