from types import SimpleNamespace

import numpy as np
import pytest

from hokushin.answer.document import Bounds
from hokushin.answer.study import Study
from hokushin.answer.table import (
    Table,
    build_table,
    enough_in,
    table_answer,
    with_responsibility,
)
from hokushin.query.candidates import Candidate
from hokushin.query.lattice import build_lattice
from hokushin.query.statistics import Estimate


class Peace:
    """No attack while two of three groups stand, whatever the history; the fourth does nothing."""

    causes = groups = ("pact", "navy", "winter", "rumour")

    def __call__(self, present, history):
        return present[:, :3].sum(axis=1) >= 2


@pytest.fixture(scope="module")
def peace():
    return Table(build_lattice(Peace(), range(1000)), Peace())


def a_candidate(name):
    return Candidate(name, (f"{name}_1", f"{name}_2"), "world", "1941")


@pytest.fixture(scope="module")
def found(peace):
    return enough_in(peace, [a_candidate(name) for name in Peace.causes], fresh=300)


def test_any_two_of_three_are_enough_and_any_two_block(found):
    assert {one.changes for one in found.sufficient} == {
        ("pact", "navy"),
        ("pact", "winter"),
        ("navy", "winter"),
    }
    assert all(one.probability.value == 1.0 for one in found.sufficient)
    assert all(one.probability.n == 300 for one in found.sufficient)
    assert found.largest == 4
    assert sorted(map(sorted, found.blocking)) == [
        ["navy", "pact"],
        ["navy", "winter"],
        ["pact", "winter"],
    ]


def test_a_vote_of_three_shares_out_equally_with_half_a_degree_each(peace, found):
    sampled = {name: Estimate(1 / 3, 0.01, 100) for name in Peace.causes[:3]}
    answer = table_answer(peace, {**sampled, "rumour": Estimate(0.0, 0.0, 100)}, found)
    of = {group.name: group for group in answer.groups}
    for name in Peace.causes[:3]:
        assert of[name].share == pytest.approx(1 / 3)
        # with all three present, one other must leave before anything hangs on a group
        assert of[name].responsibility == pytest.approx(1 / 2)
        assert of[name].necessity.value == 0.0
        assert of[name].alone.value == 0.0
        assert of[name].bounds == Bounds((0.0, 0.0), None)
    assert of["rumour"].share == pytest.approx(0.0, abs=1e-12)
    assert of["rumour"].responsibility == 0.0
    assert (answer.with_all, answer.with_none, answer.undoes) == (1.0, 0.0, 0.0)
    assert answer.apart == pytest.approx(0.0, abs=1e-9)
    assert answer.combinations == 16
    assert answer.groups[-1].name == "rumour"


def test_a_share_that_random_orders_get_wrong_stands_out(peace, found):
    sampled = {name: Estimate(0.5, 0.01, 100) for name in Peace.causes}
    assert table_answer(peace, sampled, found).apart > 10


def test_only_a_cause_alone_in_its_group_has_the_degree_of_its_group(peace, found, cause):
    sampled = {name: Estimate(0.3, 0.1, 100) for name in Peace.causes}
    answer = table_answer(peace, sampled, found)
    causes = (cause("a", group="pact"), cause("b", group="navy"), cause("c", group="navy"))
    degrees = [one.responsibility for one in with_responsibility(causes, answer)]
    assert degrees == [pytest.approx(0.5), None, None]


@pytest.fixture
def counted(tiny_world, tmp_path, monkeypatch):
    """A study of the tiny scenario that keeps what it runs, and counts the rows it runs."""
    monkeypatch.setattr("hokushin.query.lattice._CHUNK_RUNS", 256)
    study = Study(tiny_world, *tiny_world.question(), 1, None, tmp_path)
    run, rows = study.simulator.outcomes, []

    def outcomes(histories, *others):
        rows.append(len(histories))
        return run(histories, *others)

    monkeypatch.setattr(study.simulator, "outcomes", outcomes)
    return SimpleNamespace(study=study, rows=rows)


def test_a_table_that_was_interrupted_goes_on_where_it_stopped(counted):
    study, rows = counted.study, counted.rows

    def stop_after_two(stage, done, total):
        assert (stage, total) == ("every combination of groups", 4 * 256)
        if done == 2 * 256:
            raise KeyboardInterrupt

    study.progress = stop_after_two
    with pytest.raises(KeyboardInterrupt):
        build_table(study, False, 256)
    assert sum(rows) == 2 * 256
    study.progress = None
    resumed = build_table(study, False, 256)
    assert sum(rows) == 4 * 256
    assert np.array_equal(build_table(study, False, 256).lattice.bits, resumed.lattice.bits)
    assert sum(rows) == 4 * 256


def test_there_is_no_table_of_no_histories_or_of_too_many_groups(counted, monkeypatch):
    assert build_table(counted.study, False, 0) is None
    monkeypatch.setattr("hokushin.answer.table.MOST_CAUSES", 1)
    assert build_table(counted.study, False, 256) is None
    assert counted.rows == []
