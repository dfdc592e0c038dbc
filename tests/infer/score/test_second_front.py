"""The flagship on its own record: all of it can be said, and what it was coded from agrees."""

from __future__ import annotations

import csv
import io
from datetime import date

import numpy as np
import pytest

from hokushin.infer.score.coding import freeze
from hokushin.infer.score.rows import OPTIONAL, REQUIRED, read_decisions
from hokushin.infer.score.score import score_file
from hokushin.scenario.load import Loaded, load
from hokushin.scenario.problems import Problems
from tests.scenario.planted import PACKAGED

OWN = PACKAGED / "second_front" / "record" / "decisions.csv"
CODED = ("matter", "option", "proposed", "proposed_by", "on_table", "scored", "act", "by",
         "episode", "blocked_by", "conditional_on")  # fmt: skip


@pytest.fixture(scope="module")
def flagship() -> Loaded:
    return load("second-front")


def test_directions_alone_give_nearly_every_scored_row_its_matter(flagship):
    """The same file without the columns that were coded by hand, read by the table."""
    rows = list(csv.DictReader(io.StringIO(OWN.read_text(encoding="utf-8"))))
    columns = [name for name in (*REQUIRED, *OPTIONAL) if name in rows[0] and name not in CODED]
    bare = io.StringIO()
    writer = csv.DictWriter(bare, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    problems = Problems()
    coding = freeze(flagship.record, flagship.scenario.powers)
    read = read_decisions(bare.getvalue().encode(), OWN.name, coding, flagship.scenario, problems)
    problems.raise_if_any()
    matters = {row.id: {one.decision.matter for one in row.coded} for row in read}
    scored = [row for row in rows if row["scored"] == "yes"]
    found = [row for row in scored if matters[row["id"]]]
    same = [row for row in found if row["matter"] in matters[row["id"]]]
    assert len(found) / len(scored) > 0.9
    assert len(same) / len(scored) > 0.75


@pytest.mark.slow
def test_every_decision_after_the_eve_is_possible_and_better_told_than_by_carrying_on(flagship):
    made = score_file(flagship, OWN, since=date(1941, 6, 21))
    assert made.decisions is not None
    assert made.decisions.tabled is not None
    assert made.decisions.coverage == 1.0
    rows = [row for row in made.as_dict()["rows"] if row["status"] == "scored"]
    assert all(row["available"] == 1.0 for row in rows)
    assert all(np.isfinite(row["log_score"]) for row in rows)
    assert made.decisions.tabled.baselines["carry_on"].verdict == "better"
