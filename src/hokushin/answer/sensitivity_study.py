"""Sensitivity study: the runs that all parts of a study of sensitivity share."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hokushin.answer.sensitivity_numbers import Known, families, known_numbers
from hokushin.answer.sensitivity_parts import Family, Headline, Luck, Null
from hokushin.answer.study import Stages
from hokushin.answer.world import World
from hokushin.engine.keys import ensemble_range, fresh_range
from hokushin.query.sensitivity.ends import AtEnds, at_ends
from hokushin.query.sensitivity.ensemble import (
    GROUPS,
    ROWS_AT_ONCE,
    Design,
    Risks,
    Sampled,
    base_run,
    informative,
)
from hokushin.query.sensitivity.kept import KeptRows
from hokushin.query.sensitivity.risk import anchored, groups_left_out, jackknife_error


@dataclass(frozen=True)
class Size:
    """How much is run: rows of numbers, and the histories of each."""

    base: int = 4096
    """Histories of the headline, from which those of the designs are drawn."""
    screen: int = 32
    """Histories in which every number is moved to both ends."""
    ends: int = 192
    """Histories in which the numbers that showed most are moved again."""
    survivors: int = 48
    trajectories: int = 20
    morris_numbers: int = 20
    morris_histories: int = 64
    sobol_rows: int = 64
    """Points of the Sobol sequence, a power of two; each costs two rows more than numbers."""
    sobol_numbers: int = 12
    sobol_histories: int = 64
    worlds: int = 64
    """Sets of dice among which the seed chooses."""
    draws: int = 1024
    """Draws of all numbers, for luck, dependence and boxes."""
    draw_histories: int = 16
    given_numbers: int = 60
    box_numbers: int = 16


@dataclass(frozen=True, eq=False)
class Runs:
    """The headline of a study, and the histories that its designs run."""

    world: World
    risks: Risks
    size: Size
    seed: int
    identity: str
    folder: Path | None
    progress: Stages | None
    numbers: tuple[Known, ...]
    headline: Headline
    follow: np.ndarray
    many: Sampled
    """The histories of the larger designs; fewer are drawn anew, in the same way."""
    fewer: Callable[[int], Sampled]

    def design(self, numbers: Sequence[Known], n: int, worlds: int = 0, groups: int = 0) -> Design:
        """Risk as a function of some numbers, in n histories."""
        positions = [number.position for number in numbers]
        sample = self.many if n == self.size.ends else self.fewer(n)
        return Design(self.risks, positions, sample, self.follow, worlds, groups)

    def run(self, design: Design, rows: np.ndarray, stage: str | None = None) -> np.ndarray:
        """Run the rows of a design, part by part, and keep them where there is a folder."""
        said = [self.identity, design.sample.histories.tolist(), list(design.positions)]
        said += [design.worlds, design.groups]
        report = None if stage is None else _named(self.progress, stage)
        return KeptRows(design, json.dumps(said), self.folder, progress=report)(rows)


def begin(
    world: World,
    risks: Risks,
    size: Size,
    seed: int,
    identity: str,
    folder: Path | None,
    progress: Stages | None,
) -> Runs:
    """Run the headline, and draw the histories in which numbers are moved."""
    if progress is not None:
        progress("headline", 0, 0)
    histories = np.array(ensemble_range(size.base), np.uint32)
    seen, follow = base_run(risks, histories)
    left_out = [risks.chance(seen, follow, kept) for kept in groups_left_out(size.base, GROUPS)]
    headline = Headline(
        float(risks.chance(seen, follow)),
        float(jackknife_error(np.array(left_out))),
        risks.estimator,
    )

    def fewer(n: int) -> Sampled:
        return informative(seen, histories, n, seed)

    numbers = known_numbers(world)
    many = fewer(size.ends)
    return Runs(
        world, risks, size, seed, identity, folder, progress, numbers, headline, follow, many, fewer
    )


def numbers_at_ends(runs: Runs) -> tuple[AtEnds, ...]:
    """Move every number to both ends; those that move the answer most, again in more histories.

    Two stages: a screen of all numbers, then `survivors` of them, half by the swing of log odds
    and half by the move of the probability. Numbers that did not survive keep the screen's figures.
    """
    size = runs.size
    screened = _moved(runs, runs.numbers, size.screen, "every number at its ends")
    by_swing = [one.name for one in screened]
    by_move = [one.name for one in sorted(screened, key=lambda one: -one.moves)]
    both = [name for pair in zip(by_swing, by_move, strict=True) for name in pair]
    kept = set(list(dict.fromkeys(both))[: size.survivors])
    again = [number for number in runs.numbers if number.path in kept]
    better = _moved(runs, again, size.ends, "those that showed most, again")
    rest = [one for one in screened if one.name not in kept]
    return tuple(sorted((*better, *rest), key=lambda one: -abs(one.swing)))


def family_ends(runs: Runs) -> tuple[Family, ...]:
    """Move all numbers of a kind to the same end together."""
    found = []
    groups = families(runs.numbers)
    for done, (name, numbers) in enumerate(groups.items()):
        _named(runs.progress, "kinds of numbers")(done, len(groups))
        rows = np.array([[np.nan] * len(numbers), *_ends_of(numbers)])
        output = runs.run(runs.design(numbers, runs.size.ends, groups=GROUPS), rows)
        base, *both = output
        low, high = (anchored(end, base, runs.headline.value) for end in both)
        found.append(Family(name, len(numbers), *_with_error(low), *_with_error(high)))
    return tuple(sorted(found, key=lambda f: -abs(np.log(max(f.high, 1e-9) / max(f.low, 1e-9)))))


def nulls(runs: Runs) -> tuple[Null, ...]:
    """Take each cause out by either of its nulls, in the same histories and numbers.

    A null whose numbers can be drawn beyond what chances can be gives no figure.
    """
    world, design = runs.world, runs.design((), runs.size.ends, groups=GROUPS)
    names = world.model.axes.causes
    n = len(design.sample.histories)

    def chance(present: np.ndarray, alternative: np.ndarray) -> np.ndarray:
        ids = design.sample.histories
        seen = runs.risks.watch(ids, ids, design.base, (1, n), present, alternative)
        return design.estimates(seen)[0]

    base = chance(world.present(), np.zeros(len(names), bool))
    found = []
    for done, cause in enumerate(world.causes):
        _named(runs.progress, "causes by either null")(done, len(world.causes))
        second = np.array([name == cause for name in names])
        first, other = (
            anchored(chance(world.present(cause), which), base, runs.headline.value)
            for which in (np.zeros(len(names), bool), second)
        )
        title = world.scenario.causes[cause].title
        found.append(Null(cause, title, *_if_finite(first), *_if_finite(other)))
    return tuple(found)


def drawn_chances(runs: Runs) -> tuple[np.ndarray, np.ndarray]:
    """Draw all numbers again and again: their standard units (number, draw), and the chances.

    Chances are of two halves of the histories of each draw, (2, draw), so that their product is
    free of counting noise. Histories are fresh: none of them chose the numbers that are looked at.
    """
    size, risks = runs.size, runs.risks
    draws = np.array(fresh_range("re-estimation", size.draws), np.uint32)
    normals = runs.risks.simulator.normals(draws)
    m = size.draw_histories
    at_once = max(1, ROWS_AT_ONCE // m)
    halves = []
    for first in range(0, size.draws, at_once):
        _named(runs.progress, "draws of all numbers")(first, size.draws)
        some = draws[first : first + at_once]
        offsets = np.arange(m, dtype=np.uint32) << np.uint32(12)
        seen = risks.watch(
            (some[:, None] + offsets).reshape(-1),
            np.repeat(some, m),
            np.repeat(normals[:, first : first + at_once], m, axis=1),
            (len(some), m),
        )
        odd = np.arange(m) % 2 == 1
        halves.append([risks.chance(seen, runs.follow, half.astype(float)) for half in (~odd, odd)])
    return normals, np.concatenate([np.stack(h) for h in halves], axis=1)


def luck(chances: np.ndarray) -> Luck:
    r"""Split the variance of whether the event happens into numbers and luck.

    With $p_d$ the chance in draw d, $\mathrm{Var}(Y) = \bar p (1 - \bar p)$, of which
    $\mathrm{Var}(p_d)$ is due to the numbers; the mean square of $p_d$ is taken as that of products
    of two independent halves.
    """
    p = chances.mean(0)
    mean = float(p.mean())
    between = max(0.0, float((chances[0] * chances[1]).mean()) - mean**2)
    total = mean * (1.0 - mean)
    highest = np.sort(p)[::-1][: max(1, len(p) // 10)]
    return Luck(
        1.0 - between / total if total > 0.0 else 1.0,
        between**0.5,
        len(p),
        float(highest.sum() / p.sum()) if p.sum() > 0.0 else 0.0,
    )


def _moved(runs: Runs, numbers: Sequence[Known], n: int, stage: str) -> tuple[AtEnds, ...]:
    rows = np.full((1 + 2 * len(numbers), len(numbers)), np.nan)
    for i, number in enumerate(numbers):
        rows[1 + 2 * i, i], rows[2 + 2 * i, i] = number.low, number.high
    output = runs.run(runs.design(numbers, n, groups=GROUPS), rows, stage)
    names = [number.path for number in numbers]
    return at_ends(names, output[0], output[1::2], output[2::2], runs.headline.value)


def _with_error(estimates: np.ndarray) -> tuple[float, float]:
    return float(estimates[0]), float(jackknife_error(estimates[1:]))


def _if_finite(estimates: np.ndarray) -> tuple[float | None, float | None]:
    return _with_error(estimates) if np.isfinite(estimates).all() else (None, None)


def _ends_of(numbers: Sequence[Known]) -> tuple[list[float], list[float]]:
    return [number.low for number in numbers], [number.high for number in numbers]


def _named(progress: Stages | None, stage: str) -> Callable[[int, int], None]:
    def report(done: int, total: int) -> None:
        if progress is not None:
            progress(stage, done, total)

    return report
