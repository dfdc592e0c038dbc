"""Folds: the model fitted to four fifths of the battles and scored on the fifth, five times.

A cluster is never split: its fold is the SHA-256 digest of its name modulo five, so that anyone
gets the same folds from the same table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from hokushin.infer.battles.fit import fit_battles
from hokushin.infer.battles.model import Variant
from hokushin.infer.battles.predict import Predictions, predict
from hokushin.infer.battles.score import Score, score
from hokushin.infer.battles.table import Battles

N_FOLDS = 5

MODELS: dict[str, Variant] = {
    "structural + powers": Variant(),
    "structural": Variant(powers=False, losses=False),
    "structural + powers, without surprise": Variant(surprise=False, losses=False),
}
"""What is fitted; beside them stand the ratio of men alone and the base rate."""


@dataclass(frozen=True, eq=False)
class Folds:
    """Scores out of fold."""

    models: dict[str, Score]
    """By name: all battles, each predicted from the other folds."""
    by_fold: dict[str, tuple[float, ...]]
    """Reduction in log loss in each fold, by model."""
    base_log_loss: float
    predictions: Predictions
    """Of the first model."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "schema": "hokushin-battles-folds-1",
            "folds": N_FOLDS,
            "base_log_loss": self.base_log_loss,
            "models": {
                name: {
                    **scored.as_dict(),
                    "prl_by_fold": list(self.by_fold[name]),
                    "prl_mean_of_folds": float(np.mean(self.by_fold[name])),
                }
                for name, scored in self.models.items()
            },
        }

    def __str__(self) -> str:
        lines = [
            f"{N_FOLDS} FOLDS BY CLUSTER",
            f"  log loss of the base rate {self.base_log_loss:.3f}; reduction of it by",
        ]
        for name, scored in self.models.items():
            mean = np.mean(self.by_fold[name])
            each = " ".join(f"{x:+.3f}" for x in self.by_fold[name])
            lines.append(f"  {name:<38} {scored.reduction}  mean of folds {mean:+.3f}: {each}")
            if scored.coverage is not None:
                lines.append(f"    90 % interval of the log casualty ratio holds {scored.coverage}")
        return "\n".join([*lines, "  brackets: 95 %, clusters drawn with replacement"])


def fold_of(cluster: str) -> int:
    """Fold of a cluster."""
    return int(hashlib.sha256(cluster.encode()).hexdigest(), 16) % N_FOLDS


def five_folds(
    battles: Battles,
    models: dict[str, Variant] | None = None,
    draws: int = 400,
    warmup: int = 300,
    chains: int = 2,
    seed: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
) -> Folds:
    """Predict every battle whose outcome is known from the folds that it is not in."""
    battles = battles.take(battles.scored)
    models = models or MODELS
    fold = np.array([fold_of(str(cluster)) for cluster in battles.cluster])
    if len(set(fold.tolist())) < N_FOLDS:
        raise ValueError(
            f"the battles fall into {len(set(fold.tolist()))} of {N_FOLDS} folds; give more of them"
        )
    base = np.zeros((len(battles), 3))
    gathered: dict[str, list[Predictions]] = {name: [] for name in ("ratio of men", *models)}
    order = np.concatenate([np.flatnonzero(fold == k) for k in range(N_FOLDS)])
    done = 0
    for k in range(N_FOLDS):
        rest, held = battles.take(fold != k), battles.take(fold == k)
        base[fold == k] = [float(np.mean(rest.outcome == x)) for x in (-1.0, 0.0, 1.0)]
        gathered["ratio of men"].append(_ratio_of_men(rest, held))
        for name, variant in models.items():
            if progress is not None:
                progress(f"fold {k + 1}: {name}", done, N_FOLDS * len(models))
            fitted = fit_battles(rest, draws, warmup, chains, draws, seed + k, variant)
            gathered[name].append(predict(fitted, held, seed))
            done += 1
    sorted_battles, sorted_base, sorted_fold = battles.take(order), base[order], fold[order]
    scores, by_fold = {}, {}
    whole = {name: _joined(parts) for name, parts in gathered.items()}
    for name, parts in gathered.items():
        scores[name] = score(sorted_battles, whole[name], sorted_base, seed)
        by_fold[name] = tuple(
            score(
                sorted_battles.take(sorted_fold == k), part, sorted_base[sorted_fold == k], seed
            ).reduction.value
            for k, part in enumerate(parts)
        )
    first = next(iter(models))
    return Folds(scores, by_fold, scores[first].base_log_loss, whole[first])


def _ratio_of_men(rest: Battles, held: Battles) -> Predictions:
    """Predict from a logistic regression on the log ratio of men alone, by maximum likelihood."""
    design = np.stack([np.ones(len(rest)), rest.log_ratio], axis=-1)
    weights = np.zeros(2)
    won = (rest.outcome > 0).astype(float)
    for _ in range(25):  # Newton's method; the likelihood is concave, and five steps do.
        chance = 1.0 / (1.0 + np.exp(-design @ weights))
        curvature = design.T @ (design * (chance * (1.0 - chance))[:, None])
        weights = weights + np.linalg.solve(curvature, design.T @ (won - chance))
    attacker = 1.0 / (1.0 + np.exp(-(weights[0] + weights[1] * held.log_ratio)))
    drawn = float(np.mean(rest.outcome[won == 0.0] == 0.0))
    return Predictions(
        id=held.id,
        p_defender=(1.0 - attacker) * (1.0 - drawn),
        p_draw=(1.0 - attacker) * drawn,
        p_attacker=attacker,
        log_casualty_ratio=None,
    )


def _joined(parts: list[Predictions]) -> Predictions:
    ratios = [p.log_casualty_ratio for p in parts if p.log_casualty_ratio is not None]
    return Predictions(
        id=np.concatenate([p.id for p in parts]),
        p_defender=np.concatenate([p.p_defender for p in parts]),
        p_draw=np.concatenate([p.p_draw for p in parts]),
        p_attacker=np.concatenate([p.p_attacker for p in parts]),
        log_casualty_ratio=np.concatenate(ratios) if len(ratios) == len(parts) else None,
    )
