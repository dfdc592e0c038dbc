"""The chance of an event on the tiny scenario: by life table and by counting, and by design."""

from datetime import date

import numpy as np
import pytest

from hokushin.engine.run import Setting, Simulator
from hokushin.model.build import build
from hokushin.query.sensitivity.ensemble import Design, Risks, base_run, informative
from hokushin.query.sensitivity.gates import Gates, gates_of
from hokushin.query.sensitivity.risk import Watched
from hokushin.scenario.load import load

N = 2048
IDS = np.arange(N, dtype=np.uint32)


@pytest.fixture(scope="module")
def risks():
    model = build(load("tiny").scenario)
    simulator = Simulator(model, Setting(seed=5, branch=date(1900, 7, 1)))
    return Risks(simulator, "attack", np.ones(len(model.axes.causes), bool))


@pytest.fixture(scope="module")
def run(risks):
    return base_run(risks, IDS)


def test_an_invasion_waits_for_the_option_that_opens_its_front(risks):
    axes = risks.simulator.model.axes
    gates = gates_of(axes, "attack")

    named = [
        (axes.matters[m], axes.options[m][o])
        for m, o in zip(gates.matter, gates.option, strict=True)
    ]
    assert named == [("red.border", "attack")]


def test_a_treaty_has_no_single_gate(risks):
    axes = risks.simulator.model.axes

    assert gates_of(axes, "truce") is None
    with pytest.raises(ValueError, match="there are attack"):
        gates_of(axes, "peace")


def test_a_war_waits_for_whoever_opens_its_front(risks):
    axes = risks.simulator.model.axes

    assert set(gates_of(axes, "war").matter) >= set(gates_of(axes, "attack").matter)


def test_options_of_one_matter_exclude_each_other_and_matters_do_not():
    gates = Gates((0, 0, 1), (1, 2, 1))
    chance = np.array([[[0.2], [0.3], [0.4]]])

    both = gates.any_of(chance, np.array([[1.0, 1.0]]))
    one = gates.any_of(chance, np.array([[1.0, 0.0]]))

    assert both == pytest.approx(1 - 0.5 * 0.6)
    assert one == pytest.approx(0.5)


@pytest.mark.statistical
def test_chances_and_counts_agree_within_five_standard_errors(risks, run):
    seen, follow = run
    counted = seen.happened.mean()

    found = risks.chance(seen, follow)

    assert 0.02 < counted < 0.98
    assert abs(found - counted) < 5 * np.sqrt(2 * counted * (1 - counted) / N)


def test_nothing_happens_in_histories_that_did_not_pass_the_gate(run):
    seen, _ = run

    assert not (seen.happened & ~seen.passed.any(0)).any()


@pytest.mark.statistical
def test_drawn_histories_stand_for_all_of_them(risks, run):
    seen, follow = run
    found = []
    for seed in range(40):
        some = informative(seen, IDS, 128, seed)
        own = Watched(
            seen.chance[:, some.histories],
            seen.passed[:, some.histories],
            seen.happened[some.histories],
        )
        found.append(float(risks.chance(own, follow, some.weight)))

    error = np.std(found, ddof=1) / np.sqrt(len(found))
    # A ratio of weighted sums is off by the order of one over their number.
    assert abs(np.mean(found) - risks.chance(seen, follow)) < 5 * error + 1 / 128


def test_a_row_that_moves_nothing_gives_what_the_histories_gave(risks, run):
    seen, follow = run
    sample = informative(seen, IDS, 64)
    names = risks.simulator.model.priors.names
    war = names.index("weights.choice.inertia_war")
    design = Design(risks, [war], sample, follow, groups=4)

    still, cheap, dear = design(np.array([[np.nan], [-2.0], [2.0]]))

    own = Watched(
        seen.chance[:, None, sample.histories],
        seen.passed[:, None, sample.histories],
        seen.happened[None, sample.histories],
    )
    np.testing.assert_allclose(still, design.estimates(own)[0], rtol=1e-4)
    assert still.shape == (5,)
    assert cheap[0] > still[0] > dear[0]


def test_other_dice_are_another_input(risks, run):
    seen, follow = run
    design = Design(risks, [], informative(seen, IDS, 64), follow, worlds=4)

    first, again, other = design(np.array([[0.1], [0.2], [0.9]]))

    assert first == again
    assert first != other
