"""What was measured of a world whose numbers are known teaches those numbers, and no others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hokushin.engine.run import Setting, Simulator
from hokushin.infer.world import WorldDraws, learn_world, world_numbers
from hokushin.infer.world.discrepancy import error_covariance
from hokushin.infer.world.held_out import hold_out, parts_of
from hokushin.infer.world.kept import Kept
from hokushin.infer.world.observations import find_observations
from hokushin.infer.world.readings import combinations
from hokushin.infer.world.smoother import Round, Smoothed, moments_of
from hokushin.infer.world.walk import Walk
from hokushin.scenario.record import Belief, DatedFact, Measurement, Record

END = date(1901, 7, 1)
MEMBERS = 512


def measured(name: str, day: str, variable: str, value: float, unit: str, **changes) -> Measurement:
    given = {
        "id": name, "date": day, "variable": variable, "value": value, "low": value * 0.9,
        "high": value * 1.1, "unit": unit, "source": "tiny-2026", "seen": "text", "grade": "A",
    }  # fmt: skip
    return Measurement(**{**given, **changes})


def believed(name: str, **changes) -> Belief:
    given = {
        "id": name, "date": "1900-06-10", "power": "red", "holder": "staff", "about": "Blue",
        "quantity": "p_within_6_months", "value": 0.3, "low": 0.2, "high": 0.4,
        "unit": "probability", "work": "tiny-2026", "seen": "text", "grade": "A",
    }  # fmt: skip
    return Belief(**{**given, **changes})


ROWS = (
    measured("S1", "1900-03-15", "stock.red_oil", 22.0, "kt"),
    measured("S2", "1900-09-15", "force.blue_home.infantry", 6.6, "division"),
    measured("S3", "1901-02", "believed.red_sees_blue.infantry", 7.5, "division"),
)


@pytest.fixture(scope="module")
def record(tiny) -> Record:
    return Record(decisions=tiny.record.decisions, series=ROWS)


@pytest.fixture(scope="module")
def learnt(tiny_model, record) -> WorldDraws:
    return learn_world(tiny_model, record, END, seed=2, members=MEMBERS)


def test_the_measured_force_is_the_force_that_is_learnt(learnt: WorldDraws, tiny_model):
    """Blue's divisions do not grow, so the row measures the number itself: conjugate normals."""
    name = "pools.blue_home.forces.infantry"
    position = tiny_model.position(name)
    location, scale = (getattr(tiny_model.priors, x)[position] for x in ("location", "scale"))
    used = find_observations(tiny_model, Record(series=ROWS), END).used
    row = next(row for row in used if row.id == "S2")
    noise = (row.error**2 + learnt.discrepancies[row.variable] ** 2) / scale**2
    # What Red believes is of the same number, so it can only be known better than by this row.
    variance = noise / (1.0 + noise)
    mean = (row.told - location) / scale / (1.0 + noise)
    draws = learnt.normals[learnt.names.index(name)]
    assert draws.var() < variance * (1.0 + 5.0 * np.sqrt(2.0 / MEMBERS))
    assert abs(draws.mean() - mean) < 0.5 * abs(mean)


def test_numbers_that_touch_nothing_measured_stay_as_they_were(learnt: WorldDraws):
    for name in ("exposures.red_coal.worth", "trust.red.blue.level", "asks.blue_truce.fades"):
        place = learnt.names.index(name)
        assert abs(learnt.contraction()[place]) < 5.0 * np.sqrt(2.0 / MEMBERS)
        assert abs(learnt.shift()[place]) < 5.0 / np.sqrt(MEMBERS)


def test_what_was_learnt_lies_closer_to_what_was_measured(learnt: WorldDraws):
    before, after = learnt.coverage()
    assert after.crps < before.crps
    assert [row.id for row in learnt.observations] == ["S1", "S2", "S3"]


def test_the_draws_run_by_themselves(learnt: WorldDraws, tiny_model):
    simulator = Simulator(tiny_model, Setting(horizon=date(1900, 4, 1)), (), learnt.fitted())
    position = tiny_model.position("pools.blue_home.forces.infantry")
    seen = simulator.normals(np.arange(4, dtype=np.uint32))[position]
    own = learnt.normals[learnt.names.index("pools.blue_home.forces.infantry"), :4]
    np.testing.assert_array_equal(seen, own)
    assert simulator.outcomes(np.arange(4)).first.shape[1] == 4


def test_rounds_that_were_kept_are_taken_up_only_by_the_same_smoother(tmp_path: Path):
    done = Smoothed(np.arange(6.0).reshape(2, 3), (Round(1.1, 2), Round(0.9, 2)))
    Kept(tmp_path, "one").write(0, done)
    again = Kept(tmp_path, "one").read(0)
    assert again is not None
    np.testing.assert_array_equal(again.normals, done.normals)
    assert again.rounds == done.rounds
    assert Kept(tmp_path, "another").read(0) is None
    assert Kept(tmp_path, "one").read(1) is None


