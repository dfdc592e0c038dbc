"""Render: the page as text, from an answer and the templates that stand beside this file."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hokushin.answer.document import SetAnswer, Why
from hokushin.answer.findings import assumed_share
from hokushin.answer.text import headline_text
from hokushin.answer.text_causes import printed
from hokushin.answer.text_full import given_text
from hokushin.answer.text_sets import without_repeats
from hokushin.answer.words import counted, day_in_words, in_sentence, number_word
from hokushin.page.report import csv_files
from hokushin.page.report.causes import causes_of, pair_sentence
from hokushin.page.report.council import council_of
from hokushin.page.report.csv_link import csv_link
from hokushin.page.report.dots import dots_of
from hokushin.page.report.lattice import pack
from hokushin.page.report.made import command_of, made_of
from hokushin.page.report.sources import anchor, sources_of
from hokushin.page.report.strips import strips_of
from hokushin.page.report.switches import script_data, switch_groups
from hokushin.page.report.theories import theories_of
from hokushin.scenario.load import Loaded

_HEADINGS = ("answer", "causes", "enough", "disputes", "numbers")
"""What the findings of an answer are about, in their order."""


def report(why: Why, loaded: Loaded | None = None) -> str:
    """Give a whole answer as one HTML file that asks nothing of any network.

    Args:
        why: the answer.
        loaded: the scenario that it is about, for full references, claims and the numbers that
            switches write; without it sources go by their keys.

    Raises `ValueError` if the scenario is not the one that was answered from.
    """
    if loaded is not None and loaded.digest != why.digest:
        raise ValueError(
            f"the answer is from {why.scenario} with digest {why.digest[:8]}, the scenario given "
            f"has {loaded.digest[:8]}; give the same version, or ask again"
        )
    unit, with_all, with_none, _ = printed(why)
    script = _environment().get_template("switch.js").render()
    sources = sources_of(why, loaded)
    causes, strips, council = causes_of(why), strips_of(why), council_of(why, loaded)
    packed = None if why.table is None else pack(why.table, why.outcome.happened)
    page: dict[str, Any] = {
        "why": why,
        "unit": unit,
        "with_all": with_all,
        "with_none": with_none,
        "opening": headline_text(why),
        "headings": _headings(why),
        "causes": causes,
        "sets": _sets(why),
        "given": None if why.given is None else given_text(why, why.given),
        "pairs": tuple(pair_sentence(why, pair) for pair in why.interactions),
        "strips": strips,
        "dots": dots_of(why.dots, unit),
        "council": council,
        "theories": theories_of(why),
        "sources": sources,
        "groups": switch_groups(why),
        "lookup": Markup(script_data(why, unit, packed)),
        "made_list": made_of(why, packed),
        "command": command_of(why),
        "assumed_said": assumed_share(why.assumed, why.recalled, why.learnt),
        "files": csv_files.files_of(why, causes, strips, council, sources),
        "style": Markup(_environment().get_template("report.css").render(why=why)),
        "script": Markup(script),
        "script_hash": _hash(script),
    }
    return _environment().get_template("report.html").render(page)


def _headings(why: Why) -> dict[str, str]:
    """Give the headings that findings allow; where a guard fails the place stays empty."""
    said = [finding.text if finding.holds else "" for finding in why.findings]
    if len(said) != len(_HEADINGS):
        said = [""] * len(_HEADINGS)
    return dict(zip(_HEADINGS, said, strict=True))


def _sets(why: Why) -> list[SetAnswer]:
    """List what is enough first, then what comes nearest; one of two ways to say the same set."""
    return sorted(without_repeats(why), key=lambda one: (not one.sufficient, -one.probability))


def _hash(script: str) -> str:
    """Give what a content security policy knows an inline script by."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("hokushin.page.report"),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(anchor=anchor, csv_link=csv_link)
    environment.filters.update(
        day=day_in_words,
        sentence=in_sentence,
        word=number_word,
        counted=lambda n, noun: counted(n, noun),
        histories=lambda value, unit: f"{round(unit * value):,}",
        tenth=lambda value, unit: f"{unit * value:.1f}",
        signed=lambda value, digits=2: f"{value:+.{digits}f}".replace("-", "−"),
        group=lambda n: f"{n:,}".replace("-", "−"),
        plain_number=lambda value: f"{value:.4g}",
        spaced=lambda name: name.replace("_", " "),
        css_text=_css_text,
    )
    return environment


def _css_text(text: str) -> str:
    """Write any text as the inside of a CSS string."""
    return "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text)
