"""Dated facts are ranked among free histories by counting that can be checked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hokushin.engine.documented import documented_path
from hokushin.engine.run import Documented
from hokushin.infer.prediction import Seen, Trial, predict_dates, predictable, rank_facts
from hokushin.scenario.record import DatedFact, Record

HORIZON = date(1901, 7, 1)
N_STEPS = 18
"""Months from January 1900 to June 1901."""
NEVER = -1


def fact(name: str, day: str, verb: str, what: str, precision: str = "day") -> DatedFact:
    given = {
        "id": name, "date": day, "date_precision": precision, "fact": name, "verb": verb,
        "what": what, "source": "tiny-2026", "seen": "text", "grade": "A",
    }  # fmt: skip
    return DatedFact.model_validate(given)


def happening(*steps: int) -> np.ndarray:
    """One column for each history, true in the step given; a row of times is a row of steps."""
    did = np.zeros((N_STEPS, 1, len(steps)), bool)
    for history, step in enumerate(steps):
        if step != NEVER:
            did[step, 0, history] = True
    return did


def seen(did: np.ndarray, first_free: int = 0, **changes: np.ndarray) -> Seen:
    given = {"opened": np.zeros_like(did), "blocked": np.zeros_like(did), **changes}
    return Seen(did, given["opened"], given["blocked"], first_free)


@pytest.fixture(scope="module")
def path(tiny, tiny_model) -> tuple[Documented, ...]:
    """Choices of the record, and one of them taken a second time."""
    own = documented_path(tiny_model, tiny.record)
    sign = next(d for d in own if tiny_model.axes.matters[d.matter] == "red.border")
    return (*own, sign._replace(day=date(1901, 2, 1)))


@pytest.fixture
def ranked(tiny_model, path):
    def rank(told: DatedFact, what: Seen) -> Trial:
        return rank_facts(tiny_model, path, (told,), what)[0]

    return rank


ATTACK = fact("attack", "1900-05-10", "chosen", "red.border.attack")


def test_a_fact_is_ranked_among_the_histories_that_have_it(ranked):
    # Of 40 histories 10 attack in March, 10 in May as in the record, 5 in July, 15 never.
    trial = ranked(ATTACK, seen(happening(*[2] * 10, *[4] * 10, *[6] * 5, *[NEVER] * 15)))
    assert trial.happened == pytest.approx(25 / 40)
    assert trial.by_then == pytest.approx(20 / 40)
    assert trial.near == pytest.approx(10 / 40)  # from 10 April to 9 June
    assert trial.rank == pytest.approx((10 + 5) / 25)


def test_few_histories_have_no_ranks(ranked):
    trial = ranked(ATTACK, seen(happening(*[2] * 19, *[NEVER] * 21)))
    assert trial.rank is None
    assert trial.dates is None
    assert trial.happened == pytest.approx(19 / 40)


def test_a_state_that_holds_at_the_start_of_a_step_came_about_in_the_one_before(ranked):
    did = np.cumsum(happening(*[5] * 30), 0) > 0  # a war that is on from June
    trial = ranked(fact("war", "1900-05-20", "war", "border"), seen(did))
    assert trial.rank == pytest.approx(0.5)
    assert trial.by_then == pytest.approx(1.0)


def test_histories_without_a_choice_are_told_apart(ranked):
    did = happening(*[2] * 20, *[NEVER] * 20)
    opened, blocked = np.zeros_like(did), np.zeros_like(did)
    opened[:, 0, 25:] = True  # open to 15 of the 20 that never attack
    blocked[3, 0, 30:32] = True
    trial = ranked(ATTACK, seen(did, opened=opened, blocked=blocked))
    assert trial.never_open == pytest.approx(5 / 20)
    assert trial.blocked == pytest.approx(2 / 20)


def test_what_the_record_takes_twice_is_the_second_time_in_a_history(ranked, path, tiny_model):
    matter, option = path[-1].matter, path[-1].option
    name = f"{tiny_model.axes.matters[matter]}.{tiny_model.axes.options[matter][option]}"
    again = fact("again", "1901-02-01", "chosen", name)
    did = happening(*[3] * 30) | happening(*[13] * 25, *[NEVER] * 5)
    trial = ranked(again, seen(did))
    assert trial.time == 2
    assert trial.happened == pytest.approx(25 / 30)
    assert trial.rank == pytest.approx(0.5)
    # What was taken before the branch counts neither in the record nor in the histories.
    later = ranked(again, seen(did, first_free=12))
    assert later.time == 1
    assert later.happened == pytest.approx(25 / 30)


def test_a_date_that_is_known_to_the_month_is_ranked_over_its_days(ranked):
    vague = fact("vague", "1900-05-20", "chosen", "red.border.attack", "month")
    trial = ranked(vague, seen(happening(*[3] * 30)))
    # Thirty days earlier at most: eleven of its days lie in April, where all tie, twenty in May.
    assert trial.rank == pytest.approx((11 * 0.5 + 20 * 1.0) / 31)


def test_facts_that_cannot_be_predicted_are_listed(tiny_model):
    late = fact("late", "1901-08-01", "war", "border")
    unknown = fact("unknown", "1900-06-10", "signed", "peace_of_nowhere")
    record = Record(dates=(late, unknown, ATTACK))
    used, unused = predictable(tiny_model, record, date(1900, 1, 1), HORIZON)
    assert used == (ATTACK,)
    assert {name for name, _ in unused} == {"late", "unknown"}


def test_free_histories_are_run_and_ranked(tiny_model, path):
    told = predict_dates(tiny_model, path, Record(dates=(ATTACK,)), None, HORIZON, n_histories=64)
    (trial,) = told.trials
    assert told.dated == told.trials
    assert 0.0 <= trial.by_then <= trial.happened <= 1.0
    assert trial.never_open is None or trial.never_open <= 1.0
