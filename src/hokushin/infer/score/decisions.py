r"""Decisions: the chance that the model gave to each episode of a file on its eve.

An episode is one decision, however many rows speak of it. Given that its matter was tabled,
$$p = (1 - \epsilon)\, P(\text{what was done}) + \epsilon\, n / |O|,$$
where O are the options open on that day, n how many of them the row allows, and $\epsilon$ the
chance that the row is coded wrongly: .02, .10 or .25 by the coder's confidence. So no row costs
more than $-\log(\epsilon/|O|)$. What was done is

* of a choice or a non-event, the option taken or carrying on;
* of a refusal, anything but what was proposed;
* of a proposal by one faction, the option it asked for, by that faction's own softmax.

Baselines are scored on the same cases with the same noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from hokushin.infer.likelihood import LABEL_NOISE
from hokushin.infer.record_path import Episode
from hokushin.infer.score import baselines
from hokushin.infer.score.compare import Comparison, compare, mean_and_se
from hokushin.infer.score.rows import Coded, FileRow
from hokushin.infer.score.walk import Walk
from hokushin.model.build import Model
from hokushin.scenario.record import CARRY_ON, PERSONS, is_request, standing_row

FEWEST_REPRESENTABLE = 0.9
"""Share of the episodes to be scored below which a score fails."""


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
        }
        return {name: value for name, value in said.items() if value not in ("", None, {})}


@dataclass(frozen=True)
class DecisionScore:
    """Mean log score of the decisions of a file, beside that of simple rules."""

    n: int
    """Rows of the file from the first scored day on."""
    episodes: int
    """Decisions among them that are to be scored."""
    representable: int
    log_score: float | None
    se: float | None
    baselines: Mapping[str, Comparison]

    @property
    def coverage(self) -> float:
        """Share of the episodes that the model could be scored on; one where there are none."""
        return self.representable / self.episodes if self.episodes else 1.0

    def as_dict(self) -> dict[str, Any]:
        """Give the score as plain JSON values; what could not be computed is absent."""
        said: dict[str, Any] = {
            "n": self.n,
            "episodes": self.episodes,
            "representable": self.representable,
        }
        if self.log_score is not None:
            said |= {"log_score": self.log_score, "se": self.se}
        said["baselines"] = {name: one.as_dict() for name, one in self.baselines.items()}
        return said


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


def score_cases(
    model: Model, cases: Sequence[Case], walked: Walk, episodes: Sequence[Episode]
) -> tuple[tuple[ScoredRow, ...], tuple[ScoredRow, ...]]:
    """Score every case by the walk, and again by its unitary actor.

    Returns the rows of the model, with the scores of baselines, and those of the unitary actor.
    """
    ours, unitary = [], []
    for case in cases:
        own = case.coded.decision
        seen = walked.available[case.step, case.matter]
        is_open = (seen > 0.0) & (model.axes.option_exists[case.matter] > 0)
        chances = walked.probability[case.step, case.matter]
        if case.pair is not None:
            chances = walked.alone[case.pair][case.step]
        if case.allowed.sum() == 1:  # of a refusal no single option is known to have been open
            is_open = is_open | case.allowed
        is_open[0] = True
        log_score = partial(
            _log_score,
            allowed=case.allowed,
            is_open=is_open,
            noise=LABEL_NOISE[own.confidence or "medium"],
        )
        rules = _baselines(model, case, is_open, episodes)
        row = ScoredRow(
            id=own.id,
            day=own.day,
            matter=own.matter_key,
            option=own.option,
            kind=case.coded.kind,
            coded_by=case.coded.coded_by,
            available=float(seen[case.allowed].max()),
            probability=float(chances[case.allowed].sum()),
            log_score=log_score(chances),
            baselines={name: log_score(rule) for name, rule in rules.items()},
        )
        ours.append(row)
        alone = walked.agenda[case.step, case.matter]
        unitary.append(
            ScoredRow(
                id=row.id,
                day=row.day,
                probability=float(alone[case.allowed].sum()),
                log_score=log_score(alone),
            )
        )
    return tuple(ours), tuple(unitary)


def summarise(
    n: int, others: Sequence[ScoredRow], scored: Sequence[ScoredRow], seed: int = 1
) -> DecisionScore:
    """Put the rows together, and compare with every baseline that they carry."""
    failed = sum(row.status == "not representable" for row in others)
    if not scored:
        return DecisionScore(n, failed, 0, None, None, {})
    days = [row.day for row in scored]
    ours = np.array([row.log_score for row in scored], float)
    mean, se = mean_and_se(ours, days, seed)
    rules = {
        name: compare(ours, np.array([row.baselines[name] for row in scored]), days, seed)
        for name in scored[0].baselines
    }
    return DecisionScore(n, failed + len(scored), len(scored), mean, se, rules)


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


def _baselines(
    model: Model, case: Case, is_open: np.ndarray, episodes: Sequence[Episode]
) -> dict[str, Float[np.ndarray, " option"]]:
    powers = tuple(name.split(".")[0] for name in model.sets.matters)
    training = baselines.before(episodes, case.coded.decision.day, powers)
    return {
        "carry_on": baselines.carry_on(is_open),
        "base_rate": baselines.base_rate(training, case.matter, is_open),
        "most_frequent_of_power": baselines.most_frequent_of_power(training, case.matter, is_open),
        "uniform": baselines.uniform(is_open),
        "calendar_hazard": baselines.calendar_hazard(training, case.coded.decision.day, is_open),
    }


def _log_score(
    chances: np.ndarray, allowed: np.ndarray, is_open: np.ndarray, noise: float
) -> float:
    """Logarithm of the chance of what the row says, coded wrongly with some chance."""
    share = (allowed & is_open).sum() / is_open.sum()
    return float(np.log((1.0 - noise) * min(1.0, chances[allowed].sum()) + noise * share))
