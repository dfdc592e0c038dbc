"""Asking: why, what the sources claim, and where a number is from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hokushin.cli.common import (
    QUALITY,
    AsJson,
    AskedBasis,
    ScenarioName,
    Seed,
    give,
    guarded,
    plain_terminal,
    progress_on_stderr,
    show,
    tell,
)

if TYPE_CHECKING:
    from hokushin.answer.document import Why
    from hokushin.scenario.load import Loaded


def why(
    scenario: ScenarioName,
    question: Annotated[
        str | None, typer.Option(help="One of its questions; its default one if absent.")
    ] = None,
    histories: Annotated[int, typer.Option(help="Histories of the headline.")] = 8192,
    seed: Seed = 1,
    basis: AskedBasis = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="Larger, with what takes long; goes on where it was stopped."),
    ] = False,
    robust: Annotated[
        bool, typer.Option("--robust", help="Other rules, other noise, other rights to block.")
    ] = False,
    given_record: Annotated[
        bool, typer.Option("--given-record", help="Effects in histories that choose as it did.")
    ] = False,
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option(help="Write one page that needs no network.")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="One fact a line, no pictures.")] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="ASCII characters alone.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run it again, whatever the cache holds.")
    ] = False,
) -> None:
    """Answer why something did, or did not, come about."""
    with guarded(as_json):
        from hokushin.scenario.load import load

        loaded = load(scenario)
        options = {
            "question": question,
            "histories": histories,
            "seed": seed,
            "basis": basis,
            "full": full,
            "robust": robust,
            "given_record": given_record,
        }
        answer = _answer(loaded, options, fresh)
        if html is not None:
            from hokushin.page.report import report

            html.write_text(report(answer, loaded), encoding="utf-8")
            tell(f"written to {html}")
        elif as_json:
            give(answer, as_json)
        else:
            from hokushin.answer.text import render

            show(render(answer, plain=plain, ascii_only=ascii_only or plain_terminal()))
        _judge(answer)


def claims(
    scenario: ScenarioName,
    histories: Annotated[int, typer.Option(help="Histories behind every effect.", min=256)] = 4096,
    seed: Seed = 1,
    basis: AskedBasis = None,
    as_json: AsJson = False,
) -> None:
    """Show every claim of the sources, what carries it, and what the model makes of it."""
    with guarded(as_json):
        from hokushin.answer.cache import keep_compiled
        from hokushin.answer.claims import claims as put_claims

        keep_compiled()
        with progress_on_stderr() as progress:
            answer = put_claims(scenario, histories, seed, progress, basis)
        give(answer, as_json)


def source(
    scenario: ScenarioName,
    path: Annotated[str, typer.Argument(metavar="PATH", help="Dotted path of a number.")],
    as_json: AsJson = False,
) -> None:
    """Show a number: value, prior, works cited, who contradicts."""
    with guarded(as_json):
        from hokushin.answer.source import source as find_source

        give(find_source(scenario, path), as_json)


def _answer(loaded: Loaded, options: dict[str, Any], fresh: bool) -> Why:
    """Read the answer from the cache of this machine, or work it out and keep it there."""
    from hokushin.answer.basis import choose_basis
    from hokushin.answer.cache import keep_compiled, key_of, recall, remember
    from hokushin.answer.version import code_version

    basis = choose_basis(loaded, options["basis"]).identity
    key = key_of(loaded.digest, code_version(), {**options, "basis": basis})
    kept = None if fresh else recall(key)
    if kept is not None:
        return kept
    from hokushin.answer.why import why as ask

    keep_compiled()
    with progress_on_stderr() as progress:
        try:
            answer = ask(loaded, progress=progress, **options)
        except KeyboardInterrupt:
            if options["full"]:
                tell("stopped; the same command goes on from what it has run")
            raise
    remember(key, answer)
    return answer


def _judge(answer: Why) -> None:
    """End with a code of its own where an answer does not meet its own standard."""
    from hokushin.answer.effort import LARGEST_ERROR

    if answer.probability.mc_error > LARGEST_ERROR:
        tell(
            f"hokushin: the counting error is {answer.probability.mc_error:.3f}, more than "
            f"{LARGEST_ERROR}; ask for more --histories"
        )
        raise typer.Exit(QUALITY)
