"""Worlds of a few lines whose probabilities are known exactly."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest


@dataclass
class ThresholdWorld:
    """An outcome occurs where a history's uniform number lies under the chance of its switches.

    P(outcome | do S) is then `chance(S)` exactly. With `shared` one number serves a history
    under all switches, as with common random numbers; without it every setting of the switches
    has a number of its own, still a pure function of history and switches.
    """

    causes: tuple[str, ...]
    chance: Callable[[np.ndarray], np.ndarray]
    groups: tuple[str, ...] = ()
    shared: bool = True
    key: int = 7
    rows: int = field(default=0, init=False)
    calls: int = field(default=0, init=False)

    def __post_init__(self):
        self.groups = self.groups or self.causes

    def __call__(self, present, history):
        assert present.dtype == bool
        assert present.shape == (len(history), len(self.causes))
        self.rows += len(history)
        self.calls += 1
        setting = present @ (1 << np.arange(len(self.causes), dtype=np.uint64))
        salt = np.zeros_like(setting) if self.shared else setting + np.uint64(1)
        mixed = scramble(scramble(history.astype(np.uint64) + np.uint64(self.key << 40)) + salt)
        return (mixed >> np.uint64(11)) / 2.0**53 < self.chance(present)

    def exact(self):
        """The chance of every setting, setting s with switch c on where bit c of s is set."""
        n = len(self.causes)
        settings = np.arange(1 << n)[:, None] >> np.arange(n) & 1
        return np.broadcast_to(self.chance(settings.astype(bool)), (1 << n,)).astype(float)


@dataclass
class ScriptedWorld:
    """An evaluator that answers with whatever function a test gives it."""

    causes: tuple[str, ...]
    answer: Callable[[np.ndarray, np.ndarray], np.ndarray]

    @property
    def groups(self):
        return self.causes

    def __call__(self, present, history):
        return self.answer(present, history)


def scramble(word):
    """The finaliser of SplitMix64: neighbouring numbers become independent ones."""
    word = (word + np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@pytest.fixture
def world():
    """Make a world from its causes and the chance of the outcome under any switches."""
    return ThresholdWorld


@pytest.fixture
def scripted():
    """Make an evaluator from its causes and a function of switches and histories."""
    return ScriptedWorld


@pytest.fixture
def council():
    """Four causes in two groups; two of them overlap, one does nothing, one works backwards."""

    def chance(present):
        pact, defeat, winter, rumour = present.T
        return 0.2 + 0.5 * (pact | defeat) - 0.1 * winter + 0.0 * rumour

    return ThresholdWorld(
        causes=("pact", "defeat", "winter", "rumour"),
        chance=chance,
        groups=("north", "north", "climate", "climate"),
    )
