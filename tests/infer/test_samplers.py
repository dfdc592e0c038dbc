"""Both samplers on posteriors that are known: convergence first, then the numbers."""

from __future__ import annotations

import csv

import jax.numpy as jnp
import numpy as np
import pytest
from jax.scipy.stats import norm

from hokushin.infer.nuts import Effort, check_gates, sample
from hokushin.infer.smc import SmcEffort, compare, sample_smc

# --- eight schools ---------------------------------------------------------------------------
# Rubin (1981), Journal of Educational Statistics 6; the model of Gelman et al., Bayesian Data
# Analysis: theta_j ~ N(mu, tau), mu ~ N(0, 5), tau ~ half-Cauchy(5).

EFFECT = np.array([28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0])
ERROR = np.array([15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0])
PUBLISHED = {  # mean and its Monte Carlo error: posteriordb, eight_schools_noncentered
    "theta[1]": (6.1505, 0.0557), "theta[2]": (4.9396, 0.0462), "theta[3]": (3.9059, 0.0542),
    "theta[4]": (4.7960, 0.0475), "theta[5]": (3.6144, 0.0461), "theta[6]": (4.0511, 0.0485),
    "theta[7]": (6.3172, 0.0499), "theta[8]": (4.8840, 0.0543), "mu": (4.4105, 0.0330),
    "tau": (3.6021, 0.0319),
}  # fmt: skip
PUBLISHED_DRAWS = 10_000
"""Effective draws behind each of them, within three in a hundred; so sd = error x 100."""
SCHOOLS = {"mu": np.zeros(()), "tau": np.zeros(()), "apart": np.zeros(8)}


def schools(x):
    """Effects of the schools, from standard normal numbers."""
    mu = 5.0 * x["mu"]
    # Upper tail: one minus a chance near one would lose the digits of a large spread.
    tau = 5.0 / jnp.tan(0.5 * jnp.pi * norm.cdf(-x["tau"]))
    return {"theta": mu[..., None] + tau[..., None] * x["apart"], "mu": mu, "tau": tau}


def schools_log_likelihood(x):
    return jnp.sum(norm.logpdf(EFFECT, schools(x)["theta"], ERROR))


def named(draws):
    """Draws of a mapping like `SCHOOLS` under the published names."""
    found = {name: np.asarray(x, float) for name, x in schools(draws).items()}
    theta = {f"theta[{j + 1}]": found["theta"][..., j] for j in range(8)}
    return theta | {"mu": found["mu"], "tau": found["tau"]}


@pytest.fixture(scope="module")
def schools_chains():
    def log_density(x):
        prior = sum(jnp.sum(jnp.square(part)) for part in x.values())
        return schools_log_likelihood(x) - 0.5 * prior

    effort = Effort(warmup=500, draws=1500, chains=4, part=500, target_acceptance=0.97)
    return sample(log_density, SCHOOLS, effort, seed=2)


@pytest.fixture(scope="module")
def schools_particles():
    return sample_smc(schools_log_likelihood, SCHOOLS, SmcEffort(particles=2000), seed=2)


def test_eight_schools_converge_in_our_sampler(schools_chains):
    names = {"mu": ("mu",), "tau": ("tau",), "apart": tuple(f"apart[{j}]" for j in range(1, 9))}
    assert check_gates(schools_chains, names).failures == ()


@pytest.mark.statistical
@pytest.mark.parametrize("name", PUBLISHED)
def test_eight_schools_have_their_published_means_and_spreads(schools_chains, name):
    drawn = named({part: schools_chains.flat(part) for part in SCHOOLS})[name]
    mean, error = PUBLISHED[name]
    # Draws of NUTS on this posterior are worth at least a quarter of independent ones.
    own_error = drawn.std() / np.sqrt(len(drawn) / 4)
    assert abs(drawn.mean() - mean) < 5 * np.hypot(error, own_error)
    assert drawn.std() == pytest.approx(error * np.sqrt(PUBLISHED_DRAWS), rel=0.1)


@pytest.mark.statistical
@pytest.mark.parametrize("name", PUBLISHED)
def test_particles_have_the_published_means_too(schools_particles, name):
    drawn = named(schools_particles.draws)[name]
    mean, error = PUBLISHED[name]
    own_error = drawn.std() / np.sqrt(len(drawn) / 4)
    assert abs(drawn.mean() - mean) < 5 * np.hypot(error, own_error)


def test_particles_and_chains_agree_on_eight_schools(schools_chains, schools_particles):
    names = {"mu": ("mu",), "tau": ("tau",), "apart": tuple(f"apart[{j}]" for j in range(1, 9))}
    assert compare(schools_chains, schools_particles, names).failures == ()


@pytest.mark.statistical
def test_evidence_of_eight_schools_is_that_of_quadrature(schools_particles):
    """Given tau the effects are normal around a normal mean, which leaves one integral."""
    share = (np.arange(20_000) + 0.5) / 20_000  # quantiles of the half-Cauchy
    tau = 5.0 * np.tan(0.5 * np.pi * share)
    precision = 1.0 / (ERROR**2 + tau[:, None] ** 2)
    total = precision.sum(1) + 1.0 / 25.0
    mean = (precision * EFFECT).sum(1) / total
    square = (precision * EFFECT**2).sum(1) - total * mean**2
    log_given = 0.5 * (np.log(precision).sum(1) - 8 * np.log(2 * np.pi) - np.log(25.0 * total))
    exact = np.log(np.mean(np.exp(log_given - 0.5 * square)))
    apart = abs(schools_particles.log_evidence - exact)
    assert apart < 5 * schools_particles.log_evidence_error


# --- evidence of linear-Gaussian models ------------------------------------------------------


@pytest.fixture(scope="module")
def regression(shared_data):
    folder = shared_data / "replications"
    if not (folder / "evidence_linear_gaussian_data.csv").is_file():
        pytest.skip(f"the regression with known evidence is not in {folder}")
    with (folder / "evidence_linear_gaussian_data.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (folder / "evidence_linear_gaussian_expected.csv").open(encoding="utf-8") as file:
        known = {r["columns_on"]: float(r["log_evidence"]) for r in csv.DictReader(file)}
    x = np.array([[float(row[f"x{i}"]) for i in range(4)] for row in rows])
    return x, np.array([float(row["y"]) for row in rows]), known


@pytest.mark.statistical
@pytest.mark.parametrize("columns", ["0+1+2+3", "0+1+2", "0+2+3", "1", "3"])
def test_evidence_is_that_of_the_closed_form(regression, columns):
    x, y, known = regression
    own = x[:, [int(c) for c in columns.split("+")]]

    def log_likelihood(latent):
        return jnp.sum(norm.logpdf(y, own @ latent["b"], 0.5))

    found = sample_smc(log_likelihood, {"b": np.zeros(own.shape[1])}, seed=11)
    assert found.log_evidence == pytest.approx(known[columns], abs=0.15)
    assert found.log_evidence_error < 0.05
