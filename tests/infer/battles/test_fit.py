"""A fit finds what made the battles, and says when it did not do its work."""

import dataclasses

import jax
import numpy as np
import pytest

from hokushin.infer.battles.draws import ATTRIBUTION, Gates, Posterior, load
from hokushin.infer.battles.fit import fit, fit_battles
from hokushin.infer.battles.model import Variant
from hokushin.infer.battles.predict import predict
from tests.infer.battles.made import EXCHANGE, FORCE, FORTIFIED, WIN, made_table, read_text


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """A fit to 250 made battles, by two short chains."""
    battles = read_text(made_table(250, seed=4), tmp_path_factory.mktemp("made")).battles
    return battles, fit_battles(battles, draws=150, warmup=150, chains=2, keep=300, seed=2)


@pytest.mark.slow
@pytest.mark.statistical
@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("outcome.force.1919-53", FORCE),
        ("outcome.fortified", FORTIFIED),
        ("loss_attacker.win", WIN),
        ("loss_attacker.duration", 0.6),
        ("loss_defender.win", 0.0),
        ("loss_defender.duration", 0.6),
    ],
)
def test_what_made_the_battles_is_within_four_posterior_spreads(fitted, name, truth):
    """Four, not five: the posterior's spread is the standard error, known to a tenth."""
    drawn = fitted[1].column(name)
    assert drawn.std() < 0.5
    assert abs(drawn.mean() - truth) < 4.0 * drawn.std()


@pytest.mark.slow
@pytest.mark.statistical
def test_the_power_that_exchanges_better_is_found(fitted):
    posterior = fitted[1]
    lead = posterior.column("exchange.A.1919-53") - posterior.column("exchange.B.1919-53")
    assert abs(lead.mean() - EXCHANGE) < 4.0 * lead.std()
    assert lead.mean() > 4.0 * lead.std()


@pytest.mark.slow
def test_predictions_add_up_and_know_the_force_ratio(fitted):
    battles, posterior = fitted
    made = predict(posterior, battles)
    total = made.p_defender + made.p_draw + made.p_attacker
    assert total == pytest.approx(np.ones(len(battles)))
    assert np.corrcoef(made.p_attacker, battles.log_ratio)[0, 1] > 0.7
    assert (np.diff(made.log_casualty_ratio, axis=1) > 0.0).all()
    inside = (battles.log_casualty_ratio > made.log_casualty_ratio[:, 0]) & (
        battles.log_casualty_ratio < made.log_casualty_ratio[:, 2]
    )
    assert 0.82 < inside.mean() < 0.97


@pytest.mark.slow
def test_a_battle_is_predicted_alike_in_any_company(fitted):
    battles, posterior = fitted
    together, alone = (
        predict(posterior, battles.take(np.arange(5))),
        predict(posterior, battles.take(np.array([3]))),
    )
    assert alone.p_attacker[0] == together.p_attacker[3]
    assert np.array_equal(alone.log_casualty_ratio[0], together.log_casualty_ratio[3])


@pytest.mark.slow
def test_a_power_that_was_never_seen_is_less_certain(fitted):
    battles, posterior = fitted
    strange = dataclasses.replace(battles, attacker=np.full(len(battles), "C"))
    known, unknown = predict(posterior, battles), predict(posterior, strange)
    width = [np.diff(p.log_casualty_ratio[:, [0, 2]], axis=1).mean() for p in (known, unknown)]
    assert width[1] > width[0]


@pytest.mark.slow
def test_a_fit_is_the_same_for_the_same_seed_and_touches_no_settings(tmp_path):
    battles = read_text(made_table(40), tmp_path).battles
    one, again, other = (
        fit_battles(battles, 10, 10, 1, 10, seed, Variant(losses=False)) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.values, again.values)
    assert not np.array_equal(one.values, other.values)
    assert not jax.config.jax_enable_x64


@pytest.mark.slow
def test_only_the_years_asked_for_are_fitted(tmp_path):
    path = tmp_path / "battles.csv"
    early = made_table(30).replace(",1943,", ",1871,").split("\n", 1)[1]
    path.write_text(made_table(40) + early.replace("\n", "\n5", 29).replace("1,1871", "51,1871", 1))
    posterior = fit(path, since=1900, draws=10, warmup=10, chains=1, keep=5)
    assert posterior.about["attribution"] == ATTRIBUTION
    assert posterior.gates.failures
    assert posterior.about["battles"] == 40
    assert posterior.about["years"] == [1943, 1943]
    assert not [name for name in posterior.names if "1789-1899" in name]


def test_too_few_battles_or_draws_are_refused(tmp_path):
    battles = read_text(made_table(9), tmp_path).battles
    with pytest.raises(ValueError, match="9 battles have a known outcome"):
        fit_battles(battles)
    with pytest.raises(ValueError, match="no more draws can be kept"):
        fit_battles(read_text(made_table(20), tmp_path).battles, draws=5, chains=1, keep=9)


def test_a_variant_leaves_out_its_terms():
    assert "surprise" in Variant().terms("outcome")
    assert "surprise" not in Variant(surprise=False).terms("outcome")
    assert "surprise" not in Variant(surprise=False).terms("advance")


def test_gates_say_what_falls_short():
    assert not Gates(r_hat=1.005, effective_draws=900.0, divergences=0).failures
    failures = Gates(r_hat=float("nan"), effective_draws=90.0, divergences=3).failures
    assert len(failures) == 3
    assert "3 draws diverged" in failures[2]


def test_draws_come_back_from_a_file_to_a_thousandth(tmp_path):
    values = np.random.default_rng(0).normal(size=(6, 2))
    about = {"schema": "hokushin-battles-1", "battles": 6}
    Posterior(("a.b", "a.c"), values, Gates(1.0, 500.0, 0), about).save(tmp_path / "fit.parquet")
    back = load(tmp_path / "fit.parquet")
    assert back.names == ("a.b", "a.c")
    assert back.values == pytest.approx(values, abs=5.1e-4)
    assert back.gates == Gates(1.0, 500.0, 0)
    assert back.about == about
    with pytest.raises(ValueError, match=r"no number 'a\.d'"):
        back.column("a.d")


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "text.parquet").write_text("no draws")
    with pytest.raises(ValueError, match="is no fit that"):
        load(tmp_path / "text.parquet")
    old = Posterior(("a",), np.zeros((1, 1)), Gates(1.0, 1.0, 0), {"schema": "older"})
    old.save(tmp_path / "old.parquet")
    with pytest.raises(ValueError, match="fit it again"):
        load(tmp_path / "old.parquet")
