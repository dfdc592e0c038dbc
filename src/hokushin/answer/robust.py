"""Robust: the headline under other rules of decision, other noise, and other rights to block."""

from __future__ import annotations

from datetime import date

from hokushin.answer.document import Cell, Probability
from hokushin.answer.switches import DEFERENCES, RIGHTS, deference_name, right_name
from hokushin.answer.world import World
from hokushin.engine.run import Outcomes, Simulator
from hokushin.model.kernels import KERNELS
from hokushin.query.statistics import Proportion


def kernels(
    world: World,
    branch: date,
    horizon: date,
    seed: int,
    event: str,
    headline: Probability,
    n: int,
    usual: str = "assent",
) -> dict[str, Probability]:
    """Give the probability under every way of deciding, in the histories of the headline.

    A kernel is part of the compiled program, so each but the usual one compiles anew.
    """
    answers = {usual: Probability(headline.value, headline.mc_error)}
    for kernel in KERNELS:
        if kernel != usual:
            simulator = world.simulator(branch, horizon, seed, kernel=kernel)
            answers[kernel] = _share(world.outcomes(simulator, range(n)), event)
    return answers


def noise(
    world: World, simulator: Simulator, event: str, headline: Probability, n: int
) -> dict[str, Probability]:
    """Give the probability with judgement drawn afresh at every tabling, as believed, and for good.

    What persists of a faction's judgement matters more than any weight: see the model's notes.
    """
    fresh = world.outcomes(simulator, range(n), "noise_fresh")
    permanent = world.outcomes(simulator, range(n), "noise_permanent")
    return {
        "fresh": _share(fresh, event),
        "persistent": Probability(headline.value, headline.mc_error),
        "permanent": _share(permanent, event),
    }


def grid(world: World, simulator: Simulator, event: str, n: int) -> tuple[Cell, ...]:
    """Give the probability on the grid of rights to block and deference: the record has neither."""
    cells = []
    for right in RIGHTS:
        for deference in DEFERENCES:
            switches = (right_name(right), deference_name(deference))
            share = _share(world.outcomes(simulator, range(n), *switches), event)
            cells.append(Cell(right, deference, share.value, share.mc_error))
    return tuple(cells)


def _share(outcomes: Outcomes, event: str) -> Probability:
    happened = outcomes.happened(event)
    share = Proportion(int(happened.sum()), happened.size)
    return Probability(share.value, share.mc_error)
