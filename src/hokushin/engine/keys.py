"""Numbers of histories: blocks and lanes, ranges for each purpose, seeds and orders.

A history is named by one number below 2^32, which the dice take into their counter. It belongs to
a block of 1,024, the unit of storage, and runs in a kernel 256 lanes wide. The numbers are carved
up so that parts of a study that must not share dice never do, under the same seed:

===============================  ==========================
numbers                          histories of
===============================  ==========================
0 to 2^31 - 1                    the ensemble
the 2^27 from 2^31 + p · 2^27    purpose p of `PURPOSES`
===============================  ==========================
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
from jaxtyping import Int, UInt32

from hokushin.model.randomness import ENGINE_COUNTER, mechanism_number, threefry

BLOCK = 1024
"""Histories in a block: what a file holds and what a worker is given."""

LANES = 256
"""Histories in a kernel: their state and parameters stay in the cache of a core."""

PURPOSES = (
    "re-estimation",  # a figure that was chosen because it was large, measured again
    "pilot",  # a few histories that decide how many to run
    "calibration",  # records simulated to test the inference
    "assessment",  # prior and posterior predictive checks
    "play",  # games
    "testing",  # checks that authors run on mechanisms and scenarios
)
"""What fresh histories are for. Append only: a purpose's place in the tuple fixes its dice."""

_N_ENSEMBLE = 2**31
_N_PER_PURPOSE = 2**27
_N_SEEDS = 2**32


class Block(NamedTuple):
    """A block of 1,024 histories, of which those from lane `start` to lane `stop` are wanted."""

    number: int
    start: int
    stop: int

    @property
    def histories(self) -> UInt32[np.ndarray, " history"]:
        """All histories of the block, wanted or not, so that every block runs at one width."""
        return history_ids(self.number * BLOCK, BLOCK)

    @property
    def wanted(self) -> slice:
        """Where the wanted histories lie along the history axis of the block."""
        return slice(self.start, self.stop)


def blocks(first: int, count: int) -> tuple[Block, ...]:
    """Cover `count` histories from `first` on with blocks, in order."""
    _check_range(first, count)
    end = first + count
    return tuple(
        Block(number, max(first - number * BLOCK, 0), min(end - number * BLOCK, BLOCK))
        for number in range(first // BLOCK, -(-end // BLOCK))
        if count
    )


def history_ids(first: int, count: int) -> UInt32[np.ndarray, " history"]:
    """Numbers of `count` histories from `first` on, as the dice take them."""
    _check_range(first, count)
    return np.arange(first, first + count, dtype=np.uint32)


def fresh_range(purpose: str, count: int, first: int = 0) -> range:
    """Give the numbers of `count` histories kept for a purpose, whose dice no other part throws.

    `first` says how many of the purpose's histories have been used up already.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"no purpose {purpose!r}; there are {', '.join(PURPOSES)}")
    if count < 0 or first < 0 or first + count > _N_PER_PURPOSE:
        raise ValueError(
            f"{purpose} was asked for {count} histories from {first} on, but has "
            f"{_N_PER_PURPOSE}; ask for fewer, or take another seed"
        )
    start = _N_ENSEMBLE + PURPOSES.index(purpose) * _N_PER_PURPOSE + first
    return range(start, start + count)


def ensemble_range(count: int, first: int = 0) -> range:
    """Give the numbers of `count` histories of the ensemble itself."""
    if count < 0 or first < 0 or first + count > _N_ENSEMBLE:
        raise ValueError(
            f"an ensemble was asked for {count} histories from {first} on, but one seed has "
            f"{_N_ENSEMBLE}; ask for fewer, or take another seed"
        )
    return range(first, first + count)


def seed_word(seed: int | np.integer) -> np.uint32:
    """Check a seed and give it as the word that the cipher takes."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise ValueError(f"the seed is {seed!r}, but must be a whole number")
    if not 0 <= seed < _N_SEEDS:
        raise ValueError(f"the seed is {seed}, but must be at least 0 and below {_N_SEEDS}")
    return np.uint32(seed)


def split_seed(seed: int | np.integer, part: str) -> int:
    """Give a part of a study that draws outside histories (a sampler, a bootstrap) its own seed.

    The first 32 bits of the BLAKE2s hash of seed and name. Two parts meet with probability 2^-32;
    histories that must not meet at all take `fresh_range` under the one seed instead.
    """
    message = int(seed_word(seed)).to_bytes(4, "little") + part.encode()
    digest = hashlib.blake2s(message, digest_size=4, person=b"split").digest()
    return int.from_bytes(digest, "little")


def permutations(
    seed: int | np.integer, purpose: str, histories: UInt32[np.ndarray, " history"], size: int
) -> Int[np.ndarray, "history size"]:
    """Draw, for each history, an order of `size` things in which every order is equally likely.

    The order in which the history's own random words sort, so that history i has the same order
    in every ensemble and on every machine. Words tie, and then keep the order of the things, with
    probability below size^2 / 2^33.
    """
    ids = np.asarray(histories)
    if ids.dtype != np.uint32 or ids.ndim != 1:
        raise ValueError(f"histories must be one axis of uint32, not {ids.dtype} {ids.shape}")
    slots = np.arange((size + 1) // 2, dtype=np.uint32) + np.uint32(ENGINE_COUNTER)
    number = np.array([mechanism_number(purpose)], np.uint32)
    words = np.stack(threefry(seed_word(seed), number, ids[:, None], slots), axis=-1)
    return np.argsort(words.reshape(ids.size, -1)[:, :size], axis=-1, kind="stable")


def _check_range(first: int, count: int) -> None:
    if first < 0 or count < 0 or first + count > _N_SEEDS:
        raise ValueError(
            f"{count} histories from {first} on were asked for, but their numbers run from 0 to "
            f"{_N_SEEDS - 1}"
        )
