r"""Decisions: the chance that the model gave to each episode of a file on its eve.

An episode is one decision, however many rows speak of it. Given that its matter was tabled,
$$p = (1 - \epsilon)\, P(\text{what was done}) + \epsilon\, n / |O|,$$
where O are the options open on that day, n how many of them the row allows, and $\epsilon$ the
chance that the row is coded wrongly: .02, .10 or .25 by the coder's confidence. So no row costs
more than $-\log(\epsilon/|O|)$. What was done is

* of a choice or a non-event, the option taken or carrying on;
* of a refusal, anything but what was proposed;
* of a proposal by one faction, the option it asked for, by that faction's own softmax.

Two more views tell apart what that mean mixes. *Direction* asks which change it was, given that
there was one. *Recorded* counts that a tabling which changes nothing leaves a row with chance
$\pi$ only, as the likelihood has it: $P(0)$ becomes $\pi P(0) / (1 - P(0) + \pi P(0))$.
Baselines are scored on the same cases with the same noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Float

from hokushin.infer.likelihood import LABEL_NOISE, RECORDING_PRIOR
from hokushin.infer.record_path import Episode
from hokushin.infer.score import baselines
from hokushin.infer.score.cases import Case, ScoredRow
from hokushin.infer.score.compare import Comparison, compare, mean_and_se
from hokushin.infer.score.walk import Walk
from hokushin.model.build import Model

FEWEST_REPRESENTABLE = 0.9
"""Share of the episodes to be scored below which a score fails."""
_SAME_AS_UNIFORM = ("carry_on", "calendar_hazard")
"""Rules that say nothing of which change it was."""
_N_WRITTEN = 256
"""Quantiles of the chance that a row was written, over which recorded scores are averaged."""

Chances = Float[np.ndarray, " option"]
Written = Float[np.ndarray, " draw"]


@dataclass(frozen=True)
class View:
    """Mean log score of some of the decisions, beside that of simple rules."""

    n: int
    log_score: float
    se: float
    baselines: Mapping[str, Comparison]

    def as_dict(self) -> dict[str, Any]:
        """Give the view as plain JSON values."""
        rules = {name: one.as_dict() for name, one in self.baselines.items()}
        return {"n": self.n, "log_score": self.log_score, "se": self.se, "baselines": rules}


@dataclass(frozen=True)
class DecisionScore:
    """How a scenario did on the decisions of a file."""

    n: int
    """Rows of the file from the first scored day on."""
    episodes: int
    """Decisions among them that are to be scored."""
    representable: int
    tabled: View | None = None
    """All of them, given that their matters were tabled."""
    recorded: View | None = None
    """All of them, given that they left a row."""
    direction: View | None = None
    """Which change was made, where there were several to make."""

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
            "baselines": {},
        }
        if self.tabled is not None:
            said |= {name: x for name, x in self.tabled.as_dict().items() if name != "n"}
        for name, view in (("recorded", self.recorded), ("direction", self.direction)):
            if view is not None:
                said[name] = view.as_dict()
        return said


def score_cases(
    model: Model,
    cases: Sequence[Case],
    walked: Walk,
    episodes: Sequence[Episode],
    prior: Walk | None = None,
    written: Mapping[int, Written] | None = None,
) -> tuple[ScoredRow, ...]:
    """Score every case by a walk, by its unitary actor and by every baseline.

    Args:
        model: A model.
        cases: What `cases_of` gives.
        walked: The walk whose chances are scored.
        episodes: The record's own, from which baselines learn up to each day.
        prior: A walk of the priors, to be compared with.
        written: By calendar year, draws of the chance that a decision to change nothing leaves a
            row; those of its prior for years that are absent.
    """
    known, unknown = written or {}, recording_prior()
    scored = []
    for case in cases:
        year = model.sets.calendar.start_of(case.step).year
        chance = known.get(year, unknown)
        scored.append(_scored(model, case, walked, episodes, prior, chance))
    return tuple(scored)


def recording_prior() -> Written:
    """Give even quantiles of the prior of the chance that carrying on leaves a row."""
    from scipy.special import expit, ndtri

    mean, spread = RECORDING_PRIOR
    return expit(mean + spread * ndtri((np.arange(_N_WRITTEN) + 0.5) / _N_WRITTEN))


def summarise(
    n: int, others: Sequence[ScoredRow], scored: Sequence[ScoredRow], seed: int = 1
) -> DecisionScore:
    """Put the rows together, and compare with every baseline that they carry."""
    failed = sum(row.status == "not representable" for row in others)
    turned = [row for row in scored if row.direction]
    return DecisionScore(
        n=n,
        episodes=failed + len(scored),
        representable=len(scored),
        tabled=_view(scored, [{"ours": row.log_score, **row.baselines} for row in scored], seed),
        recorded=_view(scored, [{"ours": row.recorded, **row.baselines} for row in scored], seed),
        direction=_view(turned, [row.direction for row in turned], seed),
    )


def _view(
    rows: Sequence[ScoredRow], scores: Sequence[Mapping[str, float | None]], seed: int
) -> View | None:
    """Mean score of `ours`, and the comparison with every other rule."""
    if not rows:
        return None
    days = [row.day for row in rows]
    columns = {name: np.array([one[name] for one in scores], float) for name in scores[0]}
    ours = columns.pop("ours")
    mean, se = mean_and_se(ours, days, seed)
    rules = {name: compare(ours, theirs, days, seed) for name, theirs in columns.items()}
    return View(len(rows), mean, se, rules)


def _scored(
    model: Model,
    case: Case,
    walked: Walk,
    episodes: Sequence[Episode],
    prior: Walk | None,
    written: Written,
) -> ScoredRow:
    """One case in every view."""
    own = case.coded.decision
    seen = walked.available[case.step, case.matter]
    is_open = (seen > 0.0) & (model.axes.option_exists[case.matter] > 0)
    if case.allowed.sum() == 1:  # of a refusal no single option is known to have been open
        is_open = is_open | case.allowed
    is_open[0] = True
    ours = _chances(walked, case)
    rules = _baselines(model, case, is_open, episodes)
    rules["unitary"] = walked.agenda[case.step, case.matter]
    if prior is not None:
        rules["prior"] = _chances(prior, case)
    noise = LABEL_NOISE[own.confidence or "medium"]
    score = partial(_log_score, allowed=case.allowed, is_open=is_open, noise=noise)
    as_written = ours if case.pair is not None else _as_written(ours, written)
    return ScoredRow(
        id=own.id,
        day=own.day,
        matter=own.matter_key,
        option=own.option,
        kind=case.coded.kind,
        coded_by=case.coded.coded_by,
        available=float(seen[case.allowed].max()),
        probability=float(ours[case.allowed].sum()),
        log_score=score(ours),
        baselines={name: score(rule) for name, rule in rules.items()},
        recorded=score(as_written),
        direction=_directions({"ours": ours, **rules}, case, is_open, noise),
    )


def _chances(walked: Walk, case: Case) -> Chances:
    """What the walk says of a case: the power's decision, or one faction's own."""
    if case.pair is not None:
        return walked.alone[case.pair][case.step]
    return walked.probability[case.step, case.matter]


def _as_written(chances: Chances, written: Written) -> Chances:
    """Chances of what a row says, given that there is one."""
    row = 1.0 - chances[0] + written * chances[0]
    told = chances * np.mean(1.0 / row)
    told[0] = chances[0] * np.mean(written / row)
    return told


def _directions(
    rules: Mapping[str, Chances], case: Case, is_open: np.ndarray, noise: float
) -> dict[str, float]:
    """Scores given that something was changed; none where that leaves nothing to be told."""
    changes = is_open.copy()
    changes[0] = False
    if case.pair is not None or case.allowed[0] or case.allowed.sum() > 1 or changes.sum() < 2:
        return {}
    told = {}
    for name, chances in rules.items():
        if name in _SAME_AS_UNIFORM:
            continue
        among = np.where(changes, chances, 0.0)
        total = among.sum()
        among = among / total if total > 0.0 else changes / changes.sum()
        told[name] = _log_score(among, case.allowed, changes, noise)
    return told


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
