r"""Facts: the record cut into what can be said of it, and what each fact says of two explanations.

A fact j has the weight of evidence $W_j = 10 \log_{10} p(E_j \mid E_{<j}, H_a) / p(E_j \mid E_{<j},
H_b)$, in decibans (Good 1950). By the tests of process tracing (Van Evera 1997; Fairfield and
Charman 2017, *Political Analysis* 25) it is

* a *hoop* if the explanation gave it nine chances in ten or more, and its absence would have cost
  ten decibans or more;
* a *smoking gun* if it brings ten decibans or more;
* *doubly decisive* if it is both, and a *straw in the wind* if it is neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hokushin.infer.likelihood import RecordLikelihood
from hokushin.infer.theories.sequence import Stretch

DECIBANS = 10.0 / np.log(10.0)
"""Decibans in a nat."""
LIKELY, DECISIVE = 0.9, 10.0
HOOP, SMOKING_GUN = "hoop", "smoking gun"
DOUBLY_DECISIVE, STRAW = "doubly decisive", "straw in the wind"


@dataclass(frozen=True)
class Fact:
    """One stretch of the record in one matter, and what it holds."""

    matter: str
    since: date
    until: date
    option: str
    """What was chosen; empty for a time in which nothing was."""
    rows: tuple[str, ...]
    """Scored rows of the record that lie in it."""
    stretch: Stretch


def facts_of(likelihood: RecordLikelihood, cuts: Sequence[int]) -> tuple[Fact, ...]:
    """Cut the rows of a likelihood into facts, in the order in which they ended.

    A step in which the record took something is a fact by itself; what lies between is one fact
    for as long as nothing is taken, but ends before each of the cuts.
    """
    path, axes = likelihood.path, likelihood.path.model.axes
    calendar = path.model.sets.calendar
    found = []
    for m, matter in enumerate(axes.matters):
        taken = path.chosen[m].sum(axis=0) > 0
        starts = {0, *cuts, *np.flatnonzero(taken), *(np.flatnonzero(taken) + 1)}
        bounds = sorted(int(s) for s in starts if 0 <= s < path.n_steps)
        for first, after in zip(bounds, [*bounds[1:], path.n_steps], strict=True):
            last = after - 1
            options = [axes.options[m][o] for o in np.flatnonzero(path.chosen[m, :, first])]
            rows = tuple(e.id for e in path.episodes if e.matter == m and first <= e.step <= last)
            since, until = calendar.start_of(first), calendar.last_of(last)
            stretch = Stretch(m, first, last)
            found.append(Fact(matter, since, until, ", ".join(options), rows, stretch))
    return tuple(sorted(found, key=lambda fact: (fact.stretch.last, fact.stretch.first)))


def weight_of(ours: float, theirs: float) -> float:
    """Weight of evidence in decibans, from two log-probabilities in nats."""
    return DECIBANS * (ours - theirs)


def kind_of(chance: float, other_chance: float, weight: float) -> str:
    """Name the test that a fact was.

    Args:
        chance: Probability of the fact under the explanation.
        other_chance: The same under what it is held against.
        weight: Decibans that the fact brought.
    """
    absent, other_absent = max(1.0 - chance, 1e-12), max(1.0 - other_chance, 1e-12)
    cost = DECIBANS * np.log(other_absent / absent)
    is_hoop = chance >= LIKELY and cost >= DECISIVE
    is_gun = weight >= DECISIVE
    if is_hoop and is_gun:
        return DOUBLY_DECISIVE
    return HOOP if is_hoop else SMOKING_GUN if is_gun else STRAW


def rivals(log_p: Sequence[np.ndarray]) -> np.ndarray:
    r"""Log-probability of each fact under several explanations, as likely as one another before.

    Each counts by what it has forecast so far: $p(E_j | E_{<j}) = \sum_k w_k p_k(E_j | E_{<j})$
    with $w_k$ proportional to its evidence on the facts before.
    """
    table = np.asarray(log_p, float)
    whole = np.concatenate([np.zeros((len(table), 1)), np.cumsum(table, axis=1)], axis=1)
    return np.diff(np.logaddexp.reduce(whole, axis=0))
