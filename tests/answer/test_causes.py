from types import SimpleNamespace

import numpy as np
import pytest

from hokushin.answer.causes import explained, leave_out, share_out, total_effect, what_pushed
from hokushin.answer.document import Probability
from hokushin.query.statistics import rank


class Vote:
    """An event that comes about where a history's number lies under the chance of its switches."""

    causes = ("pact", "navy", "winter")
    groups = ("north", "sea", "north")

    def __call__(self, present, history):
        mixed = (history.astype(np.uint64) * np.uint64(2654435761)) % np.uint64(1000)
        pact, navy, winter = present.T
        return mixed < 900 - 400 * pact - 200 * navy - 0 * winter


def stub_headline(value, none):
    return SimpleNamespace(
        probability=Probability(value, 0.001),
        event_with_none=none,
        total_error=0.001,
        happened=np.zeros(1000, bool),
    )


def shared_out(world, value, none):
    """Shares in what did not happen, tied to a headline."""
    return share_out(
        explained(world, False), 1, 32, 16, total_effect(stub_headline(value, none), False)
    )


@pytest.fixture
def shared():
    return shared_out(Vote(), 0.3, 0.9)


def test_shares_sum_to_the_effect_of_all_causes_in_the_headline(shared):
    assert shared.value.sum() == pytest.approx(0.6, abs=1e-12)


def test_a_cause_that_does_more_has_a_larger_share_and_one_that_does_nothing_none(shared):
    pact, navy, winter = shared.value
    assert pact == pytest.approx(0.4, abs=5 * shared.mc_error[0])
    assert navy == pytest.approx(0.2, abs=5 * shared.mc_error[1])
    assert abs(winter) <= 5 * shared.mc_error[2]


def test_the_headline_corrects_the_shares_of_fewer_histories():
    wide = shared_out(Vote(), 0.2, 0.9)
    narrow = shared_out(Vote(), 0.3, 0.9)
    assert wide.value.sum() - narrow.value.sum() == pytest.approx(0.1, abs=1e-12)
    assert (wide.value >= narrow.value - 1e-12).all()


def test_untied_shares_sum_to_what_their_own_histories_say():
    evaluator = explained(Vote(), False)
    shared = share_out(evaluator, 1, 32, 16)
    everything, nothing = np.ones((512, 3), bool), np.zeros((512, 3), bool)
    history = np.arange(512, dtype=np.uint32)
    own = evaluator(everything, history).mean() - evaluator(nothing, history).mean()
    assert shared.value.sum() == pytest.approx(own, abs=1e-12)
    assert shared.groups["north"].value == pytest.approx(shared.value[0] + shared.value[2])


def test_samples_grow_with_the_estimate_and_nothing_stays_nothing(shared):
    np.testing.assert_allclose(shared.samples.mean(axis=0)[:2], shared.value[:2], atol=1e-6)
    assert (shared.samples[:, 2] == 0.0).all()


def test_order_is_read_with_luck_put_back(shared):
    assert (shared.with_luck.std(axis=0) >= shared.samples.std(axis=0) - 1e-9).all()


def test_a_cause_that_does_nothing_in_most_draws_is_not_ranked():
    """One draw in sixteen gives it a share; a correction of the total must not lift the others."""

    class Rarely(Vote):
        def __call__(self, present, history):
            usual = super().__call__(present, history)
            return usual & ~(present[:, 2] & (history % 32 < 2))

    shared = shared_out(Rarely(), 0.05, 0.95)
    assert shared.value[2] > 0
    assert rank(shared.with_luck).unclear == (2,)


def test_what_did_not_happen_is_explained_by_its_absence():
    headline = stub_headline(0.3, 0.9)
    assert total_effect(headline, happened=False).value == pytest.approx(0.6)
    assert total_effect(headline, happened=True).value == pytest.approx(-0.6)
    present, history = np.ones((50, 3), bool), np.arange(50, dtype=np.uint32)
    np.testing.assert_array_equal(
        explained(Vote(), False)(present, history), ~explained(Vote(), True)(present, history)
    )


def test_leaving_a_cause_out_says_what_this_world_would_lose():
    left = leave_out(explained(Vote(), False), range(1000))
    assert left["pact"].effect == pytest.approx(0.4, abs=5 * left["pact"].mc_error)
    assert left["winter"].effect == 0.0
    low, high = left["pact"].bounds.pn
    # P(no attack) is .7 with the pact and .3 without: it was needed in 4 to 7 of 7 such histories
    assert low == pytest.approx(4 / 7, abs=0.03)
    assert high == pytest.approx(1.0, abs=0.03)


def test_only_causes_surely_below_nothing_pushed(cause):
    causes = [
        cause("pact", 0.2),
        cause("rumour", -0.05, standing="unclear"),
        cause("ally", -0.3, standing="below"),
        cause("fear", -0.4, standing="below"),
    ]
    assert [push.name for push in what_pushed(causes)] == ["fear", "ally"]
