"""Whatever one entry says of another is checked, each on its own line."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from hokushin.scenario.load import Loaded, load
from tests.scenario.planted import Planted, assert_found, copied, problems_of, replaced

# Where the tiny scenario names something by what follows: a star is one part of a path.
REFERENCES = [
    "scenario.default_question",
    "accounts.*.power",
    "accounts.*.resource",
    "accounts.*.imports.*.restriction",
    "accounts.*.imports.*.stops_with.*",
    "regions.*.owner",
    "regions.*.climate",
    "exposures.*.power",
    "exposures.*.enemy",
    "exposures.*.struck_by",
    "fronts.*.*.power",
    "fronts.*.*.pool",
    "fronts.*.climate",
    "fronts.*.gains.*.region",
    "pools.*.power",
    "pools.*.route",
    "observations.*.observer",
    "observations.*.pool",
    "deals.*.parties.*",
    "asks.*.by",
    "asks.*.to",
    "asks.*.option",
    "restrictions.*.by",
    "restrictions.*.on",
    "trust.*.*.of",
    "trust.*.*.towards",
    "matters.*.*.block.*",
    "matters.*.*.options.*.needs.*",
    "matters.*.*.options.*.considers.*.of",
    "matters.*.*.options.*.wins.*",
    "matters.*.*.options.*.effects.*.open_front",
    "matters.*.*.options.*.effects.*.end_deal",
    "matters.*.*.options.*.effects.*.sign",
    "matters.*.*.options.*.effects.*.ask",
    "matters.*.*.options.*.effects.*.deploy.pool",
    "matters.*.*.options.*.effects.*.restrict.restriction",
    "matters.*.*.options.*.effects.*.restrict.step",
    "matters.*.*.options.*.effects.*.intent.of",
    "matters.*.*.options.*.effects.*.intent.towards",
    "engagements.*.holder",
    "engagements.*.enemy",
    "engagements.*.front",
    "engagements.*.climate",
    "engagements.*.service",
    "conditionals.*.factions.*",
    "conditionals.*.option",
    "conditionals.*.clauses.*.variable",
    "conditionals.*.source",
    "causes.*.group",
    "causes.*.silent.*",
    "causes.*.claims.*",
    "causes.*.asserted_by.*",
    "causes.*.rewrites.*.set",
    "causes.*.rewrites.*.force",
    "causes.*.alternative_rewrites.*.set",
    "events.*.invasion.front",
    "events.*.war",
    "events.*.signed",
    "questions.*.event",
    "contradictions.*.claims.*",
    "contradictions.*.changes.*.set",
    "accounts.*.stock.source",
    "weights.considerations.*.source",
]

# Where it names something by a key.
KEYS = [
    "factions.*.*.doctrine.*.*",
    "accounts.*.war_demand.*",
    "regions.*.yields.*",
    "regions.*.spoils.*",
    "industry.*",
]


@cache
def tiny() -> Loaded:
    return load("tiny")


def matching(patterns: list[str]) -> list[str]:
    forms = [re.compile(p.replace(".", r"\.").replace("*", r"[a-z0-9_]+")) for p in patterns]
    return [path for path in tiny().positions if any(form.fullmatch(path) for form in forms)]


def misspelt(path: str, to: Path) -> tuple[Path, tuple[str, int]]:
    """Lengthen the word at the place of a path in a copy; return the copy and the line."""
    folder = copied("tiny", to)
    place = tiny().positions[path]
    file = folder / place.file
    lines = file.read_text("utf-8").split("\n")
    line = lines[place.line - 1]
    begin = place.column - 1
    if line[begin] == "{":  # the entry of a key on the same line
        begin = len(line) - len(line.lstrip())
    word = re.compile(r"(not )?[A-Za-z0-9_.-]+").match(line, begin)
    assert word, line
    lines[place.line - 1] = f"{line[: word.end()]}zzz{line[word.end() :]}"
    file.write_text("\n".join(lines), "utf-8")
    return folder, (place.file, place.line)


@pytest.mark.parametrize("pattern", [*REFERENCES, *KEYS])
def test_the_tiny_scenario_has_such_a_reference(pattern: str):
    assert matching([pattern])


@pytest.mark.parametrize("path", [*matching(REFERENCES), *matching(KEYS)])
def test_a_name_of_nothing_is_found_where_it_is_written(path: str, tmp_path: Path):
    folder, here = misspelt(path, tmp_path)
    problems = problems_of(folder)
    found = [p for p in problems if (p.place.file, p.place.line) == here]
    assert found, "\n\n".join(map(str, problems)) or "nothing was reported"
    assert any("zzz" in problem.needed + problem.path for problem in found)


def test_names_of_things_that_do_not_fit_are_found(tmp_path: Path):
    """Each of these exists, but not for the entry that names it."""
    folder = copied("tiny", tmp_path)
    changes = [
        ("world.yaml", "option: red.border.sign", "option: blue.trade.sign"),
        ("world.yaml", "    by: blue\n    on: red_oil", "    by: red\n    on: red_oil"),
        ("choices.yaml", "    service: army", "    service: navy"),
        (
            "choices.yaml",
            "          - deploy: {pool: red_border",
            "          - deploy: {pool: red_home",
        ),
        ("choices.yaml", "- {what: dread, of: blue}", "- {what: dread, of: red}"),
        ("choices.yaml", "intent: {of: blue, towards: red", "intent: {of: red, towards: red"),
    ]
    for file, old, new in changes:
        replaced(folder / file, old, new)
    said = "\n".join(map(str, problems_of(folder)))
    for part in [
        "blue.trade.sign is no option of red, which is asked",
        "blue_oil is in red's hands",
        "no service is called navy",
        "red_home is the hub of red, from which divisions are called",
        "red is the power that chooses",
        "red cannot fear itself",
    ]:
        assert part in said


PLANTED = [
    Planted(
        "a deciding power in which nobody decides",
        "world.yaml",
        "\nroutes:\n",
        "\npowers:\n  green: {title: Green, kind: deciding}\n\nroutes:\n",
        "it has no factions",
        at="green:",
    ),
    Planted(
        "a consideration without what it counts",
        "choices.yaml",
        "        wins: [oilfield]\n",
        "",
        "relief is of what the option `wins`, and it wins nothing",
        at="what: relief",
    ),
    Planted(
        "a consideration of a criterion that nobody stated",
        "choices.yaml",
        "    option: red.border.attack\n    since",
        "    option: red.border.sign\n    since",
        "no conditional is about red.border.attack",
        at="what: criterion",
    ),
    Planted(
        "a consideration listed twice",
        "choices.yaml",
        "          - {what: strain}\n",
        "          - {what: strain}\n          - {what: strain}  # here\n",
        "strain is listed twice",
    ),
    Planted(
        "a doctrine among the considerations",
        "choices.yaml",
        "          - {what: strain}\n",
        "          - {what: doctrine}\n",
        "doctrine is weighed in every option",
    ),
    Planted(
        "a consideration that is about nothing in particular",
        "choices.yaml",
        "          - {what: strain}\n",
        "          - {what: strain, of: border}\n",
        "strain takes no `of`",
    ),
    Planted(
        "an ask of a power that trusts nobody",
        "world.yaml",
        "  red.blue:\n    of: red\n    towards: blue\n",
        "  red.red:\n    of: red\n    towards: red\n",
        "Add trust.red.blue",
        at="    to: red",
    ),
    Planted(
        "a trust that its key denies",
        "world.yaml",
        "  blue.red:\n    of: blue\n",
        "  blue.red:  # here\n    of: red\n",
        "Call it red.red",
    ),
    Planted(
        "an event of two verbs",
        "causes.yaml",
        "  war:\n",
        "  war:  # here\n    signed: truce\n",
        "an event says exactly one thing; this one says war, signed",
    ),
    Planted(
        "an unknown carrier of a claim",
        "claims.csv",
        "accounts.red_oil.imports.blue.rate,",
        "accounts.red_oil.imports.blue.price,",
        "is neither a path of the scenario nor an option",
    ),
]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_what_cannot_be_meant_is_found(planted: Planted, tmp_path: Path):
    assert_found(planted, "tiny", tmp_path)
