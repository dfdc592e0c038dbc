"""Knows the package indexes that pip is set up for, for uv and for the first pip.

uv does not read pip's settings, and a machine without pip cannot be asked for them, so they are
read here. Nothing here is ever written to a file or shown: an address may hold a password.
"""

from __future__ import annotations

import configparser
import hashlib
import html.parser
import os
import re
import ssl
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path


def pip_settings() -> dict[str, str]:
    """What pip is told on this machine by files and by variables, the latter winning."""
    settings: dict[str, str] = {}
    for path in setting_files():
        parser = configparser.RawConfigParser()
        parser.read(path, encoding="utf-8")
        for section in ("global", "install"):
            if parser.has_section(section):
                settings |= dict(parser.items(section))
    for name, value in os.environ.items():
        if name.startswith("PIP_"):
            settings[name.removeprefix("PIP_").lower()] = value
    return {name.replace("_", "-"): value for name, value in settings.items()}


def setting_files() -> list[Path]:
    """Files that pip reads, the one that wins last."""
    named = os.environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return []
    home = Path.home()
    if os.name == "nt":
        folders = [Path(os.environ.get(name, home)) for name in ("PROGRAMDATA", "APPDATA")]
        files = [folder / "pip" / "pip.ini" for folder in folders]
    else:
        library = "Library/Application Support"
        shared = os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")
        own = os.environ.get("XDG_CONFIG_HOME", home / ".config")
        files = [Path(folder, "pip", "pip.conf") for folder in (f"/{library}", *shared)]
        files += [Path("/etc/pip.conf"), home / ".pip" / "pip.conf"]
        files += [Path(folder, "pip", "pip.conf") for folder in (own, home / library)]
    return [*files, Path(named)] if named else files


def uv_environment(settings: dict[str, str]) -> dict[str, str]:
    """Variables that tell uv what pip is told; what the user has told uv itself stays."""
    told = {
        "UV_DEFAULT_INDEX": settings.get("index-url", ""),
        "UV_INDEX": " ".join(settings.get("extra-index-url", "").split()),
        "UV_FIND_LINKS": ",".join(settings.get("find-links", "").split()),
        "UV_INSECURE_HOST": " ".join(settings.get("trusted-host", "").split()),
        "UV_HTTP_TIMEOUT": settings.get("timeout", settings.get("default-timeout", "")),
        "SSL_CERT_FILE": settings.get("cert", ""),
        "ALL_PROXY": settings.get("proxy", ""),
        # As pip does: any index may have a file. Hashes keep a stranger's file out.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return {name: value for name, value in told.items() if value} | dict(os.environ)


def fetch_pip(pinned: str, folder: Path) -> Path | None:
    """Download pip's wheel into a folder, if pip's settings name a place that has it.

    `pinned` is its entry in the lock file; a file with another digest is passed over.
    """
    version = re.match(r"pip==(\S+)", pinned)
    if version is None:
        raise ValueError(f"an entry of pip in a lock file begins with pip==, not {pinned[:20]!r}")
    name = f"pip-{version[1]}-py3-none-any.whl"
    hashes = set(re.findall(r"sha256:(\w+)", pinned))
    for url in _places_of(name, pip_settings()):
        wheel = _read(url)
        if hashlib.sha256(wheel).hexdigest() in hashes:
            path = folder / name
            path.write_bytes(wheel)
            return path
    return None


def _places_of(name: str, settings: dict[str, str]) -> Iterator[str]:
    """Addresses that may hold a wheel of pip, folders of wheels before indexes."""
    for place in settings.get("find-links", "").split():
        path = Path(place.removeprefix("file://")).resolve() / name
        if path.is_file():
            yield path.as_uri()
    for option in ("index-url", "extra-index-url"):
        for index in settings.get(option, "").split():
            page = index.rstrip("/") + "/pip/"
            yield from _links_to(name, page + ("index.html" if index.startswith("file:") else ""))


def _links_to(name: str, page: str) -> list[str]:
    """Addresses on one page of a package index that lead to a file of this name."""
    found: list[str] = []

    class Links(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            target = urllib.parse.urljoin(page, dict(attrs).get("href") or "")
            if tag == "a" and urllib.parse.urlsplit(target).path.endswith(f"/{name}"):
                found.append(urllib.parse.urldefrag(target).url)

    Links().feed(_read(page).decode("utf-8", errors="replace"))
    return found


def _read(url: str) -> bytes:
    """Contents of an address, or nothing where it does not answer: the next one may."""
    trusted = ssl.create_default_context(cafile=pip_settings().get("cert"))
    try:
        with urllib.request.urlopen(url, timeout=60, context=trusted) as answer:
            return answer.read()
    except (OSError, ValueError):
        return b""
