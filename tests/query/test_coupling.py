import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hokushin.query.coupling import (
    breaks_stability,
    gumbel_agreement,
    gumbel_joint,
    gumbel_same,
    inverse_cdf_joint,
)

BEFORE, AFTER = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.5, 0.3])

weights = st.lists(st.integers(0, 20), min_size=2, max_size=6).filter(any)


def normal(parts):
    return np.array(parts) / sum(parts)


@st.composite
def two_distributions(draw):
    first = draw(weights)
    second = draw(
        st.lists(st.integers(0, 20), min_size=len(first), max_size=len(first)).filter(any)
    )
    return normal(first), normal(second)


@given(two_distributions())
def test_both_couplings_have_the_right_margins_and_only_gumbel_is_stable(pair):
    p, q = pair
    for joint in (gumbel_joint(p, q), inverse_cdf_joint(p, q)):
        assert joint.sum(axis=1) == pytest.approx(p, abs=1e-9)
        assert joint.sum(axis=0) == pytest.approx(q, abs=1e-9)
        assert (joint >= 0).all()
    assert np.diag(gumbel_joint(p, q)) == pytest.approx(gumbel_same(p, q))
    assert not breaks_stability(p, q, gumbel_joint(p, q)).any()


@pytest.mark.statistical
def test_the_closed_form_is_what_shared_gumbel_noise_does():
    random, n = np.random.default_rng(3), 200_000
    p, q = np.array([0.4, 0.1, 0.3, 0.15, 0.05]), np.array([0.1, 0.3, 0.3, 0.2, 0.1])
    noise = random.gumbel(size=(n, 5))
    first, second = (np.log(p) + noise).argmax(axis=1), (np.log(q) + noise).argmax(axis=1)
    counted = np.zeros((5, 5))
    np.add.at(counted, (first, second), 1 / n)
    joint = gumbel_joint(p, q)
    assert (np.abs(counted - joint) <= 5 * np.sqrt(joint * (1 - joint) / n)).all()


def test_inverse_cdf_moves_histories_out_of_an_option_that_gained():
    # 0.5 | 0.3 | 0.2 against 0.2 | 0.5 | 0.3: the slice .7 to .8 goes from option 1 to 2.
    joint = inverse_cdf_joint(BEFORE, AFTER)
    assert joint[1, 2] == pytest.approx(0.1)
    assert breaks_stability(BEFORE, AFTER, joint)[1, 2]
    assert gumbel_joint(BEFORE, AFTER)[1, 2] == 0.0


def test_nobody_moves_where_nothing_changes():
    assert gumbel_joint(BEFORE, BEFORE) == pytest.approx(np.diag(BEFORE))
    assert gumbel_agreement(BEFORE, BEFORE) == pytest.approx(1.0)


def test_everybody_leaves_an_option_that_becomes_impossible():
    joint = gumbel_joint(np.array([0.6, 0.4, 0.0]), np.array([0.0, 0.5, 0.5]))
    assert joint[0].sum() == pytest.approx(0.6)
    assert joint[0, 0] == 0.0
    assert joint[1, 1] == pytest.approx(
        gumbel_same(np.array([0.6, 0.4, 0]), np.array([0, 0.5, 0.5]))[1]
    )


@pytest.mark.parametrize(
    ("p", "complaint"),
    [([0.5, 0.6], "sums to 1.1"), ([1.2, -0.2], "sums to 1"), ([1.0], "same options")],
)
def test_what_is_no_pair_of_distributions_is_refused(p, complaint):
    with pytest.raises(ValueError, match=complaint):
        gumbel_same(np.array(p), np.array([0.5, 0.5]))
