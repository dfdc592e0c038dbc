"""Causes, claims and contradictions of the flagship scenario fit each other and what they name."""

from __future__ import annotations

from collections import defaultdict
from importlib.resources import files

import pytest

from hokushin.scenario.folder import Content, read_folder
from hokushin.scenario.paths import quantities_of
from hokushin.scenario.problems import Problems
from hokushin.scenario.schema import Cause, Claim, Rewrite, Scenario
from hokushin.scenario.units import conversion
from hokushin.scenario.validate import validate


@pytest.fixture(scope="module")
def content() -> Content:
    problems = Problems()
    read = read_folder(files("hokushin.scenarios") / "second_front", problems)
    assert not list(problems)
    return read


@pytest.fixture(scope="module")
def scenario(content: Content) -> Scenario:
    problems = Problems()
    checked = validate(Scenario, content.sections, content.positions, "", problems, ())
    assert checked is not None, list(problems)
    return checked


@pytest.fixture(scope="module")
def claims(content: Content) -> dict[str, Claim]:
    return {key: Claim.model_validate(row) for key, row in content.claims.items()}


def every_rewrite(cause: Cause) -> list[Rewrite]:
    return [*cause.rewrites, *cause.alternative_rewrites]


def written(rewrite: Rewrite) -> str:
    return rewrite.set or rewrite.force or rewrite.forbid or ""


def test_every_claim_and_its_cause_name_each_other(
    scenario: Scenario, claims: dict[str, Claim]
) -> None:
    by_cause: dict[str, set[str]] = defaultdict(set)
    for claim in claims.values():
        if claim.cause:
            by_cause[claim.cause].add(claim.id)
    assert by_cause == {k: set(c.claims) for k, c in scenario.causes.items() if c.claims}


def test_facts_have_no_sign_and_causes_have_one(claims: dict[str, Claim]) -> None:
    assert all(claim.sign == 0 for claim in claims.values() if claim.kind == "fact")
    assert all(claim.sign != 0 for claim in claims.values() if claim.kind == "cause")


def test_a_cause_is_asserted_by_the_articles_that_claim_it(
    scenario: Scenario, claims: dict[str, Claim]
) -> None:
    for name, cause in scenario.causes.items():
        theirs = [claims[i] for i in cause.claims]
        assert set(cause.asserted_by) <= {claim.source for claim in theirs}
        if name != "soviet_floor":  # C34 claims the reverse of this cause: contradiction k11
            arrows = [c for c in theirs if c.kind == "cause" and c.strength != "denies"]
            assert {claim.source for claim in arrows} <= set(cause.asserted_by), name


def test_rewrites_change_numbers_and_options_that_exist(scenario: Scenario) -> None:
    numbers = dict(quantities_of(scenario))
    options = {f"{m}.{o}" for m, matter in scenario.matters.items() for o in matter.options}
    changes = [r for cause in scenario.causes.values() for r in every_rewrite(cause)]
    changes += [r for entry in scenario.contradictions.values() for r in entry.changes]
    for rewrite in changes:
        if rewrite.set is None:
            assert written(rewrite) in options
        else:
            assert rewrite.set in numbers
            assert rewrite.to is not None
            conversion(rewrite.to.unit, numbers[rewrite.set].unit)


def test_no_two_causes_write_one_number_or_one_option(scenario: Scenario) -> None:
    writers: dict[str, set[str]] = defaultdict(set)
    for name, cause in scenario.causes.items():
        for rewrite in every_rewrite(cause):
            writers[written(rewrite)].add(name)
    assert {path: names for path, names in writers.items() if len(names) > 1} == {}


def test_numbers_that_stand_for_the_null_differ_from_the_record(scenario: Scenario) -> None:
    numbers = dict(quantities_of(scenario))
    for name, cause in scenario.causes.items():
        for rewrite in every_rewrite(cause):
            if rewrite.set is not None and rewrite.to is not None:
                factor = conversion(rewrite.to.unit, numbers[rewrite.set].unit)
                moved = rewrite.to.value * factor - numbers[rewrite.set].value
                assert abs(moved) > 1e-9, f"{name} sets {rewrite.set} to what it is"


def test_half_of_influence_is_for_the_north_when_the_few_are_not_few(scenario: Scenario) -> None:
    japan = {k: f.influence.value for k, f in scenario.factions.items() if k.startswith("japan.")}
    rewrites = scenario.causes["few_for_north"].rewrites
    for phase in ([r for r in rewrites if r.until], [r for r in rewrites if not r.until]):
        now = dict(japan)
        for rewrite in phase:
            assert rewrite.set is not None
            assert rewrite.to is not None
            now[".".join(rewrite.set.split(".")[1:3])] = rewrite.to.value
        north = sum(now[".".join(r.set.split(".")[1:3])] for r in phase if r.set)
        assert north / sum(now.values()) == pytest.approx(0.5, abs=0.002)


def test_spoils_of_the_north_reach_those_of_the_south_when_aims_are_alike(
    scenario: Scenario,
) -> None:
    south = ("north_indochina", "south_indochina", "malaya", "indies", "philippines")
    worth = {k: r.spoils["japan"].value for k, r in scenario.regions.items() if "japan" in r.spoils}
    for rewrite in scenario.causes["aims"].rewrites:
        assert rewrite.set is not None
        assert rewrite.to is not None
        worth[rewrite.set.split(".")[1]] = rewrite.to.value
    won = scenario.matters["japan.north"].options["attack"].wins
    assert sum(worth[r] for r in won) == pytest.approx(sum(worth[r] for r in south), abs=0.005)


def test_carriers_of_claims_can_be_found(scenario: Scenario, claims: dict[str, Claim]) -> None:
    numbers = [path for path, _ in quantities_of(scenario)]
    options = {f"{m}.{o}" for m, matter in scenario.matters.items() for o in matter.options}
    for claim in claims.values():
        if not claim.carrier.startswith("none: "):
            inside = any(n == claim.carrier or n.startswith(f"{claim.carrier}.") for n in numbers)
            assert inside or claim.carrier in options, claim.id
