"""Claims as text: source by source, what is claimed and what the model and the record say."""

from __future__ import annotations

import textwrap

from hokushin.answer.claims import EVALUATED, STORED, ClaimAnswer, Claims
from hokushin.answer.words import RECORD, thousands

_WIDTH = 80
_SIGNS = {1: "more likely", -1: "less likely", 0: "no change"}


def render(answer: Claims) -> str:
    """Give all claims as text, at most eighty columns wide."""
    lines: list[str] = []
    for source, cited in answer.works.items():
        mine = [claim for claim in answer.claims if claim.source == source]
        lines += [*_wrapped(f"{cited} ({len(mine)} claims)"), ""]
        for claim in mine:
            lines += [*_claim_lines(claim), ""]
    counts = ", ".join(f"{n} {verdict}" for verdict, n in answer.counts().items())
    lines += _wrapped(f"Verdicts of the model: {counts}.")
    lines += _wrapped(
        f"{answer.scenario}  scenario {answer.digest[:4]}..{answer.digest[-2:]}  seed "
        f"{answer.seed}  {thousands(answer.histories)} histories  code {answer.code_version}",
    )
    return "\n".join(lines)


def _claim_lines(claim: ClaimAnswer) -> list[str]:
    lines = _wrapped(
        f"{claim.claim}  ¶{claim.paragraph}  {claim.paraphrase.rstrip('.')}.", "", "     "
    )
    if claim.verdict == STORED:
        return lines + _wrapped(
            f"record {RECORD[claim.record]}: {claim.record_says.rstrip('.')}.", "     ", "       "
        )
    lines += _wrapped(f"carried by {claim.carrier}", "     ", "       ")
    if claim.effect is None:
        return [*lines, "     no switch: the model cannot be asked"]
    effect = claim.effect
    measured = (
        f"{effect.event}: {100 * effect.with_cause:.1f} in 100 with {claim.cause}, "
        f"{100 * effect.without_cause:.1f} without (±{100 * effect.mc_error:.1f})"
    )
    lines += _wrapped(measured, "     ", "       ")
    said = "claimed" if claim.verdict == EVALUATED else f"claimed: {_SIGNS[claim.sign]}"
    record = f"record {RECORD[claim.record]}: {claim.record_says.rstrip('.')}."
    return [
        *lines,
        *_wrapped(f"{said}; model: {claim.verdict}", "     ", "       "),
        *_wrapped(record, "     ", "       "),
    ]


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
    )
