"""Problems are collected, sorted, and printed as an author needs them."""

import json

import pytest

from hokushin.scenario.problems import (
    MAX_SHOWN,
    Mistake,
    Place,
    Problem,
    Problems,
    ScenarioError,
    closest,
    did_you_mean,
    dotted,
)


def test_a_problem_shows_place_line_path_need_and_hint():
    problem = Problem(
        Place("resources.yaml", 15, 13),
        "oil.demand",
        "unit: Mbbl",
        "is written in Mbbl, but the model needs a rate such as Mbbl/month.",
        "Did you mean Mbbl/month or Mbbl/year?",
    )
    assert str(problem) == (
        "resources.yaml:15:13\n"
        "    unit: Mbbl\n"
        "  oil.demand: is written in Mbbl, but the model needs a rate such as Mbbl/month.\n"
        "  Did you mean Mbbl/month or Mbbl/year?"
    )


def test_a_problem_without_path_begins_with_a_capital():
    problem = Problem(Place("a.yaml", 1, 1), "", "", "the file is empty.")
    assert str(problem) == "a.yaml:1:1\n  The file is empty."


def test_the_line_at_the_place_is_quoted_once_the_text_is_remembered():
    problems = Problems()
    problems.remember("a.yaml", "x: 1\n  y: 2\r\n")
    problems.add(Place("a.yaml", 2, 3), ("x", "y"), "is wrong.")
    assert [problem.written for problem in problems] == ["y: 2"]
    assert problems.line_at(Place("a.yaml", 99, 1)) == ""
    assert problems.line_at(Place("b.yaml", 1, 1)) == ""


def test_problems_are_raised_together_in_the_order_of_the_file():
    problems = Problems()
    problems.add(Place("b.yaml", 1, 1), "late", "is wrong.")
    problems.add(Place("a.yaml", 10, 1), "second", "is wrong.")
    problems.add(Place("a.yaml", 9, 5), "first", "is wrong.")
    with pytest.raises(ScenarioError) as caught:
        problems.raise_if_any()
    assert [problem.path for problem in caught.value.problems] == ["first", "second", "late"]
    assert str(caught.value).count("is wrong.") == 3


def test_no_problem_raises_nothing():
    Problems().raise_if_any()


def test_the_same_problem_is_kept_once():
    problems = Problems()
    for _ in range(2):
        problems.add(Place("a.yaml", 1, 1), "x", "is wrong.")
    assert len(problems) == 1


def test_problems_beyond_the_limit_are_counted_and_not_kept():
    problems = Problems(limit=2)
    for line in range(1, 6):
        problems.add(Place("a.yaml", line, 1), "x", "is wrong.")
    with pytest.raises(ScenarioError, match="and 3 more") as caught:
        problems.raise_if_any()
    assert (len(caught.value.problems), caught.value.n_unlisted) == (2, 3)


def test_the_json_form_holds_every_part_and_survives_a_round_trip():
    problems = Problems()
    problems.add(Place("a.yaml", 3, 7), ("oil", 0), "is wrong.", "Mend it.", written="oil: [x]")
    with pytest.raises(ScenarioError) as caught:
        problems.raise_if_any()
    assert json.loads(json.dumps(caught.value.as_dict())) == {
        "problems": [
            {
                "file": "a.yaml",
                "line": 3,
                "column": 7,
                "path": "oil.0",
                "written": "oil: [x]",
                "needed": "is wrong.",
                "hint": "Mend it.",
            }
        ],
        "unlisted": 0,
    }


def test_long_lines_are_shortened():
    problems = Problems()
    problems.add(Place("a.yaml", 1, 1), "x" * 1_000, "is wrong.", written="y" * 1_000)
    (problem,) = problems
    assert len(problem.written) == len(problem.path) == MAX_SHOWN
    assert problem.written.endswith("...")


def test_a_path_is_written_with_dots():
    assert dotted(("oil", "stock", 0)) == "oil.stock.0"


def test_the_closest_word_is_found_whatever_its_capitals():
    assert closest("mbbl", ["kt", "Mbbl"]) == ["Mbbl"]
    assert did_you_mean("unti", ["unit", "value"]) == "Did you mean unit?"
    assert did_you_mean("zzz", ["unit", "value"]) == ""


def test_a_mistake_says_need_and_hint():
    mistake = Mistake("is wrong.", "Mend it.")
    assert str(mistake) == "is wrong. Mend it."
    assert (mistake.needed, mistake.hint) == ("is wrong.", "Mend it.")
