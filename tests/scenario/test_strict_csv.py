"""Tables are read cell by cell, each with its place."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hokushin.scenario.problems import Problems
from hokushin.scenario.strict_csv import MAX_CELL, MAX_CELLS, read_csv


def read(text, required=("id", "value"), optional=("note",), unique="id"):
    problems = Problems()
    rows = read_csv(text, "a.csv", problems, required, optional, unique)
    return rows, [(problem.place.line, problem.place.column, problem.path) for problem in problems]


def test_rows_are_dictionaries_that_know_their_lines():
    rows, refused = read('id,value\na,1\n\nb,"x, ""y""\nz"\r\nc,3')
    assert refused == []
    assert rows == [
        {"id": "a", "value": "1"},
        {"id": "b", "value": 'x, "y"\nz'},
        {"id": "c", "value": "3"},
    ]
    assert [row.line for row in rows] == [2, 4, 6]
    assert (rows[1].places["value"].line, rows[1].places["value"].column) == (4, 3)
    assert rows[2].positions()[("value",)][1] == rows[2].places["value"]


def test_an_empty_cell_says_nothing():
    rows, _ = read("id,value,note\na,,x\n")
    assert rows[0] == {"id": "a", "value": "", "note": "x"}
    assert rows[0].filled() == {"id": "a", "note": "x"}


def test_columns_may_come_in_any_order_and_optional_ones_may_lack():
    assert read("value,id\n1,a\n")[0] == [{"value": "1", "id": "a"}]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("id,value\na,1\nb,2,3\n", (3, 1, "")),
        ("id,value\na,1\nb\n", (3, 1, "")),
        ("id,value\na,1\nb,2\na,3\n", (4, 1, "a")),
        ("id,value\na,1\n,2\n", (3, 1, "id")),
        ("id,value,colour\na,1,red\n", (1, 10, "colour")),
        ("id,value,value\na,1,2\n", (1, 10, "value")),
        ("id\na\n", (1, 1, "value")),
        ("id,valeu\na,1\n", (1, 4, "valeu")),
        ('id,value\na,"1\nb,2\n', (2, 3, "")),
        ('id,value\na,x"1"\n', (2, 4, "")),
        ('id,value\na,"1"x\n', (2, 6, "")),
        (f"id,value\na,{'x' * (MAX_CELL + 1)}\n", (2, 3, "")),
        ("id,value\na,\x00\n", (2, 3, "")),
        (b"id,value\na,\xff\n", (2, 3, "")),
        ("", (1, 1, "")),
        ("\n\n", (1, 1, "")),
    ],
)
def test_what_is_wrong_is_refused_once_and_in_its_place(text, where):
    assert read(text)[1] == [where]


def test_rows_beside_a_wrong_one_are_kept():
    assert [row["id"] for row in read("id,value\na,1\nb\nc,3\na,4\n")[0]] == ["a", "c"]


def test_a_misspelt_column_is_suggested():
    problems = Problems()
    read_csv("id,valeu\na,1\n", "a.csv", problems, ["id", "value"])
    assert [problem.hint for problem in problems] == ["Did you mean value?"]


def test_names_may_repeat_where_nothing_is_unique():
    assert len(read("id,value\na,1\na,2\n", unique=None)[0]) == 2


def test_a_table_of_too_many_cells_is_refused():
    rows, refused = read("id,value\n" + "," * (MAX_CELLS * 4))
    assert (rows, len(refused)) == ([], 1)


@settings(max_examples=200)
@given(st.text(alphabet='ab,"\r\n \t\x00é', max_size=40))
def test_random_text_never_raises(text):
    read("id,value\n" + text)


CELL = st.text(alphabet='ab ,"\n;é北', max_size=8)


@settings(max_examples=200)
@given(st.lists(st.tuples(CELL, CELL), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_tables_are_read_as_python_writes_them(cells, line_end):
    written = io.StringIO()
    writer = csv.writer(written, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([("id", "value"), *cells])
    rows, refused = read(written.getvalue(), unique=None)
    assert refused == []
    assert [tuple(row.values()) for row in rows] == cells
