"""What was measured of a world whose numbers are known teaches those numbers, and no others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hokushin.engine.run import Setting, Simulator
from hokushin.infer.world import WorldDraws, learn_world, world_numbers
from hokushin.infer.world.observations import find_observations
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
    measured("S1", "1900-03-15", "stock.red_oil", 700.0, "kt"),
    measured("S2", "1900-09-15", "force.blue_home.infantry", 14.0, "division"),
    measured("S3", "1901-02", "believed.red_sees_blue.infantry", 20.0, "division"),
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
    row = next(row for row in find_observations_used(tiny_model) if row.id == "S2")
    sizes = learnt.discrepancies
    # Red's estimate is half a view of the same number; its bias and spread are not known.
    noise = (row.error**2 + sizes["force.blue_home.infantry"] ** 2) / scale**2
    alone = 1.0 / (1.0 + 1.0 / noise)
    draws = learnt.normals[learnt.names.index(name)]
    mean = alone / noise * (row.told - location) / scale
    assert draws.var() < alone + 5.0 * alone * np.sqrt(2.0 / MEMBERS)
    assert np.sign(draws.mean()) == np.sign(mean)


def find_observations_used(model):
    return find_observations(model, Record(series=ROWS), END).used


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


def test_an_interrupted_smoother_gives_the_same_draws(tiny_model, record, tmp_path: Path):
    def draw() -> WorldDraws:
        return learn_world(tiny_model, record, END, 2, 64, folder=tmp_path)

    whole, again = draw(), draw()
    np.testing.assert_array_equal(whole.normals, again.normals)
    assert (tmp_path / "world-0.npz").exists()


def test_no_number_is_both_weighed_and_of_the_world(tiny_model, tiny_likelihood):
    weighed, shaping = set(tiny_likelihood.informed.tolist()), set(world_numbers(tiny_model))
    assert not weighed & shaping
    assert weighed | shaping == set(tiny_model.priors.free.tolist())


def test_rows_that_cannot_be_used_are_listed_with_the_reason(tiny_model):
    fact = DatedFact(
        id="T1", date="1900-06-20", fact="Signed", verb="signed", what="truce",
        source="tiny-2026", seen="text", grade="A",
    )  # fmt: skip
    late = measured("S4", "1901-09-01", "stock.red_oil", 700.0, "kt")
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
        measured("M", "1900-06", "stock.red_oil", 700.0, "kt"),
        measured("D", "1900-06-15", "stock.red_oil", 700.0, "kt"),
    )
    used = find_observations(tiny_model, Record(series=rows), END).used
    walk = Walk(tiny_model, record, used, world_numbers(tiny_model), 1)
    month, day = walk.predict(np.zeros((len(walk.numbers), 64)), 0).mean((1, 2))
    assert month == pytest.approx(day, abs=0.05)


def test_rival_rows_are_weighed_and_the_likelier_one_is_learnt_from(tiny_model, tiny):
    rivals = (
        measured("R1", "1900-09-15", "force.blue_home.infantry", 14.0, "division"),
        measured("R2", "1900-09-15", "force.blue_home.infantry", 60.0, "division"),
    )
    assert find_observations(tiny_model, Record(series=rivals), END).rivals == (("R1", "R2"),)
    record = Record(decisions=tiny.record.decisions, series=rivals)
    learnt = learn_world(tiny_model, record, END, 3, 256)
    reading = next(r for r in learnt.readings if r.fact == "R1/R2")
    assert sum(reading.chances) == pytest.approx(1.0)
    assert reading.chances[0] > 0.9


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
