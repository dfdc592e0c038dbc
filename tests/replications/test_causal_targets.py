"""Published numbers of voting power, causal bounds, responsibility and coupling, to 1e-6."""

import csv

import numpy as np
import pytest

from hokushin.query.bounds import Observed, causal_bounds_with_record
from hokushin.query.coupling import gumbel_joint, gumbel_same
from hokushin.query.responsibility import responsibility, tabulate
from hokushin.query.shapley import power_index, shapley_shubik

MEMBERS_1958 = {
    "france": 4,
    "germany": 4,
    "italy": 4,
    "belgium": 2,
    "netherlands": 2,
    "luxembourg": 1,
}


@pytest.fixture(scope="module")
def targets(shared_data):
    path = shared_data / "replications" / "causal_targets.csv"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    with path.open(newline="") as file:
        return {row["id"]: float(row["value"]) for row in csv.DictReader(file)}


def test_the_council_of_1958_left_luxembourg_without_power(targets):
    shares = shapley_shubik(list(MEMBERS_1958.values()), 12)
    for name, share in zip(MEMBERS_1958, shares, strict=True):
        assert share == pytest.approx(targets[f"shapley_eec1958_{name}"], abs=1e-6)


def test_a_veto_in_the_security_council_is_worth_a_hundred_seats(targets):
    def carried(members):
        return members[:, :5].all(axis=1) & (members.sum(axis=1) >= 9)

    shares = power_index(carried, 15)
    assert shares[:5] == pytest.approx([targets["shapley_unsc_permanent"]] * 5, abs=1e-6)
    assert shares[5:] == pytest.approx([targets["shapley_unsc_nonpermanent"]] * 10, abs=1e-6)


def test_a_drug_that_seems_harmless_killed_all_who_died_after_taking_it(targets):
    record = Observed(cause_and_outcome=0.001, cause_only=0.499, outcome_only=0.014, neither=0.486)
    bounds = causal_bounds_with_record(0.016, 0.014, record)
    for name, interval in (
        ("pns", bounds.both),
        ("pn", bounds.necessity),
        ("ps", bounds.sufficiency),
    ):
        assert interval.low == pytest.approx(targets[f"tianpearl_{name}_lo"], abs=1e-6)
        assert interval.high == pytest.approx(targets[f"tianpearl_{name}_hi"], abs=1e-6)


def test_a_voter_answers_for_a_landslide_in_a_small_part_only(targets):
    majority = tabulate(lambda votes: votes.sum(axis=1) >= 6, 11)
    landslide, close = responsibility(majority), responsibility(majority, actual=0b111111)
    assert landslide == pytest.approx([targets["responsibility_11_0"]] * 11, abs=1e-6)
    assert close[:6] == pytest.approx([targets["responsibility_6_5"]] * 6, abs=1e-6)


def test_gumbel_noise_keeps_choices_together_and_never_against_their_odds(targets):
    before, after = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.5, 0.3])
    same = gumbel_same(before, after)
    for option in range(3):
        assert same[option] == pytest.approx(targets[f"gumbel_same_{option}"], abs=1e-6)
    joint = gumbel_joint(before, after)
    assert joint[1, 2] == pytest.approx(targets["gumbel_flip_1_to_2"], abs=1e-6)
