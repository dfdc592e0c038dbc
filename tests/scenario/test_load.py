"""A folder becomes a scenario, the same one however its text is laid out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hokushin.scenario.load import find, load, names
from hokushin.scenario.problems import Place, ScenarioError
from tests.scenario.planted import PACKAGED, copied, problems_of, replaced


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return copied("tiny", tmp_path)


def test_packaged_scenarios_are_found_by_name():
    assert {"second-front", "tiny"} <= set(names())
    assert find("second-front").name == "second_front"


@pytest.mark.parametrize("name", names())
def test_every_packaged_scenario_loads_and_is_called_by_its_folder(name: str):
    loaded = load(name)
    assert loaded.scenario.scenario.id == name == loaded.folder.replace("_", "-")


def test_a_folder_is_loaded_by_its_path(tiny: Path):
    assert load(tiny).scenario == load("tiny").scenario
    assert load(str(tiny)).digest == load("tiny").digest


@pytest.mark.parametrize(
    ("written", "says"),
    [("tiney", "Did you mean tiny?"), ("/nowhere/at-all", "Packaged scenarios: ")],
)
def test_a_name_that_is_no_scenario_is_a_wrong_call(written: str, says: str):
    with pytest.raises(ValueError, match="there is no scenario and no folder") as caught:
        load(written)
    assert says in str(caught.value)


def test_a_file_is_no_folder(tiny: Path):
    with pytest.raises(ValueError, match="is a file, but a scenario is a folder"):
        load(tiny / "world.yaml")


def test_everything_that_came_in_the_folder_is_there():
    loaded = load("tiny")
    assert [claim.id for claim in loaded.claims] == ["T1", "T2", "T3"]
    assert loaded.claims[2].cause is None
    assert loaded.bibliography.cite("tiny-2026").startswith("The hokushin contributors 2026")
    assert [row.id for row in loaded.record.decisions] == ["D1", "D2", "D3", "D4", "D5"]
    assert loaded.scenario.climate["plain.12"].index.value == 0.2


def test_every_value_knows_its_place():
    positions = load("tiny").positions
    lines = (PACKAGED / "tiny" / "world.yaml").read_text("utf-8").split("\n")
    place = positions["fronts.border.gains.0.at.value"]
    assert place.file == "world.yaml"
    assert lines[place.line - 1][place.column - 1 :].startswith("50,")
    assert positions["climate.plain.1.index.value"] == Place("climate.csv", 2, 9)
    assert positions["record.decisions.D3.matter"].line == 4


def test_sections_may_be_spread_over_files(tiny: Path):
    before = load(tiny)
    head, tail = (tiny / "scenario.yaml").read_text("utf-8").split("powers:\n")
    (tiny / "scenario.yaml").write_text(head, "utf-8")
    (tiny / "who.yaml").write_text("powers:\n" + tail, "utf-8")
    after = load(tiny)
    assert after.scenario == before.scenario
    assert after.positions["powers.red"].file == "who.yaml"


def test_one_section_may_be_split_within(tiny: Path):
    text = "resources:\n  coal: {title: Coal, unit: kt}\n"
    (tiny / "more.yaml").write_text(text, "utf-8")
    # Files are read by name: more.yaml comes before world.yaml.
    assert list(load(tiny).scenario.resources) == ["coal", "oil"]


def test_the_digest_is_of_what_is_said_not_of_how(tiny: Path):
    before = load(tiny).digest
    world = (tiny / "world.yaml").read_text("utf-8")
    (tiny / "world.yaml").write_bytes(
        ("# Said otherwise.\n" + world).replace("\n", "\r\n").encode()
    )
    replaced(tiny / "world.yaml", "title: The oilfield", 'title:   "The oilfield"')
    works = json.loads((tiny / "bibliography.json").read_text("utf-8"))
    (tiny / "bibliography.json").write_text(json.dumps(works), "utf-8")
    (tiny / "notes.md").write_text("Not read.", "utf-8")
    assert load(tiny).digest == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("world.yaml", "value: 24, low: 20", "value: 24, low: 21"),
        ("claims.csv", "Half of the formation was lost", "Half of it was lost"),
        ("bibliography.json", "Invented.", "Made up."),
        ("record/decisions.csv", "1900-05-04", "1900-05-05"),
        ("climate.csv", "plain,12,0.2", "plain,12,0.3"),
    ],
)
def test_the_digest_changes_with_anything_said(tiny: Path, file: str, old: str, new: str):
    before = load(tiny).digest
    replaced(tiny / file, old, new)
    assert load(tiny).digest != before


def test_an_empty_folder_says_where_to_begin(tmp_path: Path):
    (first,) = problems_of(tmp_path)
    assert "The folder holds no *.yaml file" in str(first)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("fronts.yml", "Did you mean fronts.yaml?"),
        ("claim.csv", "Did you mean claims.csv?"),
        ("record/decision.csv", "Did you mean record/decisions.csv?"),
        ("record/notes.yaml", "decisions.csv"),
    ],
)
def test_a_file_that_nobody_would_read_is_a_problem(tiny: Path, name: str, hint: str):
    (tiny / name).write_text("", "utf-8")
    (problem,) = problems_of(tiny)
    assert problem.place.file == name
    assert hint in str(problem)


def test_one_broken_entry_does_not_make_what_names_it_look_wrong(tiny: Path):
    replaced(
        tiny / "world.yaml", "    title: Red at the border\n", "    titel: Red at the border\n"
    )
    (problem,) = problems_of(tiny)
    assert problem.path == "pools.red_border.titel"


def test_a_file_that_cannot_be_read_does_not_make_what_names_it_look_wrong(tiny: Path):
    replaced(tiny / "world.yaml", "regions:\n", "regions: [\n")
    (problem,) = problems_of(tiny)
    assert problem.place.file == "world.yaml"


def test_a_missing_bibliography_is_said_of_every_work(tiny: Path):
    (tiny / "bibliography.json").unlink()
    with pytest.raises(ScenarioError, match=r"Add it to bibliography\.json"):
        load(tiny)


@pytest.mark.parametrize("broken", ["powers", "scenario", "weights"])
def test_a_missing_section_is_said_once(tiny: Path, broken: str):
    file = tiny / ("choices.yaml" if broken == "weights" else "scenario.yaml")
    replaced(file, f"\n{broken}:\n", f"\ngroups:\n  spare: {{title: Spare}}\nx_{broken}:\n")
    problems = problems_of(tiny)
    assert f"x_{broken}: is no section of a scenario" in str(problems[0])
    assert len(problems) == 1


def test_loading_needs_no_array_library():
    code = "import sys, hokushin.scenario.load as l; l.load('tiny'); print('jax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
