"""A file of decisions is read strictly, and told in the words of the scenario."""

from __future__ import annotations

from datetime import date

import pytest

from hokushin.infer.score.coding import Coding, freeze
from hokushin.infer.score.rows import decisions_of, header_of, read_decisions
from hokushin.scenario.load import Loaded, load
from hokushin.scenario.problems import Problem, Problems


@pytest.fixture(scope="module")
def flagship() -> Loaded:
    return load("second-front")


@pytest.fixture(scope="module")
def coding(flagship: Loaded) -> Coding:
    return freeze(flagship.record, flagship.scenario.powers)


@pytest.fixture
def read(flagship, coding):
    def run(text: str):
        problems = Problems()
        content = text.encode()
        rows = read_decisions(content, "held.csv", coding, flagship.scenario, problems)
        return rows, list(problems)

    return run


MAPPED = "id,date,power,type,direction,question,confidence\n"


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def test_a_direction_becomes_matter_and_option_by_the_table(read):
    rows, problems = read(MAPPED + "H1,1941-11-01,Japan,choice,negotiate_us,Talk on?,high\n")
    assert problems == []
    (coded,) = rows[0].coded
    assert (rows[0].power, rows[0].day) == ("japan", date(1941, 11, 1))
    assert (coded.decision.matter_key, coded.decision.option) == ("japan.washington", "offer")
    assert (coded.kind, coded.coded_by, coded.decision.scored) == ("choice", "O286", "yes")


def test_own_matter_and_option_go_before_the_table(read):
    rows, _ = read(
        "id,date,power,direction,matter,option\nH1,1941-11-01,JAPAN,negotiate_us,north,attack\n"
    )
    assert rows[0].coded[0].decision.option == "attack"
    assert rows[0].coded[0].coded_by == "file"


def test_an_own_option_that_the_model_lacks_falls_back_on_the_direction(read):
    text = "id,date,power,direction,matter,option\nH1,1941-11-01,japan,{},washington,dance\n"
    rows, _ = read(text.format("negotiate_us"))
    assert rows[0].coded[0].coded_by == "O286"
    rows, problems = read(text.format(""))
    assert problems == []
    assert rows[0].coded == ()
    assert rows[0].reason == "japan.washington has no option dance"


def test_a_joint_direction_gives_two_decisions(read):
    rows, _ = read(MAPPED + "H1,1941-07-02,Japan,choice,south_and_wait,,high\n")
    assert [(d.id, d.matter, d.option) for d in decisions_of(rows)] == [
        ("H1", "north", "arm_review"),
        ("H1b", "south", "step"),
    ]


@pytest.mark.parametrize(
    ("kind", "direction", "act"),
    [("request", "north", "proposed"), ("refusal", "wait", "refused"),
     ("choice", "south", "decided")],
)  # fmt: skip
def test_what_a_file_leaves_open_follows_from_the_kind_of_row(read, kind, direction, act):
    rows, _ = read(MAPPED + f"H1,1941-07-05,Japan,{kind},{direction},,\n")
    own = rows[0].coded[0].decision
    assert (own.act, own.by, own.confidence, own.episode) == (act, "government", "medium", "H1")


def test_a_request_between_powers_is_an_act_and_not_a_proposal(read):
    rows, _ = read(MAPPED + "H1,1941-07-05,Germany,request,ask_north,,high\n")
    assert rows[0].coded[0].decision.act == "asked"


def test_an_unknown_direction_is_refused_at_its_cell(read):
    _, problems = read(MAPPED + "H1,1941-07-05,Japan,choice,nrth_prepare,,high\n")
    problem = only(problems)
    assert str(problem.place) == "held.csv:2:28"
    assert problem.written == "nrth_prepare"
    assert "Did you mean north_prepare" in problem.hint


def test_a_row_without_direction_and_option_is_refused(read):
    _, problems = read(MAPPED + "H1,1941-07-05,Japan,choice,,,high\n")
    assert "names no matter and option either" in only(problems).needed


@pytest.mark.parametrize(
    ("row", "column", "place"),
    [
        ("H1,1941-13-05,Japan,choice,south,,high", "date", "held.csv:2:4"),
        ("H1,1941-07-05,Jappan,choice,south,,high", "power", "held.csv:2:15"),
        ("H1,1941-07-05,Japan,choise,south,,high", "type", "held.csv:2:21"),
        ("H1,1941-07-05,Japan,choice,south,,sure", "confidence", "held.csv:2:35"),
    ],
)
def test_a_cell_that_nothing_knows_is_named_with_its_place(read, row, column, place):
    rows, problems = read(MAPPED + row + "\n")
    problem = only(problems)
    assert rows == ()
    assert (problem.path, str(problem.place)) == (column, place)


def test_all_mistakes_of_a_file_are_told_at_once(read):
    _, problems = read(
        MAPPED + "H1,1941,Jappan,choice,south,,high\nH2,1941-07-05,Japan,choice,sauth,,high\n"
    )
    assert [problem.place.line for problem in problems] == [2, 3]


def test_a_column_that_no_table_of_decisions_has_is_refused(read):
    _, problems = read("id,date,power,direktion\nH1,1941-07-05,Japan,south\n")
    assert "is not a column of this table" in only(problems).needed


def test_a_power_that_decides_nothing_here_and_a_date_without_a_row_give_their_reasons(read):
    rows, problems = read(MAPPED + "H1,1941-07-05,Axis,choice,south,,high\n")
    assert problems == []
    assert rows[0].coded == ()
    assert "no power axis" in rows[0].reason
    rows, problems = read(MAPPED + "H1,1941-07-05,USA,choice,south,,high\n")
    assert problems == []
    assert "no row for usa, south, choice, 1941-07-05" in rows[0].reason


def test_a_change_of_persons_is_kept_and_not_scored(read):
    rows, problems = read(MAPPED + "H1,1941-07-05,Japan,choice,away_from_north,,high\n")
    assert problems == []
    assert rows[0].coded[0].decision.scored == "no"


def test_header_of_reads_names_in_quotes_and_with_a_byte_order_mark():
    assert header_of(b'\xef\xbb\xbf"id",date,power\r\nH1,x,y\r\n') == ("id", "date", "power")
