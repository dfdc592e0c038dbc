"""The commands of the engagement model."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from hokushin.cli.app import app
from tests.infer.battles.made import made_table

runner = CliRunner()


def call(*arguments, code=0):
    result = runner.invoke(app, ["battles", *map(str, arguments)])
    assert result.exit_code == code, (result.output, result.exception)
    return result


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "battles.csv"
    path.write_text(made_table(30))
    return path


def test_score_writes_a_prediction_for_every_battle_and_scores_the_known(table, tmp_path):
    out = tmp_path / "out.csv"
    said = json.loads(call("score", table, "--predictions", out, "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert list(rows[0]) == [
        *("isqno", "p_defender", "p_draw", "p_attacker", "lcr_p05", "lcr_p50", "lcr_p95")
    ]
    assert [row["isqno"] for row in rows] == [str(i + 1) for i in range(30)]
    for row in rows:
        chances = [float(row[name]) for name in ("p_defender", "p_draw", "p_attacker")]
        assert sum(chances) == pytest.approx(1.0, abs=2e-6)
        assert float(row["lcr_p05"]) < float(row["lcr_p50"]) < float(row["lcr_p95"])
    assert said["battles"] == said["score"]["n"] == 30
    assert said["score"]["prl"]["low"] <= said["score"]["prl"]["value"]
    assert "CDB90" in said["attribution"]
    assert not said["fitted_to_these"]


def test_score_without_outcomes_predicts_and_scores_nothing(table, tmp_path):
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    kept = [name for name in rows[0] if name not in ("wina", "att_cas", "def_cas", "fight_days")]
    lines = [",".join(kept), *(",".join(row[name] for name in kept) for row in rows)]
    table.write_text("\n".join(lines))
    out = tmp_path / "out.csv"
    assert "nothing is scored" in call("score", table, "--predictions", out).stdout
    assert len(out.read_text().splitlines()) == 31
    assert "score" not in json.loads(call("score", table, "--json").stdout)


def test_what_is_wrong_in_a_table_ends_with_one(table):
    table.write_text(table.read_text().replace("HD", "??", 1))
    result = call("score", table, code=1)
    assert "battles.csv:" in result.stderr
    assert call("score", table.parent / "missing.csv", code=1).stderr.startswith("hokushin:")


def test_folds_take_no_fit(table):
    assert "leave one of them out" in call("score", table, "--folds", "--fit", table, code=2).stderr


@pytest.mark.slow
def test_a_fit_too_short_is_written_and_ends_with_a_code_of_its_own(table, tmp_path):
    out = tmp_path / "draws.parquet"
    short = ("--draws", 20, "--warmup", 20, "--chains", 2, "--keep", 20)
    result = call("fit", table, "--out", out, *short, "--json", code=5)
    said = json.loads(result.stdout)
    assert said["battles"] == 30
    assert not said["gates"]["passed"]
    assert said["numbers"]["outcome.force.1919-53"]["sd"] > 0.0
    assert "ask for more --draws" in result.stderr
    scored = call("score", table, "--fit", out)
    assert "OUTCOMES OF 30 BATTLES" in scored.stdout
    assert "this flatters it" in scored.stdout
