"""Scoring: facts held back from a scenario, predicted and compared with simple rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hokushin.cli.common import (
    QUALITY,
    AsJson,
    AskedBasis,
    Fits,
    ScenarioName,
    Seed,
    day,
    give,
    guarded,
    tell,
)


def score(
    scenario: ScenarioName,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A table of facts, as docs/score.md describes.")
    ],
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day that is scored.")
    ] = None,
    basis: AskedBasis = None,
    histories: Annotated[int, typer.Option(help="Draws to be averaged over.", min=128)] = 256,
    fits: Fits = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Score facts that a scenario was not made from, beside simple rules."""
    with guarded(as_json):
        from hokushin.answer.basis import choose_basis
        from hokushin.answer.cache import keep_compiled
        from hokushin.infer.score.score import score_file
        from hokushin.scenario.load import load

        keep_compiled()
        loaded = load(scenario)
        chosen = choose_basis(loaded, basis, fits)
        if chosen.note is not None:
            tell(f"hokushin: {chosen.note}; the priors are scored")
        result = score_file(
            loaded,
            file,
            day(since, "--from"),
            chosen.posterior,
            histories,
            seed,
            lambda digest: tell(f"table of directions frozen: sha256 {digest}"),
        )
        give(result, as_json)
        own = result.decisions
        if own is not None and not result.passes:
            tell(
                f"hokushin: only {own.representable} of {own.episodes} decisions are in the words "
                "of the model, and nine in ten are needed"
            )
            raise typer.Exit(QUALITY)
