"""Every planted mistake is reported once, on its line, in an author's words."""

from enum import Enum
from typing import Annotated, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from hokushin.scenario.problems import Mistake, Problems
from hokushin.scenario.quantity import Quantity
from hokushin.scenario.strict_csv import read_csv
from hokushin.scenario.strict_yaml import read_yaml
from hokushin.scenario.validate import validate


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Storm(Entry):
    kind: Literal["storm"]
    force: int


class Frost(Entry):
    kind: Literal["frost"]
    depth: float


class Season(Enum):
    WINTER = "winter"
    SUMMER = "summer"


Id = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]


class Port(Entry):
    title: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    depth: Quantity | list[Quantity]
    stocks: dict[Id, Quantity] = {}
    berths: int = Field(default=1, ge=1, le=99)
    tide: float = Field(default=0.0, gt=-5, lt=5)
    at: tuple[float, float] = (0.0, 0.0)
    owner: Literal["crown", "town", "guild"] = "crown"
    season: Season = Season.SUMMER
    open: bool = True
    names: str | list[str] = "none"
    ships: list[str] = Field(default=["one"], min_length=1, max_length=3)
    weather: Annotated[Storm | Frost, Field(discriminator="kind")] | None = None
    past: Storm | Frost | None = None
    with_: str = Field(default="", alias="with", description="Who shares it.")

    @model_validator(mode="after")
    def _enough_berths(self) -> "Port":
        if len(self.ships) > self.berths + 1:
            raise Mistake("has more ships than berths.", "Add berths.")
        return self


class Harbours(Entry):
    ports: dict[Id, Port]


GOOD = """\
ports:
  riga:
    title: Riga
    depth: {value: 9, low: 8, high: 10, unit: m, source: a, seen: text}
    stocks:
      oil:
        value: 42
        low: 40
        high: 45
        unit: Mbbl
        source: b
        seen: excerpt
    berths: 3
    tide: 0.5
    at: [24.1, 57.0]
    owner: town
    season: winter
    open: true
    names: [Riga, Rīga]
    ships: [a, b]
    weather: {kind: storm, force: 9}
    past:
      kind: frost
      depth: 0.5
    with: nobody
"""


def check(text, model=Harbours):
    problems = Problems()
    data, positions = read_yaml(text, "a.yaml", problems)
    return validate(model, data, positions, "a.yaml", problems), list(problems)


def test_good_data_become_frozen_models_with_tuples_and_enums():
    harbours, problems = check(GOOD)
    assert problems == []
    assert harbours is not None
    riga = harbours.ports["riga"]
    assert (riga.at, riga.season, riga.with_) == ((24.1, 57.0), Season.WINTER, "nobody")


