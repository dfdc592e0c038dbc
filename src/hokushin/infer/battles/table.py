"""Table: battles as arrays, in the terms of the engagement model."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from hokushin.infer.battles.columns import CONDITIONS, POWERS, read_rows
from hokushin.scenario.problems import Problems
from hokushin.scenario.strict_csv import Row

ERAS = ("1600-1788", "1789-1899", "1900-18", "1919-53", "1954-")
"""Eras, each up to the year before the next begins."""

_ERA_BEGINS = (1789, 1900, 1919, 1954)

ALL_LOST = 0.95
"""A share of men lost that is recorded at this or more only says that the side was destroyed.

Strengths are known to within a tenth or a quarter, so what lies between .95 and 1 is a matter of
the record. Such a loss counts as this share *or more*.
"""


@dataclass(frozen=True, eq=False)
class Battles:
    """Battles in the terms of `hokushin.model.battle.Encounter`; every array has one axis, battle.

    Shares are 0 to 1. Unknown armour and air are even, unknown surprise none, unknown ground
    rolling and open, an unknown posture hasty. Outcomes that are not known are NaN.
    """

    id: np.ndarray
    cluster: np.ndarray
    year: np.ndarray
    era: np.ndarray
    """Position in `ERAS`."""
    attacker: np.ndarray
    """Name of the power, as the table writes it."""
    defender: np.ndarray
    log_ratio: np.ndarray
    log_men: np.ndarray
    log_armour: np.ndarray
    air: np.ndarray
    surprise: np.ndarray
    fortified: np.ndarray
    prepared: np.ndarray
    delay: np.ndarray
    rugged: np.ndarray
    flat: np.ndarray
    wooded: np.ndarray
    winter: np.ndarray
    wet: np.ndarray
    outcome: np.ndarray
    """1 the attacker won, 0 a draw, -1 the defender won."""
    log_days: np.ndarray
    share_attacker: np.ndarray
    """Share of the attacker's men lost; `ALL_LOST` stands for that or more."""
    share_defender: np.ndarray
    advance_km: np.ndarray
    log_casualty_ratio: np.ndarray
    """ln of the attacker's over the defender's casualties."""
    scored: np.ndarray
    """Whether the outcome is known and the battle is not another's second entry."""

    def __len__(self) -> int:
        return len(self.id)

    def take(self, chosen: np.ndarray) -> Battles:
        """Give the battles that a mask or positions choose."""
        return Battles(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})

    def features(self, terms: Sequence[str]) -> np.ndarray:
        """Stack terms into the columns of a matrix, battle by term.

        `works` is the share of the defence that is prepared or fortified, `win` and `draw` are
        what the outcome was.
        """
        return np.stack([self._term(name) for name in terms], axis=-1).astype(float)

    def _term(self, name: str) -> np.ndarray:
        if name == "works":
            return np.minimum(1.0, self.prepared + self.fortified)
        if name in ("win", "draw"):
            return (self.outcome == (1.0 if name == "win" else 0.0)).astype(float)
        return getattr(self, name)


@dataclass(frozen=True, eq=False)
class BattleFile:
    """A battle table that was read."""

    battles: Battles
    left_out: tuple[str, ...]
    """Ids of rows without the strength of a side: nothing can be said of them."""
    unknown: tuple[str, ...]
    """Columns of conditions that the table lacks; they are unknown throughout."""


def read_battles(path: str | Path) -> BattleFile:
    """Read a battle table; raise `ScenarioError` with every problem, file, line and column."""
    path = Path(path)
    problems = Problems()
    rows = read_rows(path.read_bytes(), path.name, problems)
    reader = _Reader(problems)
    parsed = [reader.row(row) for row in rows]
    problems.raise_if_any()
    kept = [row for row in parsed if row is not None]
    if not kept:
        raise ValueError(f"{path}: holds no battle with the strengths of both sides; nothing to do")
    arrays = {f.name: np.array([row[f.name] for row in kept]) for f in fields(Battles)}
    return BattleFile(
        battles=Battles(**arrays),
        left_out=tuple(row["isqno"] for row, out in zip(rows, parsed, strict=True) if out is None),
        unknown=tuple(c for c in CONDITIONS if c not in rows[0]),
    )


def era_of(year: int) -> int:
    """Position in `ERAS` of the era of a year."""
    return sum(year >= begins for begins in _ERA_BEGINS)


