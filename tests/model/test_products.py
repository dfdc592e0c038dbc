"""Products, fences and walls: the same values on every platform, and each thing made once."""

import functools

import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest

from hokushin.model.products import (
    fence,
    first_minimum,
    gather,
    make_once,
    maximum_slices,
    minimum_slices,
    product_slices,
    rows,
    settle,
    slices,
    spread,
    sum_members,
    sum_slices,
    wall_off,
)

PLATFORMS = ["cpu", "gpu"]
ONE = np.float32(1.0)
KERNEL = " fusion("


@pytest.fixture
def as_shipped():
    """Without the checks of types that tests add, so that the library's own checks speak."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


def numbers(*shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


def table(*shape, live=1.0, seed=1):
    generator = np.random.default_rng(seed)
    return np.where(generator.random(shape) < live, generator.normal(size=shape), 0.0)


# spread


@pytest.mark.parametrize("platform", PLATFORMS)
def test_two_factions_of_one_power_add_up(platform):
    power_of_faction = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    influence = jnp.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    total = spread(power_of_faction, influence, platform=platform)
    np.testing.assert_array_equal(total, [[3.0, 30.0], [4.0, 40.0]])


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    ("shape", "axes", "k", "sum_over"),
    [
        ((4, 5), (5, 16), 1, "oi,ih->oh"),
        ((5,), (5, 16), 1, "i,ih->h"),
        ((4, 5), (5, 3, 16), 1, "oi,ijh->ojh"),
        ((4, 2, 3), (2, 3, 16), 2, "oij,ijh->oh"),
        ((2, 3, 4, 5), (4, 5, 6, 1), 2, "opij,ijkh->opkh"),
        ((3, 0), (0, 16), 1, "oi,ih->oh"),
        ((0, 5), (5, 16), 1, "oi,ih->oh"),
    ],
)
def test_spread_sums_the_last_axes_of_the_table_against_the_first_of_the_array(
    platform, shape, axes, k, sum_over
):
    weights, x = table(*shape), numbers(*axes)
    expected = np.einsum(sum_over, weights, np.asarray(x, np.float64))
    for given in (weights, jnp.asarray(weights, jnp.float32)):
        result = spread(given, x, k, platform=platform)
        assert result.dtype == jnp.float32
        np.testing.assert_allclose(result, expected, atol=1e-5)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("live", [0.0, 0.05, 0.2])
def test_dead_rows_and_columns_change_no_sum(platform, live):
    weights, x = table(12, 15, live=live), numbers(15, 8)
    expected = weights @ np.asarray(x, np.float64)
    np.testing.assert_allclose(spread(weights, x, platform=platform), expected, atol=1e-5)


def test_dead_rows_and_columns_take_no_part_in_the_product():
    weights = np.zeros((48, 40))
    weights[3:9, 5:7] = 1.0
    text = jax.jit(lambda x: spread(weights, x, platform="cpu")).lower(numbers(40, 8)).as_text()
    assert "tensor<6x2xf32>, tensor<2x8xf32>" in text
    assert "48x40" not in text


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_stands_in_a_dead_column_does_not_matter(platform):
    weights = np.array([[1.0, 0.0], [2.0, 0.0]])
    result = spread(weights, jnp.array([[3.0], [jnp.inf]]), platform=platform)
    np.testing.assert_array_equal(result, [[3.0], [6.0]])


def test_the_gradient_of_spread_is_its_transpose():
    weights, x = table(4, 5, live=0.4), numbers(5, 2)
    for platform in PLATFORMS:
        carry = functools.partial(spread, weights, platform=platform)
        slope = jax.grad(lambda x, carry=carry: carry(x).sum())(x)
        np.testing.assert_allclose(slope, np.repeat(weights.sum(0)[:, None], 2, 1), atol=1e-6)


@pytest.mark.parametrize(("shape", "k"), [((4, 3), 1), ((4, 5), 2), ((5,), 2), ((4, 5), 0)])
def test_spread_refuses_axes_that_do_not_meet(shape, k):
    with pytest.raises(ValueError, match="transpose the table or give another k"):
        spread(table(*shape), numbers(5, 8), k)


# gather


def test_gather_copies_rows_and_fills_in_absent_ones():
    x = jnp.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(gather(x, np.array([1, 1, 0])), [[3, 4], [3, 4], [1, 2]])
    np.testing.assert_array_equal(gather(x, np.array([-1, 0])), [[0, 0], [1, 2]])
    np.testing.assert_array_equal(gather(x, np.array([-1, 1]), absent=7.0), [[7, 7], [3, 4]])
    assert gather(x, np.array([])).shape == (0, 2)


def test_gather_refuses_rows_that_are_not_there():
    x = numbers(2, 8)
    with pytest.raises(ValueError, match="run from 0 to 2, but the array has 2 rows"):
        gather(x, np.array([0, 2]))
    with pytest.raises(ValueError, match="write -1 for a row that is absent"):
        gather(x, np.array([0, -2]))
    with pytest.raises(ValueError, match="one axis of integers"):
        gather(x, np.array([0.0, 1.0]))


# fence and wall


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("wall", [None, ONE])
def test_a_fence_changes_no_bit(platform, wall):
    x = jnp.array([0.0, -0.0, 1.2e-38, 3e38, -jnp.inf, jnp.inf, jnp.nan, 0.1], jnp.float32)
    fenced = fence(x, wall, platform=platform)
    np.testing.assert_array_equal(fenced, x)
    np.testing.assert_array_equal(np.signbit(fenced), np.signbit(x))
    np.testing.assert_array_equal(jax.grad(lambda x: fence(x, wall).sum())(x[:4]), jnp.ones(4))


def test_each_fenced_intermediate_gets_a_kernel_of_its_own():
    def n_kernels(keep, wall):
        """Kernels of a choice with three intermediates, two of them read twice."""

        def choose(cost, wall):
            least = keep(minimum_slices(cost * cost, 1), wall)
            chosen = keep(jnp.where(cost * cost <= least[:, None], 1.0, 0.0), wall)
            price = keep(sum_slices(chosen * cost, 1), wall)
            return chosen * price[:, None] + sum_slices(chosen)[None]

        return jax.jit(choose).lower(numbers(18, 8, 256), wall).compile().as_text().count(KERNEL)

    assert n_kernels(fence, ONE) == 4
    assert n_kernels(fence, None) == 4
    assert n_kernels(lambda x, wall: x, ONE) < 4


@pytest.mark.usefixtures("as_shipped")
def test_a_fence_refuses_what_is_not_a_float():
    with pytest.raises(ValueError, match=r"write jnp\.where\(condition"):
        fence(jnp.array([True, False]), ONE)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_wall_lets_both_arrays_through_or_says_that_it_did_not(platform):
    pair = numbers(3, 8), numbers(3, 8, seed=1)

    @jax.jit
    def walled(can_pass):
        return wall_off(lambda: pair, can_pass, (3, 8), platform=platform)

    for passed, made in zip(walled(True), pair, strict=True):
        np.testing.assert_array_equal(passed, made)
    assert np.isnan(walled(False)).all()


# Short axes


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("axis", [0, 1, -2])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (sum_slices, np.sum),
        (product_slices, np.prod),
        (minimum_slices, np.min),
        (maximum_slices, np.max),
    ],
)
def test_slices_reduce_like_numpy(platform, axis, ours, theirs):
    x = numbers(3, 5, 8)
    expected = theirs(np.asarray(x, np.float64), axis=axis)
    np.testing.assert_allclose(ours(x, axis, platform=platform), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_sum_over_nothing_is_zero_and_a_product_one(platform):
    empty = jnp.zeros((0, 4))
    np.testing.assert_array_equal(sum_slices(empty, platform=platform), np.zeros(4))
    np.testing.assert_array_equal(product_slices(empty, platform=platform), np.ones(4))
    with pytest.raises(ValueError, match="no identity"):
        minimum_slices(empty, platform=platform)


def test_slices_take_an_axis_apart_in_order():
    x = numbers(3, 5, 8)
    for position, piece in enumerate(slices(x, 1)):
        np.testing.assert_array_equal(piece, x[:, position])


@pytest.mark.parametrize("axis", [0, 1, -2])
def test_the_first_minimum_is_where_argmin_finds_it(axis):
    # Few values, so that ties are common.
    cost = jnp.round(numbers(6, 8, 100))
    chosen = first_minimum(cost, axis)
    assert chosen.dtype == cost.dtype
    np.testing.assert_array_equal(sum_slices(chosen, axis), jnp.ones(cost.sum(axis).shape))
    np.testing.assert_array_equal(jnp.argmax(chosen, axis), jnp.argmin(cost, axis))


def test_where_every_option_is_barred_the_first_is_chosen():
    cost = jnp.array([[jnp.inf], [jnp.inf], [jnp.inf]])
    np.testing.assert_array_equal(first_minimum(cost), [[1.0], [0.0], [0.0]])
    np.testing.assert_array_equal(first_minimum(cost.at[2].set(5.0)), [[0.0], [0.0], [1.0]])


def test_an_unknown_platform_is_named():
    with pytest.raises(ValueError, match="platform is 'CPU', but must be one of cpu, gpu, tpu"):
        sum_slices(numbers(2, 4), platform="CPU")


# sums over members, and rows


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("columns", [[0, 1, 2, 3, 4], [3, 0, 4, 2, 1]])
def test_members_add_up_to_their_groups_in_whatever_order_they_stand(platform, columns):
    groups = np.array([[1, 1, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 1, 1, 1]], np.float32)[:, columns]
    x, weight = numbers(5, 2, 8), numbers(5, 1, 8, seed=3)
    total = sum_members(groups, x, weight, platform=platform)
    np.testing.assert_allclose(total, np.einsum("gi,ioh->goh", groups, weight * x), atol=1e-5)
    plain = sum_members(groups, x, platform=platform)
    np.testing.assert_allclose(plain, np.einsum("gi,ioh->goh", groups, x), atol=1e-5)


@pytest.mark.parametrize("positions", [[1, 2, 3], [3, 0], []])
def test_rows_come_in_the_order_asked_for(positions):
    x = numbers(4, 8)
    picked = rows(x, np.array(positions, int))
    assert len(picked) == len(positions)
    for row, position in zip(picked, positions, strict=True):
        np.testing.assert_array_equal(row, x[position])


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_table_that_is_nearly_empty_gives_what_a_full_one_would(platform):
    nearly_empty = table(40, 60, live=0.04)
    x = numbers(60, 3, 8)
    assert np.count_nonzero(nearly_empty) * 10 + 1000 < nearly_empty.size
    result = spread(nearly_empty, x, platform=platform)
    np.testing.assert_allclose(result, np.einsum("oi,irh->orh", nearly_empty, x), atol=1e-5)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_table_that_only_picks_copies_exactly(platform):
    picks = np.array([[0, 1, 0], [0, 0, 0], [1, 0, 0]], np.float32)
    x = numbers(3, 8)
    expected = np.stack([x[1], np.zeros(8), x[0]])
    np.testing.assert_array_equal(spread(picks, x, platform=platform), expected)


# walls that store


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_settled_is_unchanged_unless_the_wall_is_closed(platform):
    x = numbers(3, 8)
    np.testing.assert_array_equal(settle(x, platform=platform), x)
    closed = jax.jit(lambda x, ok: settle(x, ok, platform=platform))(x, False)
    assert np.isnan(closed).all()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_made_once_is_unchanged_unless_the_wall_is_closed(platform):
    x = numbers(3, 8)
    made = jax.jit(lambda x, ok: make_once(lambda: (x + 1.0, [x[0]]), ok, platform=platform))
    more, (first,) = made(x, True)
    np.testing.assert_array_equal(more, x + 1.0)
    np.testing.assert_array_equal(first, x[0])
    assert all(np.isnan(y).all() for y in jax.tree.leaves(made(x, False)))


def test_readers_of_what_was_made_once_do_not_make_it_again():
    def differences(x, ok, store):
        made = store(lambda: x * (x + 1.0), ok)
        return [made[i] - made[i + 1] for i in range(7)]

    def multiplications(store):
        compiled = jax.jit(functools.partial(differences, store=store))
        return compiled.lower(numbers(8, 16), True).compile().as_text().count(" multiply(")

    assert multiplications(functools.partial(make_once, platform="cpu")) == 1
    assert multiplications(lambda make, ok: jnp.where(ok, make(), jnp.nan)) > 1
