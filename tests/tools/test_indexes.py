import hashlib
import os

import pytest

from tools import indexes

WHEEL = b"the contents of a wheel"
NAME = "pip-99.1-py3-none-any.whl"
PINNED = f"pip==99.1 \\\n    --hash=sha256:{hashlib.sha256(WHEEL).hexdigest()}\n"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    """A machine on which neither pip nor uv has been told anything."""
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_", "XDG_")) or name in {"SSL_CERT_FILE", "ALL_PROXY"}:
            monkeypatch.delenv(name)
    monkeypatch.setattr(indexes, "setting_files", lambda: [tmp_path / "pip.conf"])


def an_index(folder, wheel):
    """A package index on disk whose page of pip links to one file."""
    (folder / "files").mkdir(parents=True)
    (folder / "files" / NAME).write_bytes(wheel)
    (folder / "pip").mkdir()
    page = f'<a href="../files/other.whl">other</a> <a href="../files/{NAME}#sha256=0">{NAME}</a>'
    (folder / "pip" / "index.html").write_text(page, encoding="utf-8")
    return folder.as_uri()


def test_pips_files_are_read_and_variables_win(tmp_path, monkeypatch):
    text = "[global]\nindex-url = a\nfind_links = b\n[install]\ntimeout = 5\n[list]\nformat = c\n"
    (tmp_path / "pip.conf").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PIP_INDEX_URL", "d")
    assert indexes.pip_settings() == {"index-url": "d", "find-links": "b", "timeout": "5"}


def test_uv_is_told_what_pip_is_told():
    told = indexes.uv_environment(
        {
            "index-url": "https://one.example/simple",
            "extra-index-url": "https://two.example/simple\nhttps://three.example/simple",
            "find-links": "/wheels /more",
            "cert": "/certificates.pem",
        }
    )
    assert told["UV_DEFAULT_INDEX"] == "https://one.example/simple"
    assert told["UV_INDEX"] == "https://two.example/simple https://three.example/simple"
    assert told["UV_FIND_LINKS"] == "/wheels,/more"
    assert told["SSL_CERT_FILE"] == "/certificates.pem"
    assert "UV_INSECURE_HOST" not in told


def test_what_the_user_told_uv_stays(monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    told = indexes.uv_environment({"index-url": "https://one.example/simple"})
    assert told["UV_DEFAULT_INDEX"] == "https://own.example/simple"


@pytest.mark.parametrize("option", ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"])
def test_pip_is_fetched_from_an_index(option, tmp_path, monkeypatch):
    monkeypatch.setenv(option, an_index(tmp_path / "index", WHEEL))
    assert indexes.fetch_pip(PINNED, tmp_path).read_bytes() == WHEEL


def test_pip_is_fetched_from_a_folder_of_wheels(tmp_path, monkeypatch):
    an_index(tmp_path / "index", WHEEL)
    monkeypatch.setenv("PIP_FIND_LINKS", f"/nowhere {tmp_path}/index/files")
    assert indexes.fetch_pip(PINNED, tmp_path).name == NAME


def test_a_forged_pip_is_passed_over_for_the_locked_one(tmp_path, monkeypatch):
    forged = an_index(tmp_path / "forged", b"something else")
    monkeypatch.setenv("PIP_INDEX_URL", forged)
    assert indexes.fetch_pip(PINNED, tmp_path) is None
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", an_index(tmp_path / "true", WHEEL))
    assert indexes.fetch_pip(PINNED, tmp_path).read_bytes() == WHEEL


def test_an_index_that_does_not_answer_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"not-an-address {an_index(tmp_path / 'x', WHEEL)}")
    assert indexes.fetch_pip(PINNED, tmp_path).read_bytes() == WHEEL


def test_without_an_index_nothing_is_fetched(tmp_path):
    assert indexes.fetch_pip(PINNED, tmp_path) is None
