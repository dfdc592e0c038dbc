"""Sensitivity: which of its numbers an answer hangs on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hokushin.cli.common import (
    AsJson,
    AskedBasis,
    ScenarioName,
    Seed,
    give,
    guarded,
    progress_on_stderr,
    tell,
)


class Method(StrEnum):
    """What can be done beside moving every number to its ends."""

    MORRIS = "morris"
    SOBOL = "sobol"
    GIVEN = "given"
    BOXES = "boxes"


def sensitivity(
    scenario: ScenarioName,
    question: Annotated[
        str | None, typer.Option("--question", metavar="ID", help="The default one if absent.")
    ] = None,
    method: Annotated[
        list[Method] | None,
        typer.Option("--method", help="What is done beside moving every number to its ends."),
    ] = None,
    basis: AskedBasis = None,
    histories: Annotated[
        int, typer.Option(help="In which the numbers that show most are moved.", min=64)
    ] = 192,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Keep what has run; the same goes on."),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="Draw the largest, as PNG.")
    ] = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Say which numbers an answer hangs on, and which a historian should check next."""
    with guarded(as_json):
        from hokushin.answer.cache import keep_compiled
        from hokushin.answer.sensitivity import Size
        from hokushin.answer.sensitivity import sensitivity as study

        keep_compiled()
        with progress_on_stderr() as progress:
            result = study(
                scenario,
                question,
                tuple(one.value for one in method or ()),
                basis,
                seed,
                Size(ends=histories, screen=min(32, histories)),
                out,
                progress,
            )
        if picture is not None:
            from hokushin.answer.sensitivity_pictures import ends_picture

            ends_picture(result).savefig(picture, dpi=110)
            tell(f"drawn to {picture}")
        give(result, as_json)
