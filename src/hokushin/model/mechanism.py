"""The contract of a mechanism: a pure function that says what it writes and where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hokushin.model.axes import Axes
    from hokushin.model.params import Params
    from hokushin.model.randomness import Dice
    from hokushin.model.state import Moment, State
    from hokushin.model.view import View

    Step = Callable[[Axes, Params, View, State, Moment, Dice], State]


@dataclass(frozen=True)
class Mechanism:
    """A step function with its declaration: fields of `State` written, literature, draws."""

    name: str
    writes: frozenset[str]
    sources: tuple[str, ...]
    run: Step

    def __call__(
        self, axes: Axes, params: Params, view: View, state: State, moment: Moment, dice: Dice
    ) -> State:
        """Apply the mechanism to one step."""
        return self.run(axes, params, view, state, moment, dice)


def mechanism(*, writes: set[str], sources: tuple[str, ...] = ()) -> Callable[[Step], Mechanism]:
    """Declare a mechanism: the fields it may write and the works its equation comes from.

    `hokushin.testing.check_mechanism` fails a mechanism that changes anything else, draws a key
    twice, or lets histories touch each other.
    """

    def declare(run: Step) -> Mechanism:
        return Mechanism(run.__name__, frozenset(writes), sources, run)

    return declare
