from dataclasses import replace
from urllib.parse import unquote

import pytest

from hokushin.answer.document import Segment, Strip
from hokushin.page.report.axis import axis_for
from hokushin.page.report.causes import causes_of
from hokushin.page.report.csv_link import csv_link
from hokushin.page.report.dots import dots_of
from hokushin.page.report.made import command_of
from hokushin.page.report.strips import strips_in_words, strips_of


@pytest.mark.parametrize(
    "values", [(0.3,), (-4.0, 17.0), (1e-4, 2e-4), (123_456.0,), (-0.02,), (99.0, 101.0)]
)
def test_an_axis_holds_nought_and_all_values_between_round_marks(values):
    axis = axis_for(values)
    assert all(0 <= axis.at(value) <= 100 for value in (0.0, *values))
    places = [place for _, place in axis.ticks]
    assert places[0] == 0
    assert places[-1] == pytest.approx(100)
    assert 2 <= len(places) <= 12
    assert "0" in [text for text, _ in axis.ticks]


def test_an_axis_of_noughts_is_one_long():
    assert axis_for([0.0, 0.0]).ticks == (("0", 0.0), ("1", 100.0))


def test_equal_dots_are_stacked_and_every_dot_is_drawn():
    dots = dots_of([0.1] * 12 + [0.5] * 8, 100)
    assert len(dots.dots) == 20
    assert dots.highest == 12
    assert sorted(level for _, level in dots.dots) == sorted([*range(12), *range(8)])
    assert dots_of((), 100) is None


def test_a_hundred_lines_are_told(made_up):
    said = strips_in_words(made_up())
    assert said.startswith("100 histories, 23 June 1941 to 1 January 1942.")
    assert "The event comes about in 10, first on 1 August 1941" in said


def test_a_line_darkens_with_each_event_and_ends_in_the_one_asked_about(made_up):
    days = ("1941-07-01", "1941-08-01", "1941-09-01", "1941-10-01")
    names = ("a", "b", "attack", "c")
    strip = Strip(5, tuple(map(Segment, days, names)))
    line = strips_of(made_up(strips=(strip,))).lines[0]
    assert [span.kind for span in line.spans] == ["s0", "s1", "s2", "hit"]
    assert line.spans[-1].x + line.spans[-1].width == pytest.approx(100, abs=0.02)
    assert len(line.dated) == 4


def test_years_are_marked_where_months_are_too_many(made_up):
    answer = made_up()
    years = replace(answer.outcome, branch="1937-07-01", horizon="1945-08-01")
    ticks = strips_of(replace(answer, outcome=years)).ticks
    assert [text for text, _ in ticks] == [str(year) for year in range(1938, 1946)]


def test_causes_that_push_stand_apart_and_noughts_are_only_named(made_up, large):
    answer = made_up()
    pushing = replace(answer.causes[2], standing="below", share=-0.03, low=-0.2, high=-0.01, rank=2)
    nought = replace(answer.causes[1], name="none", share=0.0, low=0.0, high=0.0)
    nought = replace(nought, standing="unclear", rank=3)
    shown = causes_of(replace(answer, causes=(answer.causes[0], nought, pushing), v_none=0.67))
    assert [tied.label for tied in shown.tied] == ["largest", "worked the other way"]
    assert [row.cause.name for row in shown.faint] == ["none"]
    assert len(causes_of(large).rows) == 22


def test_a_file_holds_what_it_was_given():
    rows = [("a, b", 'say "so"'), ("Tōjō\nand", None)]
    text = unquote(csv_link(("x", "y"), rows).partition(",")[2])
    assert text == 'x,y\n"a, b","say ""so"""\n"Tōjō\nand",\n'


def test_the_command_asks_the_same_again(made_up):
    said = "hokushin why made-up --question attack --seed 1 --basis prior"
    assert command_of(made_up()) == said
    assert command_of(made_up(size="full")) == f"{said} --full"
