"""The page of theories says what a comparison found, and nothing is put where there is no place."""

from __future__ import annotations

import pytest

from tests.infer.theories.made import a_comparison
from tools.second_front import theories as page

EFFORT = {
    "effort": {"particles": 96}, "seeds": [1], "scales": [], "numbers": 3, "dispositions": 9,
    "least_acceptance": 0.8,
}  # fmt: skip


@pytest.fixture
def found():
    plain = a_comparison(headline="The record cannot tell them apart.")
    return a_comparison(headline=plain.headline, made={**plain.made, **EFFORT})


def test_every_section_has_its_place_in_the_page(found):
    text = page.PAGE.read_text(encoding="utf-8")
    for name in (*page.sections(found), "second-opinion"):
        assert text.count(f"<!-- theories: {name} -->\n") == 1


def test_sources_stand_before_what_is_composed_in_every_table(found):
    for lines in (page.held_out_table(found), page.evidence_table(found)):
        closed = [line for line in lines if "| closed |" in line]
        assert closed[0].startswith("| The trade of it |")
        assert closed[2].startswith("| The both of it *(composed by us)* |")


def test_facts_are_ordered_by_weight_and_counted_by_test(found):
    lines = page.facts_table(found)
    assert "| +12.0 | smoking gun |" in lines[2]
    assert lines[-1] == (
        "Of 6 weights (one for each fact and theory), 3 are straws in the wind; 3 a smoking gun."
    )


def test_lines_are_put_between_the_marks(monkeypatch, tmp_path):
    place = tmp_path / "page.md"
    place.write_text("before\n<!-- theories: made -->\nold\n<!-- end -->\nafter\n")
    monkeypatch.setattr(page, "PAGE", place)
    page.put("made", ["new"])
    assert place.read_text() == "before\n<!-- theories: made -->\nnew\n<!-- end -->\nafter\n"
    with pytest.raises(ValueError, match="has no place for luck"):
        page.put("luck", [])


def test_a_picture_is_drawn(found, monkeypatch, tmp_path):
    monkeypatch.setattr(page, "PICTURE", tmp_path / "theories.png")
    page.picture(found)
    assert (tmp_path / "theories.png").stat().st_size > 5000
