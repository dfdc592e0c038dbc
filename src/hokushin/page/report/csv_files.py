"""Files of a page: what each figure draws, as tables to take away."""

from __future__ import annotations

from collections.abc import Sequence

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
    return {
        "strips": csv_link(
            ("line", "history", "day", "event"),
            (
                (place, line.history, day, title)
                for place, line in enumerate(strips.lines, 1)
                for day, title in (line.dated or (("", ""),))
            ),
        ),
        "dots": csv_link(("dot", "probability"), enumerate(why.dots, 1)),
        "events": csv_link(
            ("event", "title", "probability", "mc_error"),
            ((e.name, e.title, e.value, e.mc_error) for e in why.events),
        ),
        "causes": csv_link(
            ("cause", "title", "group", "tie_group", "share", "mc_error", "low", "high", "if_alone")
            + ("sources", "claims"),
            (
                (c.name, c.title, c.group, c.rank, c.share, c.mc_error, c.low, c.high, c.if_alone)
                + (" ".join(c.asserted_by), " ".join(c.claims))
                for c in (row.cause for row in causes.rows)
            ),
        ),
        "enough": csv_link(
            ("changes", "level", "kind", "probability", "mc_error", "low", "high", "stretch_nats")
            + ("from", "enough"),
            (
                (" + ".join(s.changes), s.level, s.kind, s.probability, s.mc_error, s.low, s.high)
                + (s.cost, s.divergence, s.sufficient)
                for s in why.enough
            ),
        ),
        "disputes": csv_link(
            ("name", "fact", "readings", "used", "reason", "other_reading", "mc_error"),
            (
                (d.name, d.fact, " | ".join(d.readings), d.used, d.reason)
                + ((d.moves.value, d.moves.mc_error) if d.moves else (None, None))
                for d in why.contradictions
            ),
        ),
        "learnt": csv_link(
            ("number", "contraction", "shift"),
            ((n.path, n.contraction, n.shift) for n in why.learnt),
        ),
        "assumed": csv_link(
            ("number", "value", "low", "high", "unit", "note"),
            (
                (n.path, n.value, n.low, n.high, n.unit, n.note)
                for _, numbers in sources.assumed
                for n in numbers
            ),
        ),
        **{
            f"council-{table.name}": csv_link(
                ("month", "faction", "wants", "tabled", "taken", "stopped", "reasons"),
                (
                    (e.month, e.faction, e.wants, e.tabled, e.taken, e.stopped, e.reasons)
                    for e in table.entries
                ),
            )
            for table in council
        },
    }
