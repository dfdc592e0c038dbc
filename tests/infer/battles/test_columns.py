"""What coders judged after the event never reaches the model."""

import csv
import io

import numpy as np
import pytest

from hokushin.infer.battles import columns, table
from hokushin.infer.battles.draws import shipped
from hokushin.infer.battles.predict import predict
from hokushin.infer.battles.table import read_battles
from hokushin.infer.battles.terms import TERMS
from hokushin.scenario.problems import ScenarioError
from tests.infer.battles.made import made_table, read_text


def rewritten(path, folder, change):
    """A copy of a table with every row changed."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    changed = [change(number, dict(row)) for number, row in enumerate(rows)]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(changed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(changed)
    return read_text(out.getvalue(), folder)


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("id", "p_defender", "p_draw", "p_attacker", "log_casualty_ratio")
    )


def some(battles, n=40):
    return battles.take(np.linspace(0, len(battles) - 1, n).astype(int))


def test_no_column_that_is_read_holds_a_judgement_after_the_event():
    assert not set(columns.USED) & set(columns.EX_POST)
    assert not [name for name in columns.USED if name.startswith("xp_")]
    assert set(columns.NEEDED + columns.CONDITIONS) <= set(columns.EX_ANTE)
    assert not set(columns.EX_ANTE) & set(columns.OUTCOMES)


def test_terms_of_the_outcome_come_from_columns_known_before_it():
    known_before = {"log_armour", "air", "surprise", "fortified", "prepared", "delay"}
    known_before |= {"rugged", "flat", "wooded", "winter", "wet"}
    assert set(TERMS["outcome"]) <= known_before


def test_every_judgement_of_the_record_is_known_by_name(train):
    header = train.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    assert {name for name in header if name.startswith("xp_")} == set(columns.EX_POST)


def test_garbled_judgements_leave_every_battle_and_every_prediction_as_it_was(train, tmp_path):
    def garble(number, row):
        return row | dict.fromkeys(columns.EX_POST, f"nonsense {number}")

    plain, garbled = read_battles(train), rewritten(train, tmp_path, garble)
    for field in table.Battles.__dataclass_fields__:
        before, after = getattr(plain.battles, field), getattr(garbled.battles, field)
        assert np.array_equal(before, after, equal_nan=before.dtype.kind == "f"), field
    posterior = shipped("all")
    assert same(predict(posterior, some(plain.battles)), predict(posterior, some(garbled.battles)))


def test_outcomes_do_not_move_predictions_and_need_not_be_there(train, tmp_path):
    def only_before(number, row):
        return {name: row[name] for name in columns.EX_ANTE}

    whole, bare = read_battles(train), rewritten(train, tmp_path, only_before)
    assert not bare.battles.scored.any()
    posterior = shipped("all")
    assert same(predict(posterior, some(whole.battles)), predict(posterior, some(bare.battles)))


def test_surprise_does_move_predictions(train, tmp_path):
    """The comparison above can fail: a column that is used changes what is predicted."""
    changed = rewritten(train, tmp_path, lambda number, row: row | {"surprise": "3"})
    posterior = shipped("all")
    before = predict(posterior, some(read_battles(train).battles))
    after = predict(posterior, some(changed.battles))
    assert np.mean(after.p_attacker > before.p_attacker) > 0.9


def test_everything_wrong_is_told_at_once_with_its_place(tmp_path):
    lines = made_table(4).split("\n")
    header = lines[0].split(",")
    cells = [line.split(",") for line in lines[1:4]]
    cells[0][header.index("att_str")] = "many"
    cells[1][header.index("posture1")] = "XX"
    cells[2][header.index("wina")] = "2"
    text = "\n".join([lines[0], *(",".join(row) for row in cells)])
    with pytest.raises(ScenarioError) as caught:
        read_text(text, tmp_path)
    places = [(p.place.line, p.path) for p in caught.value.problems]
    assert places == [(2, "att_str"), (3, "posture1"), (4, "wina")]
    first = caught.value.problems[0]
    assert first.place.column == sum(len(c) + 1 for c in cells[0][: header.index("att_str")]) + 1
    assert "needs one of: HD PD FD DL WD" in str(caught.value)


def test_unknown_and_missing_columns_are_refused(tmp_path):
    with pytest.raises(ScenarioError, match="is not a column of this table"):
        read_text(made_table(3).replace("posture1", "mood"), tmp_path)
    with pytest.raises(ScenarioError, match="Give year or start_date"):
        read_text(made_table(3).replace("year,", "season,").replace(",1943,", ",winter,"), tmp_path)
    with pytest.raises(ScenarioError, match="def_str: the column is missing"):
        read_text("isqno,year,attacker,defender,att_str\n1,1943,A,B,5\n", tmp_path)


def test_conditions_that_a_table_lacks_are_named_and_taken_as_unknown(tmp_path):
    file = read_text(made_table(3), tmp_path)
    assert "surprise" in file.unknown
    assert "posture1" not in file.unknown
    assert not file.battles.surprise.any()


def test_a_battle_without_a_strength_is_left_out_by_name(tmp_path):
    text = "isqno,start_date,attacker,defender,att_str,def_str\n"
    text += "7,1943-07-05,A & C,B,1000,500\n8,1943-07-06,A,B,,500\n"
    file = read_text(text, tmp_path)
    assert file.left_out == ("8",)
    assert file.battles.attacker.tolist() == ["A"]
    assert file.battles.log_ratio[0] == pytest.approx(np.log(2.0))
    assert table.ERAS[file.battles.era[0]] == "1919-53"
