"""Calibration of the inference on tiny, and mistakes that it has to notice."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np
import pytest

from hokushin.infer.calibration.planted import MISTAKES
from hokushin.infer.calibration.ranks import ChainEffort, Ranks, judge, rank_truths
from hokushin.infer.calibration.records import Scope, Truth, simulate
from hokushin.infer.calibration.scores import Scores, judge_scores, score_truths
from hokushin.scenario.load import load

FEW = 48
SHORT = ChainEffort(warmup=60, draws=49, thin=2, side_by_side=24)


@pytest.fixture(scope="module")
def simulated():
    return simulate(load("tiny"), 400, seed=7)


@pytest.mark.statistical
def test_likelihood_is_that_of_the_engine(simulated):
    scores = score_truths(simulated, simulated.records())
    assert judge_scores(scores).outside == ()


@pytest.mark.statistical
@pytest.mark.parametrize("name", ["dread", "late", "belief", "right", "dekad"])
def test_mistakes_of_the_likelihood_show_in_four_hundred_records(simulated, name):
    records, inference = MISTAKES[name].plant(simulated)
    assert judge_scores(score_truths(simulated, records, inference)).outside


@pytest.mark.parametrize("name", ["stock", "embargo", "strength", "dread", "belief"])
def test_mistakes_of_seeing_change_what_is_seen_and_nothing_else(simulated, name):
    right, (wrong, inference) = simulated.records(), MISTAKES[name].plant(simulated)
    assert not np.array_equal(right.value, wrong.value)
    assert np.array_equal(right.chosen, wrong.chosen)
    assert (inference.params, inference.log_prior) == (None, None)


def test_late_rows_are_the_same_rows_one_step_on(simulated):
    right, (wrong, _) = simulated.records(), MISTAKES["late"].plant(simulated)
    assert np.array_equal(wrong.kept[..., 1:], right.kept[..., :-1])
    assert not wrong.kept[..., 0].any()


def test_prior_three_times_too_wide_has_a_ninth_of_the_curvature(simulated):
    _, wrong = MISTAKES["prior"].plant(simulated)
    truth = jax.tree.map(lambda x: x[0], simulated.truth.latent())
    slope = jax.tree.map(np.asarray, jax.grad(wrong.log_prior)(truth))
    truth = jax.tree.map(np.asarray, truth)
    assert slope.numbers == pytest.approx(-truth.numbers / 9.0, rel=1e-5)
    assert slope.dispositions == pytest.approx(-truth.dispositions, rel=1e-5)


@pytest.mark.slow
@pytest.mark.statistical
def test_truths_have_uniform_ranks_and_finished_parts_are_not_drawn_again(simulated, tmp_path):
    own = replace(simulated, truth=Truth(*(x[:FEW] for x in simulated.truth)))
    records = jax.tree.map(lambda x: x[:FEW], simulated.records())
    ranks = rank_truths(own, records, SHORT, folder=tmp_path)
    assert judge(ranks).outside == ()
    assert ranks.rank.shape == (FEW, len(ranks.names))
    # Half as many divergent transitions as records would be a sampler that does not fit.
    assert ranks.divergences.sum() < FEW / 2
    assert len(list(tmp_path.iterdir())) == 2
    broken = jax.tree.map(lambda x: x * np.nan, records)  # cannot be drawn from
    assert np.array_equal(rank_truths(own, broken, SHORT, folder=tmp_path).rank, ranks.rank)


@pytest.mark.slow
@pytest.mark.statistical
def test_numbers_have_uniform_ranks_where_dispositions_are_told():
    told = simulate(load("tiny"), FEW, seed=8, scope=Scope(matters=()))
    ranks = rank_truths(told, told.records(), SHORT)
    assert judge(ranks).outside == ()
    assert ranks.names[: len(told.template.names)] == told.template.names


def some_ranks(rank: np.ndarray) -> Ranks:
    n, q = rank.shape
    return Ranks(tuple(map(str, range(q))), rank, 99, np.ones(n), np.full(n, 99.0), np.zeros(n))


def test_one_quantity_of_many_that_leans_is_named():
    rng = np.random.default_rng(3)
    rank = rng.integers(100, size=(200, 20))
    rank[:, 7] = rng.integers(100, size=(200, 2)).max(axis=1)
    assert judge(some_ranks(rank)).outside == ("7",)


@pytest.mark.statistical
def test_verdict_holds_for_all_quantities_together():
    rng = np.random.default_rng(3)
    right = [judge(some_ranks(rng.integers(100, size=(60, 10)))).is_calibrated for _ in range(400)]
    # 99 in a hundred; of 400, five standard errors below.
    assert np.mean(right) > 0.99 - 5 * np.sqrt(0.99 * 0.01 / 400)


def test_scores_are_judged_together():
    names = tuple("abcdefghij")
    z = np.array([0.0, 3.2, -3.4, *[1.0] * 7])
    assert judge_scores(Scores(names, z, 100)).outside == ("c",)  # 3.29 for ten at 99%
