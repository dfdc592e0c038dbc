"""Boxes, where EMA Workbench is installed, and what is said where it is not."""

import numpy as np
import pytest

from hokushin.query.sensitivity import boxes

NAMES = ["a", "b", "c", "d"]


def planted(seed, n=2000):
    """Draws with the event in one corner, and a little elsewhere."""
    random = np.random.default_rng(seed)
    x = random.random((n, 4))
    inside = (x[:, 0] > 0.7) & (x[:, 2] < 0.4)
    return x, np.where(inside, random.random(n) < 0.9, random.random(n) < 0.02)


@pytest.mark.skipif(not boxes.available(), reason="EMA Workbench is not installed")
def test_a_planted_corner_is_found_again():
    box = boxes.find_box(*planted(1), NAMES, *planted(2), resamples=5)

    found = {bound.name: bound for bound in box.bounds}
    assert {"a", "c"} <= set(found)
    assert found["a"].low == pytest.approx(0.7, abs=0.05)
    assert found["c"].high == pytest.approx(0.4, abs=0.05)
    assert found["a"].found_again == 1.0
    assert box.density > 0.7
    assert box.fresh_density == pytest.approx(box.density, abs=0.15)
    assert box.base_rate == pytest.approx(0.9 * 0.12 + 0.02 * 0.88, abs=0.03)


@pytest.mark.skipif(not boxes.available(), reason="EMA Workbench is not installed")
def test_an_event_that_hardly_happens_has_no_box():
    x, _ = planted(1)

    with pytest.raises(ValueError, match="at least 20"):
        boxes.find_box(x, np.zeros(len(x), bool), NAMES, x, np.zeros(len(x), bool))


@pytest.mark.skipif(boxes.available(), reason="EMA Workbench is installed")
def test_without_ema_workbench_a_box_says_what_it_needs():
    x, y = planted(1)

    with pytest.raises(ValueError, match="hokushin\\[discovery\\]"):
        boxes.find_box(x, y, NAMES, x, y)
