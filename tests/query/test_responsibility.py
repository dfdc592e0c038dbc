import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hokushin.query.lattice import build_lattice
from hokushin.query.responsibility import mean_responsibility, responsibility, tabulate


def by_search(table, actual):
    """The definition, word for word: try every set W of other switches."""
    n = len(table).bit_length() - 1
    degrees = []
    for switch in range(n):
        others = [1 << other for other in range(n) if other != switch]
        sizes = [
            size
            for size in range(n)
            for changed in itertools.combinations(others, size)
            if table[actual ^ sum(changed)] == table[actual]
            and table[actual ^ sum(changed) ^ 1 << switch] != table[actual]
        ]
        degrees.append(1 / (1 + min(sizes)) if sizes else 0.0)
    return degrees


@given(st.integers(1, 4), st.data())
def test_responsibility_is_what_the_definition_says(n, data):
    table = data.draw(st.lists(st.booleans(), min_size=1 << n, max_size=1 << n))
    actual = data.draw(st.integers(0, (1 << n) - 1))
    assert responsibility(np.array(table), actual).tolist() == by_search(table, actual)


def test_a_fire_that_needs_both_causes_blames_each_wholly():
    both = tabulate(lambda lit: lit.all(axis=1), 2)
    assert responsibility(both).tolist() == [1.0, 1.0]


def test_a_fire_that_needs_either_cause_blames_each_by_half():
    either = tabulate(lambda lit: lit.any(axis=1), 2)
    assert responsibility(either).tolist() == [0.5, 0.5]


def test_in_a_close_vote_each_of_the_majority_decided_it():
    majority = tabulate(lambda votes: votes.sum(axis=1) >= 6, 11)
    six_for_five_against = sum(1 << voter for voter in range(6))
    degrees = responsibility(majority, six_for_five_against)
    assert degrees.tolist() == [1.0] * 6 + [0.0] * 5


def test_a_cause_that_cannot_matter_has_no_responsibility():
    first = tabulate(lambda on: on[:, 0], 3)
    assert responsibility(first).tolist() == [1.0, 0.0, 0.0]


def test_the_mean_is_over_histories_that_show_the_outcome(scripted):
    # Histories are of two kinds: in the first both causes are needed, in the second either.
    def mixed(present, history):
        return np.where(history % 4 == 0, present.all(axis=1), present.any(axis=1))

    lattice = build_lattice(scripted(("a", "b"), mixed), range(4001))
    means = mean_responsibility(lattice)
    table = [lattice.outcome(s) for s in range(4)]
    single = [responsibility(np.array([row[h] for row in table])) for h in range(4001)]
    assert means["a"].count == 4001
    assert means["a"].degree.value == pytest.approx(np.mean([one[0] for one in single]))
    assert means["b"].degree.value == pytest.approx(0.25 + 0.75 / 2, abs=1e-3)


def test_too_few_histories_with_the_outcome_give_no_mean(world):
    rare = world(("a",), lambda present: 0.05 * present[:, 0])
    lattice = build_lattice(rare, range(2000))
    shown = int(lattice.outcome(1).sum())
    assert 0 < shown < 200
    assert mean_responsibility(lattice)["a"].degree is None
    assert mean_responsibility(lattice)["a"].count == shown
    assert mean_responsibility(lattice, fewest=2)["a"].degree.value == 1.0


def test_tables_and_settings_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"2\*\*n settings"):
        responsibility(np.ones(3, bool))
    with pytest.raises(ValueError, match=r"2\*\*n settings"):
        responsibility(np.ones(4))
    with pytest.raises(ValueError, match="0 to 3"):
        responsibility(np.ones(4, bool), 4)
