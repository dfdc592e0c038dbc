"""App: the commands by name. Nothing here imports more than what help needs."""

from __future__ import annotations

from typing import Annotated

import typer

import hokushin
from hokushin.cli.asking import claims, source, why
from hokushin.cli.battles import app as battles
from hokushin.cli.learning import fit, learned
from hokushin.cli.running import replay, run, verify
from hokushin.cli.scenarios import check, scenarios
from hokushin.cli.scoring import score
from hokushin.cli.sensitivity import sensitivity
from hokushin.cli.theories import theories

app = typer.Typer(
    name="hokushin",
    help="Simulates historical decisions many times over and asks what caused them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"hokushin {hokushin.__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Simulates historical decisions many times over and asks what caused them."""


for _command in (
    why,
    claims,
    source,
    sensitivity,
    check,
    run,
    replay,
    verify,
    fit,
    learned,
    theories,
    score,
    scenarios,
):
    app.command()(_command)
app.add_typer(battles)
