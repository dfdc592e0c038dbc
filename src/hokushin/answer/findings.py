"""Findings: headings written from the numbers, each under a guard that says when it may stand."""

from __future__ import annotations

from collections.abc import Sequence

from hokushin.answer.document import (
    AssumedNumber,
    CauseAnswer,
    Disagreement,
    Finding,
    LearntNumber,
    Outcome,
    Probability,
    Recalled,
    SetAnswer,
)
from hokushin.answer.words import counted, day_in_words, number_word, unit_of

SMALLEST_TOTAL = 0.1
"""Total effect of all causes, in probability, below which no bars are drawn."""


def findings(
    outcome: Outcome,
    probability: Probability,
    total: float,
    causes: Sequence[CauseAnswer],
    enough: Sequence[SetAnswer],
    contradictions: Sequence[Disagreement],
    recalled: Recalled,
    learnt: Sequence[LearntNumber],
) -> tuple[Finding, ...]:
    """Write the headings of an answer; a finding whose guard fails is kept and says so."""
    return (
        _answer(outcome, probability),
        _causes(outcome, total, causes),
        _enough(enough),
        _disputes(contradictions),
        Finding(
            "Of {n} numbers the record has taught us about {learnt}",
            {"n": recalled.of, "learnt": len(learnt)},
            "contraction of at least 0.2; none before a fit",
            True,
        ),
    )


def _answer(outcome: Outcome, probability: Probability) -> Finding:
    unit = unit_of(probability.value)
    return Finding(
        "In {n} of {unit} histories {event} before {horizon}",
        {
            "n": round(unit * probability.value),
            "unit": f"{unit:,}",
            "event": outcome.title,
            "horizon": day_in_words(outcome.horizon),
        },
        "counting error below one half in the unit shown",
        unit * probability.mc_error < 0.5,
    )


def _causes(outcome: Outcome, total: float, causes: Sequence[CauseAnswer]) -> Finding:
    surely = [c for c in causes if c.standing == "above"]
    first = [c for c in surely if c.rank == 0]
    verb = "brought it about" if outcome.happened else "held it back"
    if len(first) > 1:
        template = "{k} {verb}; the {j} largest cannot be put in order"
    elif surely:
        template = "{k} {verb}; {leader} leads"
    else:
        template = "No cause can be told from nothing"
    return Finding(
        template,
        {
            "k": counted(len(surely), "cause"),
            "j": number_word(len(first)),
            "verb": verb,
            "leader": first[0].title if first else "",
        },
        "90% interval above 0, and a total effect of at least 0.10",
        bool(surely) and abs(total) >= SMALLEST_TOTAL,
    )


def _enough(enough: Sequence[SetAnswer]) -> Finding:
    sufficient = [s for s in enough if s.sufficient and s.changes]
    guard = "lower 95% bound of at least one half on fresh histories"
    if not sufficient:
        return Finding("No set that was tried is enough", {}, guard, False)
    least = min(len(s.changes) for s in sufficient)
    if least == 1:
        return Finding("A single change can be enough", {}, guard, True)
    return Finding(
        "{n} changes together can be enough; no single one is",
        {"n": number_word(least).capitalize()},
        guard,
        True,
    )


def _disputes(contradictions: Sequence[Disagreement]) -> Finding:
    moving = sum(1 for d in contradictions if d.moves is not None and d.moves.counts)
    return Finding(
        "Sources disagree on {n}; {m} the answer",
        {
            "n": counted(len(contradictions), "fact"),
            "m": f"{number_word(moving)} {'moves' if moving == 1 else 'move'}",
        },
        "moved by more than 1 in 100 and two counting errors",
        True,
    )


def assumed_share(
    assumed: Sequence[AssumedNumber], recalled: Recalled, learnt: Sequence[LearntNumber]
) -> str:
    """Say how many of the numbers the record taught, and how many rest on judgement and memory."""
    if not learnt:
        taught = f"none of {recalled.of} numbers is informed by the record yet"
    else:
        taught = (
            f"the record took a fifth of the variance or more from {len(learnt)} of {recalled.of} "
            "numbers"
        )
    said = (
        f"{taught}; judgement alone is behind {len(assumed)}, memory of the literature behind "
        f"{recalled.n}"
    )
    if (moving := recalled.moving) is None or not moving.of:
        return said
    which = "number that moves" if moving.of == 1 else "numbers that move"
    return (
        f"{said}. {moving.n} of {moving.of} {which} the answer by more than a point "
        f"{'is' if moving.n == 1 else 'are'} recalled, not read"
    )
