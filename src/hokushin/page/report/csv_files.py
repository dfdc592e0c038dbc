"""Files of a page: what each figure draws, as tables to take away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hokushin.answer.document import Why
from hokushin.page.report.causes import Causes
from hokushin.page.report.council import MatterTable
from hokushin.page.report.csv_link import csv_link
from hokushin.page.report.sources import Sources
from hokushin.page.report.strips import Strips


def files_of(
    why: Why, causes: Causes, strips: Strips, council: Sequence[MatterTable], sources: Sources
) -> dict[str, str]:
    """Give a link to the table behind every figure; probabilities stand as computed."""
    files = {
        "strips": _strips(strips),
        "dots": csv_link(("dot", "probability"), enumerate(why.dots, 1)),
        "events": _fields(why.events, "name title value mc_error"),
        "causes": _causes(causes),
        "enough": _enough(why),
        "disputes": _disputes(why),
        "learnt": _fields(why.learnt, "path contraction shift"),
        "assumed": _fields(
            (number for _, numbers in sources.assumed for number in numbers),
            "path value low high unit note",
        ),
    }
    for table in council:
        columns = "month faction wants tabled taken stopped reasons"
        files[f"council-{table.name}"] = _fields(table.entries, columns)
    return files


def _strips(strips: Strips) -> str:
    rows = (
        (place, line.history, day, title)
        for place, line in enumerate(strips.lines, 1)
        for day, title in (line.dated or (("", ""),))
    )
    return csv_link(("line", "history", "day", "event"), rows)


def _causes(causes: Causes) -> str:
    columns = "name title group rank share mc_error low high if_alone"
    return _fields(
        (row.cause for row in causes.rows),
        columns,
        asserted_by=lambda cause: " ".join(cause.asserted_by),
        claims=lambda cause: " ".join(cause.claims),
    )


def _enough(why: Why) -> str:
    return _fields(
        why.enough,
        "level kind probability mc_error low high cost divergence sufficient",
        changes=lambda one: " + ".join(one.changes),
    )


def _disputes(why: Why) -> str:
    return _fields(
        why.contradictions,
        "name fact used reason",
        readings=lambda one: " | ".join(one.readings),
        other_reading=lambda one: one.moves and one.moves.value,
        mc_error=lambda one: one.moves and one.moves.mc_error,
    )


def _fields(items: Iterable[object], names: str, **worked_out: Callable[[Any], object]) -> str:
    """Tabulate attributes of items, and after them what is worked out from each item."""
    plain = names.split()
    rows = (
        (*(getattr(item, name) for name in plain), *(give(item) for give in worked_out.values()))
        for item in items
    )
    return csv_link((*plain, *worked_out), rows)
