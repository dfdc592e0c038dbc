"""Text: a score as a terminal shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hokushin.infer.score.cases import ScoredRow
from hokushin.infer.score.compare import Comparison
from hokushin.infer.score.series import SeriesRow

if TYPE_CHECKING:
    from hokushin.infer.score.score import Score

MOST_ROWS = 200


def told(score: Score) -> str:
    """Write a score: what was scored, the comparisons, and every row."""
    lines = [f"FACTS OF {score.file} SCORED ON {score.scenario}", ""]
    lines.append(_basis(score))
    lines.append(
        f"Table of directions: {score.table_digest[:16]}, frozen before the file was read."
    )
    lines += _decisions(score)
    lines += _timing(score)
    lines += _series(score)
    lines += _rows(score)
    return "\n".join(lines)


def _basis(score: Score) -> str:
    if score.basis == "prior":
        return f"Prior draws, {score.histories} histories, seed {score.seed}."
    return (
        f"Draws fitted to the record before {score.learnt_until}, {score.histories} histories, "
        f"seed {score.seed}."
    )


def _decisions(score: Score) -> list[str]:
    own = score.decisions
    if own is None:
        return []
    lines = ["", "DECISIONS"]
    lines.append(
        f"{own.n} rows, {own.episodes} decisions to be scored, {own.representable} of them "
        f"({100 * own.coverage:.0f} in 100) in the words of the model."
    )
    for title, view in (
        ("given that the matter was tabled", own.tabled),
        ("given that it left a row: decisions to change nothing often do not", own.recorded),
        ("which change, given that there was one", own.direction),
    ):
        if view is not None:
            lines += ["", f"{title}, {view.n} decisions"]
            lines.append(f"log score {view.log_score:.3f} nats a decision, se {view.se:.3f}")
            lines += _comparisons(view.baselines)
    if own.tabled is not None:
        lines += [
            f"{number} of them were {name}."
            for name in ("forecast", "between learnt days", "learnt from")
            if (number := sum(getattr(row, "knowledge", "") == name for row in score.rows))
        ]
    return lines


def _timing(score: Score) -> list[str]:
    if score.timing is None:
        return []
    own = score.timing
    return [
        "",
        "TIMING",
        f"{own.n} months of matters, {own.changes} of them with a change.",
        f"log score {own.log_score:.3f} nats a month, se {own.se:.3f}",
        *_comparisons(own.baselines),
    ]


def _series(score: Score) -> list[str]:
    own = score.series
    if own is None:
        return []
    lines = ["", "SERIES", f"{own.n} rows, {own.representable} of them variables of the model."]
    if own.crps is None or own.coverage50 is None or own.coverage90 is None:
        return lines
    lines.append(
        f"{100 * own.coverage50:.0f} in 100 lie in the middle half of the draws, "
        f"{100 * own.coverage90:.0f} in 100 in nine tenths of them."
    )
    lines.append(f"ranked probability score {own.crps:.3f} of the number itself; less is better")
    return lines + _comparisons(own.baselines)


def _comparisons(rules: Mapping[str, Comparison]) -> list[str]:
    width = max([len(name) for name in rules], default=0)
    return [
        f"  {name:<{width}}  {one.score:8.3f}   ours minus it {one.difference:+.3f} "
        f"(se {one.se:.3f})  {one.verdict}"
        for name, one in rules.items()
    ]


def _rows(score: Score) -> list[str]:
    lines = ["", "ROWS"]
    lines += [_row(row) for row in score.rows[:MOST_ROWS]]
    if len(score.rows) > MOST_ROWS:
        lines.append(f"  and {len(score.rows) - MOST_ROWS} more, which --json lists")
    return lines


def _row(row: ScoredRow | SeriesRow) -> str:
    match row:
        case ScoredRow(probability=float(chance), log_score=float(score)):
            what, said = f"{row.matter} {row.option}", f"chance {chance:.3f}, score {score:.2f}"
            said += ", possible in no history" if row.available == 0.0 else ""
        case SeriesRow(value=float(value), low=float(low), median=float(middle), high=float(high)):
            what = row.variable
            said = f"{value:.6g}, predicted {middle:.6g} ({low:.6g} to {high:.6g})"
        case ScoredRow():
            what, said = f"{row.matter} {row.option}".strip(), f"{row.status}: {row.reason}"
        case SeriesRow():
            what, said = row.variable, f"{row.status}: {row.reason}"
    return f"  {row.id:<8} {row.day}  {what:<38} {said}"
