"""War by weighing, not by the calendar: the rate of taking a course in a world that stands still.

Nothing that red weighs moves: no growth, no season, no memory that fades, no effect of any option
but the one that is counted. What is left is the rate of tabling and the judgement of factions.
"""

import numpy as np
import pytest

from hokushin.engine import run
from hokushin.engine.run import Setting, Simulator
from tests.model.small import small_model
from tests.model.small_numbers import number, spread_out

MANY = 16_384
FIVE = 5.0  # standard errors
ATTACKED = {"title": "Attacked", "chosen": "red.war.attack"}


def cause(**numbers):
    """A switch that sets numbers, dots written as double underscores, in all years."""
    rewrites = [{"set": k.replace("__", "."), "to": v} for k, v in numbers.items()]
    return {
        "title": "A switch",
        "group": "ground",
        "since": "1900-01-01",
        "with": "as it is",
        "with_mode": "recorded",
        "without": "as it might be",
        "rewrites": rewrites,
        "alternative": "none",
        "alternative_rewrites": [],
        "silent": [],
        "claims": [],
        "live": "structural",
        "kind": "number",
        "cotenability": "nothing",
        "source": "tests",
    }


STILL = {
    "engagements": {},
    "industry": {},
    "responses": {},
    "conditionals": {},
    "fronts.border.incidents": 0,
    "matters.red.war.rate": 0.3,
    "matters.red.border.rate": 0,
    "matters.red.treaty.rate": 0,
    "matters.blue.trade.rate": 0,
    "factions.red.army.doctrine": {},
    "matters.red.war.options.prepare.considers": [],
    "matters.red.war.options.prepare.effects": [],
    "matters.red.war.options.occupy.needs": ["after.1905-01-01"],
    "matters.red.war.options.attack.considers": [{"what": "prospect", "of": "border"}],
    "weights.considerations.prospect": spread_out(0.3, 1, 3),
    "fronts.border.stake": spread_out(0.7, 1.5, 3),
    "events": {"attacked": ATTACKED},
    "questions.attack.event": "attacked",
    "causes": {
        "judgement": cause(
            weights__choice__disposition_sd=number(0), weights__considerations__prospect=number(0)
        ),
        "patience": cause(matters__red__war__rate=number(0.6, "1/month")),
    },
} | {f"climate.hills.{month}.index": 1.0 for month in range(1, 13)}
AS_THEY_ARE, ALIKE, ALIKE_AND_TWICE = [True, True], [False, True], [False, False]


@pytest.fixture(scope="module")
def attacks():
    """Steps of the first attack in many histories, by the length of a step and by switches."""
    simulators = {}

    def first_attacks(present, length="dekad"):
        if length not in simulators:
            model = small_model({**STILL, "scenario.step": length})
            simulators[length] = Simulator(model, Setting(seed=5))
        simulator = simulators[length]
        outcomes = simulator.outcomes(np.arange(MANY), np.array(present))
        return outcomes.step("attacked"), simulator.model.axes.n_steps // 2

    with pytest.MonkeyPatch.context() as patch:  # less time to compile, and the same arithmetic
        patch.setattr(run, "compiler_options", lambda: {"xla_backend_optimization_level": 1})
        yield first_attacks


def hazards(steps, year):
    """Share that attacked in the first year, of the rest in the second, and the error between."""
    first, rest = steps < year, steps >= year
    second = steps[rest] < 2 * year
    variances = [x.mean() * (1.0 - x.mean()) / x.size for x in (first, second)]
    return first.mean(), second.mean(), np.sqrt(sum(variances))


@pytest.mark.statistical
def test_the_hazard_of_war_is_that_of_a_clock_that_does_not_age(attacks):
    """Where all judge alike, the years are alike."""
    first, second, error = hazards(*attacks(ALIKE))
    assert 0.05 < first < 0.95
    assert abs(second - first) < FIVE * error


@pytest.mark.statistical
def test_the_hazard_of_war_does_not_rise_because_the_years_pass(attacks):
    """Where factions and histories differ, the eager have gone first: it may fall, but not rise."""
    first, second, error = hazards(*attacks(AS_THEY_ARE))
    assert second - first < FIVE * error


@pytest.mark.statistical
def test_a_hazard_is_the_chance_of_the_option_times_the_rate_at_which_it_is_tabled(attacks):
    """By hand: where all are alike, nothing but the cost of change counts.

    Carrying on, preparing and attacking are put forward as 1, e^-.5 and e^-1, and the treasury
    blocks by .9 of what it would not assent to. A step takes something with 1 - exp(-r (1 - P0));
    preparing changes nothing and can be taken again.
    """
    steps, year = attacks(ALIKE)
    assent = 1.0 - 0.9 * (1.0 - 1.0 / (1.0 + np.exp(-(np.array([-0.5, -1.0]) + 2.0))))
    proposed = np.exp([-0.5, -1.0]) / (1.0 + np.exp([-0.5, -1.0]).sum())
    prepares, attack = proposed * assent
    per_step = (1.0 - np.exp(-0.1 * (prepares + attack))) * attack / (prepares + attack)
    expected = 1.0 - (1.0 - per_step) ** year
    found = (steps < year).mean()
    assert abs(found - expected) < FIVE * np.sqrt(expected * (1.0 - expected) / MANY)


@pytest.mark.statistical
def test_twice_the_rate_of_tabling_squares_the_chance_of_staying_out(attacks):
    (one, year), (two, _) = attacks(ALIKE), attacks(ALIKE_AND_TWICE)
    stays_out, stays_out_twice = (one >= year).mean(), (two >= year).mean()
    of_square = 2.0 * stays_out * np.sqrt(stays_out * (1.0 - stays_out) / MANY)
    error = np.hypot(of_square, np.sqrt(stays_out_twice * (1.0 - stays_out_twice) / MANY))
    assert abs(stays_out_twice - stays_out**2) < FIVE * error


@pytest.mark.statistical
@pytest.mark.parametrize("present", [AS_THEY_ARE, ALIKE], ids=["different", "alike"])
def test_the_chance_of_war_in_a_year_does_not_depend_on_the_length_of_a_step(attacks, present):
    """Judgement persists by the calendar, and tablings come by the month."""
    (dekads, year), (months, twelve) = attacks(present), attacks(present, "month")
    one, other = (dekads < year).mean(), (months < twelve).mean()
    error = np.sqrt((one * (1.0 - one) + other * (1.0 - other)) / MANY)
    assert abs(one - other) < FIVE * error
