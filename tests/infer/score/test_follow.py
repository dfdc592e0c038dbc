"""Measured variables are read from the histories of the documented past, in the model's units."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hokushin.infer.score.follow import follow, on_day, unknown_to
from hokushin.infer.score.score import Score, score_file
from hokushin.model.build import Model, build
from hokushin.scenario.load import Loaded, load

VARIABLES = ("stock.red_oil", "force.red_home.infantry", "force.red_total.infantry",
             "believed.red_sees_blue.infantry")  # fmt: skip


@pytest.fixture(scope="module")
def tiny() -> Loaded:
    return load("tiny")


@pytest.fixture(scope="module")
def model(tiny: Loaded) -> Model:
    return build(tiny.scenario)


@pytest.fixture(scope="module")
def found(model: Model) -> dict[str, np.ndarray]:
    return follow(model, (), 3, VARIABLES, n_histories=256)


@pytest.fixture(scope="module")
def scored(tiny: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Score:
    file: Path = tmp_path_factory.mktemp("held") / "series.csv"
    file.write_text(
        "id,date,variable,value,low,high,unit\n"
        "S1,1900-01-15,stock.red_oil,24000,20000,28000,t\n"
        "S2,1900-02-15,stock.red_oil,2,,,kt\n"
        "S3,1900-02-15,losses.red,5,,,man\n"
        "S4,1950-02-15,stock.red_oil,5,,,kt\n"
        "S5,1900-02-15,stock.red_oil,0,,,kt\n"
    )
    return score_file(tiny, file)


def test_every_variable_has_a_number_in_every_step_and_history(found):
    assert set(found) == set(VARIABLES)
    assert all(series.shape == (3, 256) for series in found.values())
    assert all(np.isfinite(series).all() for series in found.values())


def test_a_stock_begins_where_the_scenario_says(found):
    low, high = np.percentile(found["stock.red_oil"][0], (5, 95))
    assert low == pytest.approx(20.0, rel=0.05)
    assert high == pytest.approx(28.0, rel=0.05)


def test_a_total_holds_at_least_what_one_pool_has(found):
    whole, part = found["force.red_total.infantry"], found["force.red_home.infantry"]
    assert np.all(whole >= part - 1e-4)


def test_a_day_within_a_step_is_interpolated(model):
    series = np.array([[10.0], [20.0]])
    calendar = model.sets.calendar
    assert on_day(calendar, series, date(1900, 1, 1)) == 10.0
    assert on_day(calendar, series, date(1900, 1, 16)) == pytest.approx(10.0 + 10.0 * 15 / 31)
    assert on_day(calendar, series, date(1900, 2, 20)) == 20.0


def test_what_the_model_does_not_keep_is_said(model):
    assert unknown_to(model, "stock.red_oil") == ""
    assert unknown_to(model, "losses.red") == "the model keeps no count of losses.red"
    assert unknown_to(model, "stock.green_oil") == "the model has no stock.green_oil"
    assert unknown_to(model, "force.red_home.horse") == "the model has no force.red_home.horse"


def test_a_file_of_series_is_scored_with_a_reason_for_every_row_that_is_not(scored):
    said = scored.as_dict()
    reasons = {row["id"]: row["reason"] for row in said["rows"] if "reason" in row}
    assert said["series"]["n"] == 5
    assert said["series"]["representable"] == 2
    assert set(reasons) == {"S3", "S4", "S5"}
    assert "lies outside the scenario" in reasons["S4"]
    assert "decisions" not in said


def test_what_is_near_the_start_is_inside_and_what_is_far_from_it_is_not(scored):
    said = scored.as_dict()
    assert said["series"]["coverage90"] == 0.5
    rows = {row["id"]: row for row in said["rows"]}
    assert rows["S1"]["value"] == pytest.approx(24.0)
    assert rows["S1"]["crps"] < rows["S2"]["crps"]


def test_the_text_of_a_series_tells_coverage_and_rows(scored):
    text = str(scored)
    assert "5 rows, 2 of them variables of the model." in text
    assert "50 in 100 in nine tenths of them" in text
    assert "not representable: the model keeps no count of losses.red" in text
