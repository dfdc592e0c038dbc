import pytest

from hokushin.answer.bars import ASCII, UNICODE, Scale, scale_for


def test_an_interval_is_thin_thick_and_has_its_point_where_it_lies():
    scale = Scale(0, 10, 11)
    assert scale.interval((2, 8), (4, 6), 5, UNICODE) == "│ ──━●━──"


def test_ascii_marks_are_ascii():
    line = Scale(-5, 5, 11).interval((-3, 3), (-1, 1), 0, ASCII)
    assert line.isascii()
    assert line == "  --=o=--"


def test_nothing_is_marked_where_no_interval_covers_it():
    assert Scale(-5, 5, 11).interval((2, 4), (3, 3), 3, ASCII) == "     | -o-"


@pytest.mark.parametrize(("low", "high"), [(-0.4, 0.3), (-12.0, 40.0), (3.0, 97.0), (0, 0)])
def test_a_scale_holds_nothing_and_every_end(low, high):
    scale = scale_for([low], [high], 25)
    assert scale.low <= min(0, low) < scale.high
    assert scale.high >= max(0, high)


def test_numbers_over_the_axis_stand_at_their_columns_and_do_not_touch():
    ruler = Scale(0, 40, 41).ruler()
    assert ruler.split() == ["0", "10", "20", "30", "40"]
    assert ruler.index("20") + 1 == 20
    assert len(ruler) == 41
