"""Episodes of a file become cases, and cases become log scores that a reader can check by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hokushin.infer.score.cases import ScoredRow, cases_of
from hokushin.infer.score.coding import freeze
from hokushin.infer.score.decisions import score_cases, summarise
from hokushin.infer.score.rows import read_decisions
from hokushin.infer.score.walk import Walk
from hokushin.model.build import Model, build
from hokushin.scenario.load import Loaded, load
from hokushin.scenario.problems import Problems

START = date(1900, 1, 1)
HEADER = "id,date,power,matter,option,type,act,by,episode,scored,confidence,proposed\n"


@pytest.fixture(scope="module")
def tiny() -> Loaded:
    return load("tiny")


@pytest.fixture(scope="module")
def model(tiny: Loaded) -> Model:
    return build(tiny.scenario)


@pytest.fixture
def rows(tiny: Loaded):
    def run(*lines: str):
        problems = Problems()
        coding = freeze(tiny.record, tiny.scenario.powers)
        content = (HEADER + "\n".join(lines) + "\n").encode()
        read = read_decisions(content, "held.csv", coding, tiny.scenario, problems)
        problems.raise_if_any()
        return read

    return run


def a_walk(model: Model, chances: list[float], agenda: list[float], alone=None) -> Walk:
    """The same chances in every matter and step; the last option is never open."""
    n, m, o = model.sets.calendar.n_steps, len(model.sets.matters), model.axes.n_options
    full = np.zeros((n, m, o))
    full[..., : len(chances)] = chances
    plan = np.zeros((n, m, o))
    plan[..., : len(agenda)] = agenda
    can = (full > 0).astype(float)
    own = {} if alone is None else {p: np.tile(alone, (n, 1)) for p in range(len(model.sets.pairs))}
    return Walk(full, plan, can, own, np.zeros((n, m, 2)))


def one(rows, model, walk, line: str) -> ScoredRow:
    cases, _ = cases_of(model, rows(line), START)
    return score_cases(model, cases, walk, ())[0]


CHOICE = "H1,1900-05-04,red,border,attack,choice,,,,yes,high,"


def test_a_choice_scores_the_log_of_its_chance_with_label_noise(rows, model):
    walk = a_walk(model, [0.5, 0.3, 0.2], [1.0])
    made = one(rows, model, walk, CHOICE)
    assert made.probability == pytest.approx(0.3)
    assert made.log_score == pytest.approx(np.log(0.98 * 0.3 + 0.02 / 3))
    assert made.baselines["uniform"] == pytest.approx(np.log(0.98 / 3 + 0.02 / 3))
    assert made.baselines["carry_on"] == pytest.approx(np.log(0.98 * 0.025 + 0.02 / 3))


def test_noise_follows_the_confidence_of_the_coder(rows, model):
    walk = a_walk(model, [0.5, 0.3, 0.2], [1.0])
    low = one(rows, model, walk, CHOICE.replace("high", "low"))
    medium = one(rows, model, walk, CHOICE.replace("high", "medium"))
    assert low.log_score == pytest.approx(np.log(0.75 * 0.3 + 0.25 / 3))
    assert medium.log_score == pytest.approx(np.log(0.90 * 0.3 + 0.10 / 3))


def test_what_the_model_holds_impossible_costs_the_noise_and_the_baselines_nothing(rows, model):
    closed = a_walk(model, [0.7, 0.0, 0.3], [1.0])
    made = one(rows, model, closed, CHOICE)
    assert made.available == 0.0
    assert made.log_score == pytest.approx(np.log(0.02 / 3))
    assert made.baselines["uniform"] == pytest.approx(np.log(1 / 3))


def test_a_refusal_is_anything_but_what_was_proposed(rows, model):
    walk = a_walk(model, [0.5, 0.3, 0.2], [1.0])
    line = "H1,1900-05-04,red,border,carry_on,refusal,,,,yes,high,attack"
    made = one(rows, model, walk, line)
    assert made.probability == pytest.approx(0.7)
    assert made.log_score == pytest.approx(np.log(0.98 * 0.7 + 0.02 * 2 / 3))


def test_a_proposal_is_scored_by_the_mind_of_the_faction_that_made_it(rows, model):
    walk = a_walk(model, [0.5, 0.3, 0.2], [0.6, 0.1, 0.3], alone=[0.1, 0.8, 0.1])
    line = "H1,1900-05-04,red,border,attack,request,proposed,staff,,yes,high,attack"
    cases, _ = cases_of(model, rows(line), START)
    (made,) = score_cases(model, cases, walk, ())
    assert cases[0].pair is not None
    assert model.sets.pairs[cases[0].pair] == ("red.staff", "red.border")
    assert made.probability == pytest.approx(0.8)
    assert made.baselines["unitary"] == pytest.approx(np.log(0.98 * 0.1 + 0.02 / 3))
    assert made.recorded == made.log_score
    assert made.direction == {}


def test_a_proposal_of_nobody_known_is_not_representable(rows, model):
    line = "H1,1900-05-04,red,border,attack,request,proposed,,,yes,high,attack"
    cases, others = cases_of(model, rows(line), START)
    assert cases == ()
    assert others[0].status == "not representable"
    assert "neither by nor proposed_by names one" in others[0].reason


def test_the_unitary_actor_is_the_agenda_without_blocks(rows, model):
    walk = a_walk(model, [0.5, 0.3, 0.2], [0.2, 0.7, 0.1])
    made = one(rows, model, walk, CHOICE)
    assert made.baselines["unitary"] == pytest.approx(np.log(0.98 * 0.7 + 0.02 / 3))


def test_direction_is_the_share_among_changes(rows, model):
    walk = a_walk(model, [0.5, 0.3, 0.2], [0.2, 0.7, 0.1])
    made = one(rows, model, walk, CHOICE)
    assert made.direction["ours"] == pytest.approx(np.log(0.98 * 0.6 + 0.02 / 2))
    assert made.direction["unitary"] == pytest.approx(np.log(0.98 * 0.875 + 0.02 / 2))
    assert made.direction["uniform"] == pytest.approx(np.log(0.5))
    assert "carry_on" not in made.direction
    still = one(rows, model, walk, CHOICE.replace("attack", "carry_on"))
    assert still.direction == {}


def test_decisions_that_leave_no_row_make_a_recorded_change_likelier(rows, model):
    """Half of all tablings change nothing, and half of those leave a row: .3 of .75."""
    walk = a_walk(model, [0.5, 0.3, 0.2], [1.0])
    cases, _ = cases_of(model, rows(CHOICE), START)
    (made,) = score_cases(model, cases, walk, (), written={1900: np.array([0.5])})
    assert made.recorded == pytest.approx(np.log(0.98 * 0.3 / 0.75 + 0.02 / 3))
    (always,) = score_cases(model, cases, walk, (), written={1900: np.array([1.0])})
    assert always.recorded == pytest.approx(always.log_score)
    (elsewhere,) = score_cases(model, cases, walk, (), written={1899: np.array([1.0])})
    (before,) = score_cases(model, cases, walk, ())
    assert elsewhere.recorded == before.recorded != always.recorded


def test_a_walk_of_the_priors_is_a_baseline_where_there_is_one(rows, model):
    cases, _ = cases_of(model, rows(CHOICE), START)
    walk, prior = a_walk(model, [0.5, 0.3, 0.2], [1.0]), a_walk(model, [0.6, 0.1, 0.3], [1.0])
    (made,) = score_cases(model, cases, walk, (), prior)
    assert made.baselines["prior"] == pytest.approx(np.log(0.98 * 0.1 + 0.02 / 3))


def test_one_row_stands_for_an_episode_and_the_others_say_which(rows, model):
    read = rows(
        "H1,1900-05-04,red,border,attack,choice,decided,,E,no,high,",
        "H2,1900-05-06,red,border,attack,choice,executed,,E,yes,high,",
    )
    cases, others = cases_of(model, read, START)
    assert [case.coded.decision.id for case in cases] == ["H2"]
    assert [(row.id, row.reason) for row in others] == [("H1", "H2 stands for the episode E")]


def test_rows_before_the_first_day_are_passed_over_and_outside_the_span_are_told(rows, model):
    read = rows(CHOICE, CHOICE.replace("H1,1900-05-04", "H2,1907-05-04"))
    cases, others = cases_of(model, read, date(1900, 5, 5))
    assert cases == ()
    assert [row.id for row in others] == ["H2"]
    assert "lies outside the scenario" in others[0].reason


def test_coverage_counts_what_cannot_be_said_against_the_score(rows, model):
    read = rows(CHOICE, CHOICE.replace("H1", "H2").replace("1900-05", "1907-05"))
    cases, others = cases_of(model, read, START)
    walk = a_walk(model, [0.5, 0.3, 0.2], [1.0])
    scored = score_cases(model, cases, walk, ())
    made = summarise(len(read), others, scored)
    assert (made.n, made.episodes, made.representable, made.coverage) == (2, 2, 1, 0.5)


def test_nothing_to_score_gives_no_score_and_no_nulls():
    made = summarise(0, (), ())
    assert made.coverage == 1.0
    assert made.as_dict() == {"n": 0, "episodes": 0, "representable": 0, "baselines": {}}
