import numpy as np
import pytest

from hokushin.query.contrast import contrast, leave_one_out, total_and_direct
from hokushin.query.evaluator import ByGroup, present_without


@pytest.mark.statistical
def test_a_contrast_finds_both_probabilities_and_their_difference(council):
    everything, changed = present_without(council), present_without(council, "pact", "defeat")
    result = contrast(council, range(4000), everything, changed)
    for share, exact in ((result.before, 0.6), (result.after, 0.1)):
        assert abs(share.value - exact) < 5 * share.mc_error
    assert abs(result.difference.value + 0.5) < 5 * result.difference.mc_error
    assert result.joint.only_after == 0  # one uniform number a history: nobody starts


def test_common_random_numbers_count_only_the_histories_that_change(world):
    little = world(("a",), lambda present: 0.5 + 0.01 * present[:, 0])
    result = contrast(little, range(4000), np.array([False]), np.array([True]))
    independent = np.hypot(result.before.mc_error, result.after.mc_error)
    assert result.difference.mc_error < independent / 5


def test_a_change_of_nothing_changes_no_history(council):
    everything = present_without(council)
    result = contrast(council, range(100), everything, everything)
    assert (result.joint.only_before, result.joint.only_after) == (0, 0)


@pytest.mark.statistical
def test_leaving_each_cause_out_runs_the_full_world_once(council):
    effects = leave_one_out(council, range(3000))
    assert council.rows == 5 * 3000
    exact = {"pact": 0.0, "defeat": 0.0, "winter": 0.1, "rumour": 0.0}
    assert list(effects) == list(exact)
    for name, change in exact.items():
        difference = effects[name].difference
        assert abs(difference.value - change) <= 5 * difference.mc_error


@pytest.mark.statistical
def test_leaving_a_group_out_shows_what_single_causes_hide(council):
    effect = leave_one_out(ByGroup(council), range(3000))["north"].difference
    assert abs(effect.value + 0.5) < 5 * effect.mc_error


@pytest.mark.statistical
def test_total_less_direct_is_what_went_through_decisions(world):
    total = world(("defeat",), lambda present: 0.7 - 0.4 * present[:, 0])
    direct = world(("defeat",), lambda present: 0.7 - 0.1 * present[:, 0])
    effect = total_and_direct(total, direct, range(4000))["defeat"]
    through = effect.through_decisions
    assert through.value == pytest.approx(
        effect.total.difference.value - effect.direct.difference.value
    )
    assert abs(through.value - 0.3) < 5 * through.mc_error
    # Paired: smaller than the error of two unrelated differences.
    assert through.mc_error < np.hypot(
        effect.total.difference.mc_error, effect.direct.difference.mc_error
    )


def test_effects_of_different_causes_are_not_set_side_by_side(world, council):
    with pytest.raises(ValueError, match="differ in their causes"):
        total_and_direct(council, world(("pact",), lambda present: present[:, 0]), range(10))


def test_settings_that_do_not_fit_the_causes_are_refused(council):
    with pytest.raises(ValueError, match="give 4 bools each"):
        contrast(council, range(10), np.ones(3, bool), np.ones(3, bool))
