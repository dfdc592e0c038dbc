"""Rows of a few matters are those of the whole likelihood, and what a theory says changes them."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import truncnorm

from hokushin.infer.theories.rows import Telling, cut_at_zero, rows_of

MATTER = "red.border"


@pytest.fixture(scope="module")
def rows(tiny_likelihood):
    return rows_of(tiny_likelihood, (MATTER,))


def place(likelihood):
    rng = np.random.default_rng(3)
    start = likelihood.start()
    return jax.tree.map(lambda x: jnp.asarray(rng.standard_normal(x.shape), jnp.float32), start)


def in_rows(rows, likelihood, latent):
    """The same place, as the rows have it."""
    axes = likelihood.path.model.axes
    pairs = [axes.pairs.index(p) for p in rows.likelihood.path.model.axes.pairs]
    own = [list(likelihood.informed).index(i) for i in rows.likelihood.informed]
    latent = latent._replace(
        numbers=latent.numbers[np.array(own)], dispositions=latent.dispositions[np.array(pairs)]
    )
    return latent._asdict() | {"switch": jnp.ones(1)}


def says_nothing(rows) -> Telling:
    priors, n = rows.likelihood.path.model.priors, len(rows.likelihood.informed)
    n_all, none = len(priors.names), np.zeros(n)
    return Telling(np.ones(n_all), np.zeros((1, n_all)), np.zeros(1), none, none, np.asarray(1.0))


def test_rows_of_one_matter_are_those_of_the_whole_likelihood(rows, tiny_likelihood):
    latent = place(tiny_likelihood)
    whole = tiny_likelihood.parts(latent)
    matter = tiny_likelihood.path.model.axes.matters.index(MATTER)
    part = rows.parts(in_rows(rows, tiny_likelihood, latent), says_nothing(rows), rows.world)
    for ours, theirs in zip(part, whole, strict=True):
        assert np.asarray(ours)[0] == pytest.approx(np.asarray(theirs)[matter], abs=1e-5)


def test_numbers_that_the_rows_do_not_depend_on_are_left_out(rows, tiny_likelihood):
    assert len(rows.likelihood.informed) < len(tiny_likelihood.informed)
    assert "matters.blue.trade.rate" in tiny_likelihood.names
    assert "matters.blue.trade.rate" not in rows.likelihood.names


def test_every_number_with_a_gradient_is_among_those_that_the_rows_read(tiny_likelihood, rows):
    matter = tiny_likelihood.path.model.axes.matters.index(MATTER)
    slope = jax.grad(lambda x: jnp.sum(tiny_likelihood.parts(x).total()[matter]))
    moved = np.asarray(slope(place(tiny_likelihood)).numbers) != 0.0
    read = np.isin(tiny_likelihood.informed, rows.likelihood.informed)
    assert moved.any()
    assert np.all(read[moved])


def test_a_denied_weight_is_as_if_nobody_had_it(rows, tiny_likelihood):
    latent = in_rows(rows, tiny_likelihood, place(tiny_likelihood))
    position = rows.likelihood.path.model.position("weights.considerations.dread")
    own = list(rows.likelihood.informed).index(position)
    plain = says_nothing(rows)
    denied = plain._replace(kept=np.where(np.arange(len(plain.kept)) == position, 0.0, 1.0))
    tiny_weight = latent | {"numbers": latent["numbers"].at[own].set(-30.0)}
    without = rows.parts(latent, denied, rows.world).total()
    nearly = rows.parts(tiny_weight, plain, rows.world).total()
    assert np.asarray(without) == pytest.approx(np.asarray(nearly), abs=1e-5)
    assert not np.allclose(without, rows.parts(latent, plain, rows.world).total(), atol=1e-4)


def test_a_switch_that_is_off_denies(rows, tiny_likelihood):
    latent = in_rows(rows, tiny_likelihood, place(tiny_likelihood))
    position = rows.likelihood.path.model.position("weights.considerations.dread")
    plain = says_nothing(rows)
    mark = (np.arange(len(plain.kept)) == position).astype(float)
    denied = plain._replace(kept=1.0 - mark)
    switched = plain._replace(switched=mark[None], active=np.ones(1))
    off = rows.parts(latent | {"switch": jnp.zeros(1)}, switched, rows.world).total()
    assert np.array_equal(off, rows.parts(latent, denied, rows.world).total())
    on = rows.parts(latent, switched, rows.world).total()
    assert np.array_equal(on, rows.parts(latent, plain, rows.world).total())


def test_a_world_of_the_same_likelihood_is_the_same(rows, tiny_likelihood):
    other = rows.world_of(tiny_likelihood)
    for mine, theirs in zip(rows.world, other, strict=True):
        assert np.array_equal(mine, theirs)


def test_a_cut_prior_has_the_quantiles_of_a_truncated_normal():
    x = np.array([-2.0, -0.5, 0.0, 1.0, 2.5])
    share = 0.5 * (1 + np.array([float(jax.scipy.special.erf(v / np.sqrt(2))) for v in x]))
    above = cut_at_zero(jnp.asarray(x), jnp.ones(5), jnp.full(5, -0.7))
    assert np.asarray(above) == pytest.approx(truncnorm.ppf(share, -0.7, np.inf), abs=1e-4)
    below = cut_at_zero(jnp.asarray(x), -jnp.ones(5), jnp.full(5, -0.7))
    assert np.asarray(below) == pytest.approx(truncnorm.ppf(share, -np.inf, 0.7), abs=1e-4)
    free = cut_at_zero(jnp.asarray(x), jnp.zeros(5), jnp.zeros(5))
    assert np.asarray(free) == pytest.approx(x)


def test_matters_that_are_not_there_or_named_twice_are_refused(tiny_likelihood):
    with pytest.raises(ValueError, match=r"no 'red\.war' among matters"):
        rows_of(tiny_likelihood, ("red.war",))
    with pytest.raises(ValueError, match="name each once"):
        rows_of(tiny_likelihood, (MATTER, MATTER))


def test_a_world_of_another_shape_is_refused(rows, tiny_likelihood):
    features = tiny_likelihood.features
    shorter = object.__new__(type(tiny_likelihood))
    shorter.__dict__.update(tiny_likelihood.__dict__)
    shorter.__dict__["features"] = replace(features, value=features.value[..., :-1])
    with pytest.raises(ValueError, match="value has the shape"):
        rows.world_of(shorter)
