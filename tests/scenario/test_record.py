"""The documented path is one choice for each episode, in order of day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hokushin.scenario.load import load
from hokushin.scenario.record import Choice, Decision, Record, documented, standing_row
from tests.scenario.planted import Planted, assert_found, copied, problems_of, replaced


def row(name: str, day: str, act: str, option: str, scored: str = "no", **more: str) -> Decision:
    fields = {
        "id": name,
        "date": day,
        "power": "red",
        "matter": "border",
        "option": option,
        "episode": "E1",
        "act": act,
        "by": "government",
        "scored": scored,
        "work": "tiny-2026",
        "seen": "judgement",
        "grade": "D",
    }
    return Decision.model_validate({**fields, **more})


def chosen(*rows: Decision) -> list[tuple[str, str]]:
    return [(choice.matter, choice.option) for choice in documented(Record(decisions=rows))]


def test_an_episode_counts_once_by_the_row_that_is_scored():
    rows = [
        row("D1", "1900-01-01", "decided", "attack"),
        row("D2", "1900-01-05", "decided", "sign", "yes"),
        row("D3", "1900-01-09", "executed", "attack"),
    ]
    assert chosen(*rows) == [("red.border", "sign")]


def test_without_a_scored_row_the_last_that_was_done_counts():
    rows = [
        row("D3", "1900-01-09", "assessed", "carry_on"),
        row("D2", "1900-01-05", "ordered", "sign"),
        row("D1", "1900-01-01", "decided", "attack"),
    ]
    assert chosen(*rows) == [("red.border", "sign")]


@pytest.mark.parametrize("act", ["proposed", "asked", "refused", "assessed"])
def test_what_was_only_said_chooses_nothing(act: str):
    assert standing_row([row("D1", "1900-01-01", act, "attack")]) is None


def test_what_a_body_only_urged_is_not_what_its_power_did():
    urged = row("D1", "1900-01-01", "proposed", "attack", "yes", type="request")
    assert chosen(urged) == []


def test_carrying_on_chooses_nothing():
    assert chosen(row("D1", "1900-01-01", "decided", "carry_on", "yes")) == []


def test_a_change_of_persons_chooses_nothing():
    changed = row("D1", "1900-01-01", "executed", "change_cabinet", matter="government")
    assert chosen(changed) == []


def test_matters_and_powers_have_episodes_of_their_own():
    rows = [
        row("D1", "1900-02-01", "decided", "cut", matter="trade", power="blue"),
        row("D2", "1900-01-01", "decided", "sign", matter="border"),
        row("D3", "1900-03-01", "decided", "attack", matter="border", episode="E2"),
    ]
    assert chosen(*rows) == [
        ("red.border", "sign"),
        ("blue.trade", "cut"),
        ("red.border", "attack"),
    ]


def test_a_date_of_a_month_is_its_first_day():
    (choice,) = documented(Record(decisions=(row("D1", "1900-02", "decided", "sign"),)))
    assert choice == Choice(date(1900, 2, 1), "red.border", "sign")


def test_the_tiny_record_by_hand():
    assert documented(load("tiny").record) == (
        Choice(date(1900, 5, 4), "blue.trade", "sign"),
        Choice(date(1900, 6, 20), "red.border", "sign"),
    )


PLANTED = [
    Planted(
        "an act that is none",
        "record/decisions.csv",
        "R-1900-03,decided,government,yes",
        "R-1900-03,decisive,government,yes",
        "record.decisions.D2.act",
    ),
    Planted(
        "an actor of nowhere",
        "record/decisions.csv",
        "B-1900-05,decided,council,yes",
        "B-1900-05,decided,counsel,yes",
        "Did you mean council?",
    ),
    Planted(
        "a row scored from before the span",
        "record/decisions.csv",
        "D2,1900-03-12,",
        "D2,1899-03-12,",
        "so that no model can be scored on it",
    ),
    Planted(
        "a change of persons that is scored",
        "record/decisions.csv",
        "D5,1900-06-28,red,border,sign,R-1900-06,executed,government,no,",
        "D5,1900-06-28,red,government,sign,R-1900-07,executed,government,yes,",
        "a change of persons is not scored",
    ),
    Planted(
        "an option on the table that the matter does not have",
        "record/decisions.csv",
        "carry_on;attack;sign,,sign,treasury",
        "carry_on;attack;bribe,,sign,treasury",
        "no option of red.border is called bribe",
    ),
    Planted(
        "an unknown work",
        "record/decisions.csv",
        "tiny-2026,judgement,D,Council,",
        "tiny-2062,judgement,D,Council,",
        "Did you mean tiny-2026?",
    ),
]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_row_that_cannot_be_meant_is_found(planted: Planted, tmp_path: Path):
    assert_found(planted, "tiny", tmp_path)


SERIES = "id,date,variable,value,low,high,unit,source,seen,grade\n"
DATES = "id,date,fact,verb,what,source,seen,grade\n"
BELIEFS = "id,date,power,holder,about,quantity,value,low,high,unit,work,seen,grade\n"
END = "tiny-2026,judgement,D\n"


def with_table(tmp_path: Path, name: str, text: str) -> str:
    folder = copied("tiny", tmp_path)
    (folder / "record" / f"{name}.csv").write_text(text, "utf-8")
    return "\n".join(map(str, problems_of(folder)))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("F1,1900-06,stock.red_oil,24,20,28,kt,", ""),
        ("F1,1900-06,force.red_border.infantry,6,5,7,division,", ""),
        ("F1,1900-06,force.red_total.infantry,10,9,11,division,", ""),
        ("F1,1900-06,believed.red_sees_blue.infantry,6,5,7,division,", ""),
        ("F1,1900-06,force.red_boarder.infantry,6,5,7,division,", "Did you mean red_border?"),
        ("F1,1900-06,force.red_border.infantry,6,5,7,tank,", "the model needs division"),
        ("F1,1900-06,stock.red_oil,24,20,28,kt/month,", "an amount such as kt"),
        ("F1,1900-06,stocks.red_oil,24,20,28,kt,", "Did you mean stock?"),
        ("F1,1900-06,force.red_border,6,5,7,division,", "Write force.POOL_OR_TOTAL.BRANCH"),
        ("F1,1900-06,stock.red_oil,24,25,28,kt,", "the interval 25..28 is not around it"),
        ("F1,1900-06,stock.red_oil,much,25,28,kt,", "record.series.F1.value"),
    ],
)
def test_series_measure_what_the_model_computes(tmp_path: Path, line: str, says: str):
    said = with_table(tmp_path, "series", f"{SERIES}{line}{END}")
    assert says in said if says else said == ""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("T1,1900-06-20,A truce,signed,truce,", ""),
        ("T1,1900-06-20,A truce,chosen,red.border.sign,", ""),
        ("T1,1901-12-31,No war,never,attack,", ""),
        ("T1,1900-06-20,A truce,signed,peace,", "no deal is called peace"),
        ("T1,1900-06-20,A truce,chosen,red.border.singe,", "Did you mean red.border.sign?"),
        ("T1,1900-06-20,A truce,sealed,truce,", "record.dates.T1.verb"),
    ],
)
def test_dates_are_of_what_can_happen(tmp_path: Path, line: str, says: str):
    said = with_table(tmp_path, "dates", f"{DATES}{line}{END}")
    assert says in said if says else said == ""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("B1,1900-06-20,red,staff,Blue,divisions,6,5,7,divisions,", ""),
        ("B1,1900-06-20,red,council,Blue,divisions,6,5,7,divisions,", "no faction of red"),
        ("B1,1900-06-20,red,staff,Blue,divisions,6,5,7,legions,", "no unit is called legions"),
    ],
)
def test_beliefs_are_of_bodies_that_there_are(tmp_path: Path, line: str, says: str):
    said = with_table(tmp_path, "beliefs", f"{BELIEFS}{line}{END}")
    assert says in said if says else said == ""


def test_other_tables_are_kept_as_text(tmp_path: Path):
    folder = copied("tiny", tmp_path)
    text = "table,field,value,meaning,note\ndecisions,act,decided,it was decided,\n"
    (folder / "record" / "codebook.csv").write_text(text, "utf-8")
    (line,) = load(folder).record.tables["codebook"]
    assert line["meaning"] == "it was decided"
    assert "note" not in line


def test_a_scenario_may_have_no_record(tmp_path: Path):
    folder = copied("tiny", tmp_path)
    (folder / "record" / "decisions.csv").unlink()
    (folder / "record").rmdir()
    assert load(folder).record == Record()


def test_a_measured_number_may_not_be_out_of_its_place(tmp_path: Path):
    folder = copied("tiny", tmp_path)
    replaced(folder / "record" / "decisions.csv", "D1,1900-03-10,", "D1,1900-02-31,")
    (problem,) = problems_of(folder)
    assert problem.path == "record.decisions.D1.date"
    assert "a day that does not exist" in problem.needed
