"""Every planted mistake is found on its line, and hardly anything else is complained of."""

from __future__ import annotations

from pathlib import Path

import pytest

from hokushin.scenario.problems import Problem
from tests.scenario.planted import (
    PACKAGED,
    Planted,
    assert_found,
    copied,
    problems_of,
    replaced,
)

SOURCED = "source: tiny-2026, seen: judgement, grade: D"

IN_TINY = [
    # --- text, YAML, tables -------------------------------------------------------------------
    Planted(
        "a tab", "world.yaml", "    owner: red\n", "    owner:\tred\n", "may not hold", at="\t"
    ),
    Planted(
        "bytes that are not UTF-8",
        "world.yaml",
        b"title: The oilfield",
        b"title: The oilfi\xe9ld",
        "not UTF-8",
        at="title: The oilfi",
    ),
    Planted(
        "an alias bomb",
        "world.yaml",
        "    anchors: [[0, 0], [1, 1]]",
        "    anchors: [&a [0, 0], *a]  # here",
        "&a is an anchor",
    ),
    Planted(
        "a key written twice in one file",
        "world.yaml",
        "    title: Red at home\n",
        "    title: Red at home\n    title: Red in its barracks\n",
        "is written twice",
        at="barracks",
    ),
    Planted(
        "a key written twice in two files",
        "scenario.yaml",
        "powers:\n",
        "resources:\n  oil: {title: More, unit: kt}\npowers:\n",
        "the first is at scenario.yaml:",
        at="oil: {title: Oil, unit: kt}",
        elsewhere="world.yaml",
    ),
    Planted(
        "an unknown key",
        "world.yaml",
        "    recovery: {value: 3",
        "    recovry: {value: 3",
        "Did you mean recovery?",
    ),
    Planted(
        "an unknown section", "scenario.yaml", "\npowers:\n", "\npower:  # here\n", "mean powers"
    ),
    Planted(
        "a wrong column",
        "climate.csv",
        "site,month,value,unit,constant",
        "site,month,value,units,constant",
        "Did you mean unit?",
    ),
    Planted(
        "an id used twice", "claims.csv", "\nT3,", "\nT1,", "occurs twice as id", "T1,tiny-2026,3"
    ),
    Planted(
        "a month given twice",
        "climate.csv",
        "plain,12,0.2",
        "plain,11,0.2",
        "occurs twice",
    ),
    # --- numbers ------------------------------------------------------------------------------
    Planted(
        "low above the value", "world.yaml", "value: 24, low: 20", "value: 24, low: 26", "above the"
    ),
    Planted(
        "an empty interval",
        "world.yaml",
        "value: 24, low: 20, high: 28",
        "value: 24, low: 24, high: 24",
        "the interval is empty",
    ),
    Planted(
        "no interval",
        "world.yaml",
        "value: 24, low: 20, high: 28, unit: kt",
        "value: 24, unit: kt",
        "a number has an interval",
    ),
    Planted(
        "no source",
        "world.yaml",
        f"value: 24, low: 20, high: 28, unit: kt, {SOURCED}",
        "value: 24, low: 20, high: 28, unit: kt, seen: judgement",
        "a number names its source",
    ),
    Planted(
        "no unit",
        "world.yaml",
        "output: {value: 1, unit: kt/month,",
        "output: {value: 1,",
        "accounts.red_oil.output.unit: is missing",
    ),
    Planted(
        "an amount for a rate",
        "world.yaml",
        "output: {value: 1, unit: kt/month,",
        "output: {value: 1, unit: kt,",
        "Did you mean kt/month or kt/year?",
    ),
    Planted(
        "a unit that is a bomb",
        "world.yaml",
        "output: {value: 1, unit: kt/month,",
        "output: {value: 1, unit: 9**9**9,",
        "is not a unit",
    ),
    Planted(
        "a share above one",
        "world.yaml",
        "rugged: {value: 0, unit: share, constant: a plain}",
        "rugged: {value: 3, unit: share, constant: a cliff}",
        "at most 1 share",
    ),
    Planted(
        "a stock below nothing",
        "world.yaml",
        "value: 24, low: 20, high: 28, unit: kt",
        "value: 24, low: -2, high: 50, kind: normal, unit: kt",
        "at least 0 kt",
    ),
    Planted(
        "a work that is not in the bibliography",
        "world.yaml",
        f"value: 24, low: 20, high: 28, unit: kt, {SOURCED}",
        "value: 24, low: 20, high: 28, unit: kt, source: tiny-2025, seen: judgement, grade: D",
        "Did you mean tiny-2026?",
    ),
    # --- references ---------------------------------------------------------------------------
    Planted(
        "an unknown power",
        "world.yaml",
        "    owner: red\n",
        "    owner: rad\n",
        "Did you mean red?",
    ),
    Planted(
        "an unknown route",
        "world.yaml",
        "    route: railway\n",
        "    route: railwy\n",
        "Did you mean railway?",
        at="railwy",
    ),
    Planted(
        "an unknown site",
        "world.yaml",
        "    climate: plain\n    rugged",
        "    climate: plane\n    rugged",
        "Did you mean plain?",
        at="plane",
    ),
    Planted(
        "a pool of the other power",
        "world.yaml",
        "    struck_by: blue_home",
        "    struck_by: red_home",
        "is a pool of red, not of blue",
    ),
    Planted(
        "a misspelt option",
        "scenario.yaml",
        "      border.attack:",
        "      border.atack:",
        "Did you mean border.attack?",
    ),
    Planted(
        "a verb that no condition has",
        "choices.yaml",
        "needs: [not deal.truce, not stands.blue.trade.cut]",
        "needs: [not deal.truce, not stand.blue.trade.cut]",
        "Did you mean stands?",
    ),
    Planted(
        "a condition on an option that is not there",
        "choices.yaml",
        "needs: [not deal.truce, not stands.blue.trade.cut]",
        "needs: [not deal.truce, not stands.blue.trade.stop]",
        "no option is called blue.trade.stop",
    ),
    Planted(
        "an effect of two verbs",
        "choices.yaml",
        "          - open_front: border\n",
        "          - {open_front: border, engage: border}\n",
        "an effect says exactly one thing",
    ),
    Planted(
        "a consideration of nothing",
        "choices.yaml",
        "          - {what: window, of: border}",
        "          - {what: window}",
        "window needs an `of`: a front",
    ),
    Planted(
        "a step that the restriction does not have",
        "choices.yaml",
        "step: cut}",
        "step: all}",
        "no step of blue_oil is called all",
    ),
    Planted(
        "a criterion on what another power sees",
        "choices.yaml",
        "variable: believed.red_sees_blue.infantry",
        "variable: believed.blue_sees_red.infantry",
        "is what blue sees",
    ),
    Planted(
        "a right to block of nobody",
        "choices.yaml",
        "    block: [treasury]",
        "    block: [tresury]  # here",
        "Did you mean treasury?",
    ),
    Planted(
        "a question about no event",
        "causes.yaml",
        "    event: attack\n",
        "    event: atack\n",
        "Did you mean attack?",
        at="atack",
    ),
    # --- dates --------------------------------------------------------------------------------
    Planted(
        "a day that does not exist",
        "choices.yaml",
        "    since: 1900-01-01\n",
        "    since: 1900-02-30\n",
        "a day that does not exist",
        at="1900-02-30",
    ),
    Planted(
        "a date written loosely",
        "choices.yaml",
        "    since: 1900-01-01\n",
        "    since: 1900/1/1\n",
        "Did you mean 1900-01-01?",
        at="1900/1/1",
    ),
    Planted(
        "a date outside the span",
        "causes.yaml",
        "force: blue.trade.cut, since: 1900-07-01",
        "force: blue.trade.cut, since: 1902-07-01",
        "1902-07-01 is outside the span",
    ),
    Planted(
        "a horizon before its branch",
        "causes.yaml",
        "    branch: 1900-07-01\n    horizon: 1902-01-01\n",
        "    branch: 1900-07-01\n    horizon: 1900-06-01\n",
        "is not after the branch",
        at="horizon: 1900-06-01",
    ),
    Planted(
        "two holders at once",
        "scenario.yaml",
        "The old chief, since: 1899-01-01, until: 1901-01-01}",
        "The old chief, since: 1899-01-01, until: 1901-06-01}",
        "is before the holder listed above leaves",
        at="The new chief",
    ),
    # --- the whole ----------------------------------------------------------------------------
    Planted(
        "two hubs",
        "world.yaml",
        "    route: railway\n",
        "    hub: true  # a second\n",
        "red has a hub already: red_home",
        at="a second",
    ),
    Planted(
        "no hub",
        "world.yaml",
        "    title: Red at home\n    power: red\n    hub: true\n",
        "    title: Red at home\n    power: red\n    route: railway\n",
        "red has pools but no hub",
        at="  red_home:",
    ),
    Planted(
        "a route in a loop",
        "world.yaml",
        "    title: Blue, before its oilfield\n",
        "    title: Blue, before its oilfield\n    route: railway  # home to home\n",
        "leads from the hub of blue back to it",
        at="home to home",
    ),
    Planted(
        "a pool without a line to it",
        "world.yaml",
        "    route: railway\n",
        "",
        "no route links red_border with its hub",
        at="  red_border:",
    ),
    Planted(
        "a restriction that follows itself",
        "world.yaml",
        "    on: red_oil\n",
        "    on: red_oil\n    lag: {value: 1, unit: month, constant: c}\n    follows: blue_oil\n",
        "blue_oil follows blue_oil",
        at="follows: blue_oil",
    ),
    Planted(
        "a region that its owner wins",
        "world.yaml",
        "      - {region: oilfield, by: a,",
        "      - {region: red_land, by: a,",
        "red owns red_land at the start",
    ),
    Planted(
        "a site without a month",
        "climate.csv",
        "plain,2,0.2,index,the rains\n",
        "",
        "plain has no row for month 2",
        at="plain,1,",
    ),
    Planted(
        "a consideration without a weight",
        "choices.yaml",
        f'    faith: {{value: 1, low: 0.3, high: 3, unit: "1", {SOURCED}}}\n',
        "",
        "Add weights.considerations.faith",
        at="what: faith",
    ),
    # --- matters and causes -------------------------------------------------------------------
    Planted(
        "carrying on with an effect",
        "choices.yaml",
        "      carry_on: {title: Go on as before}",
        "      carry_on: {title: Go on as before, effects: [{open_front: border}]}",
        "carry_on changes nothing",
    ),
    Planted(
        "carrying on left out",
        "choices.yaml",
        "    options:\n      carry_on: {title: Go on selling}\n",
        "    options:  # here\n",
        "carry_on is missing",
        at="# here",
    ),
    Planted(
        "a cause without a world without it",
        "causes.yaml",
        "    without: On 1 July 1900 Blue stops selling.\n",
        "",
        "causes.oil_for_sale.without: is missing",
        at="  oil_for_sale:",
    ),
    Planted(
        "a cause that nothing takes away",
        "causes.yaml",
        "    rewrites:\n      - {force: blue.trade.cut, since: 1900-07-01}\n",
        "    rewrites: []\n",
        "there is no rewrite",
        at="rewrites: []",
    ),
    Planted(
        "two causes that write one number",
        "causes.yaml",
        "      - {force: blue.trade.cut, since: 1900-07-01}\n",
        "      - set: engagements.skirmish.loss_share  # here\n"
        "        to: {value: 0.1, unit: share, constant: half of a half}\n"
        "      - {force: blue.trade.cut, since: 1900-07-01}\n",
        "is written by the cause skirmish_lost too",
    ),
    Planted(
        "a rewrite in another dimension",
        "causes.yaml",
        "to: {value: 0, unit: share, constant: the world without the loss}",
        "to: {value: 0, unit: kt, constant: the world without the loss}",
        "is written in kt, but the model needs share",
    ),
    Planted(
        "a rewrite of what is no number",
        "causes.yaml",
        "      - set: restrictions.blue_oil.steps.cut",
        "      - set: restrictions.blue_oil.steps  # here",
        "Numbers in it: restrictions.blue_oil.steps.half",
    ),
    Planted(
        "a claim that its cause does not list",
        "causes.yaml",
        "    claims: [T2]\n",
        "    claims: []\n",
        "the claims of oil_for_sale do not list T2",
        at="T2,tiny-2026",
        elsewhere="claims.csv",
    ),
    Planted(
        "a claim about no cause",
        "claims.csv",
        "asserts,oil_for_sale,",
        "asserts,oil_on_sale,",
        "Did you mean oil_for_sale?",
    ),
    # --- the record ---------------------------------------------------------------------------
    Planted(
        "a decision in no matter",
        "record/decisions.csv",
        "D3,1900-05-04,blue,trade,",
        "D3,1900-05-04,blue,trades,",
        "Did you mean trade?",
    ),
    Planted(
        "an option that was never open",
        "record/decisions.csv",
        "D3,1900-05-04,blue,trade,sign,",
        "D3,1900-05-04,blue,trade,singe,",
        "Did you mean sign?",
    ),
    Planted(
        "two scored rows of one episode",
        "record/decisions.csv",
        "executed,government,no,",
        "executed,government,yes,",
        "D4 is scored for the episode",
    ),
]

