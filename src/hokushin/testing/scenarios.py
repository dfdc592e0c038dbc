"""A check that a scenario can be run at all, for those who write one."""

from __future__ import annotations

import os

import numpy as np

from hokushin.engine.keys import fresh_range
from hokushin.engine.run import Setting, Simulator
from hokushin.model.axes import NEVER
from hokushin.model.build import build
from hokushin.scenario.load import load
from hokushin.scenario.schema import Scenario
from hokushin.testing.contract import BrokenContract, impossible_values


def check_scenario_runs(
    scenario: Scenario | str | os.PathLike[str], histories: int = 64, seed: int = 1
) -> dict[str, float]:
    """Build a scenario and run some histories of it freely from its first day to its last.

    Takes a scenario, its name, or the folder in which it lies. Numbers are drawn from their
    priors, so combinations that the author did not think of are tried. Gives the share of
    histories in which each event happened. That an event never happens, or always, is no failure
    here, but worth a look.

    Raises:
        BrokenContract: With every field of the state that at any step was not finite, fell below
            zero or, being a share, left 0 to 1.
        ScenarioError: With every problem of the folder, or a unit that the model cannot use.
    """
    if not isinstance(scenario, Scenario):
        scenario = load(scenario).scenario
    simulator = Simulator(build(scenario), Setting(seed=seed))
    rows = np.array(fresh_range("testing", histories), np.uint32)
    states = simulator.series(lambda state: state, rows, name="testing")  # the step leads
    broken = impossible_values(states)
    if broken:
        raise BrokenContract("the scenario " + "\nthe scenario ".join(broken))
    happened = states.first[-1] < NEVER / 2.0
    return dict(zip(simulator.model.axes.events, happened.mean(-1).tolist(), strict=True))
