from types import SimpleNamespace

import numpy as np
import pytest

from hokushin.answer.path import happened, path_answer
from hokushin.engine.run import Outcomes

NEVER = 1.0e6


def outcomes(**steps):
    return Outcomes(tuple(steps), np.stack([np.where(s, 3.0, NEVER) for s in steps.values()]))


def test_what_most_forced_histories_do_is_what_happened():
    number = np.arange(100)
    forced = outcomes(attack=number < 2, war=number < 98)
    assert happened(forced, "war")
    assert not happened(forced, "attack")


def test_chance_outside_the_choices_can_part_from_the_record():
    from datetime import date

    forced = outcomes(attack=np.arange(100) < 2)
    days = [SimpleNamespace(day=date(1941, month, 1)) for month in (5, 7, 8, 12)]
    world = SimpleNamespace(documented=days)
    said = path_answer(world, date(1941, 7, 1), date(1941, 12, 1), forced, "attack", 0.3)
    assert (said.happened, said.value, said.n_choices, said.free) == (False, 0.98, 2, 0.7)
    assert said.log_probability == pytest.approx(np.log(0.98))
