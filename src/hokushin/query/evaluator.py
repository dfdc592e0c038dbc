"""The narrow door through which every question reaches the engine.

A question asks what happens in some histories when some causes hold and others
are replaced by what the scenario declares in their stead. Nothing else of the
engine is visible here, so a question can be put to a compiled world model, to a
table on disk or to a toy of ten lines in a test.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, UInt

Progress = Callable[[int, int], None]
"""Called with the runs done so far and the runs planned so far; both may grow."""

ROWS_PER_CALL = 1 << 18
"""Rows in one call: enough to keep an engine busy, a few megabytes of switches."""


@runtime_checkable
class Evaluator(Protocol):
    """Something that can run a history with some causes present and others absent.

    `present[row, c]` is True where cause `c` stands as in the world and False where its
    declared *without* stands instead. `history` is an absolute number: the same number
    means the same noise and the same draw of the parameters in every row (common random
    numbers), so that an outcome is a pure function of its row of `present` and of `history`.
    """

    @property
    def causes(self) -> tuple[str, ...]:
        """Name of each switch, in the order of the columns of `present`."""
        ...

    @property
    def groups(self) -> tuple[str, ...]:
        """Name of the group to which each switch belongs, in the same order."""
        ...

    def __call__(
        self, present: Bool[np.ndarray, "row cause"], history: UInt[np.ndarray, "row"]
    ) -> Bool[np.ndarray, "row"]:
        """Say for each row whether the outcome occurs."""
        ...


@dataclass(frozen=True)
class AbstractWrapper:
    """Base of evaluators that have the switches of the one that they wrap."""

    of: Evaluator

    @property
    def causes(self) -> tuple[str, ...]:
        """Name of each switch."""
        return self.of.causes

    @property
    def groups(self) -> tuple[str, ...]:
        """Group of each switch."""
        return self.of.groups


@dataclass(frozen=True)
class Complement(AbstractWrapper):
    """The evaluator of the opposite outcome: what held an event back explains its absence."""

    def __call__(
        self, present: Bool[np.ndarray, "row cause"], history: UInt[np.ndarray, "row"]
    ) -> Bool[np.ndarray, "row"]:
        """Say for each row whether the outcome fails to occur."""
        return ~self.of(present, history)


@dataclass(frozen=True)
class ByGroup:
    """The evaluator whose switches are the groups: a group leaves with all its causes at once."""

    of: Evaluator

    @property
    def causes(self) -> tuple[str, ...]:
        """Name of each group, in order of first appearance."""
        return group_names(self.of)

    @property
    def groups(self) -> tuple[str, ...]:
        """Each group is a group of its own."""
        return group_names(self.of)

    def __call__(
        self, present: Bool[np.ndarray, "row cause"], history: UInt[np.ndarray, "row"]
    ) -> Bool[np.ndarray, "row"]:
        """Run the causes of every group as the group is switched."""
        column_of = {name: column for column, name in enumerate(self.causes)}
        return self.of(present[:, [column_of[group] for group in self.of.groups]], history)


@dataclass(frozen=True)
class Restricted:
    """The evaluator of some switches only; all others stay as in the world."""

    of: Evaluator
    causes: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse names that the wrapped evaluator does not have."""
        columns_of(self.of, self.causes)

    @property
    def groups(self) -> tuple[str, ...]:
        """Group of each switch that is kept."""
        return tuple(self.of.groups[column] for column in columns_of(self.of, self.causes))

    def __call__(
        self, present: Bool[np.ndarray, "row cause"], history: UInt[np.ndarray, "row"]
    ) -> Bool[np.ndarray, "row"]:
        """Run the kept switches as given and the rest as in the world."""
        everything = np.ones((len(present), len(self.of.causes)), bool)
        everything[:, columns_of(self.of, self.causes)] = present
        return self.of(everything, history)


def group_names(evaluator: Evaluator) -> tuple[str, ...]:
    """Give the distinct groups of an evaluator, in order of first appearance."""
    return tuple(dict.fromkeys(evaluator.groups))


def columns_of(evaluator: Evaluator, names: Iterable[str]) -> list[int]:
    """Give the columns of the named switches; a `ValueError` lists the names that are unknown."""
    column_of = {name: column for column, name in enumerate(evaluator.causes)}
    wanted = list(names)
    unknown = [name for name in wanted if name not in column_of]
    if unknown:
        raise ValueError(
            f"no switch is called {', '.join(map(repr, unknown))}; "
            f"this evaluator has {', '.join(evaluator.causes)}"
        )
    return [column_of[name] for name in wanted]


