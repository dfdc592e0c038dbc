"""Files of numbers are read by the table of variables, and what it does not map says so."""

from __future__ import annotations

from datetime import date

import pytest

from hokushin.infer.score.coding import freeze
from hokushin.infer.score.measured import MeasuredRow, form_of, known_of, read_measured
from hokushin.infer.score.rows import header_of
from hokushin.scenario.load import Loaded, load
from hokushin.scenario.problems import Problems

FORCES = "id,date,power,region,kind,quantity,low,high,unit,estimator,seen\n"
RESOURCES = "date,power,region,resource,kind,item,value,unit\n"
SERIES = "id,date,variable,value,unit\n"
EAST = "Far East (incl. Transbaikal)"


@pytest.fixture(scope="module")
def flagship() -> Loaded:
    return load("second-front")


@pytest.fixture
def read(flagship):
    def run(text: str):
        problems = Problems()
        coding = freeze(flagship.record, flagship.scenario.powers)
        form = form_of(header_of(text.encode()))
        assert form is not None
        rows = read_measured(
            text.encode(), "held.csv", form, coding, flagship.record, flagship.scenario, problems
        )
        return rows, list(problems)

    return run


def one(read, text: str) -> MeasuredRow:
    rows, problems = read(text)
    assert problems == []
    assert len(rows) == 1
    return rows[0]


def test_a_row_of_forces_becomes_a_variable_with_factor_and_offset(read):
    row = one(read, FORCES + "F1,1941-08-15,Japan,Manchuria,infantry_divisions,12,11,13,"
              "divisions,own,excerpt\n")  # fmt: skip
    assert (row.variable, row.value) == ("force.japan_north.infantry", 14.0)
    assert (row.low, row.high, row.recalled) == (13.0, 15.0, False)
    tons = one(read, FORCES + "F1,1941-08-15,Japan,all,combat_tonnage,1000000,,,standard tons,,"
               "recalled\n")  # fmt: skip
    assert (tons.variable, tons.value, tons.recalled) == ("force.japan_home.naval", 1000.0, True)


def test_a_window_of_dates_leaves_out_what_it_does_not_hold(read):
    row = one(read, FORCES + "F1,1938-08-15,Japan,Manchuria,infantry_divisions,7,,,divisions,,\n")
    assert row.variable == ""
    assert "no infantry_divisions of Manchuria in divisions" in row.reason


def test_an_estimator_that_the_table_leaves_out_gives_its_reason(read):
    row = one(read, FORCES + f"F1,1941-06-22,USSR,{EAST},personnel,500000,,,men,"
              "Japanese intelligence,\n")  # fmt: skip
    assert row.reason == "V014 leaves out what is Japanese intelligence"


def test_a_region_with_a_star_holds_every_place_of_the_front(read):
    row = one(read, FORCES + "F1,1941-10-07,Germany,Eastern Front: Vyazma,distance_to_moscow,218,,,"
              "km straight line to the Kremlin,,\n")  # fmt: skip
    assert row.variable == "distance.eastern"


def test_a_resource_is_told_by_its_item_and_its_row_number(read):
    rows, problems = read(
        RESOURCES
        + "FY1938,JPN,Inner Zone,oil total,flow,imports,36,million_bbl\n"
        + "1942-04-01,JPN,Inner Zone,oil total,stock,stock total army+navy+civil,38,million_bbl\n"
        + "1942-04-01,JPN,Inner Zone,crude oil,stock,stock total army+navy+civil,12,million_bbl\n"
    )
    assert problems == []
    assert [(row.id, row.variable) for row in rows] == [
        ("R001", ""),
        ("R002", "stock.japan_oil"),
        ("R003", ""),
    ]
    assert rows[1].day == date(1942, 4, 1)


def test_a_row_of_a_series_is_turned_into_the_unit_of_the_model(read):
    assert one(read, SERIES + "S1,1942-04,stock.japan_oil,42000000,bbl\n").value == 42.0


def test_a_month_is_its_middle_day(read):
    assert one(read, SERIES + "S1,1942-04,stock.japan_oil,42,Mbbl\n").day == date(1942, 4, 15)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (SERIES + "S1,1942-04,stok.japan_oil,42,Mbbl\n", "variable"),
        (SERIES + "S1,1942-04,stock.japan_oil,42,km\n", "unit"),
        (SERIES + "S1,1942-14,stock.japan_oil,42,Mbbl\n", "date"),
        (SERIES + "S1,1942-04,stock.japan_oil,many,Mbbl\n", "value"),
        (SERIES + "S1,1942-04,stock.japan_oil,nan,Mbbl\n", "value"),
        (SERIES + "S1,1942-04,stock.japan_oil,,Mbbl\n", "value"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(read, text, column):
    _, problems = read(text)
    assert [(problem.path, problem.place.line) for problem in problems] == [(column, 2)]


def test_the_record_s_own_measurements_are_all_in_units_of_the_model(flagship):
    known = known_of(flagship.record, flagship.scenario)
    assert len(known) == len(flagship.record.series)
    oil = [one for one in known if one.variable == "stock.japan_oil"]
    assert oil[0].value == 44.36


def test_a_table_of_another_kind_has_no_form():
    assert form_of(("id", "engagement", "phase")) is None
