import pytest

from hokushin.answer.effort import FULL, choose_effort, ladder, rows


def test_each_effort_asks_for_more_rows_than_the_one_before():
    asked = [rows(effort, 22, 13) for effort in (*ladder(8192), FULL)]
    assert asked == sorted(asked)
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("rate", [1, 3_000, 10_000, 40_000, 10**9])
def test_the_largest_effort_that_fits_is_taken_and_never_less_than_the_smallest(rate):
    efforts = ladder(8192)
    chosen = choose_effort(rate, 30.0, 22, 13, 8192)
    fitting = [effort for effort in efforts if rows(effort, 22, 13) <= rate * 30.0]
    assert chosen == (fitting[-1] if fitting else efforts[0])


def test_a_headline_keeps_the_histories_that_were_asked_for():
    assert all(effort.headline == 4096 for effort in ladder(4096))
    assert all(effort.with_none <= 4096 for effort in ladder(4096))
