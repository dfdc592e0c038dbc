"""Councils: one matter, decided from the gains of its factions in one history."""

import jax.numpy as jnp
import numpy as np

from hokushin.model.choice import propose_and_assent


def council(gain, influence=None, block=0.0, deference=0.0, sharpness=1.0, available=None, **more):
    """Decide one matter from gains of shape (faction, option), one history."""
    gain = jnp.asarray(gain, jnp.float32)[:, :, None]
    n_factions, n_options, _ = gain.shape

    def per_faction(x):
        return jnp.broadcast_to(jnp.asarray(x, jnp.float32), (n_factions,))[:, None]

    shown = np.ones(n_options) if available is None else np.array(available)
    return propose_and_assent(
        gain,
        per_faction(1.0 if influence is None else influence),
        per_faction(block),
        per_faction(deference),
        jnp.asarray(shown, jnp.float32)[None, :, None],
        sharpness,
        np.ones((1, n_factions), np.float32),
        **more,
    )


def chances(decision):
    """What the council would decide, option by option."""
    return np.array(decision.probability[0, :, 0])
