"""Text: a score as a terminal shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hokushin.infer.score.compare import Comparison

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
    lines = ["", "DECISIONS"]
    lines.append(
        f"{own.n} rows, {own.episodes} decisions to be scored, {own.representable} of them "
        f"({100 * own.coverage:.0f} in 100) in the words of the model."
    )
    if own.log_score is not None:
        lines.append(f"log score {own.log_score:.3f} nats a decision, se {own.se:.3f}")
        lines += _comparisons(own.baselines)
        lines += [
            f"{number} of them were {name}."
            for name in ("forecast", "between learnt days", "learnt from")
            if (number := sum(row.knowledge == name for row in score.rows))
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


def _comparisons(rules: Mapping[str, Comparison]) -> list[str]:
    width = max([len(name) for name in rules], default=0)
    return [
        f"  {name:<{width}}  {one.score:8.3f}   ours minus it {one.difference:+.3f} "
        f"(se {one.se:.3f})  {one.verdict}"
        for name, one in rules.items()
    ]


def _rows(score: Score) -> list[str]:
    lines = ["", "ROWS"]
    for row in score.rows[:MOST_ROWS]:
        what = f"{row.matter} {row.option}".strip()
        if row.probability is not None and row.log_score is not None:
            said = f"chance {row.probability:.3f}, score {row.log_score:.2f}"
        else:
            said = f"{row.status}: {row.reason}"
        lines.append(f"  {row.id:<8} {row.day}  {what:<38} {said}")
    if len(score.rows) > MOST_ROWS:
        lines.append(f"  and {len(score.rows) - MOST_ROWS} more, which --json lists")
    return lines
