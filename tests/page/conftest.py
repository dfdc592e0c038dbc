"""Answers to draw: made up by hand, of the tiny scenario, and one with thirteen groups."""

import shutil
from dataclasses import replace

import pytest

from hokushin.answer.document import GroupAnswer, Segment, Strip, TableAnswer
from hokushin.answer.parts import Bounds, MonthOfFaction
from hokushin.answer.theories import Explanation, Forecast
from tests.answer.conftest import SMALL, a_cause, an_answer

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""Without these Chromium looks for its maker's hosts."""


BEFORE = (Segment("1941-07-01", "other"),)
HIT = (Segment("1941-08-01", "attack"),)


@pytest.fixture
def made_up():
    """Make an answer by hand, with any of its fields changed."""
    return an_answer


@pytest.fixture(scope="session")
def tiny():
    """The tiny scenario, and an answer on it with a table of every combination."""
    from hokushin.answer.why import why
    from hokushin.scenario.load import load

    loaded = load("tiny")
    return why(loaded, basis="prior", effort=replace(SMALL, table=64)), loaded


def a_table(switches, hits, histories=2048):
    """A table of groups with these counts, in which nothing else is asked about."""
    return TableAnswer(
        combinations=len(hits),
        histories=histories,
        with_all=hits[-1] / histories,
        with_none=hits[0] / histories,
        undoes=0.01,
        apart=1.0,
        groups=tuple(
            GroupAnswer(name, 0.01, 0.001, 0.01, 0.001, Bounds(None, None), 0.0)
            for name in switches
        ),
        interactions=(),
        blocking=(),
        largest_set=4,
        sets_tested=100,
        switches=tuple(switches),
        hits=tuple(hits),
    )


@pytest.fixture(scope="session")
def large():
    """An answer with twenty-two causes in thirteen groups, 8,192 combinations and twelve months."""
    groups = [f"group_{g}" for g in range(13)]
    causes = tuple(
        a_cause(f"cause_{c}", 0.02, group=groups[min(c, 12)], rank=c // 8) for c in range(22)
    )
    # Unlike for every combination: one that is looked up in the wrong place is found out.
    hits = [(s * 1_103 + 17) % 2_049 for s in range(8_192)]
    return an_answer(
        causes=causes,
        groups={name: f"The {name}" for name in groups},
        enough=(),
        contradictions=(),
        counterfactual_claims=(),
        table=a_table(groups, hits),
        months=tuple(
            MonthOfFaction(
                f"1941-{month:02}",
                "red.border",
                faction,
                {"attack": 0.3, "carry_on": 0.7},
                {"attack": 0.2},
                {"attack": 0.05} if month > 6 else {},
                0.1 if faction == "red.navy" else 0.0,
                {"attack": {"relief": 0.5, "odds": -0.75}},
            )
            for month in range(1, 13)
            for faction in ("red.army", "red.navy")
        ),
        strips=tuple(Strip(i, (*BEFORE, *(HIT if i < 10 else ()))) for i in range(100)),
    )


@pytest.fixture
def explained(large):
    """The large answer with two explanations, each read in two ways."""

    def forecast(difference, verdict):
        return Forecast("1941-06-21", difference, 0.2, verdict, -3.0, -5.0, -1.0)

    theories = tuple(
        Explanation(name, f"What {name} says", "source", ("first-2020",), left, right)
        for name, left, right in (
            ("one", forecast(-0.5, "worse"), forecast(0.3, "cannot tell")),
            ("two", forecast(0.6, "better"), forecast(0.0, "the same")),
        )
    )
    return replace(large, theories=theories, theories_said="The record tells them apart.")


@pytest.fixture(scope="session")
def browser():
    """The machine's own Chromium; a visible skip where there is none, or nothing to drive it."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
    driver = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with driver.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield chromium
        chromium.close()
