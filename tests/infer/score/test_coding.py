"""The table that turns a direction into a matter and an option, frozen before a file is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hokushin.infer.score.coding import Asked, Coding, freeze
from hokushin.scenario.load import load
from hokushin.scenario.record import Record

POWERS = ("north", "south")
TABLE = (
    {"id": "R3", "priority": "4", "power": "north", "direction": "fight", "matter": "war",
     "option": "attack", "scored": "yes"},
    {"id": "R1", "priority": "3", "power": "north", "direction": "fight", "type": "request",
     "matter": "war", "option": "attack", "proposed": "attack", "scored": "yes"},
    {"id": "R4", "priority": "4", "power": "north", "direction": "wait", "until": "1900-06",
     "matter": "war", "option": "carry_on", "scored": "yes"},
    {"id": "R5", "priority": "4", "power": "north", "direction": "wait", "from": "1900-07",
     "matter": "trade", "option": "carry_on", "scored": "yes"},
    {"id": "R2", "priority": "2", "power": "north", "direction": "wait", "question_has": r"\bcoal",
     "matter": "trade", "option": "carry_on", "scored": "yes"},
    {"id": "R6", "priority": "4", "power": "north", "direction": "both", "matter": "war",
     "option": "prepare", "scored": "yes"},
    {"id": "R7", "priority": "4", "power": "north", "direction": "both", "matter": "trade",
     "option": "stop", "scored": "no", "joint": "second"},
    {"id": "R0", "priority": "1", "row_ids": "D7; D8", "matter": "war", "option": "peace"},
)  # fmt: skip
CODEBOOK = (
    {"table": "decisions", "field": "power", "value": "north", "note": "other files: The North"},
    {"table": "decisions", "field": "direction", "value": "rest", "meaning": "nothing is done"},
)


def a_record() -> Record:
    return Record(tables={"options": TABLE, "codebook": CODEBOOK})


@pytest.fixture(scope="module")
def coding() -> Coding:
    return freeze(a_record(), POWERS)


def asked(direction: str, kind: str = "choice", day: date = date(1900, 3, 1), **more) -> Asked:
    told = {"id": "D1", "power": "north", "question": "", **more}
    return Asked(told["id"], day, told["power"], direction, kind, told["question"])


def rows_of(coding: Coding, *args, **more) -> list[str]:
    return [code.table_row for code in coding.codes(asked(*args, **more))]


def test_a_row_of_higher_priority_goes_before(coding):
    assert rows_of(coding, "fight") == ["R3"]
    assert rows_of(coding, "fight", "request") == ["R1"]
    assert rows_of(coding, "fight", id="D8") == ["R0"]


def test_a_window_holds_from_its_first_to_its_last_day(coding):
    assert rows_of(coding, "wait", day=date(1900, 6, 30)) == ["R4"]
    assert rows_of(coding, "wait", day=date(1900, 7, 1)) == ["R5"]


def test_words_of_the_question_name_the_matter_except_where_the_type_says_more(coding):
    assert rows_of(coding, "wait", question="Is coal to be sold?") == ["R2"]
    assert rows_of(coding, "wait", question="Is charcoal to be sold?") == ["R4"]
    assert rows_of(coding, "wait", "refusal", question="Is coal to be sold?") == ["R4"]


def test_a_joint_row_gives_two_matters(coding):
    first, second = coding.codes(asked("both"))
    assert (first.matter, first.option, first.scored) == ("war", "prepare", True)
    assert (second.matter, second.option, second.scored) == ("trade", "stop", False)


def test_another_power_or_direction_has_no_row(coding):
    assert rows_of(coding, "rest") == []
    assert rows_of(coding, "fight", power="south") == []


def test_directions_are_those_of_table_and_codebook(coding):
    assert coding.directions == {"fight", "wait", "both", "rest"}


def test_powers_have_the_names_of_other_files_whatever_their_case(coding):
    assert coding.powers["the north"] == "north"
    assert coding.powers["south"] == "south"


def test_the_digest_names_what_the_table_says_and_nothing_else(coding):
    again = freeze(replace(a_record(), decisions=()), POWERS)
    moved = [dict(row) for row in TABLE]
    moved[0]["option"] = "peace"
    other = freeze(Record(tables={"options": tuple(moved), "codebook": CODEBOOK}), POWERS)
    assert again.digest == coding.digest
    assert other.digest != coding.digest
    assert len(coding.digest) == 64


def test_every_row_of_the_shipped_table_names_an_option_of_the_scenario():
    loaded = load("second-front")
    coding = freeze(loaded.record, loaded.scenario.powers)
    assert len(coding.rows) == 86
    for row in coding.rows:
        if row["matter"] != "government":
            matter = loaded.scenario.matters[f"{row['power']}.{row['matter']}"]
            assert row["option"] in matter.options, row["id"]
    assert coding.powers["jpn"] == coding.powers["japan"] == "japan"
