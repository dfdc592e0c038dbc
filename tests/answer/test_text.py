import re
from dataclasses import replace

import pytest

from hokushin.answer.document import Cell, FitSummary, PairInteraction, Probability, Pushed
from hokushin.answer.text import UNFITTED, render
from hokushin.answer.text_causes import letters_of, printed

LONG = "A title so long that no column of a terminal would ever hold it on one single line"


def lines_of(answer, **options):
    return render(answer, **options).split("\n")


def one_line(answer, **options):
    """The text without line breaks and repeated spaces, to look for sentences in."""
    return " ".join(render(answer, **options).split())


def every_kind(made_up, cause):
    """Answers of every shape that text has to draw."""
    return [
        made_up(),
        made_up(title=LONG, causes=(cause("pact", 0.5, title=LONG),)),
        made_up(probability=Probability(0.004, 0.0007, 0.0, 0.02), v_all=0.996),
        made_up(v_none=0.85),
        made_up(outcome=replace(made_up().outcome, happened=True), v_all=0.1, v_none=0.6),
        made_up(
            kernels={k: Probability(0.1, 0.01) for k in ("assent", "pce", "mean")},
            noise={k: Probability(0.1, 0.01) for k in ("fresh", "persistent", "permanent")},
            grid=(Cell(0.5, 0.0, 0.05, 0.01), Cell(0.95, 4.0, 0.3, 0.01)),
            cached="2026-01-01 00:00 UTC",
        ),
        made_up(causes=(cause("rumour", -0.3, standing="below"),), v_none=0.4,
                pushed=(Pushed("rumour", -0.3, -0.4, -0.2, 0.02),)),
    ]  # fmt: skip


def test_no_line_is_wider_than_eighty_columns(made_up, cause, tiny_why):
    for answer in (*every_kind(made_up, cause), tiny_why):
        for options in ({}, {"plain": True}, {"ascii_only": True}):
            assert max(map(len, lines_of(answer, **options))) <= 80


def test_ascii_is_ascii_whatever_the_titles_hold(made_up, cause):
    answer = made_up(causes=(cause("pact", 0.5, title="Tōjō’s “pact” — naïve × ±"),))
    assert render(answer, ascii_only=True).isascii()
    assert "Tojo's" in render(answer, ascii_only=True)


def test_shares_sum_as_printed_to_what_all_causes_do_as_printed(made_up, cause, tiny_why):
    for answer in (*every_kind(made_up, cause), tiny_why):
        _, with_all, with_none, shares = printed(answer)
        total = with_none - with_all if not answer.outcome.happened else with_all - with_none
        assert sum(shares.values()) == total


def test_the_printed_shares_are_those_that_the_text_shows(made_up):
    text = render(made_up())
    found = [int(n) for n in re.findall(r"^    The \w+ +[A-Z]+ +(-?\d+) ", text, re.MULTILINE)]
    _, _, _, shares = printed(made_up())
    assert found == list(shares.values()) == [26, 20, 4]
    assert "every cause off: 60." in " ".join(text.split())


def test_before_any_fit_the_answer_opens_by_saying_so_beside_the_record(made_up):
    text = one_line(made_up())
    assert UNFITTED.strip() in text
    assert text.index(UNFITTED.strip()) < text.index("In 10 of 100 histories")
    assert "The record's own course, in which it does not, has 90; with every choice of the" in text


def test_a_fitted_answer_does_not_say_that_the_record_is_unused(made_up):
    fit = FitSummary("1941-12-21", 103, 512, 157, ())
    told = one_line(made_up(basis="posterior", fit=fit))
    assert UNFITTED.strip() not in told
    assert "once 103 decisions of the record, to 21 December 1941" in told


def test_a_fit_that_failed_its_gates_says_so(made_up):
    fit = FitSummary("1941-12-21", 103, 512, 157, ("7 transitions diverged",))
    assert "did not pass its own gates (7 transitions diverged)" in one_line(
        made_up(basis="posterior", fit=fit)
    )


