import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hokushin.query.candidates import Candidate
from hokushin.query.enough import (
    Effort,
    SetMonotonicity,
    find_enough,
    minimal_hitting_sets,
    pareto_front,
)
from hokushin.query.evaluator import Complement
from hokushin.query.lattice import Recorded, build_lattice

SMALL = Effort(screen=256, confirm=1024, fresh=1024)
NAMES = ("ask", "pact", "oil", "winter")


def changes(**more):
    return [
        Candidate("ask", ("ask",), "decision", "1941-06-28", cost=1.5, **more),
        Candidate("pact", ("pact",), "decision", "1941-04-13", cost=2.0),
        Candidate("oil", ("oil",), "number", "1940", cost=0.7),
        Candidate("winter", ("winter",), "world", "1941-08"),
    ]


@pytest.fixture
def border(world):
    """Attack is likely once the ask is made and the pact gone, or once the north has oil."""

    def chance(present):
        ask, pact, oil, _ = (~present).T
        return np.select([oil, ask & pact, ask | pact], [0.7, 0.8, 0.3], 0.1)

    return world(NAMES, chance)


def names(sets):
    return [one.changes for one in sets]


@pytest.mark.statistical
def test_the_minimal_sets_are_found_and_listed_by_kind(border):
    answer = find_enough(border, changes(), range(SMALL.total), effort=SMALL)
    assert names(answer.sufficient) == [("ask", "pact"), ("oil",)]
    assert answer.undecided == answer.nearest == ()
    both, oil = answer.sufficient
    assert (both.kind, both.cost, both.divergence) == ("decision", 3.5, "1941-04-13")
    assert (oil.kind, oil.cost, oil.divergence) == ("number", 0.7, "1940")
    for one, exact in ((both, 0.8), (oil, 0.7)):
        assert one.probability.n == SMALL.fresh
        assert one.when_found.n == SMALL.confirm
        assert abs(one.probability.value - exact) < 5 * one.probability.mc_error
    assert abs(answer.unchanged.value - 0.1) < 5 * answer.unchanged.mc_error
    assert set(answer.blocking) == {frozenset({"ask", "oil"}), frozenset({"pact", "oil"})}
    assert names(answer.front) == [("oil",), ("ask", "pact")]


def test_larger_supersets_of_a_sufficient_set_are_not_run_where_changes_never_hurt(border):
    told = []
    answer = find_enough(
        border,
        changes(),
        range(SMALL.total),
        effort=SMALL,
        progress=lambda *runs: told.append(runs),
    )
    # Eight sets hold neither oil nor both ask and pact, or are just those; of the supersets the
    # five with one change more are looked at and the other three are not.
    assert (answer.tested, answer.untested) == (13, 3)
    assert answer.monotonicity.holds
    assert answer.n_runs == border.rows == told[-1][0] == told[-1][1]
    assert all(done <= planned for done, planned in told)


@pytest.mark.statistical
def test_where_changes_hurt_everything_is_run_and_what_undoes_a_set_is_named(world):
    def chance(present):
        ask, pact, oil, winter = (~present).T
        return np.where(oil & ~winter & ~pact, 0.8, 0.2) + 0.1 * (ask & ~oil)

    answer = find_enough(world(NAMES, chance), changes(), range(SMALL.total), effort=SMALL)
    assert answer.monotonicity.share > 0.05
    assert (answer.tested, answer.untested) == (16, 0)
    assert names(answer.sufficient) == [("oil",)]
    assert answer.sufficient[0].undone_by == (("pact",), ("winter",))
    assert answer.blocking == (frozenset({"oil"}),)


@pytest.mark.statistical
def test_two_changes_that_only_together_undo_a_set_are_named_together(world):
    def chance(present):
        ask, pact, oil, winter = (~present).T
        return np.select([ask & ~oil & ~pact, oil & ~(pact & winter)], [0.05, 0.8], 0.2)

    answer = find_enough(world(NAMES, chance), changes(), range(SMALL.total), effort=SMALL)
    assert not answer.monotonicity.holds
    assert names(answer.sufficient) == [("oil",)]
    assert answer.sufficient[0].undone_by == (("pact", "winter"),)


@pytest.mark.statistical
def test_if_nothing_is_enough_the_nearest_sets_are_told_with_their_numbers(world):
    timid = world(NAMES, lambda present: 0.05 + 0.08 * (~present).sum(axis=1))
    answer = find_enough(timid, changes(), range(SMALL.total), largest=2, effort=SMALL, n_nearest=1)
    assert answer.sufficient == answer.undecided == answer.blocking == ()
    assert sorted(len(one.changes) for one in answer.nearest) == [1, 2]
    for one in answer.nearest:
        exact = 0.05 + 0.08 * len(one.changes)
        assert abs(one.probability.value - exact) < 5 * one.probability.mc_error


def test_a_set_at_one_half_is_left_undecided(world):
    even = world(NAMES, lambda present: np.where(present[:, 2], 0.1, 0.5))
    answer = find_enough(even, changes(), range(SMALL.total), largest=1, effort=SMALL)
    assert answer.sufficient == ()
    assert names(answer.undecided) == [("oil",)]
    assert ("oil",) not in names(answer.nearest)


