"""Assess: predict a table of battles with a fit, and score what is known of their outcomes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from hokushin.infer.battles.draws import load, shipped
from hokushin.infer.battles.predict import Predictions, predict
from hokushin.infer.battles.report import ScoreReport
from hokushin.infer.battles.score import score
from hokushin.infer.battles.table import read_battles


def assess(
    path: str | Path, fitted: str | Path | None = None, seed: int = 1
) -> tuple[ScoreReport, Predictions]:
    """Predict all battles of a file with the fit in another, or with the one that ships."""
    table = read_battles(path)
    posterior = shipped("all") if fitted is None else load(fitted)
    battles = table.battles
    predictions = predict(posterior, battles, seed)
    known = bool(battles.scored.any())
    base_rates = np.array(posterior.about["base_rates"])
    report = ScoreReport(
        n=len(battles),
        left_out=table.left_out,
        unknown=table.unknown,
        seen=hashlib.sha256(Path(path).read_bytes()).hexdigest()
        == posterior.about.get("data_sha256"),
        attribution=posterior.about["attribution"],
        score=score(battles, predictions, base_rates, seed) if known else None,
    )
    return report, predictions