class _Reader:
    """Reads cells, noting what is wrong in its place."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems

    def row(self, row: Row) -> dict[str, object] | None:
        """Give the fields of a battle, or None if a strength is unknown."""
        men = [self._number(row, f"{side}_str", at_least=1.0) for side in ("att", "def")]
        tanks = [self._number(row, f"{side}_tank", at_least=0.0) for side in ("att", "def")]
        year = self._year(row)
        conditions = {
            "year": year,
            "era": era_of(year),
            "air": _known(self._whole(row, "air_superiority", 1)),
            "surprise": _known(self._whole(row, "surprise", 3)),
            **self._shares(row),
        }
        outcomes = self._outcomes(row, men)
        powers = {side: self._power(row, side) for side in POWERS}
        attackers, defenders = men
        if math.isnan(attackers) or math.isnan(defenders):
            return None
        armour = math.log((tanks[0] + 10.0) / (tanks[1] + 10.0))
        return {
            "id": row["isqno"],
            "cluster": row.get("cluster", "") or row["isqno"],
            "log_ratio": math.log(attackers / defenders),
            "log_men": math.log((attackers + defenders) / 1e5),
            "log_armour": _known(armour),
            **powers,
            **conditions,
            **outcomes,
        }

    def _outcomes(self, row: Row, men: list[float]) -> dict[str, object]:
        won = self._whole(row, "wina", 1)
        days = self._number(row, "fight_days", at_least=1.0)
        lost = [self._number(row, f"{side}_cas", at_least=0.0) for side in ("att", "def")]
        more_than_recorded = row.get("cas_gt_str", "") not in ("", "0")
        shares = [
            math.nan if more_than_recorded or n == 0.0 else min(n / of, ALL_LOST)
            for n, of in zip(lost, men, strict=True)
        ]
        both = all(n > 0.0 for n in lost)
        return {
            "outcome": won,
            "log_days": math.log(days),
            "share_attacker": shares[0],
            "share_defender": shares[1],
            "advance_km": self._number(row, "advance_km"),
            "log_casualty_ratio": math.log(lost[0] / lost[1]) if both else math.nan,
            "scored": not math.isnan(won) and not row.get("dup_of", ""),
        }

    def _shares(self, row: Row) -> dict[str, float]:
        postures = self._words(row, ("posture1", "posture2"), "HD PD FD DL WD")
        relief = self._words(row, ("terrain1_relief", "terrain2_relief"), "rugged rolling flat")
        cover = self._words(row, ("terrain1_cover", "terrain2_cover"), "wooded mixed bare desert")
        cold = self._words(row, ("wx_temp",), "hot temperate cold")
        ground = self._words(row, ("wx_ground",), "wet dry")
        season = self._words(row, ("season",), "winter spring summer fall")
        return {
            "fortified": _share(postures, lambda word: word == "FD"),
            "prepared": _share(postures, lambda word: word == "PD"),
            "delay": _share(postures, lambda word: word in ("DL", "WD")),
            "rugged": _share(relief, lambda word: word == "rugged"),
            "flat": _share(relief, lambda word: word == "flat"),
            "wooded": _share(cover, lambda word: word == "wooded"),
            "winter": float("cold" in cold or "winter" in season),
            "wet": float("wet" in ground),
        }

    def _words(self, row: Row, columns: Sequence[str], allowed: str) -> list[str]:
        found = []
        for column in columns:
            word = row.get(column, "")
            if word and word not in allowed.split():
                self._wrong(row, column, f"is {word!r}, and needs one of: {allowed}.")
            elif word:
                found.append(word)
        return found

    def _number(self, row: Row, column: str, at_least: float = -math.inf) -> float:
        value = self._finite(row, column)
        if value < at_least:
            self._wrong(row, column, f"is {value:g}, and needs to be {at_least:g} or more.")
            return math.nan
        return value

    def _whole(self, row: Row, column: str, size: int) -> float:
        """Read a grade from -size to size."""
        value = self._finite(row, column)
        if not math.isnan(value) and (value % 1.0 or abs(value) > size):
            self._wrong(row, column, f"is {value:g}, and needs a whole number, -{size} to {size}.")
            return math.nan
        return value

    def _finite(self, row: Row, column: str) -> float:
        """Read a number; NaN for an empty cell or an absent column."""
        text = row.get(column, "")
        try:
            value = float(text) if text else math.nan
        except ValueError:
            value = math.inf
        if math.isinf(value) or (text and math.isnan(value)):
            self._wrong(row, column, f"is {text!r}, and needs a number.")
            return math.nan
        return value

    def _year(self, row: Row) -> int:
        column = "year" if row.get("year", "") else "start_date"
        text = row.get(column, "").partition("-")[0]
        if text.isdecimal() and len(text) == 4 and int(text) >= 1600:
            return int(text)
        at = column if column in row else "year"
        self._wrong(row, at, "needs a year from 1600 on, as in 1918 or 1918-06-06.")
        return 1600

    def _power(self, row: Row, side: str) -> str:
        columns = [column for column in POWERS[side] if column in row]
        for column in columns:
            first = row[column].partition("&")[0].strip()
            if first:
                return first
        if columns:
            self._wrong(row, columns[0], "is empty, and every battle has two sides.")
        return ""

    def _wrong(self, row: Row, column: str, needed: str) -> None:
        self._problems.add(row.places[column], column, needed)


def _known(value: float) -> float:
    """Take what is not known for even, or none."""
    return 0.0 if math.isnan(value) else value


def _share(words: list[str], belongs: Callable[[str], bool]) -> float:
    """Share of the words given that belong; none of nothing."""
    return sum(map(belongs, words)) / len(words) if words else 0.0
