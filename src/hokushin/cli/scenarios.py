"""Scenarios: which there are, and what is wrong with one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from hokushin.cli.common import AsJson, ScenarioName, guarded, progress_on_stderr

if TYPE_CHECKING:
    from hokushin.scenario.load import Loaded


def check(
    scenario: ScenarioName,
    replay: Annotated[
        bool,
        typer.Option("--replay", help="Also walk the record: a choice that cannot be is an error."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check a scenario: every problem of it, with file, line and column."""
    with guarded(as_json):
        from hokushin.scenario.load import load
        from hokushin.scenario.paths import quantities_of

        loaded = load(scenario)
        if replay:
            _walk_the_record(loaded)
        said = {
            "scenario": loaded.scenario.scenario.id,
            "digest": loaded.digest,
            "problems": [],
            "numbers": sum(1 for _ in quantities_of(loaded.scenario)),
            "works": len(loaded.bibliography.works),
            "claims": len(loaded.claims),
            "decisions": len(loaded.record.decisions),
            "replayed": replay,
        }
        if as_json:
            typer.echo(json.dumps(said, indent=1))
            return
        typer.echo(
            f"{said['scenario']}: no problems. {said['numbers']:,} numbers, {said['works']} works, "
            f"{said['claims']} claims, {said['decisions']} decisions of the record.\n"
            f"digest {loaded.digest}"
        )


def _walk_the_record(loaded: Loaded) -> None:
    """Raise a `ScenarioError` that names every documented choice which the model cannot make.

    A program is compiled for it, which takes most of a minute, so it is asked for by itself.
    """
    from hokushin.answer.cache import keep_compiled
    from hokushin.model.build import build
    from hokushin.query.replayed import check_replay

    keep_compiled()
    with progress_on_stderr() as progress:
        progress("walking the record", 0, 0)
        check_replay(loaded, build(loaded.scenario)).raise_if_any()


def scenarios(as_json: AsJson = False) -> None:
    """List the scenarios that come with the package."""
    with guarded(as_json):
        from hokushin.scenario.load import load, names

        heads = [load(name).scenario for name in names()]
        listed = [
            {
                "name": one.scenario.id,
                "title": one.scenario.title,
                "questions": {key: entry.title for key, entry in one.questions.items()},
                "default": one.scenario.default_question,
            }
            for one in heads
        ]
        if as_json:
            typer.echo(json.dumps({"scenarios": listed}, ensure_ascii=False, indent=1))
            return
        for one in listed:
            typer.echo(f"{one['name']}: {one['title']}")
            for key, title in one["questions"].items():
                mark = "*" if key == one["default"] else " "
                typer.echo(f"  {mark} {key}: {title}")
