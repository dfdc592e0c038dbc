from types import SimpleNamespace

import numpy as np
import pytest

from hokushin.answer.headline import interval_of, spread_over_draws, strips
from hokushin.engine.run import Outcomes
from hokushin.scenario.dates import Calendar, parse_date

NEVER = 1.0e6


@pytest.fixture
def calendar_world():
    """Just enough of a world to date steps: months from January 1900."""
    first, last = parse_date("1900-01").first, parse_date("1901-12").last
    sets = SimpleNamespace(calendar=Calendar(first, last, "month"))
    return SimpleNamespace(model=SimpleNamespace(sets=sets))


def test_strips_hold_as_many_of_the_outcome_as_the_number_says(calendar_world):
    attack = np.full(1000, NEVER)
    attack[130:200] = np.arange(70) % 5 + 3
    outcomes = Outcomes(("attack",), attack[None])
    drawn = strips(calendar_world, outcomes, "attack")
    assert sum(bool(strip.segments) for strip in drawn) == 7
    assert len(drawn) == 100


def test_strips_stand_in_order_of_outcome_and_date(calendar_world):
    attack = np.array([NEVER, 7.0, 3.0, NEVER] * 50)
    other = np.array([2.0, NEVER, NEVER, 5.0] * 50)
    outcomes = Outcomes(("attack", "truce"), np.stack([attack, other]))
    drawn = strips(calendar_world, outcomes, "attack")
    kinds = ["/".join(f"{s.event} {s.since[5:7]}" for s in strip.segments) for strip in drawn]
    assert kinds == ["attack 04"] * 25 + ["attack 08"] * 25 + ["truce 03"] * 25 + ["truce 06"] * 25


def test_strips_name_the_history_that_they_show(calendar_world):
    attack = np.full(100, NEVER)
    attack[42] = 6.0
    first = strips(calendar_world, Outcomes(("attack",), attack[None]), "attack")[0]
    assert first.history == 42
    assert first.segments[0].since == "1900-07-01"


def test_doubt_about_the_numbers_is_told_from_luck():
    random = np.random.default_rng(3)
    chance = random.choice([0.2, 0.8], 200)
    draw = np.arange(200 * 64) % 200
    samples = spread_over_draws(random.random(draw.size) < chance[draw], draw)[:, 0]
    low, high = interval_of(samples)
    # sd of the means of 64 histories is .05; five standard errors of a draw's mean
    assert low == pytest.approx(0.2, abs=0.25)
    assert high == pytest.approx(0.8, abs=0.25)
    assert samples.std() == pytest.approx(chance.std(), rel=0.05)


def test_an_interval_never_claims_certainty_that_luck_alone_gives():
    draw = np.arange(64) % 32
    # In every draw one history of two has it: draws differ less than luck would make them.
    samples = spread_over_draws(np.arange(64) >= 32, draw)
    assert np.ptp(samples) == 0.0
    uneven = np.zeros(64)
    uneven[[0, 32, 1, 34]] = 1
    # Draws 0, 1 and 2 have means 1, 1/2 and 1/2; nothing below can be shrunk to a point.
    assert np.ptp(spread_over_draws(uneven, draw)) > 0.4