def present_without(evaluator: Evaluator, *names: str) -> Bool[np.ndarray, "cause"]:
    """Give the row of switches in which the named causes are absent and all others stand."""
    present = np.ones(len(evaluator.causes), bool)
    present[columns_of(evaluator, names)] = False
    return present


def check_evaluator(evaluator: Evaluator) -> None:
    """Refuse an evaluator whose names do not identify its switches."""
    causes, groups = evaluator.causes, evaluator.groups
    if not causes:
        raise ValueError("the evaluator has no causes; a question needs at least one")
    if len(set(causes)) != len(causes):
        twice = sorted({name for name in causes if causes.count(name) > 1})
        raise ValueError(f"the evaluator names {', '.join(twice)} twice; names must be distinct")
    if len(groups) != len(causes):
        raise ValueError(
            f"the evaluator has {len(causes)} causes but {len(groups)} groups; "
            "give each cause one group, its own name if it stands alone"
        )


def check_common_random_numbers(
    evaluator: Evaluator, histories: np.ndarray | range, seed: int = 0
) -> None:
    """Refuse an evaluator whose outcome depends on anything but its row of switches and history.

    Runs random settings of the switches twice, the second time in another order and beside other
    rows. Every estimate of this package takes for granted what is checked here.
    """
    check_evaluator(evaluator)
    numbers = as_histories(histories)
    random = np.random.default_rng(seed)
    present = random.random((numbers.size, len(evaluator.causes))) < 0.5
    shuffled = random.permutation(numbers.size)
    first = evaluate_rows(evaluator, present, numbers)
    second = evaluate_rows(evaluator, present[shuffled], numbers[shuffled])
    differing = numbers[shuffled][first[shuffled] != second]
    if differing.size:
        raise ValueError(
            f"{differing.size} of {numbers.size} histories changed their outcome when run in "
            f"another order, first {differing.min()}; key all noise by the history's number"
        )


def as_histories(histories: np.ndarray | range) -> UInt[np.ndarray, "history"]:
    """Check the numbers of the histories to be run and give them as unsigned integers.

    A number that appears twice would be counted as two independent histories and make
    every error too small; it is refused.
    """
    numbers = np.asarray(histories)
    if numbers.ndim != 1 or numbers.size == 0:
        raise ValueError(
            f"histories has shape {numbers.shape}; give a non-empty list of history numbers"
        )
    if not np.issubdtype(numbers.dtype, np.integer) or int(numbers.min()) < 0:
        raise ValueError(
            f"histories holds {numbers.dtype} from {numbers.min()}; "
            "history numbers are whole and start at 0"
        )
    if np.unique(numbers).size != numbers.size:
        raise ValueError("histories names a history twice; each may be counted only once")
    if np.issubdtype(numbers.dtype, np.unsignedinteger):
        return numbers
    return numbers.astype(np.uint32 if int(numbers.max()) < 1 << 32 else np.uint64)


def evaluate_rows(
    evaluator: Evaluator,
    present: Bool[np.ndarray, "row cause"],
    history: UInt[np.ndarray, "row"],
) -> Bool[np.ndarray, "row"]:
    """Run rows in calls of at most `ROWS_PER_CALL`, and check what comes back."""
    outcome = np.empty(len(history), bool)
    for first in range(0, len(history), ROWS_PER_CALL):
        rows = slice(first, first + ROWS_PER_CALL)
        answer = np.asarray(evaluator(present[rows], history[rows]))
        if answer.dtype != bool or answer.shape != history[rows].shape:
            raise ValueError(
                f"the evaluator returned {answer.dtype}{list(answer.shape)} for "
                f"{len(history[rows])} rows; it must return one bool per row"
            )
        outcome[rows] = answer
    return outcome


def evaluate_coalitions(
    evaluator: Evaluator,
    coalitions: Bool[np.ndarray, "coalition cause"],
    histories: UInt[np.ndarray, "history"],
    progress: Progress | None = None,
) -> Bool[np.ndarray, "coalition history"]:
    """Run every coalition in every history.

    Rows go out coalition by coalition with the histories in the order given, so that an
    engine that works in blocks of histories meets whole blocks under one row of switches.
    """
    n_coalitions, n_histories = len(coalitions), len(histories)
    outcome = np.empty((n_coalitions, n_histories), bool)
    at_once = max(1, ROWS_PER_CALL // n_histories)
    for first in range(0, n_coalitions, at_once):
        batch = coalitions[first : first + at_once]
        rows = evaluate_rows(
            evaluator, np.repeat(batch, n_histories, axis=0), np.tile(histories, len(batch))
        )
        outcome[first : first + at_once] = rows.reshape(len(batch), n_histories)
        if progress is not None:
            progress((first + len(batch)) * n_histories, n_coalitions * n_histories)
    return outcome
