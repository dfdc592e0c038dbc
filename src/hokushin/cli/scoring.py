"""Scoring: facts held back from a scenario, predicted and compared with simple rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hokushin.cli.common import QUALITY, AsJson, ScenarioName, Seed, day, give, guarded, tell

if TYPE_CHECKING:
    from hokushin.infer.posterior import Posterior


def score(
    scenario: ScenarioName,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A table of facts, as docs/score.md describes.")
    ],
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day that is scored.")
    ] = None,
    basis: Annotated[
        str | None,
        typer.Option(metavar="prior|posterior", help="Fitted draws if there are any, if absent."),
    ] = None,
    histories: Annotated[int, typer.Option(help="Draws to be averaged over.", min=128)] = 256,
    fits: Annotated[
        Path | None,
        typer.Option(
            "--fits", metavar="FOLDER", help="Where fitted draws lie; the cache if absent."
        ),
    ] = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Score facts that a scenario was not made from, beside simple rules."""
    with guarded(as_json):
        if basis not in (None, "prior", "posterior"):
            raise ValueError(f"--basis is {basis}, but must be prior or posterior")
        from hokushin.answer.cache import folder, keep_compiled
        from hokushin.infer.score.score import score_file
        from hokushin.scenario.load import load

        keep_compiled()
        loaded = load(scenario)
        name, place = loaded.scenario.scenario.id, fits or folder() / "fits"
        posterior = None if basis == "prior" else _fresh(name, loaded.digest, place, basis)
        result = score_file(
            loaded,
            file,
            day(since, "--from"),
            posterior,
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


def _fresh(scenario: str, digest: str, place: Path, basis: str | None) -> Posterior | None:
    """Give the fitted draws if they belong to this scenario and code; say so if they do not."""
    from hokushin.infer.posterior import StaleError, find_posterior

    posterior = find_posterior(scenario, place)
    if posterior is None:
        if basis == "posterior":
            raise ValueError(
                f"there are no fitted draws of {scenario}; make them with: hokushin fit {scenario}"
            )
        return None
    try:
        posterior.check(digest)
    except StaleError as stale:
        if basis == "posterior":
            raise
        tell(f"hokushin: {stale}; the priors are scored")
        return None
    return posterior
