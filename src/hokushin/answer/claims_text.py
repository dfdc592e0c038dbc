"""Claims as text: source by source, what is claimed and what the model and the record say."""

from __future__ import annotations

from hokushin.answer.claims import EVALUATED, STORED, ClaimAnswer, Claims
from hokushin.answer.layout import shortened, wrapped
from hokushin.answer.words import RECORD, thousands

_SIGNS = {1: "more likely", -1: "less likely", 0: "no change"}


def render(answer: Claims) -> str:
    """Give all claims as text, at most eighty columns wide."""
    lines: list[str] = []
    for source, cited in answer.works.items():
        mine = [claim for claim in answer.claims if claim.source == source]
        lines += [*wrapped(f"{cited} ({len(mine)} claims)"), ""]
        for claim in mine:
            lines += [*_claim_lines(claim), ""]
    counts = ", ".join(f"{n} {verdict}" for verdict, n in answer.counts().items())
    lines += wrapped(f"Verdicts of the model: {counts}.")
    lines += wrapped(
        f"{answer.scenario}  scenario {shortened(answer.digest)}  seed {answer.seed}  "
        f"{thousands(answer.histories)} histories  code {answer.code_version}",
    )
    return "\n".join(lines)


def _claim_lines(claim: ClaimAnswer) -> list[str]:
    lines = wrapped(
        f"{claim.claim}  ¶{claim.paragraph}  {claim.paraphrase.rstrip('.')}.", "", "     "
    )
    if claim.verdict == STORED:
        return lines + wrapped(
            f"record {RECORD[claim.record]}: {claim.record_says.rstrip('.')}.", "     ", "       "
        )
    lines += wrapped(f"carried by {claim.carrier}", "     ", "       ")
    if claim.effect is None:
        return [*lines, "     no switch: the model cannot be asked"]
    effect = claim.effect
    measured = (
        f"{effect.event}: {100 * effect.with_cause:.1f} in 100 with {claim.cause}, "
        f"{100 * effect.without_cause:.1f} without (±{100 * effect.mc_error:.1f})"
    )
    lines += wrapped(measured, "     ", "       ")
    said = "claimed" if claim.verdict == EVALUATED else f"claimed: {_SIGNS[claim.sign]}"
    record = f"record {RECORD[claim.record]}: {claim.record_says.rstrip('.')}."
    return [
        *lines,
        *wrapped(f"{said}; model: {claim.verdict}", "     ", "       "),
        *wrapped(record, "     ", "       "),
    ]
