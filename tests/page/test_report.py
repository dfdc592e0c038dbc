import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import pytest

from hokushin.answer.document import Given, Joint, Probability
from hokushin.page.report import report
from tests.answer.conftest import a_cause

VOID = {"meta", "br", "input"}
LARGEST = 1_500_000
LOADS = {"src", "srcset", "poster", "data", "action", "formaction", "background", "xlink:href"}
"""Attributes that make a browser fetch something."""


class Page(HTMLParser):
    """Follows tags as they open and close, and keeps names, attributes and text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text, self.headings, self.styles = [], [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "script" not in self.open and "style" not in self.open:
            self.text.append(data)
        if "style" in self.open:
            self.styles.append(data)

    def named(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def said(self):
        return " ".join(" ".join(self.text).split())

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]


@pytest.fixture(params=["made up", "large", "explained", "tiny", "tiny without its scenario"])
def page(request, made_up, large, explained):
    answers = {"made up": (made_up(),), "large": (large,), "explained": (explained,)}
    if request.param in answers:
        return Page(report(*answers[request.param]))
    answer, loaded = request.getfixturevalue("tiny")
    return Page(report(answer, *([loaded] if request.param == "tiny" else [])))


def test_nothing_is_fetched(page):
    for tag, attrs in page.tags:
        assert not LOADS & attrs.keys(), (tag, attrs)
        assert tag not in {"link", "iframe", "img", "object", "embed", "base", "form"}
        assert not any(name.startswith("on") for name in attrs)
    style = "".join(page.styles)
    assert "url(" not in style
    assert "@import" not in style
    policy = next(a["content"] for a in page.named("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none'")
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='$", policy)


def test_every_link_inside_leads_somewhere_and_every_anchor_is_one_place(page):
    ids = page.ids
    assert len(ids) == len(set(ids))
    inside = [a["href"][1:] for a in page.named("a") if a["href"].startswith("#")]
    assert inside
    assert {target for target in inside if target not in ids} == set()
    labels = [a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a]
    assert set(labels) <= set(ids)


def test_links_that_show_a_number_lead_to_how_it_was_made(page):
    numbers = [a for a in page.named("a") if "n" in a.get("class", "").split()]
    assert len(numbers) >= 4
    assert all(a["href"].startswith("#made-") for a in numbers)


def test_landmarks_headings_and_tables_are_in_order(page):
    assert len(page.named("main")) == len(page.named("h1")) == 1
    assert page.named("html")[0]["lang"] == "en"
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for cell in page.named("th"):
        assert cell.get("scope") in {"col", "row", "rowgroup"}
    for box in page.named("input"):
        # A box of several causes may be half on, which a switch cannot be.
        assert box.get("role") == "switch" or "data-group" in box
    for figure in page.named("svg"):
        assert "aria-hidden" in figure or figure["aria-label"]


def test_every_figure_is_there_as_a_file(page):
    files = [a for a in page.named("a") if "download" in a]
    assert {f["download"].split("-")[-1] for f in files} >= {"causes.csv", "strips.csv"}
    for file in files:
        head, _, body = file["href"].partition(",")
        assert head == "data:text/csv;charset=utf-8"
        lines = unquote(body).splitlines()
        assert len(lines) >= 2
        assert "," in lines[0]


def test_the_answer_is_told_with_its_doubts_apart(made_up):
    said = Page(report(made_up())).said
    assert "Would Red have attacked?" in said
    assert "In 10 of 100 histories of this model" in said
    assert "Doubt about the numbers: 3 to 19" in said
    assert "Counting error: ±0.3" in said
    assert "10 of 100 with the event" in said


def test_shares_are_those_of_the_document(made_up):
    page = Page(report(made_up()))
    for told in ("The pact 26 (16 to 36)", "The navy 20 (10 to 30)"):
        title, numbers = told.split(" 2")
        assert re.search(rf"{title}.*?2{re.escape(numbers)}", page.said)


def test_causes_that_do_little_together_are_not_shared_out(made_up):
    said = Page(report(made_up(v_none=0.85))).said
    assert "too little to share out among them" in said
    assert "share in 100" not in said


def test_a_page_has_bounds(large):
    bare = len(report(replace(large, table=None)).encode())
    whole = len(report(large).encode())
    assert whole < LARGEST
    assert whole - bare < 100_000


def test_a_scenario_that_is_another_version_is_refused(tiny):
    answer, loaded = tiny
    with pytest.raises(ValueError, match="give the same version"):
        report(replace(answer, digest="0" * 64), loaded)


HOSTILE = "</script><script>alert(1)</script><b onclick=alert(1)>\"'&<!--{{ 7*7 }}"


def test_no_text_of_a_scenario_becomes_markup(made_up):
    cause = a_cause(
        HOSTILE,
        0.3,
        title=HOSTILE,
        with_=HOSTILE,
        without=HOSTILE,
        group=HOSTILE,
        sources=(HOSTILE,),
        asserted_by=(HOSTILE,),
        claims=(HOSTILE,),
    )
    hostile = made_up(
        title=HOSTILE,
        scenario=HOSTILE,
        causes=(cause,),
        groups={HOSTILE: HOSTILE},
        works={HOSTILE: HOSTILE},
        digest=HOSTILE,
        enough=(),
        interactions=(),
    )
    page = Page(report(hostile))
    assert len(page.named("script")) == 2
    assert page.named("b") == [a for a in page.named("b") if "onclick" not in a]
    assert HOSTILE in "".join(page.text)
    assert "49" not in "".join(page.named("title") and page.text[:3])
    style = "".join(page.styles)
    assert "<" not in style


def test_works_that_can_be_read_on_the_web_are_linked_and_no_other_scheme(tiny):
    answer, loaded = tiny
    works = dict(loaded.bibliography.works)
    first = works["tiny-2026"]
    for address, linked in (("https://example.org/a", True), ("javascript:alert(1)", False)):
        changed = type(first).model_validate({**first.model_dump(by_alias=True), "URL": address})
        other = replace(
            loaded,
            bibliography=replace(loaded.bibliography, works={**works, "tiny-2026": changed}),
        )
        hrefs = [a["href"] for a in Page(report(answer, other)).named("a")]
        assert (address in hrefs) == linked


def test_what_a_switch_writes_stands_with_its_source(tiny):
    answer, loaded = tiny
    said = Page(report(answer, loaded)).said
    assert "sets engagements.skirmish.loss_share to 0 share" in said
    assert "forces blue.trade.cut from 1900-07-01" in said


def test_who_stopped_what_is_told_in_cells_and_in_a_table(large):
    page = Page(report(large))
    cells = [a["aria-label"] for a in page.named("svg") if "aria-label" in a]
    assert (
        "wants carry on 0.7, attack 0.3; stops what is put forward 10.0 times in 100 histories"
        in cells
    )
    assert "attack: relief +0.50, odds -0.75" in page.said


def test_explanations_stand_side_by_side(explained):
    said = Page(report(explained)).said
    assert "The record tells them apart." in said
    assert re.search(r"What one says first-2020 open −0.50 ±0.20 worse", said)
    assert re.search(r"What two says first-2020 open \+0.60 ±0.20 better", said)


def test_histories_conditioned_on_the_record_are_told(made_up):
    given = Given(12, ("red.border",), 4096, 250.0, 200, 0.9, {"navy": Probability(0.25, 0.02)})
    said = Page(report(made_up(given=given))).said
    assert "12 choices of the record" in said
    assert "the event comes about in 25 without The navy" in said


def test_the_same_hundred_histories_are_told_before_and_after(made_up):
    said = Page(report(made_up(joint=Joint(("pact",), 1, 50, 9, 40)))).said
    assert "50 have the event only without the causes, 1 only with them, 9 either way" in said


def test_groups_that_no_set_goes_without_are_told(large):
    table = replace(large.table, blocking=(("group_0",), ("group_1", "group_2")))
    said = Page(report(replace(large, table=table))).said
    assert (
        "No set of up to four groups is enough while these stand: “The group_0”; "
        "“The group_1” and “The group_2”."
    ) in said
