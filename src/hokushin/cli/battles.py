"""Battles: fit the engagement model to a table of battles, and score it on one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hokushin.cli.common import (
    AsJson,
    Seed,
    give,
    guarded,
    judge_sampler,
    progress_on_stderr,
    tell,
)

app = typer.Typer(
    name="battles",
    help="The engagement model: fit it to a table of battles, score it on one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

BattleTable = Annotated[
    Path, typer.Argument(metavar="FILE", help="A battle table, as docs/battles.md describes it.")
]


@app.command()
def fit(
    file: BattleTable,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the joint draws here, as Parquet.")
    ] = None,
    since: Annotated[
        int | None, typer.Option("--from", metavar="YEAR", help="First year that counts.")
    ] = None,
    until: Annotated[int | None, typer.Option(metavar="YEAR", help="Last year.")] = None,
    draws: Annotated[int, typer.Option(help="Draws of each chain.", min=10)] = 1500,
    warmup: Annotated[int, typer.Option(help="Draws before, thrown away.", min=10)] = 500,
    chains: Annotated[int, typer.Option(help="Chains.", min=1)] = 4,
    keep: Annotated[int, typer.Option(help="Joint draws to keep, at most.", min=1)] = 1000,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Fit the engagement model by Markov chain Monte Carlo; some ten minutes for 500 battles."""
    with guarded(as_json):
        import sys

        from hokushin.infer.battles.fit import fit as fit_file
        from hokushin.infer.battles.report import FitReport

        posterior = fit_file(
            file,
            since=since,
            until=until,
            draws=draws,
            warmup=warmup,
            chains=chains,
            keep=min(keep, draws * chains),
            seed=seed,
            progress=sys.stderr.isatty(),
        )
        if out is not None:
            posterior.save(out)
            tell(f"written to {out}")
        give(FitReport(posterior), as_json)
        judge_sampler(posterior.gates.failures)


@app.command()
def score(
    file: BattleTable,
    predictions: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write the predictions here, as CSV.")
    ] = None,
    fitted: Annotated[
        Path | None,
        typer.Option("--fit", metavar="FILE", help="Draws of `fit --out`; ours if absent."),
    ] = None,
    folds: Annotated[
        bool,
        typer.Option("--folds", help="Fit anew, five times, and score each fifth on the others."),
    ] = False,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Predict battles from what was known before, and score what is known of them since."""
    with guarded(as_json):
        if folds and fitted is not None:
            raise ValueError("--folds fits anew and takes no --fit; leave one of them out")
        if folds:
            from hokushin.infer.battles.folds import five_folds
            from hokushin.infer.battles.table import read_battles

            battles = read_battles(file).battles
            with progress_on_stderr() as progress:
                answer = five_folds(battles, seed=seed, progress=progress)
            made = answer.predictions
        else:
            from hokushin.infer.battles.assess import assess

            answer, made = assess(file, fitted, seed)
        if predictions is not None:
            predictions.write_text(made.csv(), encoding="utf-8")
            tell(f"written to {predictions}")
        give(answer, as_json)
