"""What the record did can be done in the model, and a row that cannot is named with its reason."""

from __future__ import annotations

import datetime as dt

import pytest

from hokushin.model.build import build
from hokushin.query.replayed import (
    SMALLEST_CHANCE,
    ReplayedRow,
    check_replay,
    masked_rows,
    replay_record,
)
from hokushin.scenario.load import Loaded, load
from hokushin.scenario.record import Record
from tests.scenario.planted import copied, replaced

HISTORIES = 32


@pytest.fixture(scope="module")
def tiny() -> Loaded:
    return load("tiny")


@pytest.fixture(scope="module")
def rows(tiny: Loaded) -> tuple[ReplayedRow, ...]:
    return replay_record(build(tiny.scenario), tiny.record, HISTORIES)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """Tiny with a matter that opens too late and a need that nothing meets (D3), a stop of trade
    after the truce and before its day (D6), and a truce that one body hates (D4)."""
    folder = copied("tiny", tmp_path_factory.mktemp("spoilt"))
    replaced(
        folder / "choices.yaml",
        "title: Sign a truce, ask for the same, and sell on\n        needs: [not war.border,",
        "title: Sign a truce, ask for the same, and sell on\n        needs: [taken.oilfield,",
    )
    replaced(
        folder / "choices.yaml",
        "status_quo: Oil is sold.",
        "status_quo: Oil is sold.\n    open_since: 1900-07-01",
    )
    replaced(
        folder / "choices.yaml",
        "needs: [not deal.truce, not stands.blue.trade.cut]",
        "needs: [not deal.truce, not stands.blue.trade.cut, after.1900-10-01]",
    )
    replaced(
        folder / "record" / "decisions.csv",
        "D5,1900-06-28,",
        "D6,1900-08-01,blue,trade,cut,B-1900-08,decided,council,yes,tiny-2026,judgement,D,"
        "Council,carry_on;cut,,cut,council,\n"
        "D5,1900-06-28,",
    )
    replaced(
        folder / "scenario.yaml",
        "    doctrine:\n",
        "    doctrine:\n      border.sign: {value: -80, unit: '1', constant: hated by all}\n",
    )
    return load(folder)


@pytest.fixture(scope="module")
def spoilt_rows(spoilt: Loaded) -> dict[str, ReplayedRow]:
    found = replay_record(build(spoilt.scenario), spoilt.record, HISTORIES)
    return {row.id: row for row in found}


def test_one_row_stands_for_each_scored_episode_in_order_of_day(rows):
    assert [(row.id, row.matter, row.option) for row in rows] == [
        ("D2", "red.border", "carry_on"),
        ("D3", "blue.trade", "sign"),
        ("D4", "red.border", "sign"),
    ]
    assert [row.day for row in rows] == sorted(row.day for row in rows)


def test_what_was_done_could_be_done_in_every_history(rows):
    assert all(row.available == 1.0 for row in rows)
    assert all(0.0 < row.probability < 1.0 for row in rows)
    assert all(row.unmet == () for row in rows)
    assert masked_rows(rows) == ()


def test_the_same_histories_give_the_same_chances(tiny, rows):
    assert replay_record(build(tiny.scenario), tiny.record, HISTORIES) == rows


def test_a_need_that_nothing_meets_and_a_matter_not_yet_open_mask_the_row(spoilt_rows):
    assert spoilt_rows["D3"].available == 0.0
    assert spoilt_rows["D3"].probability == 0.0
    assert spoilt_rows["D3"].unmet == ("taken.oilfield", "after.1900-07-01")


def test_a_row_after_what_forbids_it_and_before_its_day_is_masked(spoilt_rows):
    """Blue stops no trade that a truce protects; the truce was signed in June."""
    assert spoilt_rows["D6"].is_masked
    assert spoilt_rows["D6"].unmet == ("after.1900-10-01", "not deal.truce")


def test_an_option_that_no_reason_could_save_is_impossible_without_being_masked(spoilt_rows):
    assert spoilt_rows["D4"].available == 1.0
    assert not spoilt_rows["D4"].is_masked
    assert spoilt_rows["D4"].probability < SMALLEST_CHANCE
    assert set(masked_rows(tuple(spoilt_rows.values()))) == {
        spoilt_rows[i] for i in ("D3", "D6", "D4")
    }


def test_a_check_names_row_option_and_need_at_the_line_of_the_row(spoilt):
    problems = list(check_replay(spoilt, build(spoilt.scenario), HISTORIES))
    by_path = {problem.path: problem for problem in problems}
    assert set(by_path) == {f"record.decisions.{i}.option" for i in ("D3", "D4", "D6")}
    late = by_path["record.decisions.D6.option"]
    assert late.place.file == "record/decisions.csv"
    assert "blue.trade.cut cannot be taken on 1900-08-01" in late.needed
    assert f"{HISTORIES} of {HISTORIES} histories" in late.needed
    assert "not deal.truce" in late.needed
    assert "D6" in late.written
    hated = by_path["record.decisions.D4.option"]
    assert "red.border.sign has a chance of" in hated.needed
    assert "needs" not in hated.hint


def test_a_record_without_scored_rows_asks_nothing(tiny):
    assert replay_record(build(tiny.scenario), Record(), HISTORIES) == ()


def test_rows_outside_the_calendar_and_of_matters_left_out_are_passed_over(tiny, rows):
    early = tiny.record.decisions[2].model_copy(
        update={"id": "E1", "date": "1899-05-04", "episode": "E"}
    )
    foreign = tiny.record.decisions[2].model_copy(
        update={"id": "E2", "power": "green", "episode": "F"}
    )
    record = Record(decisions=(*tiny.record.decisions, early, foreign))
    assert replay_record(build(tiny.scenario), record, HISTORIES) == rows
    assert dt.date(1899, 5, 4) not in {row.day for row in rows}
