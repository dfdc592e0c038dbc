"""Works are read from CSL-JSON, checked, and cited."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hokushin.scenario.bibliography import MAX_WORKS, read_bibliography
from hokushin.scenario.problems import Mistake, Problems

WORKS = """[
 {
  "id": "barnhart-1987",
  "type": "book",
  "author": [{"family": "Barnhart", "given": "Michael A."}],
  "title": "Total War: The Search for Economic Security",
  "issued": {"date-parts": [[1987]]},
  "publisher": "Cornell University Press",
  "custom": {"grade-kind": "B"},
  "note": "read"
 },
 {
  "id": "survey-oil",
  "type": "report",
  "author": [{"literal": "Strategic Survey"}, {"family": "Two", "given": "B."}],
  "title": "Oil",
  "issued": {"date-parts": [["1946", 2]]}
 },
 {
  "id": "becker-1981",
  "type": "article-journal",
  "author": [{"family": "Becker"}, {"family": "Two"}, {"family": "Three"}],
  "title": "Synthetic Fuel",
  "container-title": "Air Review",
  "volume": "12",
  "issued": {"date-parts": [[1981, 7]]},
  "URL": "https://example.org/b"
 },
 {"id": "diary", "type": "manuscript", "title": "War diary"},
 {
  "id": "volume",
  "type": "book",
  "editor": [{"family": "Morley", "given": "James W."}],
  "title": "The Choice",
  "issued": {"literal": "about 1980"}
 }
]
"""


def read(text):
    problems = Problems()
    works = read_bibliography(text, "a.json", problems)
    return works, [(problem.place.line, problem.path) for problem in problems]


@pytest.fixture
def works():
    bibliography, problems = read(WORKS)
    assert problems == []
    return bibliography


def test_every_work_is_known_by_its_key(works):
    assert list(works.works) == ["barnhart-1987", "survey-oil", "becker-1981", "diary", "volume"]
    assert works.has("diary")
    assert not works.has("barnhart")


@pytest.mark.parametrize(
    ("key", "short"),
    [
        ("barnhart-1987", "Barnhart 1987, Total War"),
        ("survey-oil", "Strategic Survey and Two 1946, Oil"),
        ("becker-1981", "Becker et al. 1981, Synthetic Fuel"),
        ("diary", "War diary, n.d."),
        ("volume", "Morley about 1980, The Choice"),
    ],
)
def test_a_short_citation_gives_author_year_and_title(works, key, short):
    assert works.cite(key) == short


@pytest.mark.parametrize(
    ("key", "note"),
    [
        (
            "barnhart-1987",
            "Michael A. Barnhart, Total War: The Search for Economic Security "
            "(Cornell University Press, 1987), ch. 3.",
        ),
        ("survey-oil", "Strategic Survey and B. Two, Oil (1946), ch. 3."),
        (
            "becker-1981",
            "Becker and Two and Three, “Synthetic Fuel,” Air Review 12 (1981), ch. 3, "
            "https://example.org/b.",
        ),
        ("diary", "War diary (n.d.), ch. 3."),
        ("volume", "James W. Morley, ed., The Choice (about 1980), ch. 3."),
    ],
)
def test_a_note_gives_the_full_reference_and_the_locator(works, key, note):
    assert works.formatted(key, locator="ch. 3") == note


def test_citeproc_formats_every_work_without_a_warning(works):
    for key, work in works.works.items():
        assert work.title.split(":")[0] in works.formatted(key, "harvard")
    assert works.formatted("barnhart-1987", "harvard") == (
        "Barnhart, M.A. (1987) Total War: The Search for Economic Security. "
        "Cornell University Press."
    )


def test_a_style_file_of_the_users_own_is_used(works, tmp_path):
    style = tmp_path / "own.csl"
    style.write_text(
        '<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0">'
        "<info><title>Own</title><id>own</id><updated>2020-01-01T00:00:00+00:00</updated></info>"
        '<citation><layout><text variable="title"/></layout></citation>'
        '<bibliography><layout><text variable="title" suffix="!"/></layout></bibliography>'
        "</style>",
        encoding="utf-8",
    )
    assert works.formatted("survey-oil", style) == "Oil!"


def test_an_unknown_style_or_a_locator_out_of_place_is_an_error(works):
    with pytest.raises(ValueError, match="must be notes, harvard or a path"):
        works.formatted("diary", "https://example.org/style")
    with pytest.raises(ValueError, match="needs the style notes"):
        works.formatted("diary", "harvard", locator="p. 1")


def test_a_path_to_no_style_file_is_an_error(works):
    with pytest.raises(ValueError, match="no such style file"):
        works.formatted("diary", Path("missing.csl"))


def test_an_unknown_key_is_an_error_that_names_the_nearest(works):
    with pytest.raises(Mistake, match="barnhart-1978 is not in the bibliography") as caught:
        works.cite("barnhart-1978")
    assert caught.value.hint == "Did you mean barnhart-1987?"


@pytest.mark.parametrize(
    ("good", "bad", "line", "path"),
    [
        ('"id": "survey-oil"', '"id": "barnhart-1987"', 13, "barnhart-1987"),
        ('"type": "report"', '"type": "reprot"', 13, "survey-oil.type"),
        ('"title": "Oil"', '"titel": "Oil"', 13, "survey-oil.title"),
        ('"id": "survey-oil"', '"id": 7', 13, "1.id"),
        ('"id": "survey-oil"', '"id": "survey oil"', 13, "survey oil.id"),
        ('"id": "survey-oil",', "", 12, "1.id"),
        ('[["1946", 2]]', '[["May"]]', 13, "survey-oil.issued.date-parts.0.0"),
        ('"title": "Oil",', '"title": "Oil"', 17, ""),
        ('"title": "Oil",', '"title": "Oil", "title": "Oil",', 12, ""),
        ('"title": "Oil"', '"title": 1e999', 12, ""),
        ('"title": "Oil"', '"title": "\\\\ud800"', 12, ""),
        ("}\n]\n", "}\n]\nx", 38, ""),
        ('"B."', '"B\x00"', 15, ""),
        ("[\n {", "{\n {", 1, ""),
    ],
)
def test_a_mistake_is_noted_at_the_work_that_holds_it(good, bad, line, path):
    text = WORKS.replace(good, bad.replace("\\\\u", "\\u"), 1)
    assert text != WORKS
    assert read(text)[1] == [(line, path)]


def test_works_beside_a_wrong_one_are_kept():
    works, _ = read(WORKS.replace('"type": "report"', '"type": "reprot"'))
    assert list(works.works) == ["barnhart-1987", "becker-1981", "diary", "volume"]
    assert works.complete


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "[" + '{"a":' * 50_000, "[1" + "1" * 10_000 + "]", "[NaN]", "", "null", "[1,]"],
)
def test_hostile_text_is_refused(text):
    works, problems = read(text)
    assert works.works == {}
    assert not works.complete
    assert problems


def test_too_many_works_are_refused():
    assert len(read("[" + "{}," * (MAX_WORKS + 1) + "{}]")[1]) == 1_000


@settings(max_examples=200)
@given(st.text(alphabet='[]{}",:a1e \n\\u\x00é-', max_size=40))
def test_random_text_never_raises(text):
    read("[" + text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(["id", "type", "title", "author", "issued", "x"]), VALUES))
def test_works_of_any_content_never_raise(work):
    read(json.dumps([work]))


def test_citeproc_is_imported_only_when_it_formats():
    code = "import sys, hokushin.scenario.bibliography; assert 'citeproc' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
