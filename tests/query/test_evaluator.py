import numpy as np
import pytest

from hokushin.query import evaluator as module
from hokushin.query.evaluator import (
    ByGroup,
    Complement,
    Restricted,
    as_histories,
    check_common_random_numbers,
    check_evaluator,
    evaluate_coalitions,
    evaluate_rows,
    present_without,
)


def test_a_row_without_a_cause_has_only_that_switch_off(council):
    assert present_without(council, "defeat").tolist() == [True, False, True, True]


def test_an_unknown_cause_is_refused_with_the_names_there_are(council):
    with pytest.raises(ValueError, match=r"no switch is called 'treaty'.*pact, defeat"):
        present_without(council, "treaty")


@pytest.mark.parametrize(
    ("histories", "complaint"),
    [
        ([], "non-empty"),
        ([[0, 1]], "non-empty"),
        ([0.0, 1.0], "whole"),
        ([-1, 2], "start at 0"),
        ([3, 4, 3], "twice"),
    ],
)
def test_histories_that_cannot_be_counted_are_refused(histories, complaint):
    with pytest.raises(ValueError, match=complaint):
        as_histories(np.array(histories))


def test_history_numbers_keep_or_get_an_unsigned_type():
    assert as_histories(range(3)).dtype == np.uint32
    assert as_histories(np.array([1 << 40])).dtype == np.uint64
    assert as_histories(np.array([5], np.uint16)).dtype == np.uint16


def test_coalitions_go_out_one_after_another_with_histories_in_order(scripted):
    seen = []

    def outcome(present, history):
        seen.append((present[:, 0].tolist(), history.tolist()))
        return present[:, 0] & (history % 2 == 0)

    spy = scripted(("a", "b"), outcome)
    coalitions = np.array([[True, False], [False, True]])
    table = evaluate_coalitions(spy, coalitions, as_histories(np.array([4, 1, 2])))
    assert table.tolist() == [[True, False, True], [False, False, False]]
    assert seen == [([True] * 3 + [False] * 3, [4, 1, 2, 4, 1, 2])]


def test_large_requests_are_split_and_progress_counts_every_run(council, monkeypatch):
    monkeypatch.setattr(module, "ROWS_PER_CALL", 10)
    told = []
    coalitions = np.stack([present_without(council), present_without(council, "pact")])
    histories = as_histories(range(8))
    evaluate_coalitions(council, coalitions, histories, lambda *runs: told.append(runs))
    assert told == [(8, 16), (16, 16)]
    assert (council.calls, council.rows) == (2, 16)
    evaluate_rows(council, np.ones((25, 4), bool), as_histories(range(25)))
    assert (council.calls, council.rows) == (5, 41)


def test_an_answer_that_is_not_one_bool_a_row_is_refused(scripted):
    bad = scripted(("a",), lambda present, history: np.zeros(3))
    with pytest.raises(ValueError, match=r"returned float64\[3\] for 2 rows"):
        evaluate_rows(bad, np.ones((2, 1), bool), as_histories(range(2)))


def test_the_complement_occurs_where_the_outcome_does_not(council):
    present, histories = np.ones((50, 4), bool), as_histories(range(50))
    assert np.array_equal(Complement(council)(present, histories), ~council(present, histories))
    assert Complement(council).groups == council.groups


def test_a_group_leaves_with_all_its_causes(council):
    groups = ByGroup(council)
    assert groups.causes == groups.groups == ("north", "climate")
    histories = as_histories(range(200))
    without_north = np.tile([False, True], (200, 1))
    assert np.array_equal(
        groups(without_north, histories),
        council(np.tile([False, False, True, True], (200, 1)), histories),
    )


def test_switches_left_out_stay_as_in_the_world(council):
    some = Restricted(council, ("winter", "pact"))
    assert some.groups == ("climate", "north")
    histories = as_histories(range(200))
    assert np.array_equal(
        some(np.tile([False, True], (200, 1)), histories),
        council(np.tile([True, True, False, True], (200, 1)), histories),
    )
    with pytest.raises(ValueError, match="'treaty'"):
        Restricted(council, ("treaty",))


def test_names_that_do_not_identify_switches_are_refused(world):
    def never(present):
        return np.zeros(len(present))

    with pytest.raises(ValueError, match="no causes"):
        check_evaluator(world((), never))
    with pytest.raises(ValueError, match="names a twice"):
        check_evaluator(world(("a", "b", "a"), never))
    with pytest.raises(ValueError, match="2 causes but 1 groups"):
        check_evaluator(world(("a", "b"), never, groups=("g",)))


def test_an_outcome_that_depends_on_its_neighbours_is_found_out(council, scripted):
    check_common_random_numbers(council, range(500))
    by_row = scripted(("a",), lambda present, history: np.arange(len(history)) % 2 == 0)
    with pytest.raises(ValueError, match="changed their outcome when run in another order"):
        check_common_random_numbers(by_row, range(500))
