"""Numbers at the ends of belief, and outputs kept on disk."""

import numpy as np
import pytest

from hokushin.query.sensitivity.ends import at_ends
from hokushin.query.sensitivity.kept import KeptRows
from hokushin.query.sensitivity.risk import anchored


def grouped(p, wobble=0.0):
    """An estimate from all histories, and four that leave a group out."""
    return p + np.array([0.0, wobble, -wobble, wobble, -wobble])


def test_numbers_stand_in_order_of_what_they_move():
    base, names = grouped(0.1), ["mild", "strong"]
    low = np.stack([grouped(0.09), grouped(0.3)])
    high = np.stack([grouped(0.11), grouped(0.02)])

    strong, mild = at_ends(names, base, low, high, anchor=0.1)

    assert (strong.name, mild.name) == ("strong", "mild")
    assert (strong.low, strong.high) == pytest.approx((0.3, 0.02))
    assert strong.swing < 0 < mild.swing
    assert strong.moves == pytest.approx(0.2)
    assert strong.factor == pytest.approx((0.3 / 0.7) / (0.02 / 0.98))
    assert strong.moves_a_point
    assert strong.clear


def test_a_point_is_one_of_a_hundred():
    rows = np.stack([grouped(0.1)])
    just, hardly = (
        at_ends(["x"], grouped(0.1), rows, np.stack([grouped(p)]), 0.1)[0] for p in (0.111, 0.109)
    )

    assert just.moves_a_point
    assert not hardly.moves_a_point


def test_a_swing_within_three_errors_is_not_clear():
    one = at_ends(
        ["x"], grouped(0.1), np.stack([grouped(0.1, 0.02)]), np.stack([grouped(0.11)]), 0.1
    )[0]

    assert one.log_odds_error > abs(one.swing) / 3
    assert not one.clear


def test_changes_of_few_histories_are_added_to_what_many_know():
    assert anchored(np.array(0.2), np.array(0.2), 0.05) == pytest.approx(0.05)
    odds = (0.2 / 0.8) / (0.1 / 0.9)
    assert anchored(np.array(0.2), np.array(0.1), 0.5) == pytest.approx(odds / (1 + odds))


def test_rows_that_were_run_are_not_run_again(tmp_path):
    runs = []

    def double(rows):
        runs.append(len(rows))
        return 2 * rows

    rows = np.arange(10.0)[:, None]
    told = []
    whole = KeptRows(double, "x", tmp_path, part=4, progress=lambda *now: told.append(now))
    half = KeptRows(double, "x", tmp_path, part=4)(rows[:8])

    np.testing.assert_array_equal(whole(rows), 2 * rows)
    np.testing.assert_array_equal(half, 2 * rows[:8])
    assert runs == [4, 4, 2]
    assert told == [(4, 10), (8, 10), (10, 10)]


def test_outputs_of_another_model_are_not_read_as_its_own(tmp_path):
    rows = np.ones((3, 1))

    KeptRows(lambda x: x, "one", tmp_path)(rows)

    np.testing.assert_array_equal(KeptRows(lambda x: 5 * x, "two", tmp_path)(rows), 5 * rows)
    with pytest.raises(ValueError, match="need an identity"):
        KeptRows(lambda x: x, "", tmp_path)


def test_a_damaged_part_is_named(tmp_path):
    kept = KeptRows(lambda x: x, "one", tmp_path)
    kept(np.ones((3, 1)))
    next(tmp_path.iterdir()).write_bytes(b"nothing")

    with pytest.raises(ValueError, match="delete it to run it anew"):
        kept(np.ones((3, 1)))
