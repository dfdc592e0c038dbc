from types import SimpleNamespace

import numpy as np
import pytest

from hokushin.answer.path import given_record
from hokushin.engine.run import Outcomes

NEVER = 1.0e6


def outcomes(**steps):
    return Outcomes(tuple(steps), np.stack([np.where(s, 3.0, NEVER) for s in steps.values()]))


@pytest.fixture
def world():
    """A world whose one cause, removed, lets the event happen in every other history."""
    return SimpleNamespace(
        causes=("pact",),
        outcomes=lambda simulator, kept, cause: outcomes(attack=np.asarray(kept) % 2 == 0),
    )


def test_kept_histories_share_the_record_where_enough_of_them_can(world):
    number = np.arange(1000)
    run = outcomes(attack=number < 400, war=number % 10 == 0, truce=number % 2 == 0)
    forced = outcomes(attack=np.zeros(9, bool), war=np.ones(9, bool), truce=np.ones(9, bool))
    given = given_record(world, None, run, forced, "attack", 1000)
    # 600 had no attack; war in a tenth of them would leave 60, a truce leaves 300
    assert given.agrees_on == ("attack", "truce")
    assert given.histories == 300
    assert given.without == {"pact": 1.0}


def test_too_few_histories_say_nothing(world):
    number = np.arange(1000)
    run = outcomes(attack=number >= 100)
    given = given_record(world, None, run, outcomes(attack=np.zeros(9, bool)), "attack", 1000)
    assert given.histories == 100
    assert given.without == {}
