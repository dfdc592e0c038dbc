"""The reader takes a small, plain part of YAML, and says what and where the rest is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hokushin.scenario import strict_yaml
from hokushin.scenario.problems import Place, Problems
from hokushin.scenario.strict_yaml import MAX_DEPTH, MAX_DIGITS, MAX_NODES, MAX_SCALAR, read_yaml


def read(text):
    problems = Problems()
    data, positions = read_yaml(text, "a.yaml", problems)
    return data, positions, list(problems)


def refusals(text):
    return [(problem.place.line, problem.place.column, problem.path) for problem in read(text)[2]]


@pytest.fixture(params=["libyaml", "pure"])
def parser(request, monkeypatch):
    if request.param == "libyaml" and not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml, "__with_libyaml__", request.param == "libyaml")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("0123", "0123"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1941", 1941),
        ("1941-07", "1941-07"),
        ("1941-07-02", "1941-07-02"),
        ("1e3", 1000.0),
        ("1.5", 1.5),
        ("-2", -2),
        ("+3", 3),
        (".5", 0.5),
        ("-1.5E-2", -0.015),
        ("0", 0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'1'", "1"),
        ('"true"', "true"),
        ('"tab\\t and line\\n"', "tab\t and line\n"),
        ("two words", "two words"),
    ],
)
def test_scalars_mean_what_they_mean_in_json(parser, written, meant):
    data, _, problems = read(f"a: {written}\nb: 1")
    assert problems == []
    assert data == {"a": meant, "b": 1}
    assert type(data["a"]) is type(meant)


def test_every_key_value_and_item_has_its_place(parser):
    text = "oil:\n  stock: 42\n  by: [a, {b: c}]\n- x\n".replace("- x\n", "ships:\n- 1\n- 2\n")
    data, positions, _ = read(text)
    assert data == {"oil": {"stock": 42, "by": ["a", {"b": "c"}]}, "ships": [1, 2]}
    places = {
        path: ((key.line, key.column), (value.line, value.column))
        for path, (key, value) in positions.items()
    }
    assert places == {
        (): ((1, 1), (1, 1)),
        ("oil",): ((1, 1), (2, 3)),
        ("oil", "stock"): ((2, 3), (2, 10)),
        ("oil", "by"): ((3, 3), (3, 7)),
        ("oil", "by", 0): ((3, 8), (3, 8)),
        ("oil", "by", 1): ((3, 11), (3, 11)),
        ("oil", "by", 1, "b"): ((3, 12), (3, 15)),
        ("ships",): ((4, 1), (5, 1)),
        ("ships", 0): ((5, 3), (5, 3)),
        ("ships", 1): ((6, 3), (6, 3)),
    }


def test_columns_count_characters_and_not_bytes():
    assert read("北: {ü: x}")[1][("北", "ü")] == (Place("a.yaml", 1, 5), Place("a.yaml", 1, 8))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: 1\nb: &x 2\n", (2, 4, "b")),
        ("a: 1\nb: *x\n", (2, 4, "b")),
        ("a: 1\nb: !!int 2\n", (2, 4, "b")),
        ("a: 1\nb: !own 2\n", (2, 4, "b")),
        ("a: 1\n<<: {b: 2}\n", (2, 1, "<<")),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", (4, 3, "a.b")),
        ("a: {b: 1, 'b': 3}\n", (1, 11, "a.b")),
        ("a: 1\n---\nb: 2\n", (2, 1, "")),
        ("a: 1\n2: b\n", (2, 1, "2")),
        ("a: 1\ntrue: b\n", (2, 1, "true")),
        ("a: 1\n1.5: b\n", (2, 1, "1.5")),
        ("a: 1\n~: b\n", (2, 1, "")),
        ("a: 1\n? [b]\n: 2\n", (2, 3, "")),
        ("a: 1\n? {b: c}\n: 2\n", (2, 3, "")),
        ("a: 1\nb:\tc\n", (2, 3, "")),
        ("a: 1\nb: .inf\n", (2, 4, "b")),
        ("a: 1\nb: .nan\n", (2, 4, "b")),
        ("a: 1\nb: 1e999\n", (2, 4, "b")),
        (f"a: 1\nb: {'9' * (MAX_DIGITS + 1)}\n", (2, 4, "b")),
        (f"a: 1\nb: {'x' * (MAX_SCALAR + 1)}\n", (2, 4, "b")),
        ('a: 1\nb: "\\0"\n', (2, 4, "b")),
        ('a: 1\nb: "\\u2028"\n', (2, 4, "b")),
        ("%YAML 1.1\n---\na: 1\n", (1, 1, "")),
        ("a: 1\nb: \x00\n", (2, 4, "")),
        (b"a: 1\nb: \xff\n", (2, 4, "")),
        ("", (1, 1, "")),
        ("# nothing\n", (1, 1, "")),
        ("null\n", (1, 1, "")),
    ],
)
def test_what_is_not_plain_is_refused_once_and_in_its_place(parser, text, where):
    assert refusals(text) == [where]


def test_what_stands_beside_a_refused_value_is_still_read(parser):
    data, _, problems = read("a: *x\nb: 2\nb: 3\n<<: {c: 4}\nd: [5]\n")
    assert data == {"a": None, "b": 2, "d": [5]}
    assert len(problems) == 3


def test_thirty_digits_are_a_number():
    assert read(f"a: -{'9' * MAX_DIGITS}")[0] == {"a": -int("9" * MAX_DIGITS)}


def test_lists_nest_to_the_depth_allowed_and_no_further(parser):
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH)[2] == []
    (problem,) = read("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[2]
    assert (problem.place.line, problem.place.column) == (1, MAX_DEPTH + 1)


def test_nodes_are_counted_keys_too():
    assert read("[" + "1," * (MAX_NODES - 1) + "]")[2] == []
    assert len(read("[" + "1," * MAX_NODES + "]")[2]) == 1
    assert len(read("{" + ",".join(f"k{i}: 1" for i in range(MAX_NODES // 2)) + "}")[2]) == 1


def test_an_alias_bomb_is_refused_alias_by_alias():
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 10)]
    bomb = "l0: &l0 [x, x, x, x, x, x, x, x, x]\n" + "\n".join(levels)
    assert len(read(bomb)[2]) == 1 + 9 + 9 * 9


HOSTILE = {
    "brackets": "[" * 8_000_000,
    "braces": "{" * 8_000_000,
    "dashes": "- " * 4_000_000,
    "questions": "? " * 4_000_000,
    "quote": "a: '" + "x" * 7_900_000,
    "comment": "#" * 8_000_000,
    "anchor": "&" + "a" * 7_900_000 + " x",
    "wide": "[" + "a," * 3_999_000 + "]",
    "keys": "{" + ",".join(f"k{i}: 1" for i in range(99_999)) + "}",
    "twice": "{" + "k: 1," * 99_999 + "}",
    "aliases": "[" + "*a," * 199_998 + "]",
    "deep": "\n".join(" " * (i % 31) + f"k{i}:" for i in range(99_999)),
    "paths": "[" * 31 + "1," * 199_900 + "]" * 31,
    "lines": "\n" * 8_000_000,
    "tabs": "\t\n" * 190_000,
    "unseen": "\x00\n" * 190_000,
    "digits": "a: " + "9" * 7_900_000,
    "escapes": 'a: "' + "\\n" * 3_900_000 + '"',
    "tags": "[" + "!x a," * 199_998 + "]",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_within_300_megabytes(name):
    if not yaml.__with_libyaml__ or not Path("/proc/self/status").exists():
        pytest.skip("the promise is made for libyaml, and the peak of memory read from /proc")
    # The peak of resource.getrusage would include that of the process which starts this one.
    code = (
        "import re, sys\n"
        "from hokushin.scenario.problems import Problems\n"
        "from hokushin.scenario.strict_yaml import read_yaml\n"
        "raw = sys.stdin.buffer.read()\n"
        "read_yaml(raw, 'a.yaml', Problems())\n"
        "status = open('/proc/self/status').read()\n"
        "print(int(re.search('VmHWM:\\\\s+([0-9]+) kB', status)[1]) / 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=HOSTILE[name].encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert float(done.stdout) < 300


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(
        alphabet=st.sampled_from("ab1:-?[]{},'\"#&*!|>%@`<~ \n\\.eu0\t\x00\u2028é"), max_size=60
    )
)
def test_random_text_never_raises_and_is_read_or_refused(text):
    data, positions, problems = read(text)
    assert problems or data is not None
    json.dumps(data, allow_nan=False)
    if data is not None:
        assert () in positions


@settings(max_examples=100)
@given(st.binary(max_size=60))
def test_random_bytes_never_raise(raw):
    data, _, problems = read(raw)
    assert problems or data is not None


SAFE_TEXT = st.text(alphabet="abcxyzäß北 ,.-_", min_size=1, max_size=12)
SAFE_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | SAFE_TEXT
)
SAFE_DATA = st.dictionaries(
    SAFE_TEXT,
    st.recursive(
        SAFE_SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SAFE_TEXT, inner, max_size=4),
        max_leaves=12,
    ),
    min_size=1,
    max_size=5,
)


class _WithoutAliases(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


@settings(max_examples=200)
@given(SAFE_DATA, st.sampled_from([True, False, None]))
def test_plain_files_are_read_as_pyyaml_reads_them(data, flow):
    text = yaml.dump(data, Dumper=_WithoutAliases, default_flow_style=flow, allow_unicode=True)
    ours, positions, problems = read(text)
    assert problems == []
    assert ours == yaml.safe_load(text) == data
    assert set(positions) == set(_paths(data))


def _paths(data, path=()):
    yield path
    entries = []
    if isinstance(data, dict):
        entries = data.items()
    elif isinstance(data, list):
        entries = enumerate(data)
    for name, value in entries:
        yield from _paths(value, (*path, name))


def test_the_pure_parser_is_a_stand_in_for_libyaml(monkeypatch):
    text = "oil: {stock: 42, by: [a, 'b', \"c\"]}\n"
    expected = read(text)
    monkeypatch.setattr(strict_yaml.yaml, "__with_libyaml__", False)
    assert read(text) == expected


def test_folded_and_literal_text_is_text():
    problems = Problems()
    data, _ = read_yaml("a: >-\n  one\n  two\nb: |\n  three\n", "file.yaml", problems)
    assert not problems
    assert data == {"a": "one two", "b": "three\n"}
