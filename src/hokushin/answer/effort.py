"""Effort: how many histories each part of an answer is given, within a time to answer."""

from __future__ import annotations

from dataclasses import replace

from hokushin.answer.document import Effort

FEWEST_HEADLINE = 4096
"""Histories below which no headline is given."""

LARGEST_ERROR = 0.01
"""Counting error of a headline beyond which an answer fails its own quality gate."""

SMALLEST = Effort(
    headline=8192,
    with_none=2048,
    draws=64,
    histories_per_draw=32,
    leave_one_out=512,
    share_draws=32,
    share_histories_per_draw=8,
    screen=128,
    confirm=512,
    causes_in_sets=False,
)
"""What a quick answer never goes below."""

FULL = Effort(
    headline=65_536,
    with_none=65_536,
    draws=256,
    histories_per_draw=128,
    leave_one_out=8192,
    share_draws=512,
    share_histories_per_draw=8,
    screen=1024,
    confirm=8192,
    causes_in_sets=True,
    table=2048,
)
"""What a full answer uses, however long it takes. A table of thirteen groups is 2^13 combinations
of 2,048 histories each, seventeen million rows: half an hour on two cores."""

DOCUMENTED_HISTORIES = 512
"""Histories with every choice of the record forced."""

SET_DRAWS, SET_HISTORIES_PER_DRAW = 64, 16
"""Draws, and histories of each, behind the interval of a set that is listed."""

_READINGS = 6
"""Worlds with another reading or a counterfactual claim that a scenario is taken to have."""

_LISTED = 6


def rows(effort: Effort, n_causes: int, n_groups: int) -> int:
    """Count the rows that an answer of this effort runs, about.

    Headline, the world without causes, the draws, each cause left out and each other reading, two
    rows for every cause in each history that shares are walked in, the sets to size two, and for
    those that are listed their confirmation and their interval.
    """
    sets = n_groups + n_groups * (n_groups - 1) // 2
    listed = _LISTED
    if effort.causes_in_sets:
        sets += n_causes + n_causes * (n_causes - 1) // 2
        listed += _LISTED
    return (
        effort.headline
        + effort.with_none
        + effort.draws * effort.histories_per_draw
        + (n_causes + _READINGS) * effort.leave_one_out
        + 2 * n_causes * effort.share_draws * effort.share_histories_per_draw
        + sets * effort.screen
        + listed * (2 * effort.confirm + SET_DRAWS * SET_HISTORIES_PER_DRAW)
    )


def choose_effort(
    rate: float, seconds: float, n_causes: int, n_groups: int, histories: int
) -> Effort:
    """Choose the largest effort whose rows fit into the time at a measured rate of rows a second.

    Efforts double from one to the next, so that machines of about one speed give the same answer
    to the last digit, and the answer says which it was.
    """
    chosen, *larger = ladder(histories)
    for effort in larger:
        if rows(effort, n_causes, n_groups) > rate * seconds:
            break
        chosen = effort
    return chosen


def ladder(histories: int) -> tuple[Effort, ...]:
    """Give the efforts of a quick answer, smallest first, with so many histories in headlines."""
    first = replace(SMALLEST, headline=histories, with_none=min(SMALLEST.with_none, histories))
    second = replace(first, draws=128, leave_one_out=1024, share_draws=64, confirm=1024)
    third = replace(
        second, with_none=4096, leave_one_out=2048, share_draws=128, screen=256, confirm=2048
    )
    fourth = replace(third, leave_one_out=4096, share_draws=256, screen=512, causes_in_sets=True)
    fifth = replace(
        fourth,
        with_none=histories,
        draws=256,
        histories_per_draw=64,
        leave_one_out=histories,
        share_histories_per_draw=16,
        screen=1024,
        confirm=4096,
    )
    return first, second, third, fourth, fifth
