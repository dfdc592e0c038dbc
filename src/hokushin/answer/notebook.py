"""Notebook: the answer as a small table, for a cell of a notebook."""

from __future__ import annotations

from html import escape

from hokushin.answer.document import Why
from hokushin.answer.findings import SMALLEST_TOTAL
from hokushin.answer.text import headline_text
from hokushin.answer.text_causes import printed


def table(why: Why) -> str:
    """Give the opening sentence and the causes as HTML that needs no style sheet."""
    unit, _, none, shares = printed(why)
    rows = [f"<p><b>{escape(why.title)}</b></p>", f"<p>{escape(headline_text(why))}</p>"]
    if abs(why.v_all - why.v_none) < SMALLEST_TOTAL:
        return "\n".join(rows)
    rows.append(
        f"<table><thead><tr><th scope='col'>cause</th><th scope='col'>share in {unit:,}</th>"
        "<th scope='col'>nine chances in ten</th><th scope='col'>event if it alone is off</th>"
        "</tr></thead><tbody>"
    )
    for cause in why.causes:
        low, high = round(unit * cause.low), round(unit * cause.high)
        rows.append(
            f"<tr><th scope='row'>{escape(cause.title)}</th><td>{shares[cause.name]:,}</td>"
            f"<td>{low:,} to {high:,}</td><td>{round(unit * cause.if_alone):,}</td></tr>"
        )
    rows.append(f"</tbody></table><p>With every cause off: {none:,} in {unit:,}.</p>")
    return "\n".join(rows)
