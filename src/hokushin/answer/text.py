"""Text: the answer for a terminal of eighty columns, complete for a reader who asks no more."""

from __future__ import annotations

from hokushin.answer.bars import ASCII, UNICODE, Marks
from hokushin.answer.document import FitSummary, Why
from hokushin.answer.findings import assumed_share
from hokushin.answer.layout import WIDTH, as_ascii, note, packed, shortened, wrapped
from hokushin.answer.text_causes import causes_part, printed, pushed_part
from hokushin.answer.text_full import given_text, table_part, total_part
from hokushin.answer.text_sets import enough_part
from hokushin.answer.theories import theories_part
from hokushin.answer.words import (
    counted,
    day_in_words,
    how_often,
    in_sentence,
    number_word,
    thousands,
    unit_of,
)

UNFITTED = "This is what our assumptions say before the record has been used. "
"""What every answer begins with until it rests on draws fitted to the record."""


def render(why: Why, plain: bool = False, ascii_only: bool = False) -> str:
    """Give the answer as text, at most eighty columns wide.

    Args:
        why: the answer.
        plain: one fact a line, without columns or pictures, to be listened to.
        ascii_only: nothing but ASCII, letters with accents included.
    """
    marks = ASCII if ascii_only else UNICODE
    parts = [
        _opening(why),
        _doubts(why, marks, plain),
        causes_part(why, marks, plain),
        pushed_part(why, plain),
        enough_part(why, marks),
        table_part(why, plain),
        total_part(why, plain),
        _notes(why, marks),
        _footer(why),
    ]
    text = "\n\n".join("\n".join(part) for part in parts if part)
    return as_ascii(text) if ascii_only else text


def headline_text(why: Why) -> str:
    """Give the opening: whether the record was used, the answer, and the record's own course."""
    unit, n, _, _ = printed(why)
    course = "in which it comes about" if why.outcome.happened else "in which it does not"
    first = UNFITTED if why.fit is None else _fitted(why, why.fit)
    return (
        f"{first}In {n:,} of {unit:,} histories of this model, run from "
        f"{day_in_words(why.outcome.branch)}, {in_sentence(why.outcome.title)} before "
        f"{day_in_words(why.outcome.horizon)} ({how_often(why.probability.value)}). "
        f"The record's own course, {course}, has {round(unit * why.documented.free):,}; "
        f"with every choice of the record forced it has {round(unit * why.documented.value):,}."
    )


def _fitted(why: Why, fit: FitSummary) -> str:
    """Say what the numbers were fitted to, and whether the sampler can be trusted."""
    said = (
        f"This is what our assumptions say once {fit.episodes} decisions of the record, to "
        f"{day_in_words(fit.end)}, have taught them what they can. "
    )
    if not fit.failures:
        return said
    return f"{said}The sampler did not pass its own gates ({'; '.join(fit.failures)}). "


def _opening(why: Why) -> list[str]:
    said = "before the record was used" if why.basis == "prior" else "fitted to the record"
    return [
        *wrapped(why.title.upper()),
        said.rjust(WIDTH),
        "",
        *wrapped(headline_text(why)),
        *(wrapped(f"The prior was taken, since {why.basis_note}.") if why.basis_note else ()),
    ]


def _doubts(why: Why, marks: Marks, plain: bool) -> list[str]:
    unit, p = unit_of(why.probability.value), why.probability
    low, high = (round(unit * x) if x is not None else None for x in (p.low, p.high))
    numbers = "not computed" if low is None else f"{low:,} to {high:,}"
    rules = "not asked; --robust asks"
    if why.kernels is not None:
        by_rule = {name: round(unit * k.value) for name, k in why.kernels.items()}
        spoken = ", ".join(f"{name} {n:,}" for name, n in by_rule.items())
        rules = f"{min(by_rule.values()):,} to {max(by_rule.values()):,}".ljust(10) + spoken
    error = f"{marks.error}{unit * p.mc_error:.1f}"
    rows = [
        ("doubt about the numbers", numbers.ljust(10) + "(nine chances in ten)"),
        ("doubt about the rules", rules),
        ("counting error", error.ljust(10) + f"{thousands(why.histories)} histories"),
    ]
    if why.size == "full":
        effort = why.effort
        each = f"{effort.histories_per_draw:,} histories of each"
        rows.insert(1, ("draws of the numbers", f"{effort.draws:,}".ljust(10) + each))
    if why.noise is not None:
        spoken = ", ".join(f"{k} {round(unit * v.value):,}" for k, v in why.noise.items())
        rows.append(("if judgement is", spoken))
    if why.grid is not None:
        of_cells = [round(unit * cell.value) for cell in why.grid]
        rows.append(("rights and deference", f"{min(of_cells):,} to {max(of_cells):,}"))
    if plain:
        return [f"{name}: {' '.join(value.split())}" for name, value in rows]
    return [f"  {name:<25} {value}".rstrip() for name, value in rows]


def _notes(why: Why, marks: Marks) -> list[str]:
    unit = unit_of(why.probability.value)
    lines: list[str] = []
    if why.contradictions:
        moving = [d for d in why.contradictions if d.moves is not None and d.moves.counts]
        said = "none moves the answer"
        if moving:
            told = "; ".join(
                f"{d.fact} ({round(unit * why.probability.value):,} {marks.arrow} "
                f"{round(unit * d.moves.value):,})"
                for d in moving
                if d.moves is not None
            )
            verb = "moves" if len(moving) == 1 else "move"
            said = f"{number_word(len(moving))} {verb} the answer: {told}"
        lines += note("DISAGREEMENTS", f"{counted(len(why.contradictions), 'fact')}; {said}.")
    for claim in why.counterfactual_claims:
        model = claim.model
        other = unit_of(max(model.with_cause, model.without_cause))
        lines += note(
            "CLAIMED",
            f"{claim.statement.rstrip('.')} ({claim.claim}). Here {model.event} goes from "
            f"{round(other * model.with_cause):,} to {round(other * model.without_cause):,} "
            f"in {other:,}.",
        )
    if why.given is not None:
        lines += note("THIS WORLD", given_text(why, why.given))
    lines += theories_part(why)
    lines += note("ASSUMED", f"{assumed_share(why.assumed, why.recalled, why.learnt)}.")
    return lines


def _footer(why: Why) -> list[str]:
    name = why.scenario
    first = why.strips[0].history if why.strips else 0
    commands = (f"claims {name}", f"source {name} PATH", f"replay {name} --history {first}")
    larger = () if why.size == "full" else ("--full", "--robust")
    lines = packed("  more:", [*larger, "--json", *commands])
    run = f"{why.size}, {thousands(why.histories)} histories"
    made = (
        f"scenario {shortened(why.digest)}",
        f"seed {why.seed}",
        run,
        f"code {why.code_version}",
    )
    lines += packed(" ", [name, *made])
    if why.cached is not None:
        lines += wrapped(
            f"Read from the cache of this machine, computed {why.cached}; --fresh runs it again.",
            "  ",
        )
    return lines
