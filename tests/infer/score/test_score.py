"""A file is scored on the record: what is forced, what is hashed first, and what comes out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hokushin.infer.score.cases import ScoredRow
from hokushin.infer.score.score import Score, score_file
from hokushin.scenario.load import Loaded, load
from tests.scenario.planted import PACKAGED

OWN = PACKAGED / "tiny" / "record" / "decisions.csv"
HEADER = "id,date,power,matter,option,type,act,by,episode,scored,confidence,proposed\n"
LATER = "H1,1900-09-04,red,border,attack,choice,decided,,,yes,high,\n"


@pytest.fixture(scope="module")
def tiny() -> Loaded:
    return load("tiny")


@pytest.fixture(scope="module")
def own(tiny: Loaded) -> Score:
    return score_file(tiny, OWN)


@pytest.fixture
def held(tmp_path: Path):
    def write(*lines: str) -> Path:
        file = tmp_path / "held.csv"
        file.write_text(HEADER + "".join(lines))
        return file

    return write


def test_the_table_is_frozen_before_the_file_is_opened(tiny, tmp_path):
    told = []
    with pytest.raises(FileNotFoundError):
        score_file(tiny, tmp_path / "absent.csv", frozen=told.append)
    assert len(told) == 1


def test_every_row_appears_once_with_a_score_or_a_reason(own):
    assert [row.id for row in own.rows] == ["D1", "D2", "D3", "D4", "D5"]
    rows = own.as_dict()["rows"]
    assert [row["id"] for row in rows if "log_score" in row] == ["D2", "D3", "D4"]
    assert all(row["reason"] for row in rows if "log_score" not in row)


def test_the_score_is_the_mean_of_the_rows(own):
    document = own.as_dict()
    scores = [row["log_score"] for row in document["rows"] if "log_score" in row]
    said = document["decisions"]
    assert said["log_score"] == pytest.approx(sum(scores) / 3)
    assert set(said["baselines"]) == {
        "carry_on", "base_rate", "most_frequent_of_power", "uniform", "calendar_hazard", "unitary",
    }  # fmt: skip
    assert said["direction"]["n"] == 2  # D2 changed nothing
    assert said["recorded"]["n"] == 3


def test_baselines_learn_from_earlier_rows_of_the_record_only(own):
    """The first row has no past: base rate is uniform, and a hazard is even."""
    first = next(row for row in own.as_dict()["rows"] if row["id"] == "D2")["baselines"]
    assert first["base_rate"] == pytest.approx(first["uniform"])
    # The coder's confidence is not said, so one row in ten counts as coded wrongly.
    assert first["calendar_hazard"] == pytest.approx(np.log(0.9 * 0.5 + 0.1 / 3))


def test_the_same_seed_gives_the_same_document(tiny, own):
    assert score_file(tiny, OWN).as_dict() == own.as_dict()


def test_a_document_holds_no_null_and_no_number_that_json_lacks(own):
    text = json.dumps(own.as_dict(), allow_nan=False)
    assert "null" not in text
    assert "learnt_until" not in text


def test_earlier_rows_of_a_file_are_part_of_the_past_and_teach_no_baseline(tiny, held):
    """A row of August that begins the war leaves less to begin in September."""
    since = date(1900, 9, 1)
    begun = "H0,1900-08-04,red,border,attack,choice,decided,,,yes,high,\n"
    alone = score_file(tiny, held(LATER), since).as_dict()["rows"][0]
    (after,) = score_file(tiny, held(begun, LATER), since).as_dict()["rows"]
    assert after["id"] == "H1"
    assert after["probability"] != alone["probability"]
    unitary = {"unitary": after["baselines"]["unitary"]}  # the model's own, which sees the past
    assert after["baselines"] == pytest.approx({**alone["baselines"], **unitary})


def test_too_little_in_the_words_of_the_model_does_not_pass(tiny, held):
    made = score_file(tiny, held(LATER.replace("H1,1900", "H2,1950")))
    assert made.decisions is not None
    assert (made.decisions.episodes, made.decisions.coverage) == (1, 0.0)
    assert not made.passes
    assert "TIMING" not in str(made)


def test_a_file_of_another_kind_is_refused_with_what_is_accepted(tiny, tmp_path):
    file = tmp_path / "other.csv"
    file.write_text("id,engagement,phase\nE1,x,y\n")
    with pytest.raises(ValueError, match="a file of decisions has id, date, power and direction"):
        score_file(tiny, file)


def test_a_first_day_after_the_end_is_refused(tiny):
    with pytest.raises(ValueError, match="but the scenario ends on 1901-12-31"):
        score_file(tiny, OWN, since=date(1930, 1, 1))


def test_the_text_names_the_table_the_basis_and_every_row(own):
    text = str(own)
    assert own.table_digest[:16] in text
    assert "Prior draws, 256 histories, seed 1." in text
    assert all(row.id in text for row in own.rows)


def test_the_text_says_what_the_model_holds_impossible():
    row = ScoredRow("H1", date(1900, 5, 4), "red.border", "attack", available=0.0,
                    probability=0.0, log_score=-5.0)  # fmt: skip
    said = str(Score("tiny", "held.csv", "prior", "", "0" * 64, 256, 1, (row,)))
    assert "chance 0.000, score -5.00, possible in no history" in said
