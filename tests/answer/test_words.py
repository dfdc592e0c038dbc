import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hokushin.answer.words import (
    counted,
    day_in_words,
    how_often,
    in_sentence,
    number_word,
    thousands,
    unit_of,
    whole_shares,
)


@given(st.lists(st.floats(-60, 60), min_size=1, max_size=30), st.integers(-100, 100))
def test_whole_shares_sum_to_the_total_whatever_they_are(values, total):
    assert sum(whole_shares(values, total)) == total


@given(st.lists(st.floats(-60, 60), min_size=1, max_size=30))
def test_whole_shares_stay_within_one_of_the_exact_ones(values):
    total = round(sum(values))
    moved = np.array(whole_shares(values, total)) - np.array(values)
    assert np.abs(moved).max() <= 1 + abs(total - sum(values))


def test_the_largest_remainder_is_served_first():
    assert whole_shares([10.6, 5.3, -2.9], 13) == [11, 5, -3]


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (0.0, "hardly ever"),
        (0.0099, "hardly ever"),
        (0.01, "rarely"),
        (0.2, "less often than not"),
        (0.5, "about as often as not"),
        (0.55, "more often than not"),
        (0.8, "usually"),
        (0.991, "nearly always"),
    ],
)
def test_frequency_words_have_fixed_meanings(share, word):
    assert how_often(share) == word


def test_rare_events_are_counted_in_a_thousand():
    assert (unit_of(0.0099), unit_of(0.01)) == (1000, 100)


def test_titles_keep_the_capital_of_a_name_and_lose_that_of_an_article():
    assert in_sentence("The Soviet Union attacks") == "the Soviet Union attacks"
    assert in_sentence("Washington stops the oil") == "Washington stops the oil"


def test_small_numbers_are_written_out():
    assert [number_word(n) for n in (0, 2, 12, 13)] == ["no", "two", "twelve", "13"]
    assert [counted(n, "cause") for n in (0, 1, 7)] == ["no causes", "1 cause", "7 causes"]
    assert thousands(131072) == "131 072"


def test_a_partial_date_is_its_first_day():
    assert day_in_words("1941-06-22") == "22 June 1941"
    assert day_in_words("1941") == "1 January 1941"
