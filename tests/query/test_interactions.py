import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hokushin.query.interactions import (
    interaction_weights,
    pair_interactions,
    shapley_interactions,
)
from hokushin.query.lattice import build_lattice


@pytest.mark.statistical
def test_causes_that_stand_in_for_one_another_overlap(council):
    interactions = pair_interactions(council, range(4000))
    assert council.rows == (1 + 4 + 6) * 4000
    strongest = interactions[0]
    assert {strongest.first, strongest.second} == {"pact", "defeat"}
    assert strongest.overlap
    # .6 - .6 - .6 + .1
    assert abs(strongest.effect.value + 0.5) < 5 * strongest.effect.mc_error
    assert all(abs(pair.effect.value) <= 5 * pair.effect.mc_error for pair in interactions[1:])


def test_causes_that_need_one_another_do_not_overlap(world):
    both = world(("a", "b"), lambda present: present.all(axis=1))
    (pair,) = pair_interactions(both, range(10))
    assert pair.effect.value == 1.0
    assert not pair.overlap


def test_pairs_are_listed_by_size_whatever_their_sign(world):
    def chance(present):
        a, b, c = present.T
        return 0.4 + 0.1 * (a & b) - 0.3 * (b & c)

    pairs = pair_interactions(world(("a", "b", "c"), chance), range(2000))
    assert [(pair.first, pair.second) for pair in pairs] == [("b", "c"), ("a", "b"), ("a", "c")]


def test_a_single_cause_has_no_pairs(world):
    alone = world(("a",), lambda present: present[:, 0])
    assert pair_interactions(alone, range(5)) == ()
    assert shapley_interactions(build_lattice(alone, range(5))) == ()


@given(st.integers(2, 5), st.data())
def test_the_index_of_a_unanimity_game_is_known(n, data):
    # u_T has I(i, j) = 1/(|T| - 1) for i, j in T and 0 else (Grabisch & Roubens 1999).
    needed = data.draw(st.sets(st.integers(0, n - 1), min_size=2, max_size=n))
    mask = sum(1 << player for player in needed)
    game = (np.arange(1 << n) & mask) == mask
    for i in range(n):
        for j in range(i + 1, n):
            index = interaction_weights(n, i, j) @ game
            expected = 1 / (len(needed) - 1) if {i, j} <= needed else 0.0
            assert index == pytest.approx(expected, abs=1e-12)


@pytest.mark.statistical
def test_interactions_of_a_table_lie_within_their_errors(council, world):
    noisy = world(council.causes, council.chance, council.groups, shared=False)
    for pair in shapley_interactions(build_lattice(noisy, range(3000))):
        expected = -0.5 if {pair.first, pair.second} == {"pact", "defeat"} else 0.0
        assert abs(pair.effect.value - expected) < 5 * pair.effect.mc_error


def test_a_player_does_not_interact_with_itself():
    with pytest.raises(ValueError, match="no pair"):
        interaction_weights(3, 1, 1)
