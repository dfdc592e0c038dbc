"""Assess: predict a table of battles with a fit, and score what is known of their outcomes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hokushin.infer.battles.draws import load, shipped
from hokushin.infer.battles.predict import Predictions, predict
from hokushin.infer.battles.report import ScoreReport
from hokushin.infer.battles.score import score
from hokushin.infer.battles.table import BattleFile


def assess(
    table: BattleFile, fitted: str | Path | None = None, seed: int = 1
) -> tuple[ScoreReport, Predictions]:
    """Predict all battles of a table with the fit in a file, or with the one that ships."""
    posterior = shipped("all") if fitted is None else load(fitted)
    battles = table.battles
    predictions = predict(posterior, battles, seed)
    known = bool(battles.scored.any())
    base_rates = np.array(posterior.about["base_rates"])
    report = ScoreReport(
        n=len(battles),
        left_out=table.left_out,
        unknown=table.unknown,
        attribution=posterior.about["attribution"],
        score=score(battles, predictions, base_rates, seed) if known else None,
    )
    return report, predictions