IN_SECOND_FRONT = [
    Planted(
        "a route that is not there",
        "forces.yaml",
        "    route: trans_siberian\n",
        "    route: transsiberian\n",
        "Did you mean trans_siberian?",
    ),
    Planted(
        "a region with two challengers",
        "fronts.yaml",
        "      - region: malaya\n        by: a\n",
        "      - region: manchukuo  # here\n        by: b\n",
        "manchukuo can be won by ussr already",
    ),
    Planted(
        "an ask that no option is for",
        "deals.yaml",
        "    option: japan.north.attack\n",
        "    option: north.attack\n",
        "Did you mean japan.north.attack?",
        at="option: north.attack",
    ),
    Planted(
        "a response of a stranger to the deal",
        "responses.yaml",
        "  china.accept_terms:\n",
        "  britain.accept_terms:\n",
        "britain is no party to china_peace",
        at="sign: china_peace",
    ),
    Planted(
        "an event that is made of one made of it",
        "questions.yaml",
        "    all_of: [invasion_north, war_eastern]\n",
        "    all_of: [circle]\n  circle:\n    title: A circle\n    all_of: [both_at_war]  # here\n",
        "circle is made of both_at_war is made of circle",
    ),
    Planted(
        "a fortune that no front has",
        "conditionals.yaml",
        "      - variable: progress.eastern\n",
        "      - variable: progress.western\n",
        "no front is called western",
    ),
    Planted(
        "a halt that ends before it begins",
        "fronts.yaml",
        "          until: 1941-10-01\n",
        "          until: 1941-06-01\n",
        "1941-06-01 is not after 1941-07-21",
    ),
]


