from datetime import date, timedelta

import numpy as np
import pytest
from matplotlib.colors import to_hex

from hokushin.answer.pictures import (
    EVENT,
    Measured,
    causes_picture,
    series_picture,
    strips_picture,
)


def test_every_cause_is_drawn_with_its_share_where_it_is(made_up):
    axes = causes_picture(made_up()).axes[0]
    points = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert points == [pytest.approx(x) for x in (26, 20.5, 3.5)]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "The pact",
        "The navy",
        "The winter",
    ]


def test_tie_groups_stand_apart(made_up):
    axes = causes_picture(made_up()).axes[0]
    pact, navy, winter = axes.get_yticks()
    assert navy - pact < winter - navy


def test_as_many_strips_are_red_as_the_number_says(made_up):
    axes = strips_picture(made_up()).axes[0]
    red = [bar for bar in axes.patches if to_hex(bar.get_facecolor()) == EVENT.lower()]
    assert len(red) == 10
    assert axes.get_title(loc="left") == "10 of 100: The Reds attack in force"


def test_a_series_is_drawn_beside_what_the_record_measured():
    days = [date(1941, 1, 1) + timedelta(days=10 * i) for i in range(4)]
    histories = np.arange(4)[:, None] + np.linspace(-1, 1, 101)
    record = [Measured(days[2], 2.5, 2.0, 3.0)]
    axes = series_picture(days, histories, record, "Oil", "kt").axes[0]
    model, measured = axes.lines
    np.testing.assert_allclose(model.get_ydata(), np.arange(4), atol=1e-12)
    assert list(measured.get_ydata()) == [2.5]


def test_a_series_needs_a_day_for_each_step():
    with pytest.raises(ValueError, match="steps by histories"):
        series_picture([date(1941, 1, 1)], np.zeros((2, 3)))
