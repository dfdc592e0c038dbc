"""Dice: the same bits everywhere, the right distributions, and nothing in common between names."""

import json
import math
from pathlib import Path

import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from hokushin.model.randomness import (
    ENGINE_COUNTER,
    N_SLOTS,
    N_STEPS,
    Dice,
    check_names,
    mechanism_number,
    parameter_normals,
    parameter_uniforms,
    threefry,
)

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "keys.json").read_text())
FIVE_SIGMA = 5.7e-7  # two-sided chance of a normal deviate beyond five standard errors

# Random123 1.14, kat_vectors: rounds 20, words of counter, key and result.
KNOWN_ANSWERS = [
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
]


def dice(seed=1941, first=0, lanes=256, step=0, **options):
    histories = jnp.arange(first, first + lanes, dtype=jnp.uint32)
    return Dice(jnp.uint32(seed), histories, jnp.int32(step), jnp.float32(1.0), **options)


@pytest.fixture
def as_shipped():
    """Without the checks of types that tests add, so that the library's own checks speak."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


def compiled(method, name, shape):
    """Draw inside a compiled program, as a step does."""

    def draw(seed, history, step, wall):
        return getattr(Dice(seed, history, step, wall), method)(name, shape)

    program = jax.jit(draw)

    def run(some_dice):
        return program(some_dice.seed, some_dice.history, some_dice.step, some_dice.wall)

    return run


def correlation_in_standard_errors(a, b):
    a, b = np.ravel(a), np.ravel(b)
    return abs(np.corrcoef(a, b)[0, 1]) * math.sqrt(a.size)


# The cipher


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN_ANSWERS)
def test_the_cipher_gives_the_known_answers_of_random123(counter, key, expected):
    words = [np.array([word], np.uint32) for word in (*key, *counter)]
    assert tuple(int(word[0]) for word in threefry(*words)) == expected
    traced = jax.jit(threefry)(*words)
    assert tuple(int(word[0]) for word in traced) == expected


def test_the_cipher_gives_both_words_of_the_generator_of_jax():
    key = np.array([0xDEADBEEF, 1941], np.uint32)
    wrapped = jax.random.wrap_key_data(jnp.asarray(key), impl="threefry2x32")
    with jax.threefry_partitionable(True):
        children = jax.random.key_data(jax.random.split(wrapped, 1000))
        bits = jax.random.bits(wrapped, (1000,), jnp.uint32)
    zero, count = np.zeros(1000, np.uint32), np.arange(1000, dtype=np.uint32)
    first, second = threefry(key[0], key[1], zero, count)
    np.testing.assert_array_equal(first, children[:, 0])
    np.testing.assert_array_equal(second, children[:, 1])
    np.testing.assert_array_equal(first ^ second, bits)


# The contract of the keys


@pytest.mark.parametrize("row", GOLDEN["dice"], ids=lambda row: f"{row['mechanism']}-{row['draw']}")
def test_dice_of_eight_keys_are_the_golden_ones(row):
    thrown = dice(row["seed"], row["history"], 1, row["step"])
    uniform = thrown.uniforms(row["mechanism"], (row["draw"] + 1,))[row["draw"], 0]
    assert int(row["word"], 16) >> 8 | 1 == row["odd"]
    assert float(uniform) == row["odd"] / 2**24


@pytest.mark.parametrize("row", GOLDEN["parameters"], ids=lambda row: row["quantity"])
def test_parameter_draws_are_the_golden_ones(row):
    draw = jnp.array([row["draw"]], jnp.uint32)
    uniform = parameter_uniforms(jnp.uint32(row["seed"]), draw, ["other", row["quantity"]])
    assert float(uniform[1, 0]) == row["odd"] / 2**24


@pytest.mark.parametrize("method", ["uniforms", "normals", "exponentials", "gumbels"])
@pytest.mark.parametrize("lanes", [128, 256, 1024])
def test_lanes_do_not_depend_on_the_width_of_the_block(method, lanes):
    draw = compiled(method, "fighting", (3, 5))
    whole = draw(dice(first=0, lanes=1024, step=7))
    for first in range(0, 1024, lanes):
        part = draw(dice(first=first, lanes=lanes, step=7))
        np.testing.assert_array_equal(part, whole[..., first : first + lanes])


@pytest.mark.parametrize("method", ["uniforms", "normals"])
def test_a_history_alone_throws_what_it_throws_in_any_ensemble(method):
    draw = compiled(method, "fighting", (3, 5))
    shuffled = jnp.asarray(np.random.default_rng(0).permutation(1024).astype(np.uint32))
    everybody = Dice(jnp.uint32(1941), shuffled, jnp.int32(7), jnp.float32(1.0))
    together = np.asarray(draw(everybody))
    for lane in (0, 511, 1023):
        alone = draw(dice(first=int(shuffled[lane]), lanes=1, step=7))
        np.testing.assert_array_equal(alone[..., 0], together[..., lane])


def test_a_mechanism_switched_off_leaves_the_dice_of_the_others_alone():
    @jax.jit
    def both(thrown):
        return thrown.uniforms("incidents", (4,)), thrown.uniforms("deals", (6,))

    @jax.jit
    def only_deals(thrown):
        return thrown.uniforms("deals", (6,))

    np.testing.assert_array_equal(both(dice())[1], only_deals(dice()))


def test_a_longer_first_axis_leaves_the_earlier_draws_alone():
    few, more = dice().uniforms("fighting", (3, 5)), dice().uniforms("fighting", (4, 5))
    np.testing.assert_array_equal(few, more[:3])


def test_a_shared_history_broadcasts_the_dice_of_that_history():
    shared = dice(first=17, lanes=1).normals("deals", (2, 3))
    assert shared.shape == (2, 3, 1)
    np.testing.assert_array_equal(shared[..., 0], dice(lanes=32).normals("deals", (2, 3))[..., 17])


def test_platforms_throw_the_same_dice():
    cpu, gpu = dice(platform="cpu"), dice(platform="gpu")
    np.testing.assert_array_equal(cpu.uniforms("deals", (3,)), gpu.uniforms("deals", (3,)))
    normals = cpu.normals("deals", (3,)), gpu.normals("deals", (3,))
    np.testing.assert_allclose(*normals, rtol=1e-6, atol=1e-7)  # logarithms round differently


def test_all_transforms_read_the_same_uniform():
    u = np.asarray(dice().uniforms("deals", (9,)), np.float64)
    np.testing.assert_allclose(dice().normals("deals", (9,)), ndtri(u), atol=2e-6)
    np.testing.assert_allclose(dice().exponentials("deals", (9,)), -np.log(u), rtol=1e-6)
    np.testing.assert_allclose(dice().gumbels("deals", (9,)), -np.log(-np.log(u)), atol=2e-6)


def test_shapes_may_be_scalar_odd_or_empty():
    assert dice(lanes=8).uniforms("deals").shape == (8,)
    assert dice(lanes=8).uniforms("deals", (3, 3)).shape == (3, 3, 8)
    assert dice(lanes=8).uniforms("deals", (0, 3)).shape == (0, 3, 8)


def test_one_name_has_room_for_two_draws_a_slot_and_no_more():
    assert dice(lanes=1).uniforms("deals", (2 * N_SLOTS,)).shape == (2 * N_SLOTS, 1)
    with pytest.raises(ValueError, match="'deals' draws 8193 numbers"):
        dice(lanes=1).uniforms("deals", (2 * N_SLOTS + 1,))
    with pytest.raises(ValueError, match="under names of their own"):
        jax.eval_shape(lambda thrown: thrown.uniforms("deals", (91, 91)), dice(lanes=1))


def test_neighbouring_steps_share_no_dice():
    last_slots = dice(lanes=64, step=0).uniforms("deals", (2 * N_SLOTS,))
    first_slots = dice(lanes=64, step=1).uniforms("deals", (2 * N_SLOTS,))
    # 2^23 values, 64 lanes: two draws of one lane coincide by chance once in 2^23.
    assert np.mean(np.asarray(last_slots) == np.asarray(first_slots)) < 1e-4


@pytest.mark.parametrize("step", [-1, N_STEPS])
def test_a_step_that_the_counter_has_no_room_for_has_no_dice(step):
    for platform in ("cpu", "gpu"):
        assert np.isnan(dice(step=step, platform=platform).uniforms("deals", (3,))).all()


def test_steps_and_engine_and_parameters_never_share_a_counter():
    last_of_steps = (N_STEPS - 1) * N_SLOTS + N_SLOTS - 1
    assert last_of_steps < ENGINE_COUNTER < 2**31


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", 7),
        ("seed", jnp.int32(7)),
        ("history", jnp.uint32(0)),
        ("history", jnp.arange(4, dtype=jnp.int32)),
        ("step", jnp.float32(0)),
        ("wall", 1.0),
    ],
)
@pytest.mark.usefixtures("as_shipped")
def test_dice_refuse_what_would_be_converted_in_silence(field, value):
    fields = {
        "seed": jnp.uint32(7),
        "history": jnp.arange(4, dtype=jnp.uint32),
        "step": jnp.int32(0),
        "wall": jnp.float32(1.0),
    }
    with pytest.raises(ValueError, match=f"{field} must be an array of"):
        Dice(**{**fields, field: value})


def test_every_draw_can_be_noticed():
    noticed = []
    thrown = dice(notice=lambda name, shape: noticed.append((name, shape)))
    jax.eval_shape(lambda: (thrown.uniforms("deals", (2,)), thrown.normals("choice")))
    assert noticed == [("deals", (2,)), ("choice", ())]


def test_names_that_would_throw_the_same_dice_are_refused():
    check_names(["supply", "deals", "choice"])
    with pytest.raises(ValueError, match="'deals' is listed twice"):
        check_names(["deals", "choice", "deals"])
    # The first two of the names "name 0", "name 1", ... whose hashes agree in 32 bits.
    meeting = ["name 47044", "name 51386"]
    assert mechanism_number(meeting[0]) == mechanism_number(meeting[1])
    with pytest.raises(ValueError, match="'name 51386' and 'name 47044' have one hash"):
        check_names(meeting)


# Compilation


def test_the_cipher_stands_once_in_the_program_whatever_the_number_of_readers():
    def two_readers(thrown):
        normals = thrown.normals("choice", (18, 8))
        squared = normals * normals
        return normals[::-1] - squared * normals.sum(0), squared[:, ::-1]

    walled = jax.jit(two_readers).lower(dice(platform="cpu")).compile().as_text()
    open_ = jax.jit(two_readers).lower(dice(platform="gpu")).compile().as_text()
    assert walled.count(" shift-left(") == 20  # one for each round
    assert walled.count(" conditional(") == 1
    assert open_.count(" conditional(") == 0


def test_dice_in_a_scan_do_not_disturb_gradients():
    def total(scale, thrown):
        def step(carry, t):
            here = Dice(thrown.seed, thrown.history, t, thrown.wall)
            return carry + scale * here.normals("choice", (3,)).sum(0), None

        start = jnp.zeros(thrown.history.shape)
        return jax.lax.scan(step, start, jnp.arange(4, dtype=jnp.int32))[0].sum()

    slope = jax.jit(jax.grad(total))(jnp.float32(0.3), dice(lanes=16))
    by_hand = sum(dice(lanes=16, step=t).normals("choice", (3,)).sum() for t in range(4))
    np.testing.assert_allclose(slope, by_hand, rtol=1e-5, atol=1e-5)


# Distributions


def test_the_map_to_uniforms_is_exact_for_every_word(monkeypatch):
    words = np.concatenate([np.arange(4096), 2**32 - 1 - np.arange(4096), [2**31 - 1, 2**31]])
    words = words.astype(np.uint32)
    monkeypatch.setattr(
        "hokushin.model.randomness.threefry",
        lambda key_0, key_1, history, place: (history[None], history[None]),
    )
    thrower = Dice(jnp.uint32(0), jnp.asarray(words), jnp.int32(0), jnp.float32(1.0))
    thrown = np.asarray(thrower.uniforms("deals"), np.float64)
    np.testing.assert_array_equal(thrown, ((words >> 8) | 1) / 2.0**24)
    assert thrown.min() == 2.0**-24
    assert thrown.max() == 1.0 - 2.0**-24


def test_normals_are_within_two_millionths_for_every_uniform_there_is(monkeypatch):
    monkeypatch.setattr(
        "hokushin.model.randomness.threefry",
        lambda key_0, key_1, history, place: (history[None] << np.uint32(9),) * 2,
    )
    normals = np.asarray(compiled("normals", "deals", ())(dice(lanes=2**23)), np.float64)
    expected = ndtri((2.0 * np.arange(2**23) + 1.0) / 2**24)
    assert np.abs(normals - expected).max() < 2e-6
    assert (np.diff(normals) >= 0).all()
    np.testing.assert_array_equal(normals, -normals[::-1])
    assert normals.max() == pytest.approx(5.2947, abs=1e-4)
    assert abs(normals.std() - 1) < 1e-6


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("method", "distribution"),
    [
        ("uniforms", stats.uniform()),
        ("normals", stats.norm()),
        ("exponentials", stats.expon()),
        ("gumbels", stats.gumbel_r()),
    ],
)
def test_draws_have_their_distribution(method, distribution):
    sample = np.ravel(getattr(dice(lanes=1024, step=3), method)("choice", (18, 8)))
    assert stats.kstest(sample, distribution.cdf).pvalue > FIVE_SIGMA
    standard_error = distribution.std() / math.sqrt(sample.size)
    assert abs(sample.mean() - distribution.mean()) < 5 * standard_error


@pytest.mark.statistical
def test_uniforms_fill_their_cells_evenly_in_one_and_two_dimensions():
    sample = np.asarray(dice(lanes=1024).uniforms("choice", (256,)))
    cells = np.bincount((np.ravel(sample) * 1024).astype(int), minlength=1024)
    pairs = (sample[0::2] * 64).astype(int) * 64 + (sample[1::2] * 64).astype(int)
    for counts in (cells, np.bincount(np.ravel(pairs), minlength=4096)):
        expected = counts.sum() / counts.size
        excess = ((counts - expected) ** 2 / expected).sum() - (counts.size - 1)
        assert abs(excess) < 5 * math.sqrt(2 * (counts.size - 1))


@pytest.mark.statistical
def test_every_bit_of_a_uniform_is_fair():
    sample = np.ravel(dice(lanes=1024).uniforms("choice", (256,)))
    whole = (sample * 2.0**24).astype(np.uint32)
    for bit in range(1, 24):
        share = ((whole >> np.uint32(bit)) & 1).mean()
        assert abs(share - 0.5) < 5 * 0.5 / math.sqrt(sample.size)


OTHER_KEYS = {
    "step": lambda: dice(lanes=1024, step=1).uniforms("choice", (64,)),
    "mechanism": lambda: dice(lanes=1024).uniforms("choices", (64,)),
    "history": lambda: dice(lanes=1024, first=1).uniforms("choice", (64,)),
    "far history": lambda: dice(lanes=1024, first=2**31).uniforms("choice", (64,)),
    "seed": lambda: dice(lanes=1024, seed=1942).uniforms("choice", (64,)),
    "draw": lambda: jnp.roll(dice(lanes=1024).uniforms("choice", (64,)), 1, axis=0),
    "parameter": lambda: parameter_uniforms(
        jnp.uint32(1941), jnp.arange(1024, dtype=jnp.uint32), [f"choice.{i}" for i in range(64)]
    ),
}


@pytest.mark.statistical
@pytest.mark.parametrize("key", OTHER_KEYS)
def test_dice_of_another_key_are_independent(key):
    here = np.asarray(dice(lanes=1024).uniforms("choice", (64,)))
    other = np.asarray(OTHER_KEYS[key]())
    assert (here != other).mean() > 0.999
    assert correlation_in_standard_errors(here, other) < 5
    # Nor do their distances from the middle go together.
    assert correlation_in_standard_errors(np.abs(here - 0.5), np.abs(other - 0.5)) < 5


@pytest.mark.statistical
def test_sums_over_a_run_have_the_variance_of_independent_steps():
    def total(t_sum, t):
        thrown = dice(lanes=4096)
        here = Dice(thrown.seed, thrown.history, t, thrown.wall)
        return t_sum + here.normals("choice", (4,)).sum(0), None

    sums = jax.lax.scan(total, jnp.zeros(4096), jnp.arange(300, dtype=jnp.int32))[0]
    variance = float(np.var(np.asarray(sums) / math.sqrt(1200)))
    assert abs(variance - 1) < 5 * math.sqrt(2 / 4096)


# Parameters


def test_another_quantity_leaves_the_draws_of_the_rest_alone():
    draw = jnp.arange(50, dtype=jnp.uint32)
    few = parameter_normals(jnp.uint32(3), draw, ["north.oil.stock", "north.oil.demand"])
    names = ["north.coal.stock", "north.oil.demand", "north.oil.stock"]
    more = parameter_normals(jnp.uint32(3), draw, names)
    np.testing.assert_array_equal(few, more[jnp.array([2, 1])])
    alone = parameter_normals(jnp.uint32(3), draw[20:21], names[1:2])
    np.testing.assert_array_equal(alone[0, 0], few[1, 20])


@pytest.mark.statistical
def test_parameter_draws_are_standard_normals():
    names = [f"quantity.{i}" for i in range(100)]
    sample = parameter_normals(jnp.uint32(3), jnp.arange(1024, dtype=jnp.uint32), names)
    assert stats.kstest(np.ravel(sample), "norm").pvalue > FIVE_SIGMA
    across = np.corrcoef(np.asarray(sample))[np.triu_indices(100, 1)]
    assert np.abs(across).max() * math.sqrt(1024) < 5.7  # five sigma for the largest of 4,950


@pytest.mark.usefixtures("as_shipped")
def test_parameter_draws_refuse_a_repeated_quantity_and_a_wrong_type():
    draw = jnp.arange(4, dtype=jnp.uint32)
    with pytest.raises(ValueError, match=r"'north\.stock' is listed twice"):
        parameter_normals(jnp.uint32(3), draw, ["north.stock", "north.stock"])
    with pytest.raises(ValueError, match="draw must be an array of uint32 with one axis"):
        parameter_normals(jnp.uint32(3), jnp.arange(4), ["north.stock"])
    assert parameter_normals(jnp.uint32(3), draw, []).shape == (0, 4)
