"""Running: ensembles on disk, one history as a story, and whether a folder is what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hokushin.cli.common import (
    INCOMPLETE,
    MISMATCH,
    AsJson,
    AskedBasis,
    ScenarioName,
    Seed,
    day,
    give,
    guarded,
    progress_on_stderr,
    tell,
)


def run(
    scenario: ScenarioName,
    histories: Annotated[int, typer.Option(help="How many histories.", min=1)],
    out: Annotated[Path, typer.Option(help="Folder to write, new or empty unless resumed.")],
    seed: Seed = 1,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="The record is forced before this day."),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Histories stop before this day.")
    ] = None,
    do: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHANGE", help="Made in every history: set PATH=NUMBER, force OPTION@DATE ..."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what an earlier run left.")
    ] = False,
    shard: Annotated[str, typer.Option(metavar="I/N", help="Run one of N parts.")] = "1/1",
    basis: AskedBasis = None,
    as_json: AsJson = False,
) -> None:
    """Run an ensemble into a folder: one row a history, in files with checksums."""
    with guarded(as_json):
        from hokushin.answer.cache import keep_compiled
        from hokushin.answer.ensemble import run as run_histories

        keep_compiled()
        with progress_on_stderr() as progress:
            try:
                manifest = run_histories(
                    scenario,
                    histories,
                    out,
                    seed=seed,
                    branch=day(since, "--from"),
                    horizon=day(until, "--until"),
                    changes=tuple(do or ()),
                    resume=resume,
                    shard=_shard(shard),
                    progress=progress,
                    basis=basis,
                )
            except KeyboardInterrupt:
                tell(f"stopped; the same command with --resume goes on in {out}")
                raise
        if as_json:
            give(manifest, as_json)
        else:
            rows = sum(chunk.rows for chunk in manifest.chunks)
            typer.echo(f"{out}: {rows:,} histories in {len(manifest.chunks)} files")


def replay(
    target: Annotated[
        str, typer.Argument(metavar="RUN|SCENARIO", help="A folder of histories, or a scenario.")
    ],
    history: Annotated[int, typer.Option(help="Number of the history.", min=0, max=2**32 - 1)],
    seed: Annotated[
        int | None, typer.Option(help="Seed; that of the run, or 1, if absent.", min=0)
    ] = None,
    basis: AskedBasis = None,
    as_json: AsJson = False,
) -> None:
    """Tell one history as a dated story, and where it leaves the record."""
    with guarded(as_json):
        from hokushin.answer.cache import keep_compiled
        from hokushin.answer.replay import replay as tell_story
        from hokushin.answer.replay import replay_from

        keep_compiled()
        with progress_on_stderr() as progress:
            progress("compiling", 0, 0)
            if any(Path(target).glob("manifest*.json")):
                story = replay_from(target, history, seed)
            else:
                story = tell_story(target, history, 1 if seed is None else seed, basis=basis)
        give(story, as_json)


def verify(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A folder of histories.")],
    as_json: AsJson = False,
) -> None:
    """Check a run: manifest, checksums, and the scenario that it was made with."""
    with guarded(as_json):
        from hokushin.answer.verify import verify as check_folder

        found = check_folder(folder)
        give(found, as_json)
        if found.mismatches:
            raise typer.Exit(MISMATCH)
        if not found.complete:
            tell("incomplete: hokushin run with --resume goes on")
            raise typer.Exit(INCOMPLETE)


def _shard(written: str) -> tuple[int, int]:
    number, slash, of = written.partition("/")
    if not slash or not number.isdecimal() or not of.isdecimal():
        raise ValueError(f"--shard is {written!r}; write a part and their number, such as 1/4")
    return int(number), int(of)
