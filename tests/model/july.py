"""Red's attack on blue in July, which engages every consideration with a weight of one.

It is the eleventh of July unless a test says otherwise: the season has more than four months to go,
and red has no memory of a war.
"""

import numpy as np

from hokushin.model import weighing
from tests.model.small import one_by_one, small_world

JULY_11, NOVEMBER_11 = 19, 31
ARMY, TREASURY = "red.army", "red.treasury"
NO_MEMORY = {"engagements": {}, "causes": {}}
URGENCY = 0.1 * np.exp(-7.5 / 12.0)
"""One in ten that blue cuts red off, and then 60 kt would last 7.5 months."""


def july(changes=None, step=JULY_11, **state):
    """The small world on that day, with changes of its numbers and of its state."""
    return small_world({**NO_MEMORY, **(changes or {})}).at(step).having(**state)


def weighed(world):
    """Gains of all pairs, and the pages of the book that they are added up from."""
    seen = world.axes, world.params, world.view, world.state
    found = one_by_one(weighing.values, *seen, world.moment, world.dice)
    gains = one_by_one(weighing.gains, *seen, found, world.dice)
    return np.asarray(gains), one_by_one(weighing.book, *seen, found)


def pages(world):
    """What each consideration adds to each gain."""
    return weighed(world)[1]


def worth(what, world, faction=ARMY, option="red.war.attack"):
    """What a consideration adds to a faction's gain by an option."""
    matter, name = option.rsplit(".", 1)
    pair = world.axes.position("pairs", f"{faction}:{matter}")
    place = world.place("stands", matter, name)[1]
    return float(np.asarray(pages(world)[what])[pair, place, 0])


def logistic(x):
    """Chance of log-odds."""
    return 1.0 / (1.0 + np.exp(-x))


def success(world, faction=ARMY, enemy="blue"):
    """Chance of winning their common front, as a faction believes it."""
    return float(world.beliefs.success[world.axes.position("memories", f"{faction}.{enemy}"), 0])
