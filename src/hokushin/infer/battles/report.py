"""Report: fits and scores as text and as plain JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hokushin.infer.battles.draws import Posterior
from hokushin.infer.battles.score import Score

EQUATIONS = ("outcome", "duration", "loss_attacker", "loss_defender", "advance")


@dataclass(frozen=True, eq=False)
class FitReport:
    """What a fit came to."""

    posterior: Posterior

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values: about, gates, and mean, sd and 90 % interval of each number."""
        values = self.posterior.values
        low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), axis=0)
        numbers = {
            name: {
                "mean": float(values[:, i].mean()),
                "sd": float(values[:, i].std()),
                "p05": float(low[i]),
                "p50": float(middle[i]),
                "p95": float(high[i]),
            }
            for i, name in enumerate(self.posterior.names)
        }
        gates = self.posterior.gates.as_dict()
        return {**self.posterior.about, "gates": gates, "numbers": numbers}

    def __str__(self) -> str:
        about, gates = self.posterior.about, self.posterior.gates
        lines = [
            f"{about['battles']} battles of {about['years'][0]}-{about['years'][1]} in "
            f"{about['clusters']} clusters; {len(self.posterior)} joint draws kept",
            f"R-hat at most {gates.r_hat:.3f}, at least {gates.effective_draws:.0f} effective "
            f"draws, {gates.divergences} divergences",
        ]
        for equation in EQUATIONS:
            names = [n for n in self.posterior.names if n.startswith(f"{equation}.")]
            if names:
                lines += ["", equation.replace("_", " of the ").upper(), *map(self._line, names)]
        for kind in ("skill", "exchange"):
            lines += self._powers(kind)
        return "\n".join([*lines, "", about["attribution"]])

    def _line(self, name: str) -> str:
        drawn = self.posterior.column(name)
        return f"  {name.partition('.')[2]:<24} {drawn.mean():+6.2f}  ({drawn.std():.2f})"

    def _powers(self, kind: str) -> list[str]:
        """Effects of powers in eras, the largest first; the spread of powers above them."""
        spreads = (f"{kind}.power_sd", f"{kind}.power_in_era_sd")
        named = [n for n in self.posterior.names if n.startswith(f"{kind}.") and n.count(".") == 2]
        if not named:
            return []
        named.sort(key=lambda n: -float(self.posterior.column(n).mean()))
        title = f"{kind} of powers, by era".upper()
        return ["", title, *map(self._line, spreads), *map(self._line, named)]


@dataclass(frozen=True, eq=False)
class ScoreReport:
    """How a fit predicts a table of battles."""

    n: int
    left_out: tuple[str, ...]
    """Battles without the strength of a side."""
    unknown: tuple[str, ...]
    """Conditions that the table has no column for."""
    seen: bool
    """Whether this very file is what the fit was made from."""
    attribution: str
    score: Score | None
    """None where no outcome is known."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values; without outcomes there is no `score`."""
        said: dict[str, Any] = {
            "schema": "hokushin-battles-score-1",
            "battles": self.n,
            "left_out": list(self.left_out),
            "unknown": list(self.unknown),
            "fitted_to_these": self.seen,
            "attribution": self.attribution,
        }
        if self.score is not None:
            said["score"] = self.score.as_dict()
        return said

    def __str__(self) -> str:
        lines = [f"{self.n} battles predicted"]
        if self.left_out:
            lines.append(f"left out, as a side's strength is not known: {', '.join(self.left_out)}")
        if self.unknown:
            lines.append(f"no column, so taken as unknown: {', '.join(self.unknown)}")
        if self.score is None:
            return "\n".join([*lines, "no outcome is known, so nothing is scored"])
        if self.seen:
            lines += ["the fit was made from these very battles, so this flatters it;"]
            lines += ["--folds tells what it is worth on battles that it has not seen"]
        return "\n".join([*lines, "", *_score_lines(self.score)])


def _score_lines(score: Score) -> list[str]:
    lines = [
        f"OUTCOMES OF {score.n} BATTLES IN {score.clusters} CLUSTERS",
        f"  log loss                          {score.log_loss:.3f}",
        f"  log loss of the base rate         {score.base_log_loss:.3f}",
        f"  reduction, attacker wins or not   {score.reduction}",
        f"  reduction, three outcomes         {score.reduction_three}",
        f"  right, at one half                {score.accuracy:.3f}",
        f"  Brier score                       {score.brier:.3f}",
    ]
    if score.coverage is not None:
        lines += [
            f"LOG CASUALTY RATIO OF {score.n_ratios} BATTLES",
            f"  within the 90 % interval          {score.coverage}",
            f"  distance from the median (rms)    {score.ratio_error:.2f}",
        ]
    return [*lines, "  brackets: 95 %, clusters drawn with replacement"]
