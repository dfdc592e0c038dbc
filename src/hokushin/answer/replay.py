"""Replay: one history as a dated story, and where it leaves the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hokushin.answer.basis import choose_basis
from hokushin.answer.happenings import Happening, happenings
from hokushin.answer.layout import shortened, wrapped
from hokushin.answer.plain import plain
from hokushin.answer.verify import manifests_of
from hokushin.answer.version import code_version
from hokushin.answer.words import day_in_words
from hokushin.answer.world import World, first_day, prepare
from hokushin.engine.run import Documented, Simulator
from hokushin.model.step import Report
from hokushin.scenario.changes import parse_changes
from hokushin.scenario.load import load
from hokushin.scenario.schema import Rewrite

if TYPE_CHECKING:
    from hokushin.scenario.load import Loaded

SCHEMA = "hokushin/replay/1"

SAME_DAYS = 31
"""Days within which a choice counts as the one that the record has."""

_AS_RECORDED, _OTHER, _MISSING = "as recorded", "not in the record", "only in the record"


@dataclass(frozen=True)
class Story:
    """One history, day by day, in sentences."""

    schema: str
    scenario: str
    digest: str
    code_version: str
    basis: str
    """`prior`, or `posterior` and the content of the fitted draws."""
    seed: int
    history: int
    branch: str
    horizon: str
    happenings: tuple[Happening, ...]
    departure: str | None
    """First day after the branch on which the history and the record part."""

    def as_dict(self) -> dict[str, Any]:
        """Give the document as plain JSON values."""
        return plain(self)

    def __str__(self) -> str:
        return render(self)


def replay(
    scenario: str | Path | Loaded,
    history: int,
    seed: int = 1,
    question: str | None = None,
    branch: date | None = None,
    horizon: date | None = None,
    changes: tuple[tuple[str, tuple[Rewrite, ...]], ...] = (),
    basis: str | None = None,
) -> Story:
    """Tell one history from the branch on: who proposed what, what was taken, stopped and fought.

    Its bits are those that it has in any ensemble of the same seed. Branch and horizon are those
    of the question (the default one) unless given.
    """
    world = prepare(scenario, changes, basis)
    _, asked = world.question(question)
    since, until = branch or first_day(asked.branch), horizon or first_day(asked.horizon)
    simulator = world.simulator(since, until, seed)
    report = simulator.trace(history, world.present())
    told = list(happenings(world, simulator, report))
    told = [_beside_record(world, one) for one in told]
    told += _missing(world, simulator, since, until, report)
    told.sort(key=lambda one: one.date)
    apart = [one.date for one in told if one.record in (_OTHER, _MISSING)]
    return Story(
        schema=SCHEMA,
        scenario=world.scenario.scenario.id,
        digest=world.loaded.digest,
        code_version=code_version(),
        basis=world.basis.identity,
        seed=seed,
        history=history,
        branch=since.isoformat(),
        horizon=until.isoformat(),
        happenings=tuple(told),
        departure=min(apart, default=None),
    )


def replay_from(folder: str | Path, history: int, seed: int | None = None) -> Story:
    """Tell one history of a run on disk, with its window, its changes and its seed.

    Raises `ValueError` if the folder holds no run, or not that history.
    """
    manifest = manifests_of(Path(folder))[0]
    if not 0 <= history < manifest.histories:
        raise ValueError(f"{folder} holds histories 0 to {manifest.histories - 1}, not {history}")
    loaded = load(manifest.given_as)
    if loaded.digest != manifest.digest:
        raise ValueError(
            f"{manifest.given_as} is not the scenario that {folder} was made with any more; "
            "its histories cannot be told again"
        )
    kind, *_ = manifest.basis.split()
    if choose_basis(loaded, kind).identity != manifest.basis:
        raise ValueError(
            f"{folder} was run on fitted draws that are not those of today; "
            "its histories cannot be told again"
        )
    rewrites = parse_changes(manifest.changes, loaded.scenario)
    return replay(
        loaded,
        history,
        manifest.seed if seed is None else seed,
        branch=first_day(manifest.branch),
        horizon=first_day(manifest.horizon),
        changes=tuple((text, (one,)) for text, one in zip(manifest.changes, rewrites, strict=True)),
        basis=kind,
    )


def render(story: Story) -> str:
    """Give a story as text, at most eighty columns wide."""
    lines = wrapped(
        f"History {story.history} of seed {story.seed}, {story.scenario}, from "
        f"{day_in_words(story.branch)} to {day_in_words(story.horizon)}. "
        + (
            f"It first leaves the record on {day_in_words(story.departure)}."
            if story.departure
            else "Its choices are those of the record."
        )
    )
    day = ""
    for one in story.happenings:
        shown = one.date if one.date != day else ""
        day = one.date
        said = f"{one.text} [{one.record}]" if one.record else one.text
        lines += wrapped(f"{shown:<11} {said}", rest=" " * 12)
    made = f"scenario {shortened(story.digest)}  code {story.code_version}"
    return "\n".join([*lines, made])


def _beside_record(world: World, one: Happening) -> Happening:
    """Say of a choice whether the record has it too, within a month."""
    if one.choice is None:
        return one
    day = first_day(one.date)
    same = [done.day for done in world.documented if _path(world, done) == one.choice]
    nearest = min(same, key=lambda recorded: abs((recorded - day).days), default=None)
    if nearest is None or abs((nearest - day).days) > SAME_DAYS:
        return one.beside(_OTHER)
    return one.beside(f"{_AS_RECORDED}, {nearest.isoformat()}")


def _missing(
    world: World, simulator: Simulator, branch: date, horizon: date, report: Report
) -> Iterator[Happening]:
    """What the record has after the branch and this history does not."""
    calendar = world.model.sets.calendar
    taken = np.asarray(report.taken)
    for done in world.documented:
        if not branch <= done.day < horizon:
            continue
        near = [
            step
            for step in range(simulator.first_free, simulator.stop)
            if abs((calendar.start_of(step) - done.day).days) <= SAME_DAYS
            and taken[step, done.matter, done.option] > 0
        ]
        if not near:
            text = f"recorded, not here: {described(world, done.matter, done.option)}"
            yield Happening(done.day.isoformat(), "record", text, _MISSING)


def described(world: World, matter: int, option: int) -> str:
    """Say who takes which option: the power, and the option's title."""
    key = world.model.axes.matters[matter]
    entry = world.scenario.matters[key]
    power = world.scenario.powers[key.split(".")[0]].title
    name = world.model.axes.options[matter][option]
    return f"{power}: {entry.options[name].title}"


def _path(world: World, done: Documented) -> str:
    axes = world.model.axes
    return f"{axes.matters[done.matter]}.{axes.options[done.matter][done.option]}"
