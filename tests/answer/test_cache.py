from dataclasses import replace

import pytest

from hokushin.answer.cache import key_of, recall, remember
from hokushin.answer.places import folder


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_an_answer_comes_back_as_it_was_and_says_where_from(made_up):
    remember("key", made_up())
    kept = recall("key")
    assert kept.cached is not None
    assert replace(kept, cached=None) == made_up()


def test_what_was_never_kept_is_not_there(made_up):
    assert recall("key") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"answer": 3, "computed": ""}', '{"answer": {}}'])
def test_a_broken_file_is_no_answer(made_up, text):
    remember("key", made_up())
    (folder() / "answers" / "key.json").write_text(text)
    assert recall("key") is None


def test_every_part_of_a_request_makes_another_key():
    options = {"seed": 1, "full": False}
    keys = {
        key_of("a", "1", options),
        key_of("b", "1", options),
        key_of("a", "2", options),
        key_of("a", "1", {**options, "seed": 2}),
        key_of("a", "1", {**options, "full": True}),
    }
    assert len(keys) == 5
    assert key_of("a", "1", options) == key_of("a", "1", dict(reversed(options.items())))


def test_a_disk_that_cannot_be_written_to_is_no_failure(made_up, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    remember("key", made_up())
    assert recall("key") is None
