"""Path: the documented one, and what the model makes of it when every choice of it is forced."""

from __future__ import annotations

import math
from datetime import date

from hokushin.answer.document import Documented, Given
from hokushin.answer.world import World
from hokushin.engine.run import Outcomes, Simulator
from hokushin.query.bounds import FEWEST_HISTORIES
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


def given_record(
    world: World, simulator: Simulator, outcomes: Outcomes, forced: Outcomes, event: str, n: int
) -> Given:
    """Keep the histories that came out as the record did, and remove each cause from those.

    *This world* beside *a world like this*: dice and numbers are those of histories in which the
    event, and then every other event of the scenario in turn, happened by the horizon or did not as
    on the documented path. An event on which too few agree is passed over, and those that count
    are named. It is abduction by rejection on outcomes, coarser than on every choice. Fewer than
    `FEWEST_HISTORIES` kept histories are too few to say anything.
    """
    agrees = outcomes.happened(event)[:n] == happened(forced, event)
    agreed = [event]
    for name in outcomes.events:
        both = agrees & (outcomes.happened(name)[:n] == happened(forced, name))
        if name != event and both.sum() >= FEWEST_HISTORIES:
            agrees, agreed = both, [*agreed, name]
    kept = agrees.nonzero()[0]
    without: dict[str, float] = {}
    if kept.size >= FEWEST_HISTORIES:
        for cause in world.causes:
            run = world.outcomes(simulator, kept, cause)
            without[cause] = float(run.happened(event).mean())
    return Given(tuple(agreed), int(kept.size), without)
