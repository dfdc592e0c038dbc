"""Score: a file of facts held back, predicted on the scenario's own record and scored.

The order is part of the result. The scenario is loaded, its table of directions is frozen and
hashed, and only then is the file opened. Baselines learn from the scenario's record alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from hokushin.engine.documented import documented_path
from hokushin.engine.fitted import Fitted
from hokushin.infer.likelihood import RECORDING_PRIOR
from hokushin.infer.posterior import Posterior
from hokushin.infer.record_path import find_episodes
from hokushin.infer.score.cases import Case, ScoredRow, cases_of
from hokushin.infer.score.coding import Coding, freeze
from hokushin.infer.score.decisions import (
    FEWEST_REPRESENTABLE,
    DecisionScore,
    score_cases,
    summarise,
)
from hokushin.infer.score.follow import follow, on_day, unknown_to
from hokushin.infer.score.measured import (
    FORMS,
    Form,
    MeasuredRow,
    form_of,
    known_of,
    read_measured,
)
from hokushin.infer.score.rows import REQUIRED, decisions_of, header_of, read_decisions
from hokushin.infer.score.series import SeriesRow, SeriesScore, score_row, summarise_series
from hokushin.infer.score.text import told
from hokushin.infer.score.timing import TimingScore, cells_of, score_timing
from hokushin.infer.score.walk import N_HISTORIES, Walk, walk
from hokushin.model.build import Model, build
from hokushin.scenario.load import Loaded
from hokushin.scenario.problems import Problems
from hokushin.scenario.record import Record

SCHEMA = "hokushin/score/1"
Frozen = Callable[[str], None]
"""Told the hash of the table of directions, before a file is opened."""


@dataclass(frozen=True)
class Score:
    """What a file of facts says of a scenario."""

    scenario: str
    file: str
    basis: str
    """prior or posterior."""
    learnt_until: str
    """First day that the posterior did not learn from; empty for the prior."""
    table_digest: str
    histories: int
    seed: int
    rows: tuple[ScoredRow, ...] | tuple[SeriesRow, ...]
    decisions: DecisionScore | None = None
    timing: TimingScore | None = None
    series: SeriesScore | None = None

    @property
    def passes(self) -> bool:
        """Whether enough of the decisions could be represented at all."""
        return self.decisions is None or self.decisions.coverage >= FEWEST_REPRESENTABLE

    def as_dict(self) -> dict[str, Any]:
        """Give the score as a JSON document; what could not be computed is absent."""
        said: dict[str, Any] = {
            "schema": SCHEMA,
            "scenario": self.scenario,
            "file": self.file,
            "basis": self.basis,
            "learnt_until": self.learnt_until,
            "table": {"sha256": self.table_digest},
            "histories": self.histories,
            "seed": self.seed,
        }
        for name in ("decisions", "timing", "series"):
            part = getattr(self, name)
            said[name] = None if part is None else part.as_dict()
        said["rows"] = [row.as_dict() for row in self.rows]
        return {name: value for name, value in said.items() if value not in ("", None)}

    def __str__(self) -> str:
        """Write the score for a terminal."""
        return told(self)


def score_file(
    loaded: Loaded,
    path: Path,
    since: date | None = None,
    posterior: Posterior | None = None,
    n_histories: int = N_HISTORIES,
    seed: int = 1,
    frozen: Frozen | None = None,
) -> Score:
    """Score a file of facts on a scenario.

    Every episode is predicted on the eve of its step, after the documented choices up to then of
    the scenario's record and of the file. What stands in both is forced once.

    Args:
        loaded: A scenario with its record.
        path: The file.
        since: First day that is scored; earlier rows are still part of the documented past.
        posterior: Draws that the record has taught; the priors are scored if absent.
        n_histories: Histories that chances are averaged over.
        seed: Of dice, draws and bootstrap.
        frozen: Told the hash of the table of directions before the file is opened.

    Raises:
        ScenarioError: If cells of the file cannot be read, with every one of them.
        ValueError: If it is a file of another kind, or no day of the scenario is asked for.
    """
    coding = freeze(loaded.record, loaded.scenario.powers)
    if frozen is not None:
        frozen(coding.digest)
    model = build(loaded.scenario)
    first = _first_day(model, since)
    content = path.read_bytes()
    work = _Work(loaded, model, coding, path, first, posterior, n_histories, seed)
    header = header_of(content)
    if set(REQUIRED) <= set(header) and {"direction", "option"} & set(header):
        return work.decisions(content)
    form = form_of(header)
    if form is None:
        raise ValueError(
            f"{path} has the columns {', '.join(header)}; a file of decisions has "
            f"{', '.join(REQUIRED)} and direction, or matter and option; "
            + "; ".join(f"one of {one.name} has {', '.join(one.required)}" for one in FORMS)
        )
    return work.series(content, form)


@dataclass(frozen=True, eq=False)
class _Work:
    """What a score is made of."""

    loaded: Loaded
    model: Model
    coding: Coding
    path: Path
    since: date
    posterior: Posterior | None
    n_histories: int
    seed: int

    def decisions(self, content: bytes) -> Score:
        """Read, walk and score a file of decisions."""
        problems = Problems()
        rows = read_decisions(content, self.path.name, self.coding, self.loaded.scenario, problems)
        problems.raise_if_any()
        cases, others = cases_of(self.model, rows, self.since)
        record = self.loaded.record
        known = {row.id for row in record.decisions}
        known_episodes = {(row.matter_key, row.episode) for row in record.decisions}
        new = tuple(
            row
            for row in decisions_of(rows)
            if row.id not in known and (row.matter_key, row.episode) not in known_episodes
        )
        whole = Record(decisions=(*record.decisions, *new))
        scored: tuple[ScoredRow, ...] = ()
        timing = None
        if cases:
            pairs = tuple(sorted({case.pair for case in cases if case.pair is not None}))
            n_steps = max(case.step for case in cases) + 1
            fitted = self._fitted()
            walked = self._walk(whole, n_steps, pairs, fitted)
            prior = self._walk(whole, n_steps, pairs, None) if fitted is not None else None
            scored = self._scored(cases, walked, prior, known)
            timing = self._timing(rows, cases, walked, prior)
        shown = sorted((*scored, *others), key=lambda row: (row.day, row.id))
        n = sum(row.day >= self.since for row in rows)
        return replace(
            self._empty(),
            decisions=summarise(n, others, scored, self.seed),
            timing=timing,
            rows=tuple(shown),
        )

    def series(self, content: bytes, form: Form) -> Score:
        """Read, walk and score a file of numbers."""
        problems = Problems()
        record, scenario = self.loaded.record, self.loaded.scenario
        read = read_measured(content, self.path.name, form, self.coding, record, scenario, problems)
        problems.raise_if_any()
        rows = [row for row in read if row.day is None or row.day >= self.since]
        judged = [(row, self._why_not(row)) for row in rows]
        others = [
            SeriesRow(row.id, row.day, row.variable, status="not representable", reason=why)
            for row, why in judged
            if why
        ]
        usable = [row for row, why in judged if not why]
        scored: list[SeriesRow] = []
        if usable:
            calendar = self.model.sets.calendar
            days = [row.day for row in usable if row.day is not None]
            # One step more than holds the last day, so that days within it can be interpolated.
            n_steps = min(calendar.index(max(days)) + 2, calendar.n_steps)
            found = follow(
                self.model,
                documented_path(self.model, record),
                n_steps,
                sorted({row.variable for row in usable}),
                self._fitted(),
                self.n_histories,
                self.seed,
            )
            known = known_of(record, scenario)
            scored = [
                score_row(row, on_day(calendar, found[row.variable], row.day), known, self.seed)
                for row in usable
                if row.day is not None
            ]
        shown = sorted((*scored, *others), key=lambda row: (row.day or date.max, row.id))
        return replace(
            self._empty(), series=summarise_series(others, scored, self.seed), rows=tuple(shown)
        )

    def _why_not(self, row: MeasuredRow) -> str:
        """Say why a number cannot be predicted, or nothing where it can."""
        calendar = self.model.sets.calendar
        first, last = calendar.start_of(0), calendar.last_of(calendar.n_steps - 1)
        if row.reason:
            return row.reason
        if row.day is None or not first <= row.day <= last:
            return f"{row.day} lies outside the scenario, {first} to {last}"
        if row.value == 0.0:
            return "it is nought, and an error has to be relative to something"
        return unknown_to(self.model, row.variable)

    def _empty(self) -> Score:
        """Say what every score says, whatever the file."""
        return Score(
            scenario=self.loaded.scenario.scenario.id,
            file=self.path.name,
            basis="prior" if self.posterior is None else "posterior",
            learnt_until="" if self.posterior is None else self.posterior.made["end"],
            table_digest=self.coding.digest,
            histories=self.n_histories,
            seed=self.seed,
            rows=(),
        )

    def _fitted(self) -> Fitted | None:
        return None if self.posterior is None else self.posterior.fitted()

    def _walk(
        self, record: Record, n_steps: int, pairs: tuple[int, ...], fitted: Fitted | None
    ) -> Walk:
        documented = documented_path(self.model, record)
        return walk(self.model, documented, n_steps, pairs, fitted, self.n_histories, self.seed)

    def _scored(
        self, cases: tuple[Case, ...], walked: Walk, prior: Walk | None, known: set[str]
    ) -> tuple[ScoredRow, ...]:
        """Rows with the scores of every rule."""
        calendar = self.model.sets.calendar
        end = calendar.last_of(calendar.n_steps - 1)
        episodes, _ = find_episodes(self.model, self.loaded.record, end)
        rows = score_cases(self.model, cases, walked, episodes, prior, self._written())
        return tuple(replace(row, knowledge=self._knowledge(row, known)) for row in rows)

    def _written(self) -> dict[int, np.ndarray]:
        """By year, chance that a decision to change nothing leaves a row, as a posterior has it."""
        if self.posterior is None:
            return {}
        mean, spread = RECORDING_PRIOR
        chance = 1.0 / (1.0 + np.exp(-(mean + spread * self.posterior.recording.astype(float))))
        return dict(zip(self.posterior.years, chance, strict=True))

    def _knowledge(self, row: ScoredRow, known: set[str]) -> str:
        """Say whether a posterior had learnt from a row."""
        if self.posterior is None:
            return ""
        if row.day >= date.fromisoformat(self.posterior.made["end"]):
            return "forecast"
        return "learnt from" if row.id in known else "between learnt days"

    def _timing(
        self, rows: tuple, cases: tuple[Case, ...], walked: Walk, prior: Walk | None
    ) -> TimingScore | None:
        own = documented_path(self.model, Record(decisions=decisions_of(rows)))
        recorded = documented_path(self.model, self.loaded.record)
        powers = frozenset(case.coded.decision.power for case in cases)
        first = max(self.since, min(case.coded.decision.day for case in cases))
        last = max(case.coded.decision.day for case in cases)
        cells = cells_of(self.model, own, recorded, powers, first, last)
        return score_timing(self.model, cells, walked, recorded, prior, self.seed)


def _first_day(model: Model, since: date | None) -> date:
    """First day that is scored, inside the calendar."""
    calendar = model.sets.calendar
    first, last = calendar.start_of(0), calendar.last_of(calendar.n_steps - 1)
    if since is not None and since > last:
        raise ValueError(
            f"--from asks for {since}, but the scenario ends on {last}; give an earlier day"
        )
    return first if since is None else since
