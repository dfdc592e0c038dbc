"""Changes written on a command line mean what the rewrites of a cause mean, or say why not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hokushin.scenario.changes import parse_changes, window_of
from hokushin.scenario.load import load
from hokushin.scenario.problems import ScenarioError
from hokushin.scenario.schema import Rewrite, Scenario


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("tiny").scenario


def one(text: str, scenario: Scenario) -> Rewrite:
    (rewrite,) = parse_changes([text], scenario)
    return rewrite


def refusal(text: str, scenario: Scenario) -> str:
    with pytest.raises(ScenarioError) as caught:
        parse_changes([text], scenario)
    return str(caught.value)


def test_a_number_is_set_in_the_unit_written(scenario):
    rewrite = one("set accounts.red_oil.stock=0.03 Mt", scenario)
    assert rewrite.set == "accounts.red_oil.stock"
    assert rewrite.to is not None
    assert (rewrite.to.value, rewrite.to.unit) == (0.03, "Mt")


def test_a_number_without_a_unit_is_in_that_of_the_scenario(scenario):
    rewrite = one("set accounts.red_oil.output = 2", scenario)
    assert rewrite.to is not None
    assert (rewrite.to.value, rewrite.to.unit) == (2, "kt/month")


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("set restrictions.blue_oil.steps.cut=0.5", None, None),
        ("set restrictions.blue_oil.steps.cut=0.5 share @1900-06", "1900-06", None),
        ("set restrictions.blue_oil.steps.cut=0.5@1900-06..1900-09", "1900-06", "1900-09"),
        ("forbid red.border.attack", None, None),
        ("forbid red.border.attack@1900-06..1900-09-15", "1900-06", "1900-09-15"),
        ("force red.border.attack@1900-06-10", "1900-06-10", None),
        ("  force   red.border.attack @ 1900-06-10 .. 1900-07-10 ", "1900-06-10", "1900-07-10"),
    ],
)
def test_dates_stand_after_an_at_sign(scenario, text: str, since: str | None, until: str | None):
    rewrite = one(text, scenario)
    assert (rewrite.since, rewrite.until) == (since, until)


def test_it_is_the_rewrite_that_a_file_would_give(scenario):
    cause = scenario.causes["oil_for_sale"]
    assert one("force blue.trade.cut@1900-07-01", scenario) == cause.rewrites[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a change begins with set, force, forbid"),
        ("sett accounts.red_oil.stock=1", "Did you mean set?"),
        ("set", "a change begins with"),
        ("set accounts.red_oil.stock", "sets nothing"),
        ("set accounts.red_oil.stok=1", "Did you mean accounts.red_oil.stock?"),
        ("set accounts.red_oil=1", "Numbers in it: accounts.red_oil.stock"),
        ("set accounts.red_oil.stock=much", "much is not a number"),
        ("set accounts.red_oil.stock=nan", "nan is not a finite number"),
        ("set accounts.red_oil.stock=1e999", "is not a finite number"),
        ("set accounts.red_oil.stock=-3", "at least 0 kt is possible"),
        ("set accounts.red_oil.stock=1 kt/month", "the model needs an amount such as kt"),
        ("set accounts.red_oil.stock=1 9**9**9", "is not a unit"),
        ("set events.attack.invasion.divisions=1", "read by nothing that happens"),
        ("set weights.considerations.dread=0@1902-02", "is outside the span"),
        ("force red.border.atack@1900-06", "Did you mean red.border.attack?"),
        ("force border.attack@1900-06", "Did you mean red.border.attack?"),
        ("force red.border.attack", "is forced on no day"),
        ("force red.border.attack@", "a date is missing after @"),
        ("force red.border.attack@1900-13", "a day that does not exist"),
        ("forbid red.border.attack@1900-06..", "a date is missing after @"),
        ("forbid red.border.attack@1900-06..1900-05", "is before 1900-06-01"),
        ("forbid red.border.attack@1900/6/1", "Did you mean 1900-06-01?"),
        ("forbid " + "x" * 400, "at most 300 characters"),
    ],
)
def test_what_cannot_be_done_says_why(scenario, text: str, says: str):
    assert says in refusal(text, scenario)


def test_every_problem_is_said_at_once_each_with_its_change(scenario):
    texts = [
        "force red.border.attak@1900-06",
        "forbid red.border.sign",
        "set trust.red.blu.level=1",
    ]
    with pytest.raises(ScenarioError) as caught:
        parse_changes(texts, scenario)
    problems = caught.value.problems
    assert [(p.place.file, p.place.line, p.written) for p in problems] == [
        ("--do", 1, texts[0]),
        ("--do", 3, texts[2]),
    ]


@given(text=st.text(max_size=60), verb=st.sampled_from(["", "set ", "force ", "forbid "]))
def test_any_text_is_a_change_or_a_scenario_error(scenario, text: str, verb: str):
    n_read, n_problems = 0, 0
    try:
        n_read = len(parse_changes([verb + text], scenario))
    except ScenarioError as error:
        n_problems = len(error.problems)
    assert (n_read == 1) != (n_problems > 0)


@pytest.mark.parametrize(
    ("rewrite", "first", "last"),
    [
        (Rewrite(forbid="a.b.c"), date(1900, 3, 1), date(1901, 12, 31)),
        (Rewrite(forbid="a.b.c", since="1900-05"), date(1900, 5, 1), date(1901, 12, 31)),
        (Rewrite(forbid="a.b.c", until="1900-05"), date(1900, 3, 1), date(1900, 5, 31)),
        (Rewrite(force="a.b.c"), date(1900, 3, 1), date(1900, 3, 31)),
        (Rewrite(force="a.b.c", since="1900-05-02"), date(1900, 5, 2), date(1900, 5, 2)),
    ],
)
def test_an_order_lasts_its_day_and_a_ban_to_the_end(rewrite: Rewrite, first: date, last: date):
    assert window_of(rewrite, "1900-03", date(1900, 1, 1), date(1901, 12, 31)) == (first, last)
