"""The pages of mechanisms say what the code says."""

import re

import jaxtyping
import pytest

from hokushin.model.step import ORDER
from tools import mechanism_pages

SHIPPED = re.compile(r"- (Numbers of the second front|\d+ of its numbers there).*\n")
"""What the pages say of the works behind shipped numbers may lag behind a change of data."""


@pytest.fixture(scope="module")
def written():
    """Pages as they would be written; what stands in for arrays there passes no check of types."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield mechanism_pages.pages()
    jaxtyping.config.update("jaxtyping_disable", False)


def test_every_page_is_what_the_code_says(written):
    """If not: python3 tools/mechanism_pages.py"""
    for path, text in written.items():
        on_disk = path.read_text(encoding="utf-8")
        assert SHIPPED.sub("", on_disk) == SHIPPED.sub("", text), path.name


def test_every_mechanism_has_a_page_with_a_part_by_hand(written):
    names = {path.stem for path in written}
    assert {mechanism.name for mechanism in ORDER} <= names
    for path, text in written.items():
        if path.stem != "README":
            by_hand = text.split(mechanism_pages.OPENING)[1].split(mechanism_pages.CLOSING)[0]
            assert len(by_hand.split("\n\n")) == 2, path.name  # what it does; where it fails


def test_a_page_names_every_field_that_its_mechanism_declares(written):
    for mechanism in ORDER:
        text = written[mechanism_pages.FOLDER / f"{mechanism.name}.md"]
        for field in mechanism.writes:
            assert f"| `{field}` |" in text


def test_a_page_lists_the_numbers_that_are_read_and_no_others(written):
    page = written[mechanism_pages.FOLDER / "follow_restrictions.md"]
    assert "`supply.lag`" in page
    assert "`restrictions.*.lag`" in page
    assert page.count("| `supply.") == 1


def test_a_page_without_a_part_by_hand_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setattr(mechanism_pages, "FOLDER", tmp_path)
    page = mechanism_pages.Page("thirst", "Thirst", (), lambda: None)
    with pytest.raises(ValueError, match=r"docs/mechanisms/thirst\.md has no part by hand"):
        mechanism_pages._by_hand(page)


def test_the_check_names_pages_that_differ(monkeypatch, capsys, tmp_path):
    same, other = tmp_path / "same.md", tmp_path / "other.md"
    same.write_text("as it is")
    monkeypatch.setattr(mechanism_pages, "pages", lambda: {same: "as it is", other: "new"})
    assert mechanism_pages.main(["--check"]) == 5
    assert "other.md" in capsys.readouterr().err
    other.write_text("new")
    assert mechanism_pages.main(["--check"]) == 0
