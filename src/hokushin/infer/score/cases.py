"""Cases: which rows of a file are scored, each on the axes of the model, and why others are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from jaxtyping import Bool

from hokushin.infer.score.rows import Coded, FileRow
from hokushin.model.build import Model
from hokushin.scenario.record import CARRY_ON, PERSONS, is_request, standing_row


@dataclass(frozen=True)
class Case:
    """One episode of a file, on the axes of the model."""

    coded: Coded
    step: int
    matter: int
    allowed: Bool[np.ndarray, " option"]
    """Options that would have made the row come true."""
    pair: int | None = None
    """Whose own choice it was, where one faction proposed."""


@dataclass(frozen=True)
class ScoredRow:
    """One row of a file, its score or why it has none."""

    id: str
    day: date
    matter: str = ""
    option: str = ""
    kind: str = ""
    coded_by: str = ""
    status: str = "scored"
    """scored, not representable, or not scored."""
    reason: str = ""
    knowledge: str = ""
    """What a posterior had learnt from: the row itself, days before and after it, or before."""
    available: float | None = None
    """Share of histories in which what was done could be done."""
    probability: float | None = None
    """Chance of what was done, label noise left out."""
    log_score: float | None = None
    baselines: Mapping[str, float] = field(default_factory=dict)
    recorded: float | None = None
    """Log score when it counts that decisions to change nothing often leave no row."""
    direction: Mapping[str, float] = field(default_factory=dict)
    """Log score of each rule given that something was changed, `ours` among them."""

    def as_dict(self) -> dict[str, Any]:
        """Give the row as plain JSON values; what it has not is absent."""
        said = {
            "id": self.id,
            "date": self.day.isoformat(),
            "matter": self.matter,
            "option": self.option,
            "kind": self.kind,
            "coded_by": self.coded_by,
            "status": self.status,
            "reason": self.reason,
            "knowledge": self.knowledge,
            "available": self.available,
            "probability": self.probability,
            "log_score": self.log_score,
            "baselines": dict(self.baselines),
            "recorded": self.recorded,
            "direction": dict(self.direction),
        }
        return {name: value for name, value in said.items() if value not in ("", None, {})}


def cases_of(
    model: Model, rows: Sequence[FileRow], since: date
) -> tuple[tuple[Case, ...], tuple[ScoredRow, ...]]:
    """Give the episodes to be scored from a day on, and every other row with its reason."""
    cases: list[Case] = []
    others: list[ScoredRow] = []
    episodes: dict[tuple[str, str], list[Coded]] = {}
    for row in rows:
        if row.day < since:
            continue
        if not row.coded:
            status = "not representable" if row.scored else "not scored"
            others.append(ScoredRow(row.id, row.day, status=status, reason=row.reason))
        for coded in row.coded:
            own = coded.decision
            episodes.setdefault((own.matter_key, own.episode), []).append(coded)
    for members in episodes.values():
        chosen = _representative(members)
        for coded in members:
            if coded is chosen:
                case, reason = _case(model, coded)
                if case is None:
                    others.append(_unscored(coded, "not representable", reason))
                else:
                    cases.append(case)
            else:
                others.append(_unscored(coded, "not scored", _why_not(coded, chosen)))
    cases.sort(key=lambda case: (case.coded.decision.day, case.coded.decision.id))
    return tuple(cases), tuple(others)


def _representative(members: Sequence[Coded]) -> Coded | None:
    """Give the row that stands for an episode: the scored one, else what was done; or none."""
    scored = [coded for coded in members if coded.decision.scored == "yes"]
    if not scored:
        return None
    if len(scored) == 1:
        return scored[0]
    by_id = {coded.decision.id: coded for coded in scored}
    standing = standing_row([coded.decision for coded in scored])
    return by_id[standing.id] if standing is not None else scored[0]


def _why_not(coded: Coded, chosen: Coded | None) -> str:
    own = coded.decision
    if own.matter == PERSONS:
        return "a change of persons is a fact of the world, not a choice"
    if chosen is not None:
        return f"{chosen.decision.id} stands for the episode {own.episode}"
    return f"the {'table' if coded.coded_by != 'file' else 'file'} says that it is not scored"


def _unscored(coded: Coded, status: str, reason: str) -> ScoredRow:
    own = coded.decision
    return ScoredRow(
        own.id, own.day, own.matter_key, own.option, coded.kind, coded.coded_by, status, reason
    )


def _case(model: Model, coded: Coded) -> tuple[Case | None, str]:
    """Put an episode on the axes of the model, or say why it cannot be."""
    own, sets = coded.decision, model.sets
    calendar = sets.calendar
    first, last = calendar.start_of(0), calendar.last_of(calendar.n_steps - 1)
    if not first <= own.day <= last:
        return None, f"{own.day} lies outside the scenario, {first} to {last}"
    matter = sets.matters.index(own.matter_key)
    options = sets.options[matter]
    allowed = np.zeros(model.axes.n_options, bool)
    allowed[0 if own.option == CARRY_ON else options.index(own.option)] = True
    if coded.kind == "refusal" and own.proposed and own.proposed in options:
        allowed = model.axes.option_exists[matter] > 0
        allowed[options.index(own.proposed)] = False
    pair = None
    if is_request(own):
        pair = _pair(model, own.matter_key, own.power, (own.by, own.proposed_by or ""))
        if pair is None:
            return None, (
                "one faction proposed it, and neither by nor proposed_by names one that weighs "
                f"{own.matter_key}"
            )
    return Case(coded, calendar.index(own.day), matter, allowed, pair), ""


def _pair(model: Model, matter: str, power: str, written: Sequence[str]) -> int | None:
    """Position of the first named faction that weighs a matter."""
    names = [f"{power}.{part.strip()}" for text in written for part in text.split(";") if part]
    for name in names:
        for pair, (faction, own) in enumerate(model.sets.pairs):
            if (faction, own) == (name, matter):
                return pair
    return None
