"""A likelihood that is weighed particle by particle is the same function."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tools.second_front.second_opinion import one_by_one


def lopsided(latent):
    """A density with a gradient in every part."""
    felt = jnp.sum(jnp.sin(latent.dispositions)) * latent.recording[0]
    return jnp.sum(latent.numbers**3) + felt


@pytest.fixture
def places():
    rng = np.random.default_rng(1)
    shapes = {"numbers": (5, 3), "dispositions": (5, 2, 4), "recording": (5, 1)}
    return {name: jnp.asarray(rng.standard_normal(shape)) for name, shape in shapes.items()}


def test_values_and_gradients_are_those_of_all_at_once(places):
    from hokushin.infer.likelihood import Latent

    weighed = jax.vmap(jax.value_and_grad(one_by_one(lopsided)))(places)  # pyright: ignore[reportArgumentType]
    plain = jax.vmap(jax.value_and_grad(lambda x: lopsided(Latent(**x))))(places)
    jax.tree.map(
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, rtol=1e-5), weighed, plain
    )


def test_a_value_alone_is_the_same_too(places):
    from hokushin.infer.likelihood import Latent

    ours = jax.vmap(one_by_one(lopsided))(places)  # pyright: ignore[reportArgumentType]
    theirs = jax.vmap(lambda x: lopsided(Latent(**x)))(places)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