@pytest.mark.statistical
def test_sets_that_are_not_enough_are_hardly_ever_called_so(world):
    # Six changes that each bring .48: with 95% bounds confirmed twice, errors stay under 1 in 100.
    hopeful = world(tuple("abcdef"), lambda present: np.where(present.all(axis=1), 0.1, 0.48))
    candidates = [Candidate(name, (name,), "decision", "1941") for name in "abcdef"]
    effort, wrong = Effort(64, 256, 256), 0
    for trial in range(50):
        start = trial * effort.total
        histories = range(start, start + effort.total)
        wrong += len(find_enough(hopeful, candidates, histories, 1, effort).sufficient)
    expected = 300 * 0.01
    assert wrong <= expected + 5 * np.sqrt(expected)


def test_an_outcome_that_is_likely_anyway_needs_no_change(border):
    answer = find_enough(Complement(border), changes(), range(SMALL.total), effort=SMALL)
    assert names(answer.sufficient) == [()]
    assert answer.sufficient[0].cost == 0
    assert answer.sufficient[0].divergence is None
    assert answer.blocking == ()


def test_one_change_may_turn_several_switches(border):
    together = [Candidate("new policy", ("ask", "pact"), "decision", "1941-04")]
    answer = find_enough(border, together, range(SMALL.total), effort=SMALL)
    assert names(answer.sufficient) == [("new policy",)]


def test_changes_that_exclude_each_other_are_not_tried_together(border):
    rivals = changes(excludes=frozenset({"pact"}))
    answer = find_enough(border, rivals, range(SMALL.total), effort=SMALL)
    assert names(answer.sufficient) == [("oil",)]


def test_a_table_answers_the_search_and_leaves_only_fresh_histories_to_run(border):
    table_size = SMALL.screen + SMALL.confirm
    lattice = build_lattice(border, range(table_size))
    direct = find_enough(border, changes(), range(SMALL.total), effort=SMALL)
    border.rows = 0
    looked_up = find_enough(
        Recorded(lattice, otherwise=border), changes(), range(SMALL.total), effort=SMALL
    )
    assert border.rows == 3 * SMALL.fresh  # two sufficient sets and the unchanged world
    assert names(looked_up.sufficient) == names(direct.sufficient)
    assert looked_up.sufficient[0].probability == direct.sufficient[0].probability


@pytest.mark.statistical
def test_the_probability_of_a_set_is_spread_over_draws(world, scripted):
    bold = world(("oil",), lambda present: np.where(present[:, 0], 0.1, 0.9))
    shy = world(("oil",), lambda present: np.where(present[:, 0], 0.1, 0.5))

    def by_draw(present, history):
        return np.where(history % 20 < 10, bold(present, history), shy(present, history))

    effort = Effort(200, 400, 8000)
    histories = np.arange(effort.total)
    change = [Candidate("oil", ("oil",), "number", "1940", cost=0.1)]
    answer = find_enough(
        scripted(("oil",), by_draw), change, histories, 1, effort, draw=histories % 20
    )
    spread = answer.sufficient[0].spread
    assert (spread.quantile(0.05)[0], spread.quantile(0.95)[0]) == pytest.approx(
        (0.5, 0.9), abs=0.05
    )


@given(st.lists(st.sets(st.sampled_from("abcde"), min_size=1), max_size=5))
def test_hitting_sets_are_all_the_minimal_ones(family):
    def hits(one):
        return all(one & member for member in family)

    every = [frozenset(one) for size in range(6) for one in itertools.combinations("abcde", size)]
    minimal = {
        one for one in every if hits(one) and not any(hits(one - {element}) for element in one)
    }
    assert set(minimal_hitting_sets(family)) == minimal


def test_nothing_meets_an_empty_member():
    assert minimal_hitting_sets([{"a"}, set()]) == ()


def test_the_front_keeps_what_nothing_cheaper_reaches(border):
    answer = find_enough(border, changes(), range(SMALL.total), effort=SMALL)
    both, oil = answer.sufficient
    assert pareto_front([both, oil]) == (oil, both)
    assert pareto_front([both, both]) == (both, both)
    dearer = type(oil)(**vars(oil) | {"cost": 9.0})
    assert pareto_front([oil, dearer]) == (oil,)
    assert pareto_front([type(oil)(**vars(oil) | {"cost": None})]) == ()


def test_no_edges_violate_nothing():
    assert SetMonotonicity().share == 0.0
    assert SetMonotonicity(edges=20, violating=1).holds
    assert not SetMonotonicity(edges=19, violating=1).holds


def test_a_search_without_enough_histories_is_refused(border):
    with pytest.raises(ValueError, match="give 2304"):
        find_enough(border, changes(), range(2303), effort=SMALL)
    with pytest.raises(ValueError, match="at least one change"):
        find_enough(border, changes(), range(SMALL.total), largest=0, effort=SMALL)
    with pytest.raises(ValueError, match="each history's draw"):
        find_enough(border, changes(), range(SMALL.total), effort=SMALL, draw=np.zeros(5, int))
    with pytest.raises(ValueError, match="stage without histories"):
        Effort(screen=0)
