"""Gates: the choices without which an event cannot come about, and the chances of making them.

An invasion waits for a power to open its front, a war for somebody to, a choice for itself. The
engine knows at every step how likely such a choice is before it draws it, and that chance says more
than the draw does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from hokushin.model.axes import Axes, EventRule
from hokushin.model.step import Report


@dataclass(frozen=True)
class Gates:
    """Options of which one has to be taken before an event can hold, as positions."""

    matter: tuple[int, ...]
    option: tuple[int, ...]

    def pick(self) -> Callable[[Report], Any]:
        """Give what takes the chance of each gate, and whether it was taken, from a report."""
        matter, option = self.matter, self.option

        def take(report: Report) -> Any:
            log_chance = report.step_log_probability
            chance = jnp.stack([log_chance[m, o] for m, o in zip(matter, option, strict=True)])
            taken = jnp.stack([report.taken[m, o] for m, o in zip(matter, option, strict=True)])
            return jnp.exp(chance), taken

        return take

    def any_of(
        self,
        chance: Float[np.ndarray, "step gate row"],
        free: Float[np.ndarray, "step matter"],
    ) -> Float[np.ndarray, "step row"]:
        r"""Chance that at least one gate is passed in a step, $1 - \prod_m (1 - \sum_o h_{mo})$.

        Options of one matter exclude each other; matters are decided independently of each other
        within a step. Matters that are not free in a step, because the record decides them, have
        no chance.
        """
        kept = np.ones((chance.shape[0], chance.shape[2]))
        for m in sorted(set(self.matter)):
            own = [g for g, matter in enumerate(self.matter) if matter == m]
            kept *= 1.0 - free[:, m, None] * np.minimum(1.0, chance[:, own].sum(1))
        return 1.0 - kept


def gates_of(axes: Axes, event: str) -> Gates | None:
    """Give the gates of an event; None where it can come about without any choice.

    A treaty needs the consent of several parties, in any order, and has no single gate.
    """
    if event not in axes.events:
        raise ValueError(f"no event is called {event!r}; there are {', '.join(axes.events)}")
    return _gates(axes, axes.events_of[axes.events.index(event)])


def _gates(axes: Axes, rule: EventRule) -> Gates | None:
    match rule.verb:
        case "chosen":
            return Gates((rule.index[0],), (rule.index[1],))
        case "invasion":
            front, side = rule.index
            return _openers(axes, [2 * front + side])
        case "war":
            front = rule.index[0]
            return _openers(axes, [2 * front, 2 * front + 1])
        case "all_of":
            parts = (_gates(axes, axes.events_of[i]) for i in rule.index)
            return next((part for part in parts if part is not None), None)
    return None


def _openers(axes: Axes, sides: list[int]) -> Gates | None:
    """Options that open a front; None if it stands open already, or a response can open it."""
    fronts = {side // 2 for side in sides}
    if any(axes.front_open_at_start[front] > 0 for front in fronts):
        return None
    effects = axes.effects["open_front"]
    acts = [int(a) for a, t in zip(effects.act, effects.target, strict=True) if int(t) in sides]
    n_options = len(axes.matters) * axes.n_options
    if not acts or max(acts) >= n_options:
        return None
    return Gates(
        tuple(act // axes.n_options for act in acts), tuple(act % axes.n_options for act in acts)
    )
