"""Theories: explanations of a scenario's events, held against each other on its record."""

from __future__ import annotations

from typing import Annotated

import typer

from hokushin.cli.common import AsJson, ScenarioName, day, give, guarded, progress_on_stderr, tell
from hokushin.cli.learning import Fits


def theories(
    scenario: ScenarioName,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Compare again, whatever comparison is kept.")
    ] = False,
    cuts: Annotated[
        list[str] | None,
        typer.Option("--cut", metavar="DATE", help="Hold out what follows this day; repeatable."),
    ] = None,
    seeds: Annotated[int, typer.Option(help="Runs at the scenario's own priors.", min=1)] = 3,
    particles: Annotated[int, typer.Option(help="Particles of a run.", min=8)] = 96,
    own_rows: Annotated[
        bool, typer.Option("--own-rows", help="Also all rows that each theory speaks of.")
    ] = False,
    fits: Fits = None,
    as_json: AsJson = False,
) -> None:
    """Hold explanations against each other: forecasts first, then evidence, then fact by fact.

    Without --fresh, a comparison that ships or lies in the folder is shown if it belongs to this
    version of the scenario and of the program. A fresh one takes an hour or more; finished runs are
    kept in the folder, and the same command goes on after them.
    """
    with guarded(as_json):
        from hokushin.answer.cache import folder, keep_compiled
        from hokushin.infer.theories.report import find_theories
        from hokushin.scenario.load import load

        keep_compiled()
        loaded = load(scenario)
        name, place = loaded.scenario.scenario.id, fits or folder() / "fits"
        kept = find_theories(name, place)
        if kept is not None and not fresh:
            kept.check(loaded.digest)
            tell(f"read from a comparison of {kept.made['passes']} runs; --fresh makes it again")
            give(kept, as_json)
            return
        if not fresh:
            raise ValueError(
                f"the theories of {name} have not been compared; compare them, in an hour or so, "
                f"with: hokushin theories {name} --fresh"
            )
        from hokushin.infer.theories.bench import Plan
        from hokushin.infer.theories.sequence import SequenceEffort
        from hokushin.infer.theories.weigh import weigh

        written = cuts or (kept.cuts if kept is not None else ())
        days = (day(text, "--cut") for text in written)
        said = tuple(found for found in days if found is not None)
        effort = SequenceEffort(particles=particles)
        plan = Plan(said, effort, tuple(range(1, seeds + 1)), own_rows=own_rows)
        with progress_on_stderr() as progress:
            try:
                result = weigh(loaded, plan, place / f"{name}-theories.parts", progress)
            except KeyboardInterrupt:
                tell("stopped; the same command goes on where it did")
                raise
        result.save(place / f"{name}-theories.json")
        tell(f"written to {place / f'{name}-theories.json'}")
        give(result, as_json)
