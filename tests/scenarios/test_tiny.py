"""The invented case keeps the sums that its comments promise, and invents every number openly."""

from __future__ import annotations

import pytest

from hokushin.scenario.load import Loaded, load
from hokushin.scenario.paths import quantities_of


@pytest.fixture(scope="module")
def tiny() -> Loaded:
    return load("tiny")


def value(tiny: Loaded, path: str) -> float:
    return dict(quantities_of(tiny.scenario))[path].value


def test_oil_comes_in_as_fast_as_the_towns_burn_it(tiny: Loaded):
    account = "accounts.red_oil"
    income = value(tiny, f"{account}.output") + value(tiny, f"{account}.imports.blue.rate")
    assert income == value(tiny, f"{account}.civil_demand") == 3


def test_without_the_trade_the_stock_lasts_a_year(tiny: Loaded):
    account = "accounts.red_oil"
    deficit = value(tiny, f"{account}.civil_demand") - value(tiny, f"{account}.output")
    assert value(tiny, f"{account}.stock") / deficit == 12


def test_the_railway_moves_three_divisions_a_month(tiny: Loaded):
    trains = value(tiny, "routes.railway.capacity") * value(tiny, "routes.railway.usable")
    divisions = trains * 30.4375 / value(tiny, "routes.railway.per_division")
    assert divisions == pytest.approx(3.04, abs=0.005)


def test_posture_is_where_the_divisions_stand(tiny: Loaded):
    at = [value(tiny, f"pools.{pool}.forces.infantry") for pool in ("red_home", "red_border")]
    wanted = [value(tiny, f"pools.{pool}.share") for pool in ("red_home", "red_border")]
    assert at[0] / sum(at) == wanted[0] / sum(wanted)


def test_every_number_is_a_constant_or_from_the_work_that_says_it_is_invented(tiny: Loaded):
    for path, quantity in quantities_of(tiny.scenario):
        assert quantity.constant or quantity.source == ("tiny-2026",), path
    assert "invented" in tiny.bibliography.works["tiny-2026"].title
