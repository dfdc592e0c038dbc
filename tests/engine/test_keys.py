"""Numbers of histories: blocks that cover, ranges that never meet, seeds and orders."""

import itertools
import json
from pathlib import Path

import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest
from scipy import stats

from hokushin.engine.keys import (
    BLOCK,
    LANES,
    PURPOSES,
    Block,
    blocks,
    ensemble_range,
    fresh_range,
    history_ids,
    permutations,
    seed_word,
    split_seed,
)
from hokushin.model.randomness import Dice

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "keys.json").read_text())
FIVE_SIGMA = 5.7e-7  # two-sided chance of a normal deviate beyond five standard errors


@pytest.fixture
def as_shipped():
    """Without the checks of types that tests add, so that the library's own checks speak."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


# Blocks


def test_blocks_cover_a_range_that_starts_and_ends_anywhere():
    assert blocks(1000, 2000) == (Block(0, 1000, 1024), Block(1, 0, 1024), Block(2, 0, 952))
    assert blocks(5, 3) == (Block(0, 5, 8),)
    assert blocks(2048, 1024) == (Block(2, 0, 1024),)
    assert blocks(7, 0) == ()


@pytest.mark.parametrize(
    ("first", "count"), [(0, 1), (1023, 2), (3000, 5000), (2**32 - 1500, 1500)]
)
def test_wanted_lanes_of_the_blocks_are_the_range(first, count):
    wanted = np.concatenate([block.histories[block.wanted] for block in blocks(first, count)])
    np.testing.assert_array_equal(wanted, history_ids(first, count))


def test_every_block_has_one_width_and_whole_kernels():
    assert {block.histories.size for block in blocks(1000, 5000)} == {BLOCK}
    assert BLOCK % LANES == 0
    assert history_ids(0, 3).dtype == np.uint32


def test_a_history_throws_the_same_dice_whichever_range_it_was_asked_in():
    def thrown(block):
        fields = jnp.uint32(1941), jnp.asarray(block.histories), jnp.int32(3), jnp.float32(1.0)
        return np.asarray(Dice(*fields).uniforms("deals", (3,)))[:, block.wanted]

    in_two = np.concatenate([thrown(block) for block in blocks(900, 400)], axis=-1)
    (alone,) = blocks(1100, 1)
    np.testing.assert_array_equal(thrown(alone)[:, 0], in_two[:, 200])


@pytest.mark.parametrize(("first", "count"), [(-1, 5), (0, -1), (2**32 - 4, 5)])
def test_histories_that_have_no_number_are_refused(first, count):
    for ask in (blocks, history_ids):
        with pytest.raises(ValueError, match="their numbers run from 0 to 4294967295"):
            ask(first, count)


# Ranges for each purpose


def test_ranges_of_purposes_start_where_they_always_did():
    assert {purpose: fresh_range(purpose, 1).start for purpose in PURPOSES} == GOLDEN["purposes"]


def test_no_two_purposes_share_a_history():
    whole = [ensemble_range(2**31)] + [fresh_range(purpose, 2**27) for purpose in PURPOSES]
    for one, other in itertools.combinations(whole, 2):
        assert one.stop <= other.start or other.stop <= one.start
    assert max(part.stop for part in whole) <= 2**32
    assert all(part.start % BLOCK == 0 for part in whole)


def test_a_purpose_goes_on_where_it_stopped():
    before, after = fresh_range("pilot", 100), fresh_range("pilot", 50, first=100)
    assert before.stop == after.start
    assert len(after) == 50
    assert ensemble_range(10, first=5) == range(5, 15)


def test_a_range_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="no purpose 'pilots'; there are re-estimation, pilot"):
        fresh_range("pilots", 1)
    with pytest.raises(ValueError, match="pilot was asked for 2 histories from 134217727 on"):
        fresh_range("pilot", 2, first=2**27 - 1)
    with pytest.raises(ValueError, match="one seed has 2147483648"):
        ensemble_range(2**31 + 1)
    with pytest.raises(ValueError, match="ask for fewer"):
        ensemble_range(-1)


# Seeds


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, True, "7"])
@pytest.mark.usefixtures("as_shipped")
def test_a_seed_that_is_no_word_is_refused(seed):
    with pytest.raises(ValueError, match="the seed is"):
        seed_word(seed)


def test_the_largest_seed_is_a_word():
    assert seed_word(2**32 - 1) == np.uint32(2**32 - 1)
    assert seed_word(np.int64(7)).dtype == np.uint32


def test_split_seeds_are_the_golden_ones_and_differ_by_part_and_seed():
    for row in GOLDEN["split_seeds"]:
        assert split_seed(row["seed"], row["part"]) == row["split"]
    split = {split_seed(seed, part) for seed in range(100) for part in ("sampler", "bootstrap")}
    assert len(split) == 200
    assert all(0 <= seed < 2**32 for seed in split)


# Orders


def test_orders_are_the_golden_ones():
    for row in GOLDEN["permutations"]:
        histories = history_ids(row["history"], 1)
        order = permutations(row["seed"], row["purpose"], histories, len(row["order"]))
        assert order[0].tolist() == row["order"]


def test_a_history_has_the_same_order_in_any_ensemble():
    together = permutations(1941, "shapley", history_ids(0, 1000), 9)
    alone = permutations(1941, "shapley", history_ids(777, 1), 9)
    np.testing.assert_array_equal(together[777], alone[0])
    np.testing.assert_array_equal(np.sort(together), np.tile(np.arange(9), (1000, 1)))
    other = permutations(1941, "bootstrap", history_ids(0, 1000), 9)
    assert (together != other).any(axis=1).mean() > 0.99


@pytest.mark.statistical
def test_every_order_is_equally_likely():
    orders = permutations(3, "shapley", history_ids(0, 24 * 2000), 4)
    counts = np.unique(orders, axis=0, return_counts=True)[1]
    assert counts.size == 24
    assert stats.chisquare(counts).pvalue > FIVE_SIGMA


@pytest.mark.parametrize("size", [0, 1])
def test_few_things_have_one_order(size):
    assert permutations(3, "shapley", history_ids(0, 5), size).tolist() == [list(range(size))] * 5


@pytest.mark.usefixtures("as_shipped")
def test_orders_refuse_histories_of_another_type():
    with pytest.raises(ValueError, match="one axis of uint32, not int64"):
        permutations(3, "shapley", np.arange(5), 4)
