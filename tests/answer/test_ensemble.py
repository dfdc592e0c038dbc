import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from hokushin.answer import ensemble
from hokushin.answer.ensemble import run
from hokushin.answer.verify import verify
from hokushin.scenario.problems import ScenarioError


@pytest.fixture(autouse=True)
def small_files(monkeypatch):
    """Files of 256 histories, so that a few of them are a run."""
    monkeypatch.setattr(ensemble, "CHUNK", 256)


def rows(folder):
    tables = [pq.read_table(file) for file in sorted(folder.glob("*.parquet"))]
    return {
        name: [value for table in tables for value in table[name].to_pylist()]
        for name in tables[0].column_names
    }


def test_a_run_has_one_row_for_each_history_and_says_what_it_is(tmp_path, tiny_world):
    manifest = run("tiny", 600, tmp_path / "run", seed=7)
    assert manifest.complete
    assert [chunk.rows for chunk in manifest.chunks] == [256, 256, 88]
    found = rows(tmp_path / "run")
    assert found["history"] == list(range(600))
    written = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert written["seed"] == 7
    assert written["digest"] == tiny_world.loaded.digest


def test_days_are_those_of_the_steps_and_null_where_nothing_happened(tmp_path, tiny_world):
    run("tiny", 256, tmp_path / "run")
    found = rows(tmp_path / "run")
    calendar = tiny_world.model.sets.calendar
    for step, day in zip(found["attack_step"], found["attack_day"], strict=True):
        assert day == (None if step is None else calendar.start_of(step))
    happened = [step is not None for step in found["attack_step"]]
    assert 0 < np.mean(happened) < 1


def test_an_interrupted_run_goes_on_to_the_same_files(tmp_path, monkeypatch):
    whole = run("tiny", 600, tmp_path / "whole")
    calls = []
    real = ensemble.table_of

    def stopping(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(ensemble, "table_of", stopping)
    with pytest.raises(KeyboardInterrupt):
        run("tiny", 600, tmp_path / "run")
    assert not verify(tmp_path / "run").complete
    resumed = run("tiny", 600, tmp_path / "run", resume=True)
    assert len(calls) == 4
    assert [c.sha256 for c in resumed.chunks] == [c.sha256 for c in whole.chunks]
    assert verify(tmp_path / "run").complete


def test_shards_share_out_the_files_of_one_run(tmp_path):
    folder = tmp_path / "run"
    run("tiny", 600, folder, shard=(1, 2))
    half = verify(folder)
    assert (half.histories, half.complete, half.mismatches) == (344, False, ())
    run("tiny", 600, folder, shard=(2, 2))
    assert verify(folder).complete
    run("tiny", 600, tmp_path / "whole")
    assert rows(folder) == rows(tmp_path / "whole")


def test_a_change_is_made_in_every_history(tmp_path):
    run("tiny", 256, tmp_path / "run", changes=("forbid red.border.attack",))
    assert rows(tmp_path / "run")["attack_step"] == [None] * 256


def test_a_bad_change_is_a_problem_with_its_place(tmp_path):
    with pytest.raises(ScenarioError, match=r"red\.border\.attac"):
        run("tiny", 256, tmp_path / "run", changes=("forbid red.border.attac",))


def test_a_folder_that_holds_a_run_is_not_written_over(tmp_path):
    run("tiny", 256, tmp_path / "run")
    with pytest.raises(ValueError, match="--resume"):
        run("tiny", 256, tmp_path / "run")
    with pytest.raises(ValueError, match="seed differ"):
        run("tiny", 256, tmp_path / "run", seed=2, resume=True)


def test_a_folder_that_holds_something_else_is_not_written_into(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear reader")
    with pytest.raises(ValueError, match="not empty"):
        run("tiny", 256, tmp_path)


def test_a_file_that_was_tampered_with_is_found(tmp_path):
    run("tiny", 300, tmp_path / "run")
    file = next((tmp_path / "run").glob("*.parquet"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    found = verify(tmp_path / "run")
    assert "is not the file that was written" in found.mismatches[0]
    assert not found.complete


def test_a_file_that_is_gone_is_found(tmp_path):
    run("tiny", 300, tmp_path / "run")
    next((tmp_path / "run").glob("*.parquet")).unlink()
    assert "is missing" in verify(tmp_path / "run").mismatches[0]


def test_a_run_of_another_scenario_is_not_the_same(tmp_path):
    run("tiny", 256, tmp_path / "run")
    manifest = tmp_path / "run" / "manifest.json"
    kept = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**kept, "digest": "0" * 64}))
    assert "00000000" in verify(tmp_path / "run").mismatches[0]


def test_a_folder_without_a_manifest_is_no_run(tmp_path):
    with pytest.raises(ValueError, match="no manifest"):
        verify(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(ValueError, match="cannot be read"):
        verify(tmp_path)
