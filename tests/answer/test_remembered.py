import numpy as np

from hokushin.answer.remembered import Remembered
from hokushin.query.evaluator import evaluate_coalitions


class Counting:
    """An evaluator of two switches that counts the rows it runs."""

    causes = ("first", "second")
    groups = causes

    def __init__(self):
        self.rows = 0

    def __call__(self, present, history):
        self.rows += len(history)
        return (history % 3 == 0) ^ present[:, 1]


COALITIONS = np.array([[True, True], [True, False], [False, False]])


def test_no_row_is_run_twice():
    counting = Counting()
    remembered = Remembered(counting)
    evaluate_coalitions(remembered, COALITIONS, np.arange(100, dtype=np.uint32))
    assert counting.rows == 300
    evaluate_coalitions(remembered, COALITIONS, np.arange(50, 120, dtype=np.uint32))
    assert counting.rows == 300 + 3 * 20


def test_what_is_remembered_is_what_was_run():
    plain, remembered = Counting(), Remembered(Counting())
    histories = np.arange(64, dtype=np.uint32)
    first = evaluate_coalitions(remembered, COALITIONS, histories)
    again = evaluate_coalitions(remembered, COALITIONS, histories[::-1].copy())
    np.testing.assert_array_equal(first, evaluate_coalitions(plain, COALITIONS, histories))
    np.testing.assert_array_equal(again, first[:, ::-1])