# What is replaced in the good text, by what; the line, the path and words of the one report.
PLANTED = [
    ("title: Riga", "titel: Riga", 3, "titel", "Did you mean title?"),
    ("title: Riga", "# none", 2, "title", "is missing"),
    ("title: Riga", "title: 1941", 3, "title", '"1941"'),
    ("title: Riga", "title:", 3, "title", "is empty"),
    ("title: Riga", "title: true", 3, "title", '"true"'),
    ("title: Riga", "title: ''", 3, "title", "at least 1"),
    ("title: Riga", f"title: {'x' * 21}", 3, "title", "at most 20"),
    ("title: Riga", "title: [Riga]", 3, "title", "is a list, but text"),
    ("riga:", "Riga:", 2, "", "of the form"),
    ("value: 9,", "vaule: 9,", 4, "depth.vaule", "Did you mean value?"),
    ("value: 9,", "", 4, "depth.value", "is missing"),
    ("unit: m,", "", 4, "depth.unit", "is missing"),
    ("unit: m,", "unit: meters,", 4, "depth.unit", "Did you mean metres"),
    ("unit: m,", "unit: 9**9**9,", 4, "depth.unit", "is not a unit"),
    ("low: 8, high: 10,", "", 4, "depth.high", "constant:"),
    ("low: 8,", "low: 9.5,", 4, "depth.low", "low <= value <= high"),
    ("low: 8,", "", 4, "depth.low", "Add low."),
    ("low: 8,", "lo: 8,", 4, "depth.lo", "Did you mean low?"),
    ("source: a,", "", 4, "depth.source", "names its source"),
    ("source: a,", "source: 7,", 4, "depth.source", "is needed"),
    ("seen: text", "seen: txt", 4, "depth.seen", "Did you mean text?"),
    ("value: 42", 'value: "4_200"', 7, "stocks.oil.value", "Write 4200"),
    ("value: 42", "value: 4,200", 7, "stocks.oil.value", "Write 4200"),
    ("value: 42", "value: [42]", 7, "stocks.oil.value", "but a number"),
    ("value: 42", "value:", 7, "stocks.oil.value", "is empty"),
    ("value: 42", "value: 39", 8, "stocks.oil.low", "above the value"),
    ("high: 45", "hihg: 45", 9, "stocks.oil.hihg", "Did you mean high?"),
    ("high: 45", "high: 40", 9, "stocks.oil.high", "below the value"),
    ("unit: Mbbl", "unit: mbl", 10, "stocks.oil.unit", "Did you mean Mbbl"),
    ("source: b", "source: [b, b]", 11, "stocks.oil.source", "twice"),
    ("oil:", "oil: {", 6, None, ""),
    ("berths: 3", "berths: 0", 13, "berths", "at least 1"),
    ("berths: 3", "berths: 100", 13, "berths", "at most 99"),
    ("berths: 3", "berths: 2.5", 13, "berths", "a whole number"),
    ("berths: 3", "berths: three", 13, "berths", "a whole number"),
    ("tide: 0.5", "tide: -5", 14, "tide", "above -5"),
    ("tide: 0.5", "tide: 5", 14, "tide", "below 5"),
    ("at: [24.1, 57.0]", "at: [24.1]", 15, "at.1", "item 2"),
    ("at: [24.1, 57.0]", "at: [24.1, 57.0, 1]", 15, "at", "at most 2"),
    ("at: [24.1, 57.0]", "at: [24.1, north]", 15, "at.1", "but a number"),
    ("at: [24.1, 57.0]", "at: 24.1", 15, "at", "but a list"),
    ("owner: town", "owner: twon", 16, "owner", "Did you mean town?"),
    ("owner: town", "owner: 3", 16, "owner", "crown, town, guild"),
    ("season: winter", "season: wintr", 17, "season", "Did you mean winter?"),
    ("open: true", "open: yes", 18, "open", "true or false"),
    ("names: [Riga, Rīga]", "names: 3", 19, "names", "text or a list"),
    ("names: [Riga, Rīga]", "names: [Riga, 3]", 19, "names.1", "but text"),
    ("ships: [a, b]", "ships: []", 20, "ships", "at least 1"),
    ("ships: [a, b]", "ships: [a, b, c, d]", 20, "ships", "at most 3"),
    ("ships: [a, b]", "ships: a", 20, "ships", "Write [a]."),
    ("kind: storm,", "kind: strom,", 21, "weather.kind", "Did you mean storm?"),
    ("kind: storm,", "", 21, "weather.kind", "is missing"),
    ("force: 9", "force: high", 21, "weather.force", "a whole number"),
    ("force: 9", "froce: 9", 21, "weather.froce", "Did you mean force?"),
    ("{kind: storm, force: 9}", "storm", 21, "weather", "a mapping"),
    ("depth: 0.5", "depth: deep", 24, "past.depth", "but a number"),
    ("with: nobody", "whit: nobody", 25, "whit", "Did you mean with?"),
    ("berths: 3", "berths: 3\n    ships: [a]\n    #", 22, "ships", "twice"),
    ("title: Riga", "title: *riga", 3, "title", "alias"),
    ("berths: 3", "<<: {berths: 3}", 13, "<<", "merge key"),
]


@pytest.mark.parametrize(("good", "bad", "line", "path", "words"), PLANTED)
def test_a_planted_mistake_is_reported_once_on_its_line(good, bad, line, path, words):
    text = GOOD.replace(good, bad, 1)
    assert text != GOOD
    harbours, problems = check(text)
    (problem,) = problems
    assert harbours is None or path in ("<<", "ships")  # refused by the reader, not the model
    assert problem.place.line == line
    if path is not None:
        where = f"ports.{'Riga' if bad == 'Riga:' else 'riga'}"
        assert problem.path == (f"{where}.{path}" if path else where)
    assert words in str(problem)


