"""The whole Boolean table: every history under every combination of causes.

From one table B[history, coalition] follow shares, necessity, sufficiency, responsibility,
interactions and sufficient sets, all on the same histories. A bit a cell: twelve causes and
ten thousand histories take 5 MB. The table is built in chunks that are kept on disk, so an
interrupted run goes on where it stopped.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Int, UInt, UInt8

from hokushin.query.bounds import CausalBounds, CausalShares, causal_bounds, causal_shares
from hokushin.query.evaluator import (
    Evaluator,
    Progress,
    as_histories,
    check_evaluator,
    columns_of,
    evaluate_coalitions,
    evaluate_rows,
)
from hokushin.query.kept import read_bits, write_bits
from hokushin.query.shapley import coalition_members, owen_weights
from hokushin.query.statistics import Proportion

MOST_CAUSES = 14
"""Switches beyond which the table is refused: 16,384 runs a history."""

_CHUNK_RUNS = 1 << 17
"""Runs that an interruption loses at most: a quarter of a minute of a large model."""

_HISTORIES_AT_ONCE = 256
"""Histories unpacked at one time: a table of 2^14 combinations takes 34 MB then."""


@dataclass(frozen=True, eq=False)
class Monotonicity:
    """How often adding a cause turns an outcome on, and how often off, over all edges.

    An edge is a history, a coalition and a cause that it lacks. `falls` counts by cause the
    edges where the outcome disappears as the cause is added: the violations.
    """

    edges: int
    rises: Int[np.ndarray, "cause"]
    falls: Int[np.ndarray, "cause"]

    @property
    def share(self) -> float:
        """Share of the edges that violate monotonicity."""
        return int(self.falls.sum()) / self.edges


@dataclass(frozen=True, eq=False)
class LatticeShares:
    """Shares read from the table, with their counting errors, per cause."""

    causes: tuple[str, ...]
    value: Float[np.ndarray, "cause"]
    mc_error: Float[np.ndarray, "cause"]
    by_history: Float[np.ndarray, "history cause"]


@dataclass(frozen=True, eq=False)
class Lattice:
    """A Boolean table of outcomes, one bit per coalition and history.

    Coalition number s holds cause c where bit c of s is set: 0 is the world without any of the
    causes, the last one the world as it was. `bits` packs the histories of a coalition.
    """

    causes: tuple[str, ...]
    groups: tuple[str, ...]
    histories: UInt[np.ndarray, "history"]
    bits: UInt8[np.ndarray, "coalition byte"]

    @property
    def everything(self) -> int:
        """Number of the coalition of all causes."""
        return len(self.bits) - 1

    def coalition(self, *names: str) -> int:
        """Give the number of the coalition of the named causes."""
        return sum(1 << column for column in set(columns_of(self.evaluator, names)))

    @property
    def evaluator(self) -> "Recorded":
        """The table as an evaluator of its own histories."""
        return Recorded(self)

    def outcome(self, coalition: int) -> Bool[np.ndarray, "history"]:
        """Give the outcome of each history under one coalition."""
        return np.unpackbits(self.bits[coalition], count=self.histories.size).astype(bool)

    def counts(self) -> Int[np.ndarray, "coalition"]:
        """Count the histories with the outcome under each coalition."""
        return np.bitwise_count(self.bits).sum(axis=1, dtype=np.int64)

    def probabilities(self) -> Float[np.ndarray, "coalition"]:
        """Give v(S) for every coalition."""
        return self.counts() / self.histories.size

    def mc_errors(self) -> Float[np.ndarray, "coalition"]:
        """Give the standard error of every v(S); errors of different S are correlated."""
        v = self.probabilities()
        return np.sqrt(v * (1 - v) / self.histories.size)

    def proportion(self, coalition: int) -> Proportion:
        """Give one v(S) with its interval."""
        return Proportion(int(np.bitwise_count(self.bits[coalition]).sum()), self.histories.size)

    def shares(self) -> LatticeShares:
        """Give the Owen values of the causes (Shapley values where each is its own group).

        A history's share is the same weighted sum of its own row of the table; histories are
        independent, so the error is sd/sqrt(N).
        """
        own = self.weighted(owen_weights(self.groups))
        return LatticeShares(self.causes, own.mean(axis=0), _errors(own), own)

    def log_odds_shares(self) -> LatticeShares:
        r"""Give the shares of log odds, logit v(all) - logit v(none), instead of probability.

        The error is that of the linearised statistic, with each history's influence
        $\sum_S w_S (B_S - v_S)/(v_S(1 - v_S))$. Refused where a probability is 0 or 1.
        """
        v = self.probabilities()
        if not ((v > 0) & (v < 1)).all():
            extreme = int(np.flatnonzero((v == 0) | (v == 1))[0])
            raise ValueError(
                f"coalition {extreme} has probability {v[extreme]}, whose log odds are infinite; "
                "run more histories or share out probability"
            )
        weights = owen_weights(self.groups)
        slope = weights / (v * (1 - v))
        influence = self.weighted(slope) - slope @ v
        value = weights @ np.log(v / (1 - v))
        return LatticeShares(self.causes, value, _errors(influence), value + influence)

    def weighted(
        self, weights: Float[np.ndarray, "row coalition"]
    ) -> Float[np.ndarray, "history row"]:
        """Give each history's sum of its outcomes weighted by coalition, a row of weights each."""
        own = np.empty((self.histories.size, len(weights)))
        for first in range(0, self.histories.size, _HISTORIES_AT_ONCE):
            here = self.bits[:, first // 8 : (first + _HISTORIES_AT_ONCE) // 8]
            count = min(_HISTORIES_AT_ONCE, self.histories.size - first)
            table = np.unpackbits(here, axis=1, count=count).astype(float)
            own[first : first + count] = (weights @ table).T
        return own

    def causal_shares(self, cause: str) -> CausalShares:
        """Estimate necessity and sufficiency of one cause, in this world and alone."""
        bit = self.coalition(cause)
        return causal_shares(
            with_cause=self.outcome(self.everything),
            without_cause=self.outcome(self.everything ^ bit),
            alone=self.outcome(bit),
            none=self.outcome(0),
        )

    def causal_bounds(self, cause: str) -> CausalBounds:
        """Bound necessity and sufficiency of one cause whatever the coupling of its worlds."""
        without = self.everything ^ self.coalition(cause)
        return causal_bounds(self.proportion(self.everything).value, self.proportion(without).value)

    def monotonicity(self) -> Monotonicity:
        """Count over all edges how often adding a cause makes the outcome appear or disappear."""
        coalitions = np.arange(len(self.bits))
        rises, falls = np.zeros((2, len(self.causes)), np.int64)
        for column in range(len(self.causes)):
            lacking = coalitions[coalitions >> column & 1 == 0]
            before, after = self.bits[lacking], self.bits[lacking | 1 << column]
            rises[column] = np.bitwise_count(~before & after).sum(dtype=np.int64)
            falls[column] = np.bitwise_count(before & ~after).sum(dtype=np.int64)
        edges = len(self.causes) * len(self.bits) // 2 * self.histories.size
        return Monotonicity(edges, rises, falls)


@dataclass(frozen=True, eq=False)
class Recorded:
    """An evaluator that looks its histories up in a table.

    Histories that the table does not hold are run by `otherwise`; without it they are refused.
    """

    lattice: Lattice
    otherwise: Evaluator | None = None

    def __post_init__(self) -> None:
        """Refuse to join a table and an engine that do not have the same switches."""
        if self.otherwise is not None and self.otherwise.causes != self.lattice.causes:
            raise ValueError(
                f"the table has causes {self.lattice.causes}, the evaluator beside it "
                f"{self.otherwise.causes}; both must have the same in the same order"
            )

    @property
    def causes(self) -> tuple[str, ...]:
        """Name of each switch."""
        return self.lattice.causes

    @property
    def groups(self) -> tuple[str, ...]:
        """Group of each switch."""
        return self.lattice.groups

    def __call__(
        self, present: Bool[np.ndarray, "row cause"], history: UInt[np.ndarray, "row"]
    ) -> Bool[np.ndarray, "row"]:
        """Look up every row whose history is known, and run the rest."""
        known = self.lattice.histories
        order = np.argsort(known)
        place = np.searchsorted(known, history, sorter=order)
        lane = order[np.minimum(place, known.size - 1)]
        absent = known[lane] != history
        coalition = present @ (1 << np.arange(len(self.causes)))
        outcome = (self.lattice.bits[coalition, lane // 8] >> (7 - lane % 8) & 1).astype(bool)
        if absent.any():
            if self.otherwise is None:
                raise ValueError(
                    f"history {history[absent][0]} is not in the table; "
                    "give Recorded the evaluator that can run it"
                )
            outcome[absent] = evaluate_rows(self.otherwise, present[absent], history[absent])
        return outcome


def build_lattice(
    evaluator: Evaluator,
    histories: np.ndarray | range,
    folder: Path | None = None,
    identity: str = "",
    progress: Progress | None = None,
) -> Lattice:
    """Run every history under every combination of causes.

    With a `folder`, each finished range of coalitions is written there at once, under a name
    that holds a digest of the causes, the histories and `identity`; a range found there is read
    instead of run.

    Args:
        evaluator: at most `MOST_CAUSES` switches; wrap it in `ByGroup` if there are more.
        histories: numbers of the histories.
        folder: where chunks are kept, made if missing; nothing is kept if None.
        identity: all that the outcome depends on besides causes and histories (scenario,
            question, seed, code); required with a folder.
        progress: called after each chunk.
    """
    check_evaluator(evaluator)
    numbers = as_histories(histories)
    _check_request(evaluator, folder, identity)
    members = coalition_members(len(evaluator.causes))
    at_once = max(1, _CHUNK_RUNS // numbers.size)
    digest = _digest(evaluator, numbers, identity)
    chunks = []
    for first in range(0, len(members), at_once):
        part = members[first : first + at_once]
        name = f"lattice-{digest[:16]}-{first}-{first + len(part)}.npz"
        chunks.append(_chunk(evaluator, part, numbers, None if folder is None else folder / name))
        if progress is not None:
            progress((first + len(part)) * numbers.size, len(members) * numbers.size)
    return Lattice(evaluator.causes, evaluator.groups, numbers, np.concatenate(chunks))


def _check_request(evaluator: Evaluator, folder: Path | None, identity: str) -> None:
    if len(evaluator.causes) > MOST_CAUSES:
        raise ValueError(
            f"{len(evaluator.causes)} causes need 2**{len(evaluator.causes)} runs a history; a "
            f"table is made for at most {MOST_CAUSES}. Wrap the evaluator in ByGroup, or in "
            "Restricted to fewer causes"
        )
    if folder is not None and not identity:
        raise ValueError(
            "a table kept in a folder needs an identity (scenario, question, seed, code), "
            "or chunks of another model would be read as its own"
        )


def _chunk(
    evaluator: Evaluator,
    part: Bool[np.ndarray, "coalition cause"],
    histories: UInt[np.ndarray, "history"],
    path: Path | None,
) -> UInt8[np.ndarray, "coalition byte"]:
    if path is not None and path.exists():
        return read_bits(path, (len(part), (histories.size + 7) // 8))
    bits = np.packbits(evaluate_coalitions(evaluator, part, histories), axis=1)
    if path is not None:
        write_bits(path, bits)
    return bits


def _digest(evaluator: Evaluator, histories: UInt[np.ndarray, "history"], identity: str) -> str:
    names = "\0".join((*evaluator.causes, "", identity))
    return hashlib.sha256(names.encode() + histories.astype("<u8").tobytes()).hexdigest()


def _errors(by_history: Float[np.ndarray, "history cause"]) -> Float[np.ndarray, "cause"]:
    if len(by_history) < 2:
        raise ValueError("one history gives no counting error; the table needs at least two")
    return by_history.std(axis=0, ddof=1) / np.sqrt(len(by_history))
