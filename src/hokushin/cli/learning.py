"""Learning: fit a scenario to its record, and say what the record taught."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hokushin.cli.common import (
    AsJson,
    Fits,
    ScenarioName,
    Seed,
    day,
    give,
    guarded,
    judge_sampler,
    progress_on_stderr,
    tell,
)


def fit(
    scenario: ScenarioName,
    warmup: Annotated[int, typer.Option(help="Draws before, thrown away.", min=10)] = 500,
    draws: Annotated[int, typer.Option(help="Draws of each chain.", min=10)] = 600,
    chains: Annotated[int, typer.Option(help="Chains.", min=1)] = 4,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Learn from the record before this day.")
    ] = None,
    scale: Annotated[float, typer.Option(help="Factor on the spread of every prior.")] = 1.0,
    positions: Annotated[
        bool, typer.Option("--positions", help="Learn from what bodies were known to favour too.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what an earlier fit left.")
    ] = False,
    fits: Fits = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Learn the numbers of a scenario from what its record measured and decided."""
    with guarded(as_json):
        _one_device_a_chain(chains)
        from hokushin.answer.cache import keep_compiled
        from hokushin.answer.places import fits_folder
        from hokushin.infer.fit import fit as fit_scenario
        from hokushin.infer.learned import learned as what_was_learned
        from hokushin.infer.nuts import Effort
        from hokushin.scenario.load import load

        keep_compiled()
        loaded = load(scenario)
        name = loaded.scenario.scenario.id
        place = fits or fits_folder()
        parts = place / f"{name}.parts"
        if not resume:
            _forget(parts)
        effort = Effort(warmup=warmup, draws=draws, chains=chains, part=min(100, draws))
        with progress_on_stderr() as progress:
            try:
                posterior = fit_scenario(
                    loaded,
                    day(until, "--until"),
                    effort,
                    seed,
                    parts,
                    progress,
                    scale,
                    positions=positions,
                )
            except KeyboardInterrupt:
                tell("stopped; the same command with --resume goes on")
                raise
        posterior.save(place / f"{name}.npz")
        tell(f"written to {place / f'{name}.npz'}")
        give(what_was_learned(loaded, posterior), as_json)
        judge_sampler(posterior.made["gates"]["failures"])


def learned(
    scenario: ScenarioName,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw prior against posterior, as PNG.")
    ] = None,
    fits: Fits = None,
    as_json: AsJson = False,
) -> None:
    """Say what the record taught, number by number, and what is assumed still."""
    with guarded(as_json):
        from hokushin.answer.places import fits_folder
        from hokushin.infer.learned import learned as what_was_learned
        from hokushin.infer.posterior import find_posterior
        from hokushin.scenario.load import load

        loaded = load(scenario)
        place = fits or fits_folder()
        result = what_was_learned(loaded, find_posterior(loaded.scenario.scenario.id, place))
        if picture is not None:
            from hokushin.answer.learned_picture import learned_picture

            learned_picture(result).savefig(picture, dpi=110)
            tell(f"drawn to {picture}")
        give(result, as_json)


def _forget(parts: Path) -> None:
    """Remove what an interrupted fit left."""
    if parts.exists():
        for left in parts.iterdir():
            left.unlink()


def _one_device_a_chain(chains: int) -> None:
    """Let chains run side by side; to be said before JAX looks for its devices."""
    import os

    flag = "--xla_force_host_platform_device_count"
    flags = os.environ.get("XLA_FLAGS", "")
    if flag not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {flag}={chains}".strip()