@pytest.mark.parametrize("planted", IN_TINY, ids=lambda planted: planted.name)
def test_a_planted_mistake_is_found_on_its_line(planted: Planted, tmp_path: Path):
    assert_found(planted, "tiny", tmp_path)


@pytest.fixture(scope="module")
def known_in_second_front() -> frozenset[Problem]:
    return frozenset(problems_of(PACKAGED / "second_front"))


@pytest.mark.parametrize("planted", IN_SECOND_FRONT, ids=lambda planted: planted.name)
def test_a_mistake_in_the_large_scenario_is_found_on_its_line(
    planted: Planted, tmp_path: Path, known_in_second_front: frozenset[Problem]
):
    assert_found(planted, "second_front", tmp_path, known_in_second_front)


def test_the_copy_without_a_mistake_has_no_problems(tmp_path: Path):
    assert problems_of(copied("tiny", tmp_path)) == ()


def test_norway_is_text_and_no_mistake(tmp_path: Path):
    folder = copied("tiny", tmp_path)
    replaced(folder / "world.yaml", "title: The oilfield", "title: NO")
    assert problems_of(folder) == ()


def test_many_mistakes_are_found_in_one_reading(tmp_path: Path):
    folder = copied("tiny", tmp_path)
    names = [
        "an unknown key",
        "no unit",
        "an unknown route",
        "a misspelt option",
        "a consideration of nothing",
        "a question about no event",
        "a decision in no matter",
    ]
    several = [planted for planted in IN_TINY if planted.name in names]
    for planted in several:
        replaced(folder / planted.file, planted.old, planted.new)
    problems = problems_of(folder)
    for planted in several:
        assert any(planted.says in str(problem) for problem in problems), planted.name
    assert len(problems) == len(several), "\n\n".join(map(str, problems))
