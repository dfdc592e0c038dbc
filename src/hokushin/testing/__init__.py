"""Checks that authors run on mechanisms, scenarios and environments of their own."""

from hokushin.testing.contract import BrokenContract, check_mechanism
from hokushin.testing.scenarios import check_scenario_runs

__all__ = ["BrokenContract", "check_mechanism", "check_scenario_runs"]
