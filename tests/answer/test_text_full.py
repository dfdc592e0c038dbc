from dataclasses import replace

import pytest

from hokushin.answer.document import Bounds, Given, GroupAnswer, Probability, TableAnswer
from hokushin.answer.text import render


def one_line(answer, **options):
    return " ".join(render(answer, **options).split())


def a_group(name, share, **changes):
    group = GroupAnswer(
        name=name,
        share=share,
        mc_error=0.01,
        sampled=share + 0.002,
        sampled_error=0.01,
        bounds=Bounds((0.1, 0.2), None),
        undoes=0.01,
        necessity=Probability(0.31, 0.01),
        responsibility=0.42,
        responsibility_error=0.01,
    )
    return replace(group, **changes)


@pytest.fixture
def table():
    return TableAnswer(
        combinations=4,
        histories=2048,
        with_all=0.9,
        with_none=0.4,
        undoes=0.012,
        apart=0.3,
        groups=(a_group("north", 0.4), a_group("sea", 0.1, necessity=None)),
        interactions=(),
        blocking=(("north", "sea"),),
        largest_set=4,
        sets_tested=3,
    )


@pytest.fixture
def full(made_up, cause, table):
    """A full answer: one cause with a date before the branch, one with a date after it."""
    causes = (
        cause("pact", 0.26, total=0.2, total_error=0.01, total_from="1941-04-11"),
        cause("winter", 0.24, total=0.12, total_error=0.01, total_from="1941-06-23"),
    )
    effort = replace(made_up().effort, draws=256, histories_per_draw=128, table=2048)
    return made_up(size="full", table=table, causes=causes, effort=effort)


@pytest.fixture
def given():
    return Given(
        choices=380,
        weighed_by=("red.border",),
        forced=8192,
        effective=310.4,
        histories=1024,
        follows=1.0,
        without={"pact": Probability(0.2, 0.01), "winter": Probability(0.004, 0.001)},
    )


def test_no_line_of_a_full_answer_is_wider_than_eighty_columns(full, given):
    for options in ({}, {"plain": True}, {"ascii_only": True}):
        lines = render(replace(full, given=given), **options).split("\n")
        assert max(map(len, lines)) <= 80


def test_a_group_has_exact_and_sampled_share_necessity_and_degree(full):
    text = one_line(full)
    assert "The north 40.0 40.2 31 few few 0.42" in text
    assert "The sea 10.0 10.2 few few few 0.42" in text
    assert "2,048 histories under each of 4 combinations" in text
    assert "shares agree to 0.3 standard errors" in text
    assert "1.2 in 100 edges" in text
    assert "while these stand: “The north” and “The sea”." in text


def test_shares_that_do_not_agree_are_shouted(full, table):
    assert "shares DISAGREE to 9.0" in one_line(replace(full, table=replace(table, apart=9.0)))


def test_only_what_parts_before_the_branch_has_a_total_beside_its_direct_effect(full):
    text = one_line(full)
    assert "The pact +20.0 +13.0 free from 11 April 1941" in text
    assert "free from 23 June 1941" not in text


def test_what_does_next_to_nothing_either_way_is_counted_not_listed(full, cause):
    idle = cause("rumour", 0.0, total=0.001, total_error=0.001, total_from="1940-01-01")
    text = one_line(replace(full, causes=(*full.causes, idle)))
    assert "1 other cause: less than half a history." in text
    assert "free from 1 January 1940" not in text


def test_a_full_answer_says_on_how_many_draws_its_interval_rests(full, made_up):
    assert "draws of the numbers 256 128 histories of each" in one_line(full)
    assert "full, 8 192 histories" in one_line(full)
    assert "--full" not in one_line(full)
    assert "draws of" not in one_line(made_up())
    assert "EVERY COMBINATION" not in one_line(made_up())


def test_this_world_says_how_it_was_conditioned(full, given):
    text = one_line(replace(full, given=given))
    assert "380 choices of the record, dice drawn given each" in text
    assert "weighed by 1 matter (8,192 histories, worth 310)" in text
    assert "Of 100 such histories the event comes about in 20 without The pact" in text


def test_too_few_histories_of_this_world_say_nothing(full, given):
    assert "not enough to say" in one_line(replace(full, given=replace(given, without={})))


def test_listeners_hear_the_table_row_by_row(full):
    text = one_line(full, plain=True)
    assert "The north: share 40.0, sampled 40.2, needed 31, enough few, alone few, degree" in text
    assert "The pact: total +20.0, direct +13.0, free from 11 April 1941." in text
