"""Fitted draws as a file, and what they do in a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hokushin.answer.basis import choose_basis
from hokushin.engine.fitted import Fitted
from hokushin.engine.run import Setting, Simulator
from hokushin.infer.fit import fit
from hokushin.infer.learned import learned
from hokushin.infer.nuts import Effort
from hokushin.infer.posterior import (
    Posterior,
    StaleError,
    code_of,
    find_posterior,
    likelihood_digest,
)
from hokushin.scenario.load import load


def made_posterior(loaded, code: str | None = None) -> Posterior:
    """Draws that nobody fitted, with everything that a file needs."""
    draws = np.random.default_rng(1).normal(0.5, 0.6, (2, 40)).astype(np.float32)
    gates = {"worst_rhat": 1.0, "fewest_draws": 900.0, "divergences": 0, "failures": []}
    scores = dict.fromkeys(
        ("prior", "posterior_mean", "prior_direction", "posterior_direction", "prior_timing",
         "posterior_timing", "doctrine_share"), 0.1
    )  # fmt: skip
    return Posterior(
        names=("weights.considerations.relief", "weights.choice.right"),
        normals=draws,
        years=(1900,),
        recording=np.zeros((1, 40), np.float32),
        pairs=("a:b",),
        dispositions={date(1900, 6, 1): np.ones((1, 40), np.float32)},
        made={
            "scenario": loaded.scenario.scenario.id,
            "scenario_digest": loaded.digest,
            "code_digest": code or likelihood_digest(),
            "end": "1900-07-01",
            "episodes": 3,
            "weighed": 2,
            "world": None,
            "gates": gates,
            "scores": scores,
        },
    )


def test_a_file_gives_back_what_was_saved(tiny, tmp_path: Path):
    posterior = made_posterior(tiny)
    posterior.save(tmp_path / "tiny.npz")
    again = Posterior.load(tmp_path / "tiny.npz")
    assert again.names == posterior.names
    assert again.made == posterior.made
    np.testing.assert_allclose(again.normals, posterior.normals, atol=2e-3)
    np.testing.assert_array_equal(
        again.dispositions[date(1900, 6, 1)], posterior.dispositions[date(1900, 6, 1)]
    )


def test_a_file_of_something_else_is_refused(tmp_path: Path):
    np.savez(tmp_path / "tiny.npz", other=np.zeros(3))
    with pytest.raises(ValueError, match="holds no fitted draws"):
        Posterior.load(tmp_path / "tiny.npz")


def test_draws_of_another_scenario_or_other_code_are_stale(tiny):
    posterior = made_posterior(tiny)
    posterior.check(tiny.digest)
    with pytest.raises(StaleError, match="another version of the scenario"):
        posterior.check("0" * 64)
    with pytest.raises(StaleError, match="other mechanisms"):
        made_posterior(tiny, code="0" * 16).check(tiny.digest)


def test_a_better_sentence_makes_no_draws_stale():
    plain = "def f(x):\n    return x + 1\n"
    said = '"""Module."""\n\ndef f(x):\n    """Add one."""\n    # because\n    return x + 1\n'
    assert code_of(said) == code_of(plain)
    assert code_of(plain) != code_of(plain.replace("+", "-"))


def test_the_basis_is_fitted_where_it_can_be(tiny, tmp_path: Path):
    assert choose_basis(tiny, folder=tmp_path).name == "prior"
    with pytest.raises(ValueError, match="nothing has been fitted for tiny"):
        choose_basis(tiny, "posterior", tmp_path)
    made_posterior(tiny).save(tmp_path / "tiny.npz")
    assert choose_basis(tiny, folder=tmp_path).name == "posterior"
    assert choose_basis(tiny, "prior", tmp_path).fitted is None


def test_stale_draws_are_refused_and_the_prior_says_why(tiny, tmp_path: Path):
    made_posterior(tiny, code="0" * 16).save(tmp_path / "tiny.npz")
    basis = choose_basis(tiny, folder=tmp_path)
    assert basis.name == "prior"
    assert "other mechanisms" in str(basis.note)
    with pytest.raises(StaleError):
        choose_basis(tiny, "posterior", tmp_path)


def test_a_run_takes_its_numbers_from_fitted_draws(tiny, tiny_model):
    fitted = replace(made_posterior(tiny).fitted(), pairs=(), dispositions={})
    simulator = Simulator(tiny_model, Setting(), fitted=fitted)
    draws = np.array([0, 1, 41], np.uint32)
    told, prior = simulator.normals(draws), Simulator(tiny_model, Setting()).normals(draws)
    here = [tiny_model.position(name) for name in fitted.names]
    np.testing.assert_array_equal(told[here], fitted.normals[:, [0, 1, 1]])
    others = np.setdiff1d(np.arange(len(told)), here)
    np.testing.assert_array_equal(told[others], prior[others])


def test_on_the_eve_factions_incline_as_fitted(tiny, tiny_model):
    branch = tiny_model.sets.calendar.start_of(4)
    pairs = tuple(tiny_model.axes.pairs)
    felt = np.linspace(-3.0, 3.0, len(pairs) * 2).reshape(len(pairs), 2).astype(np.float32)
    fitted = Fitted(("weights.choice.right",), np.zeros((1, 2), np.float32), pairs, {branch: felt})
    simulator = Simulator(tiny_model, Setting(branch=branch), fitted=fitted)
    first = simulator.first_free - 3  # the first step in which anybody deliberates
    ids = np.array([0, 1], np.uint32)
    before = simulator.series(lambda state: state.disposition, ids, name="felt")[first - 1]
    np.testing.assert_allclose(before, felt, rtol=1e-6)


def test_draws_and_names_must_fit_together():
    with pytest.raises(ValueError, match="name 2 numbers"):
        Fitted(("a", "b"), np.zeros((3, 4), np.float32))


def test_learned_sets_prior_beside_posterior(tiny):
    result = learned(tiny, made_posterior(tiny))
    relief = next(n for n in result.numbers if n.path.endswith("relief"))
    assert relief.prior_low < relief.prior_median < relief.prior_high
    assert relief.prior_median == pytest.approx(1.0, rel=1e-3)
    assert relief.median > relief.prior_median
    assert relief.shift == pytest.approx(0.5, abs=0.3)
    assert relief.contraction == pytest.approx(1.0 - 0.36, abs=0.2)
    assert "WHAT THE RECORD TAUGHT tiny" in str(result)
    assert result.as_dict()["schema"] == "hokushin/learned/1"


def test_what_ships_belongs_to_what_ships():
    loaded = load("second-front")
    posterior = find_posterior("second-front")
    assert posterior is not None
    posterior.check(loaded.digest)
    assert not posterior.made["gates"]["failures"]


@pytest.mark.slow
def test_a_fit_of_tiny_passes_its_gates_and_says_how_it_was_made(tiny, tmp_path: Path):
    effort = Effort(warmup=200, draws=300, chains=2, part=300)
    posterior = fit(tiny, effort=effort, seed=3, folder=tmp_path)
    assert posterior.made["gates"]["divergences"] == 0
    assert posterior.made["episodes"] == 3
    assert posterior.normals.shape == (22, 512)
    assert posterior.made["scores"]["posterior_mean"] > posterior.made["scores"]["prior"]
    assert posterior.dispositions


def test_a_file_of_an_earlier_version_is_stale(tiny, tmp_path: Path, monkeypatch):
    path = tmp_path / "tiny.npz"
    with monkeypatch.context() as then:
        then.setattr("hokushin.infer.posterior.SCHEMA", "hokushin/posterior/1")
        made_posterior(tiny).save(path)
    with pytest.raises(StaleError, match=r"earlier version \(hokushin/posterior/1"):
        Posterior.load(path)
