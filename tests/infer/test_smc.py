"""SMC against closed forms, and the comparison of two samplers."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.infer.nuts import Chains, Effort, sample
from hokushin.infer.smc import Particles, SmcEffort, compare, sample_smc

SMALL = SmcEffort(particles=400, moves=3, leaps=5)


def lopsided(x):
    """Log-likelihood of three events in time one at rate exp(2x): skewed, so not a sign's game."""
    return 3.0 * 2.0 * x["rate"] - jnp.exp(2.0 * x["rate"])


def by_quadrature(log_likelihood):
    """Mean, spread and log-evidence of one standard normal number, on a fine grid."""
    grid = np.linspace(-9.0, 9.0, 20001)
    log_joint = np.array(log_likelihood({"rate": jnp.asarray(grid)}), float)
    log_joint += -0.5 * grid**2 - 0.5 * np.log(2 * np.pi)
    density = np.exp(log_joint)
    total = np.trapezoid(density, grid)
    mean = np.trapezoid(grid * density, grid) / total
    variance = np.trapezoid((grid - mean) ** 2 * density, grid) / total
    return mean, np.sqrt(variance), np.log(total)


@pytest.fixture(scope="module")
def particles():
    return sample_smc(lopsided, {"rate": np.zeros(())}, replace(SMALL, particles=2000), seed=3)


@pytest.mark.statistical
def test_particles_have_the_posterior_s_mean_spread_and_evidence(particles):
    mean, spread, log_evidence = by_quadrature(lopsided)
    error = particles.standard_error("rate")
    assert abs(particles.draws["rate"].mean() - mean) < 5 * error
    assert particles.draws["rate"].std() == pytest.approx(spread, rel=5 / np.sqrt(2 * 2000))
    assert abs(particles.log_evidence - log_evidence) < 5 * particles.log_evidence_error


def test_temperatures_rise_to_one(particles):
    assert particles.temperatures[-1] == pytest.approx(1.0)
    assert np.all(np.diff((0.0, *particles.temperatures)) > 0)


def test_standard_error_of_strangers_is_the_usual_one():
    x = np.random.default_rng(1).standard_normal(500)
    alone = some_particles(x, np.arange(500))
    assert alone.standard_error("x") == pytest.approx(x.std() / np.sqrt(500))


def test_standard_error_counts_a_family_of_equals_as_one():
    x = np.repeat(np.random.default_rng(1).standard_normal(125), 4)
    together = some_particles(x, np.repeat(np.arange(125), 4))
    assert together.standard_error("x") == pytest.approx(x.std() / np.sqrt(125))


def test_same_seed_gives_the_same_particles(particles):
    again = sample_smc(lopsided, {"rate": np.zeros(())}, replace(SMALL, particles=2000), seed=3)
    assert np.array_equal(again.draws["rate"], particles.draws["rate"])


def test_an_interrupted_sampler_goes_on_as_if_nothing_had_happened(particles, tmp_path):
    effort = replace(SMALL, particles=2000)

    def stops(stage, done, total):
        if done > 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample_smc(lopsided, {"rate": np.zeros(())}, effort, 3, stops, tmp_path)
    resumed = sample_smc(lopsided, {"rate": np.zeros(())}, effort, 3, folder=tmp_path)
    assert np.array_equal(resumed.draws["rate"], particles.draws["rate"])
    assert resumed.log_evidence == particles.log_evidence


def test_particles_of_another_effort_are_not_taken_up(tmp_path):
    sample_smc(lopsided, {"rate": np.zeros(())}, SMALL, 3, folder=tmp_path)
    with pytest.raises(ValueError, match="holds particles made with"):
        sample_smc(lopsided, {"rate": np.zeros(())}, SMALL, 4, folder=tmp_path)


def test_single_precision_gives_the_same_evidence(particles):
    single = sample_smc(
        lopsided, {"rate": np.zeros(())}, replace(SMALL, particles=2000), seed=3, double=False
    )
    apart = abs(single.log_evidence - particles.log_evidence)
    assert apart < 5 * np.hypot(single.log_evidence_error, particles.log_evidence_error)


def test_both_samplers_agree_on_the_same_density(particles):
    agreement = compare(chains_of(lopsided), particles, {"rate": ("rate",)})
    assert agreement.failures == ()


def test_samplers_of_different_densities_are_told_apart(particles):
    chains = chains_of(lambda x: lopsided({"rate": x["rate"] + 0.2}))
    agreement = compare(chains, particles, {"rate": ("the rate",)})
    assert "means of the rate lie" in agreement.failures[-1]


def test_bound_of_one_number_is_its_own_quantile_and_grows_with_more():
    rng = np.random.default_rng(2)
    draws = rng.standard_normal((4, 500, 50))
    chains = Chains({"x": draws}, 0, 1.0, 0.8)
    many = some_particles(rng.standard_normal((500, 50)), np.arange(500))
    one = some_particles(many.draws["x"][:, :1], np.arange(500))
    alone = compare(Chains({"x": draws[..., :1]}, 0, 1.0, 0.8), one, {"x": ("a",)})
    together = compare(chains, many, {"x": tuple(map(str, range(50)))})
    assert alone.bound == pytest.approx(3.2905, abs=1e-4)
    # One in a thousand that any of 50 does: nearly one in fifty thousand for each.
    assert together.bound == pytest.approx(4.265, abs=1e-3)
    assert together.failures == ()


def test_chains_that_never_met_fail_before_means_are_compared():
    rng = np.random.default_rng(2)
    apart = rng.standard_normal((4, 500, 1)) + 5.0 * np.arange(4)[:, None, None]
    particles = some_particles(rng.standard_normal((500, 1)) + 7.5, np.arange(500))
    agreement = compare(Chains({"x": apart}, 0, 1.0, 0.8), particles, {"x": ("a",)})
    assert agreement.failures[0].startswith("R-hat of a is")


def test_names_that_do_not_fit_are_refused(particles):
    with pytest.raises(ValueError, match="rate has 1 numbers in the chains, 1 in the particles"):
        compare(chains_of(lopsided), particles, {"rate": ("one", "two")})


def test_a_likelihood_without_a_value_is_refused():
    with pytest.raises(ValueError, match="temperatures stopped at 0"):
        sample_smc(lambda x: jnp.log(x["rate"]), {"rate": np.zeros(())}, SMALL)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"particles": 1}, "1 particles were asked for"),
        ({"kept_share": 1.0}, "kept_share is 1.0"),
        ({"moves": 0}, "moves is 0"),
    ],
)
def test_effort_that_gives_no_posterior_is_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        SmcEffort(**wrong)


def chains_of(log_likelihood) -> Chains:
    return sample(
        lambda x: log_likelihood(x) - 0.5 * jnp.square(x["rate"]),
        {"rate": np.zeros(())},
        Effort(warmup=300, draws=600, chains=4, part=300),
        seed=5,
    )


def some_particles(x: np.ndarray, family: np.ndarray) -> Particles:
    return Particles({"x": x}, family, 0.0, 0.1, (1.0,), (0.8, 0.8))