def test_no_number_is_both_weighed_and_of_the_world(tiny_model, tiny_likelihood):
    weighed, shaping = set(tiny_likelihood.informed.tolist()), set(world_numbers(tiny_model))
    assert not weighed & shaping
    assert weighed | shaping == set(tiny_model.priors.free.tolist())


def test_rows_that_cannot_be_used_are_listed_with_the_reason(tiny_model):
    fact = DatedFact(
        id="T1", date="1900-06-20", fact="Signed", verb="signed", what="truce",
        source="tiny-2026", seen="text", grade="A",
    )  # fmt: skip
    late = measured("S4", "1901-09-01", "stock.red_oil", 22.0, "kt")
    gone = measured("S5", "1900-06-01", "transferred.red_border", 2.0, "division")
    mapped = {"file": "beliefs", "region": "Blue", "kind": "p_within_6_months",
              "variable": "intent.blue", "power": "red"}  # fmt: skip
    beliefs = (
        believed("B1"),
        believed("B2", about="Green"),
        believed("B3", grade="D"),
        believed("S4"),
    )
    record = Record(
        series=(*ROWS, late, gone),
        beliefs=beliefs,
        dates=(fact,),
        tables={"variables": (mapped,)},
    )
    found = find_observations(tiny_model, record, END)
    assert [one.id for one in found.used] == ["S1", "B1", "S2", "S3"]
    assert {name for name, _ in found.unused} == {"S4", "S5", "B2", "B3", "T1"}
    b1 = next(one for one in found.used if one.id == "B1")
    assert b1.variable == "intent.red.staff.blue"
    assert b1.value == pytest.approx(1.0 - 0.7**2)  # within six months becomes within a year


def test_a_month_that_is_all_a_source_gives_is_spread_over_its_days(tiny_model, record):
    """The stock burns evenly in a war, so its mean over a month is that of the month's middle."""
    rows = (
        measured("M", "1900-06", "stock.red_oil", 22.0, "kt"),
        measured("D", "1900-06-15", "stock.red_oil", 22.0, "kt"),
    )
    used = find_observations(tiny_model, Record(series=rows), END).used
    walk = Walk(tiny_model, record, used, world_numbers(tiny_model), 1)
    month, day = walk.predict(np.zeros((len(walk.numbers), 64)), 0).mean((1, 2))
    assert month == pytest.approx(day, abs=0.05)


def test_rival_rows_are_weighed_and_the_likelier_one_wins(tiny_model, tiny):
    rivals = (
        measured("R1", "1900-09-15", "force.blue_home.infantry", 6.6, "division"),
        measured("R2", "1900-09-15", "force.blue_home.infantry", 14.0, "division"),
    )
    record = Record(decisions=tiny.record.decisions, series=rivals)
    found = find_observations(tiny_model, record, END)
    assert found.rivals == (("R1", "R2"),)
    walk = Walk(tiny_model, record, found.used, world_numbers(tiny_model), 3)
    prior = moments_of(walk.predict(walk.prior(256), 0))
    choices, (reading,) = combinations(found, prior, error_covariance(found.used, {}))
    assert sum(choice.chance for choice in choices) == pytest.approx(1.0)
    # By hand: the number is lognormal, and either row measures it with its own error.
    mean, spread = prior.mean[0], prior.by_numbers[0, 0] + prior.by_dice[0, 0]
    by_hand = [
        np.exp(-0.5 * (one.told - mean) ** 2 / (spread + one.error**2))
        / np.sqrt(spread + one.error**2)
        for one in found.used
    ]
    assert reading.chances[0] == pytest.approx(by_hand[0] / sum(by_hand))
    assert reading.chances[0] > 0.9


def test_every_measurement_is_held_out_once(tiny_model, tiny):
    rows = tuple(
        measured(f"H{month}", f"1900-{month:02}-15", "stock.red_oil", 22.0, "kt")
        for month in range(2, 9)
    )
    record = Record(decisions=tiny.record.decisions, series=rows)
    used = find_observations(tiny_model, record, END).used
    parts = parts_of(used)
    assert sorted(name for part in parts for name in part) == sorted(row.id for row in rows)
    told = hold_out(tiny_model, record, END, 2, 256)
    assert [row.id for row in told.rows] == [row.id for row in rows]
    assert told.before.n == told.after.n == len(rows)
    assert told.difference == pytest.approx(told.after.crps - told.before.crps)


def test_a_contradiction_that_nothing_measured_touches_stays_even(learnt: WorldDraws):
    reading = next(r for r in learnt.readings if r.fact == "k1")
    assert not reading.told_apart
    assert reading.chances == (0.5, 0.5)


def test_too_small_an_ensemble_is_refused(tiny_model, record):
    with pytest.raises(ValueError, match="64 or more"):
        learn_world(tiny_model, record, END, members=10)


def test_a_record_that_measures_nothing_is_refused(tiny, tiny_model):
    with pytest.raises(ValueError, match="nothing that the model can predict"):
        learn_world(tiny_model, Record(decisions=tiny.record.decisions), END)