def test_all_mistakes_of_a_file_are_said_in_one_reading():
    text = GOOD
    chosen = ("titel: Riga", "unit: mbl", "berths: 0", "tide: 5", "at: 24.1", "open: yes")
    planted = [case for case in PLANTED if case[1] in chosen]
    assert len(planted) == len(chosen)
    for good, bad, *_ in planted:
        text = text.replace(good, bad, 1)
    _, problems = check(text)
    assert [problem.place.line for problem in problems] == [line for _, _, line, _, _ in planted]


def test_a_rule_about_a_whole_entry_is_noted_at_its_key():
    text = GOOD.replace("berths: 3", "berths: 1").replace("ships: [a, b]", "ships: [a, b, c]")
    _, (problem,) = check(text)
    assert (problem.place.line, problem.place.column, problem.path) == (2, 3, "ports.riga")
    assert problem.needed == "has more ships than berths."
    assert problem.hint == "Add berths."


def test_columns_point_at_the_value_or_at_the_unknown_key():
    _, (problem,) = check(GOOD.replace("unit: m,", "unit: meters,"))
    assert GOOD.splitlines()[3][problem.place.column - 1 :].startswith("m,")
    _, (problem,) = check(GOOD.replace("seen: text", "sen: text"))
    assert GOOD.splitlines()[3][problem.place.column - 1 :].startswith("seen")


def test_of_a_union_the_branch_nearest_to_the_text_is_reported():
    _, problems = check(GOOD.replace("depth: {", "depth: [{").replace("seen: text}", "seen: txt}]"))
    assert [problem.path for problem in problems] == ["ports.riga.depth.0.seen"]


def test_a_part_of_a_file_is_checked_under_its_own_path():
    problems = Problems()
    data, positions = read_yaml(GOOD.replace("berths: 3", "berths: 0"), "a.yaml", problems)
    part = data["ports"]["riga"]
    assert validate(Port, part, positions, "a.yaml", problems, ("ports", "riga")) is None
    assert [(p.place.line, p.path) for p in problems] == [(13, "ports.riga.berths")]


def test_plain_types_are_checked_as_models_are():
    problems = Problems()
    data, positions = read_yaml("- 1\n- x\n", "a.yaml", problems)
    assert validate(list[int], data, positions, "a.yaml", problems) is None
    assert [(p.place.line, p.path) for p in problems] == [(2, "1")]


def test_a_file_that_could_not_be_read_is_not_complained_of_twice():
    _, problems = check("ports: [\n")
    assert len(problems) == 1


def test_data_without_places_are_reported_at_the_top_of_the_file():
    problems = Problems()
    validate(Port, {"title": "Riga"}, {}, "a.yaml", problems)
    assert [(str(p.place), p.path) for p in problems] == [("a.yaml:1:1", "depth")]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
FIELDS = sorted({*Port.model_fields, *Quantity.model_fields, "with", "kind", "force", "titel"})


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(FIELDS), VALUES | st.dictionaries(st.sampled_from(FIELDS), VALUES)
    )
)
def test_data_of_any_content_are_taken_or_complained_of(port):
    problems = Problems()
    harbour = validate(Port, port, {}, "a.yaml", problems)
    assert (harbour is None) == (len(problems) > 0)


class Station(Entry):
    id: str
    month: int = Field(ge=1, le=12)
    cold: float | None = None


def test_rows_of_a_table_are_checked_cell_by_cell():
    problems = Problems()
    text = "id,month,cold\nriga,1,-4.5\nkem,13,\nlena,x,-30\n"
    rows = read_csv(text, "a.csv", problems, ["id", "month"], ["cold"])
    stations = [
        validate(Station, row.filled(), row.positions(), "a.csv", problems, strings=True)
        for row in rows
    ]
    assert stations == [Station(id="riga", month=1, cold=-4.5), None, None]
    assert [(p.place.line, p.place.column, p.path) for p in problems] == [
        (3, 5, "month"),
        (4, 6, "month"),
    ]
