r"""Positions: what bodies were known to favour, as a few choices between courses; off by default.

A row of `record/positions.csv` shares a body's favour out over courses, as one coder read its
documents. It may speak only of days after the last of them, and only if a scored decision followed
that none of them was part of: else it would restate what it is to explain. So used, it counts as at
most three choices, between the best option of each course and moving nothing,

$$\log L = k \sum_c s_c \log \frac{e^{V_c}}{\sum_{c'} e^{V_{c'}}}, \qquad
V_c = \lambda \max_{o \in c} g_{fo},$$

in the mean over the steps of its time. Judgement is left out, as of stated conditions. Courses are
matters and options by `record/courses.csv`; rows that cannot be used are listed with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hokushin.infer.likelihood import Latent, RecordLikelihood
from hokushin.model.build import Model
from hokushin.scenario.dates import parse_date
from hokushin.scenario.record import Record

MOST_CHOICES = 3.0
"""Choices that a row counts for at most: it is one coder's judgement, with hindsight."""
_CLOSED = -30.0
"""Log-odds of a course of which no option is open."""


@dataclass(frozen=True)
class Position:
    """One row that can be used, on the axes of the model."""

    id: str
    first: int
    """First step that it speaks of."""
    last: int
    """The step after the last."""
    weight: float
    """Choices that it counts for."""
    shares: tuple[float, ...]
    """Of each course; they sum to one."""
    courses: tuple[tuple[tuple[int, int, int], ...], ...]
    """Cells (matter, act, member) of each course; none for moving nothing."""


@dataclass(frozen=True)
class Positions:
    """Rows that can be used before a day, and those that cannot."""

    rows: tuple[Position, ...]
    unused: tuple[tuple[str, str], ...]
    """Rows that cannot, with the reason."""

    def log_likelihood(self, likelihood: RecordLikelihood, latent: Latent) -> Array:
        """Log-likelihood of all rows together, in nats."""
        if not self.rows:
            return jnp.zeros(())
        choice = likelihood.params(latent.numbers).choice
        gain = choice.sharpness[0] * likelihood.features.gains(choice)
        can = jnp.asarray(likelihood.available[:, 1:, None])
        open_gain = jnp.where(can > 0, gain, _CLOSED)
        return sum((_of_row(row, open_gain) for row in self.rows), jnp.zeros(()))


def read_positions(model: Model, record: Record, end: date) -> Positions:
    """Find the rows that may inform choices before a day.

    Args:
        model: A model.
        record: Its record.
        end: First day that is not learnt from.
    """
    cells = _cells(model)
    courses = {(row["power"], row["course"]): row for row in record.tables.get("courses", ())}
    rows, unused = [], []
    for row in record.tables.get("positions", ()):
        found = _read(model, row, end, courses, cells)
        if isinstance(found, str):
            unused.append((row["id"], found))
        else:
            rows.append(found)
    return Positions(tuple(rows), tuple(unused))


def _read(
    model: Model,
    row: Mapping[str, str],
    end: date,
    courses: Mapping[tuple[str, str], Mapping[str, str]],
    cells: Mapping[tuple[str, str], tuple[int, int]],
) -> Position | str:
    """One row on the axes of the model, or why it cannot be used."""
    calendar = model.sets.calendar
    if not row.get("doc_last"):
        return "it rests on no dated document"
    if not row.get("independent_of"):
        return "no scored decision follows that its documents were not part of"
    begins = parse_date(row["doc_last"]).last + timedelta(days=1)
    ends = min(parse_date(row["end"]).last + timedelta(days=1), end)
    if not calendar.start_of(0) <= begins < ends:
        return f"{begins} to {ends} holds no day to learn from"
    first, last = calendar.index(begins), calendar.index(ends - timedelta(days=1)) + 1
    shares, told = [], []
    for i, course in enumerate(row["options"].split("|"), start=1):
        share = float(row.get(f"share_{i}") or 0.0)
        meant = courses.get((row["power"], course))
        own = None if meant is None else _course(model, row, meant, cells)
        if own is not None:
            shares.append(share)
            told.append(own)
        elif share > 0.0:
            return f"the model has no option of {row['key']} for {course}"
    whole = sum(shares)
    return Position(
        id=row["id"],
        first=first,
        last=last,
        weight=min(float(row["k"]), MOST_CHOICES),
        shares=tuple(share / whole for share in shares),
        courses=tuple(told),
    )


def _course(
    model: Model,
    row: Mapping[str, str],
    meant: Mapping[str, str],
    cells: Mapping[tuple[str, str], tuple[int, int]],
) -> tuple[tuple[int, int, int], ...] | None:
    """Cells of a course for the row's body; None if it has no say in the matter."""
    if not meant.get("matter"):
        return ()
    place = cells.get((f"{row['power']}.{row['key']}", f"{row['power']}.{meant['matter']}"))
    if place is None:
        return None
    matter, member = place
    options = model.sets.options[matter]
    return tuple((matter, options.index(o) - 1, member) for o in meant["options"].split(";"))


def _cells(model: Model) -> dict[tuple[str, str], tuple[int, int]]:
    """Matter and member of each faction in each matter, by name."""
    axes, found = model.axes, {}
    for m, of_matter in enumerate(axes.matter_of_pair):
        for member, pair in enumerate(np.flatnonzero(of_matter)):
            faction = model.sets.factions[axes.pair_faction[pair]]
            found[faction, model.sets.matters[m]] = (m, member)
    return found


def _of_row(row: Position, gain: Float[Array, "matter act member lane"]) -> Array:
    """Log-likelihood of one row."""
    lanes = slice(row.first, row.last)
    values = []
    for course in row.courses:
        own = [gain[matter, act, member, lanes] for matter, act, member in course]
        best = jnp.stack(own).max(axis=0) if own else jnp.zeros(row.last - row.first)
        values.append(best)
    log_share = jax.nn.log_softmax(jnp.stack(values), axis=0)
    return row.weight * jnp.sum(jnp.asarray(row.shares) * log_share.mean(axis=1))
