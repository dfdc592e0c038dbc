"""Path: the documented one, and what the model makes of it when every choice of it is forced."""

from __future__ import annotations

import math
from datetime import date

from hokushin.answer.document import Documented
from hokushin.answer.world import World
from hokushin.engine.run import Outcomes
from hokushin.query.statistics import Proportion


def happened(forced: Outcomes, event: str) -> bool:
    """Say whether an event happened on the documented path: in most histories forced along it."""
    return bool(forced.happened(event).mean() > 0.5)


def path_answer(
    world: World, branch: date, horizon: date, forced: Outcomes, event: str, probability: float
) -> Documented:
    """Say how often forcing the record's choices gives the record's outcome, and how often not.

    A value under one means that chance outside the choices (a border clash, a campaign, a declared
    response) can part from the record although everybody decides as they did.
    """
    did = forced.happened(event)
    was = happened(forced, event)
    share = Proportion(int((did == was).sum()), did.size)
    return Documented(
        happened=was,
        value=share.value,
        mc_error=share.mc_error,
        log_probability=math.log(share.value) if share.hits else None,
        n_choices=sum(branch <= choice.day < horizon for choice in world.documented),
        free=probability if was else 1.0 - probability,
    )
