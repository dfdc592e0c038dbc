"""Files: a table as a CSV file inside a link, so that a page needs no server to give it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote


def csv_link(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Give a `data:` address that holds a table as UTF-8 text, commas between its cells."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return "data:text/csv;charset=utf-8," + quote(text.getvalue(), safe="")
