"""Simple rules learn from the record before a day, and give chances that add to one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hokushin.infer.record_path import Episode
from hokushin.infer.score import baselines
from hokushin.infer.score.baselines import SURE, Training, before, logistic_in_time

POWERS = ("red", "red", "blue")
ALL = np.ones(4, bool)


def episode(day: date, matter: int, option: int) -> Episode:
    return Episode(f"{day}", day, 0, matter, option, "high")


PAST = (
    episode(date(1900, 1, 1), 0, 2),
    episode(date(1900, 2, 1), 0, 2),
    episode(date(1900, 3, 1), 0, 0),
    episode(date(1900, 4, 1), 2, 1),
)
TRAINING = Training(PAST, POWERS)


def test_a_rule_learns_nothing_from_its_own_day_or_later():
    assert before(PAST, date(1900, 3, 1), POWERS).episodes == PAST[:2]


def test_carrying_on_takes_its_stake_and_leaves_the_rest_to_what_is_open():
    is_open = np.array([True, True, False, True])
    expected = [SURE, (1 - SURE) / 2, 0, (1 - SURE) / 2]
    assert baselines.carry_on(is_open) == pytest.approx(expected)


def test_with_nothing_else_open_every_rule_carries_on():
    alone = np.array([True, False, False, False])
    for chances in (
        baselines.carry_on(alone),
        baselines.uniform(alone),
        baselines.base_rate(TRAINING, 0, alone),
        baselines.most_frequent_of_power(TRAINING, 0, alone),
        baselines.calendar_hazard(TRAINING, date(1901, 1, 1), alone),
    ):
        assert chances == pytest.approx([1, 0, 0, 0])


def test_base_rate_counts_the_matter_with_half_a_case_for_each_option():
    assert baselines.base_rate(TRAINING, 0, ALL) == pytest.approx(
        np.array([1.5, 0.5, 2.5, 0.5]) / 5.0
    )
    assert baselines.base_rate(TRAINING, 1, ALL) == pytest.approx([0.25] * 4)


def test_what_a_power_did_most_often_in_the_matter_gets_the_stake():
    assert baselines.most_frequent_of_power(TRAINING, 0, ALL)[2] == SURE


def test_a_matter_without_a_past_follows_what_its_power_does_elsewhere():
    """Red acted in two of three decisions; with no past at all nothing is expected of it."""
    acts = baselines.most_frequent_of_power(TRAINING, 1, ALL)
    assert acts[0] == pytest.approx(1 - SURE)
    assert acts[1:] == pytest.approx([SURE / 3] * 3)
    rests = baselines.most_frequent_of_power(Training((), POWERS), 1, ALL)
    assert rests[0] == pytest.approx(SURE)


def test_a_hazard_without_cases_is_even_and_rises_where_changes_come_late():
    assert logistic_in_time(np.zeros(0), np.zeros(0), 5.0) == 0.5
    days, changed = np.arange(40.0), (np.arange(40) >= 20).astype(float)
    early, late = (logistic_in_time(days, changed, day) for day in (0.0, 39.0))
    assert early < 0.2
    assert late > 0.8


def test_a_hazard_of_cases_without_a_trend_is_their_share():
    """Symmetric in time, so the slope is zero; the ridge draws one in four towards a half."""
    changed = np.tile([0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0], 25)
    assert logistic_in_time(np.arange(200.0), changed, 100.0) == pytest.approx(0.25, abs=0.01)


def test_weights_count_a_case_as_often():
    once = logistic_in_time(np.repeat([1.0, 2.0], 3), np.repeat([0.0, 1.0], 3), 2.0)
    weighed = logistic_in_time(
        np.array([1.0, 2.0]), np.array([0.0, 1.0]), 2.0, np.array([3.0, 3.0])
    )
    assert weighed == pytest.approx(once)


def test_a_hazard_is_held_beyond_its_cases():
    days, changed = np.arange(40.0), (np.arange(40) >= 20).astype(float)
    assert logistic_in_time(days, changed, 1e3) == logistic_in_time(days, changed, 1e6)


def test_all_rules_add_to_one():
    is_open = np.array([True, False, True, True])
    for chances in (
        baselines.carry_on(is_open),
        baselines.uniform(is_open),
        baselines.base_rate(TRAINING, 0, is_open),
        baselines.most_frequent_of_power(TRAINING, 0, is_open),
        baselines.calendar_hazard(TRAINING, date(1901, 1, 1), is_open),
    ):
        assert chances.sum() == pytest.approx(1.0)
        assert chances[1] == 0.0