def test_the_three_doubts_stand_apart(made_up):
    doubts = lines_of(made_up())[8:11]
    assert " ".join(doubts[0].split()) == "doubt about the numbers 3 to 19 (nine chances in ten)"
    assert doubts[1].startswith("  doubt about the rules")
    assert "±0.3" in doubts[2]
    assert "8 192 histories" in doubts[2]


def test_rare_events_are_told_in_a_thousand(made_up):
    answer = made_up(probability=Probability(0.004, 0.0007, 0.0, 0.02), v_all=0.996)
    assert "In 4 of 1,000 histories" in one_line(answer)


def test_a_small_total_effect_has_a_sentence_and_no_bars(made_up):
    text = render(made_up(v_none=0.85))
    assert "All causes together move it by 5 in 100" in text
    assert "●" not in text


def test_listeners_get_no_pictures(made_up):
    text = render(made_up(), plain=True)
    assert "●" not in text
    assert "The pact (F): 26 in 100, 16 to 36; if it alone is off, 23." in text


def test_a_set_of_two_is_enough_where_no_single_change_is(made_up):
    text = one_line(made_up())
    assert "60 (30–80) without “The north” and without “The sea”; from 1 January 1937" in text
    assert "stretch 1.2 nats" in text
    assert "No single change is enough." in text


def test_where_nothing_is_enough_the_nearest_is_named(made_up):
    answer = made_up(enough=tuple(replace(one, sufficient=False) for one in made_up().enough))
    assert "No set of up to two changes reaches half; the nearest reaches 60." in one_line(answer)


def test_what_is_likely_already_needs_no_change(made_up):
    answer = made_up(enough=(replace(made_up().enough[0], changes=(), sufficient=True),))
    assert "it is as likely as not already" in one_line(answer)


def test_a_group_of_one_cause_is_not_listed_beside_that_cause(made_up):
    sea = replace(made_up().enough[0], changes=("sea",), probability=0.4)
    navy = replace(sea, level="cause", changes=("navy",), probability=0.41)
    text = one_line(made_up(enough=(sea, navy)))
    assert "without “The sea”" in text
    assert "without “The navy”" not in text


def test_pairs_that_overlap_by_more_than_three_say_so(made_up):
    text = one_line(made_up(interactions=(PairInteraction("north", "sea", -0.05, 0.01),)))
    assert "“The north” and “The sea” overlap, by 5 in 100." in text
    small = one_line(made_up(interactions=(PairInteraction("north", "sea", -0.02, 0.01),)))
    assert "overlap" not in small


def test_disagreements_that_move_the_answer_say_from_what_to_what(made_up):
    text = one_line(made_up())
    assert "2 facts; one moves the answer: Who asked (10 → 13)." in text


def test_an_answer_from_the_cache_says_that_it_is_one(made_up):
    text = one_line(made_up(cached="2026-01-01 00:00 UTC"))
    assert "Read from the cache of this machine, computed 2026-01-01 00:00 UTC" in text
    assert "cache" not in one_line(made_up())


def test_the_footer_names_scenario_seed_and_code(made_up):
    footer = one_line(made_up())[-110:]
    for part in ("made-up", "3f00..c1", "seed 1", "quick", "0.1.0+12345678"):
        assert part in footer


def test_every_source_has_a_letter_of_its_own(made_up):
    answer = made_up(works={"second-2011": "a", "sea-2000": "b", "same-1990": "c"})
    letters = letters_of(answer)
    assert len(set(letters.values())) == 3
    assert "S" not in letters.values()


@pytest.mark.parametrize("happened", [False, True])
def test_headings_say_what_is_explained(made_up, happened):
    outcome = replace(made_up().outcome, happened=happened)
    v_all, v_none = (0.1, 0.6) if happened else (0.9, 0.4)
    text = render(made_up(outcome=outcome, v_all=v_all, v_none=v_none))
    assert ("WHAT BROUGHT IT ABOUT" in text) is happened
    assert ("WHAT HELD IT BACK" in text) is not happened
    assert ("TO PREVENT IT" in text) is happened
