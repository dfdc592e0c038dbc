"""What can be seen at the start of a step: derived from the state once, read by all after."""

from __future__ import annotations

import equinox as eqx
from jaxtyping import Array, Float


class View(eqx.Module):
    """Quantities that several mechanisms and considerations need, computed once a step."""

    season: Float[Array, "front history"]
    """Campaign index now, 0 to 1."""
    season_left: Float[Array, "front history"]
    """Months until the index falls below the front's floor (0 if it is below now)."""
    fulfilment: Float[Array, "account history"]
    """Share of demand that can be met."""
    demand: Float[Array, "account history"]
    """[resource/month]"""
    income: Float[Array, "account history"]
    """Production, yields and imports [resource/month]."""
    runway: Float[Array, "account history"]
    """Stock over deficit [months]; NEVER where there is none."""
    urgency: Float[Array, "account history"]
    """0 to 1: how pressing the want of the resource is, the fear of a cut-off included."""
    readiness: Float[Array, "power branch history"]
    """Share of a branch that its supplies let move."""
    at_front: Float[Array, "front side history"]
    """Divisions that stand and can be fed at the front, readiness included."""
    log_ratio: Float[Array, "front history"]
    """Log of a's over b's men that stand, can be fed and can move, true."""
    log_armour: Float[Array, "front history"]
    """Log of a's over b's armoured vehicles (plus ten each)."""
    air: Float[Array, "front history"]
    """Air superiority of a, -1 to 1."""
    estimate: Float[Array, "observation branch history"]
    """Forces of a pool as its observer sees them."""
