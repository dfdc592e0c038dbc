"""Disputes: where sources disagree and what a rival reading moves; counterfactuals they claim."""

from __future__ import annotations

from collections.abc import Sequence

from hokushin.answer.document import CounterfactualClaim, Disagreement, Evaluated, Moves
from hokushin.answer.headline import Headline
from hokushin.answer.world import World
from hokushin.engine.run import Outcomes, Simulator
from hokushin.query.statistics import JointTable, joint_table
from hokushin.scenario.schema import Claim

SMALLEST_MOVE = 0.01
"""A reading moves an answer if it moves it by more than this, and clearly."""


def disagreements(
    world: World, simulator: Simulator, event: str, headline: Headline, n: int
) -> tuple[Disagreement, ...]:
    """Give every contradiction with the reading used and, where it can, what the other moves.

    The other reading runs the same histories as the headline, so that the difference has the
    counting error of the histories that change.
    """
    answers = []
    before = headline.happened[:n]
    for name, entry in world.scenario.contradictions.items():
        moves = None
        if name in world.readings:
            switch = world.readings[name].name
            after = world.outcomes(simulator, range(n), switch).happened(event)
            moves = _moves(joint_table(before, after), headline)
        answers.append(
            Disagreement(name, entry.fact, tuple(entry.readings), entry.used, entry.reason, moves)
        )
    return tuple(answers)


def counterfactual_claims(
    world: World,
    simulator: Simulator,
    base: Outcomes,
    claims: Sequence[Claim],
    n: int,
) -> tuple[CounterfactualClaim, ...]:
    """Evaluate the sources' own counterfactuals: the event they speak of, cause present and absent.

    Claims about an event that the scenario does not watch, or without a switch, are left out.
    """
    asked = [
        (claim, claim.cause)
        for claim in claims
        if claim.kind == "counterfactual"
        and claim.cause is not None
        and claim.cause in world.causes
        and claim.target in base.events
    ]
    without = {
        cause: world.outcomes(simulator, range(n), cause)
        for cause in dict.fromkeys(cause for _, cause in asked)
    }
    return tuple(
        CounterfactualClaim(
            claim=claim.id,
            source=claim.source,
            statement=claim.paraphrase,
            cause=cause,
            model=evaluated(
                claim.target,
                joint_table(base.happened(claim.target)[:n], without[cause].happened(claim.target)),
            ),
        )
        for claim, cause in asked
    )


def evaluated(event: str, table: JointTable) -> Evaluated:
    """Put a paired comparison of the world with and without a cause into the answer's words."""
    return Evaluated(
        event=event,
        with_cause=table.before.value,
        without_cause=table.after.value,
        difference=table.difference.value,
        mc_error=table.difference.mc_error,
    )


def _moves(table: JointTable, headline: Headline) -> Moves:
    difference = table.difference
    counts = abs(difference.value) > SMALLEST_MOVE and difference.is_clear
    moved = min(1.0, max(0.0, headline.probability.value + difference.value))
    return Moves(moved, difference.value, difference.mc_error, counts)
