"""Claims: every sentence of the sources that is about causes, and what the model makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hokushin.answer.disputes import evaluated
from hokushin.answer.document import Evaluated
from hokushin.answer.plain import plain
from hokushin.answer.version import code_version
from hokushin.answer.world import World, first_day, prepare
from hokushin.engine.run import Outcomes
from hokushin.query.statistics import CLEAR_ERRORS, joint_table
from hokushin.scenario.schema import Claim, Question

if TYPE_CHECKING:
    from hokushin.scenario.load import Loaded

SCHEMA = "hokushin/claims/1"

SMALLEST_PLACED = 1e-4
"""A carrier whose removal moves no event's probability by as much is not placed in the model."""

SECOND_LOOK = 16_384
"""Histories that must agree before a carrier is called not placed."""

AS_CLAIMED = "as claimed"
AGAINST = "against the claim"
CANNOT_TELL = "cannot tell"
NOT_PLACED = "not placed"
NO_SWITCH = "no switch"
EVALUATED = "evaluated"
STORED = "fact"


@dataclass(frozen=True)
class ClaimAnswer:
    """One claim: what carries it, what removing its carrier does, and what the record says."""

    claim: str
    source: str
    paragraph: int
    kind: str
    paraphrase: str
    carrier: str
    target: str
    sign: int
    """Claimed sign of the carrier's presence on the target."""
    strength: str
    record: str
    """Whether the record supports, qualifies or contradicts it."""
    record_says: str
    works: tuple[str, ...]
    verdict: str
    """What the model says, in the words of this module."""
    cause: str | None = None
    question: str | None = None
    """Question whose histories measured it."""
    effect: Evaluated | None = None
    note: str | None = None


@dataclass(frozen=True)
class Claims:
    """All claims of a scenario, in the order of its file."""

    schema: str
    scenario: str
    digest: str
    code_version: str
    basis: str
    seed: int
    histories: int
    works: dict[str, str]
    claims: tuple[ClaimAnswer, ...]

    def counts(self) -> dict[str, int]:
        """Count the verdicts, most frequent first."""
        return dict(Counter(claim.verdict for claim in self.claims).most_common())

    def as_dict(self) -> dict[str, Any]:
        """Give the document as plain JSON values."""
        return plain(self)

    def __str__(self) -> str:
        from hokushin.answer.claims_text import render

        return render(self)


def claims(
    scenario: str | Path | Loaded,
    histories: int = 4096,
    seed: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
    basis: str | None = None,
) -> Claims:
    """Put every claim of the sources to the model: flip what carries it, with the rest held.

    A claim about an event is measured in the histories of the question that asks for that event,
    with and without its cause on the same dice. The effect is that of the cause's presence, so
    that its sign can be laid beside the one claimed.
    """
    world = prepare(scenario, basis=basis)
    listed = world.loaded.claims
    by_question: dict[str, list[Claim]] = {}
    for claim in listed:
        if claim.cause in world.causes and claim.kind != "fact":
            by_question.setdefault(question_for(world, claim.target), []).append(claim)
    measured: dict[str, tuple[str, Evaluated, bool]] = {}
    for number, (name, asked) in enumerate(by_question.items()):
        if progress is not None:
            progress(f"claims measured by {name}", number, len(by_question))
        window = _Window(world, world.scenario.questions[name], seed, histories)
        for claim in asked:
            measured[claim.id] = (name, *window.effect(claim))
    return Claims(
        schema=SCHEMA,
        scenario=world.scenario.scenario.id,
        digest=world.loaded.digest,
        code_version=code_version(),
        basis=world.basis.name,
        seed=seed,
        histories=histories,
        works=_works(world, listed),
        claims=tuple(_answer(claim, measured.get(claim.id)) for claim in listed),
    )


def question_for(world: World, event: str) -> str:
    """Give the question that asks for an event, the default one first; else the default one."""
    name, default = world.question()
    if default.event == event:
        return name
    return next((k for k, q in world.scenario.questions.items() if q.event == event), name)


def verdict(claim: Claim, effect: Evaluated | None, placed: bool) -> str:
    """Say what the model makes of a claim: the sign of its carrier's presence beside the claimed.

    `effect` is what removing its cause does, None without a switch; `placed` whether removing it
    moves any event at all. An effect within two counting errors of nothing cannot be told.
    """
    if claim.kind == "fact":
        return STORED
    if effect is None:
        return NO_SWITCH
    if not placed:
        return NOT_PLACED
    if claim.sign == 0:
        return EVALUATED
    presence = -effect.difference
    if abs(presence) <= CLEAR_ERRORS * effect.mc_error or presence == 0:
        return CANNOT_TELL
    return AS_CLAIMED if presence * claim.sign > 0 else AGAINST


@dataclass
class _Window:
    """Histories between the branch and the horizon of one question."""

    world: World
    question: Question
    seed: int
    n: int

    def __post_init__(self) -> None:
        self.simulator = self.world.simulator(self.branch, self.horizon, self.seed)
        self._runs: dict[tuple[str, int], Outcomes] = {}

    @property
    def branch(self) -> date:
        return first_day(self.question.branch)

    @property
    def horizon(self) -> date:
        return first_day(self.question.horizon)

    def effect(self, claim: Claim) -> tuple[Evaluated, bool]:
        """Effect of the claim's cause on its target, and whether it moves any event at all."""
        n, cause = self.n, claim.cause or ""
        if not self._moves(cause, n) and n < SECOND_LOOK:
            n = SECOND_LOOK
        with_cause, without = self._run("", n), self._run(cause, n)
        event = claim.target if claim.target in with_cause.events else self.question.event
        table = joint_table(with_cause.happened(event), without.happened(event))
        return evaluated(event, table), self._moves(cause, n)

    def _moves(self, cause: str, n: int) -> bool:
        with_cause, without = self._run("", n), self._run(cause, n)
        changes = [
            float(without.happened(event).mean() - with_cause.happened(event).mean())
            for event in with_cause.events
        ]
        return bool(np.max(np.abs(changes)) >= SMALLEST_PLACED)

    def _run(self, cause: str, n: int) -> Outcomes:
        if (cause, n) not in self._runs:
            without = (cause,) if cause else ()
            self._runs[cause, n] = self.world.outcomes(self.simulator, range(n), *without)
        return self._runs[cause, n]


def _answer(claim: Claim, measured: tuple[str, Evaluated, bool] | None) -> ClaimAnswer:
    question, effect, placed = measured or (None, None, False)
    return ClaimAnswer(
        claim=claim.id,
        source=claim.source,
        paragraph=claim.paragraph,
        kind=claim.kind,
        paraphrase=claim.paraphrase,
        carrier=claim.carrier,
        target=claim.target,
        sign=claim.sign,
        strength=claim.strength,
        record=claim.verdict,
        record_says=claim.record_says,
        works=tuple(work for work in claim.works.split(";") if work),
        verdict=verdict(claim, effect, placed),
        cause=claim.cause or None,
        question=question,
        effect=effect,
        note=claim.note,
    )


def _works(world: World, listed: Iterable[Claim]) -> dict[str, str]:
    bibliography = world.loaded.bibliography
    keys = dict.fromkeys(claim.source for claim in listed)
    return {key: bibliography.cite(key) if bibliography.has(key) else key for key in keys}
