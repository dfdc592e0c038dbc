"""Every file is visible UTF-8 text of bounded size."""

import pytest

from hokushin.scenario.plain_text import MAX_BYTES, MAX_LINES, read_text
from hokushin.scenario.problems import Problems


def read(raw):
    problems = Problems()
    text = read_text(raw, "a.yaml", problems)
    return text, [(problem.place.line, problem.place.column) for problem in problems]


def test_plain_text_of_any_language_passes_unchanged():
    text = "名前: 北進\nимя: поход\r\nname: Müller\tß\n"
    assert read(text.encode()) == (text, [])


def test_a_byte_order_mark_at_the_start_is_dropped():
    assert read("\ufeffa: 1".encode()) == ("a: 1", [])


@pytest.mark.parametrize(
    "character", ["\x00", "\x07", "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\ud800", "\r"]
)
def test_a_character_that_cannot_be_seen_is_refused_in_its_place(character):
    assert read(f"a: 1\nbc: {character}x\n") == (None, [(2, 5)])


def test_bytes_that_are_not_utf8_are_refused_in_their_place():
    assert read("a: 1\nb: Mü".encode() + b"\xff\n") == (None, [(2, 6)])


def test_each_line_with_an_unseen_character_is_named_once():
    assert read("a\x00\x00\nb\nc\x00\n") == (None, [(1, 2), (3, 2)])


def test_a_file_of_too_many_bytes_is_refused():
    assert read(b"#" * (MAX_BYTES + 1)) == (None, [(1, 1)])
    assert read("ü" * (MAX_BYTES // 2 + 1)) == (None, [(1, 1)])


def test_a_file_of_too_many_lines_is_refused():
    assert read("\n" * MAX_LINES)[1] == [(MAX_LINES + 1, 1)]
    assert read("\n" * (MAX_LINES - 1))[1] == []
