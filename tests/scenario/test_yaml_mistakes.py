"""Text that is no YAML is explained on the line that must be mended."""

import pytest

from hokushin.scenario.problems import Problems
from hokushin.scenario.strict_yaml import read_yaml


def only_problem(text):
    problems = Problems()
    data, _ = read_yaml(text, "a.yaml", problems)
    assert data is None
    (problem,) = problems
    return problem


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nnote: see: below\n", 2, "second colon"),
        ("a: 1\nb 2\nc: 3\n", 2, "without a colon"),
        ("a: 1\n\n# why\nb\n\nc: 3\n", 4, "without a colon"),
        ("a: 1\n  b: 2\n", 2, "deeper"),
        ("a:\n    b: 1\n  c: 2\n", 3, "indentation"),
        ("- a\nb: 1\n", 2, "indentation"),
        ("a: 1\nb: 'open\nc: 3\n", 2, "never closed"),
        ('a: 1\nb: "open\nc: 3\n', 2, "never closed"),
        ("a: 1\nb: 'open\n---\nc: 3\n", 2, "never closed"),
        ("a: 1\nb: [1, 2\nc: 3\n", 2, "not closed"),
        ("a: 1\nb: {x: 1\nc: 3\n", 2, "not closed"),
        ("a: 1\nb: {x: 1,\n    y: 2\n    z: 3}\n", 4, "comma is missing"),
        ("a: 1\nb: 'it's'\n", 2, "goes on"),
        ('a: 1\nb: "x" y\n', 2, "goes on"),
        ("a: 1\nb: @x\n", 2, "may not begin"),
        ("a: 1\nb: **x**\n", 2, "may not begin"),
        ("a: 1\nb: 50%\nc: %50\n", 3, "may not begin"),
        ('a: 1\nb: "C:\\data"\n', 2, "backslash"),
        ("a: 1\nb: - 1\n", 2, "list begins"),
        ("a: 1\nb: ]\n", 2, "value is expected"),
        ("a: 1\n...\nb\n", 3, "belongs to nothing"),
        ("%YAML 3.0\n---\na: 1\n", 1, "begins with %"),
    ],
)
def test_the_cause_is_named_on_its_line(text, line, words):
    problem = only_problem(text)
    assert problem.place.line == line
    assert words in problem.needed
    assert problem.hint


def test_the_offending_line_is_quoted():
    assert only_problem("a: 1\nb: 'open\nc: 3\n").written == "b: 'open"
