"""Straight-line code does what JAX does, number by number and history by history."""

from __future__ import annotations

import math
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hokushin.engine.documented import documented_path
from hokushin.engine.run import Setting, Simulator
from hokushin.engine.straight import native
from hokushin.engine.straight.graph import OTHER, Graph
from hokushin.engine.straight.lift import lift
from hokushin.engine.straight.native import Processor
from hokushin.engine.straight.nodes import NotStraight
from hokushin.engine.straight.program import Program
from hokushin.model.build import build
from hokushin.model.randomness import Dice
from hokushin.model.step import advance
from hokushin.scenario.dates import parse_date
from hokushin.scenario.load import load

LANES = 32

pytestmark = pytest.mark.skipif(not native.is_available(), reason="needs llvmlite")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOKUSHIN_CACHE", str(tmp_path))


def looped(step, columns=None, length=1):
    """A function that applies `step(state, column)` over and over, its history axis last."""
    given = {"t": np.arange(length, dtype=np.int32)} if columns is None else columns

    def function(start, calendar):
        return jax.lax.scan(lambda x, row: (step(x, row), None), start, calendar)[0]

    return function, given


def straight(step, start, columns=None, length=1, processor=None):
    function, given = looped(step, columns, length)
    two = jax.tree.map(lambda x: x[..., :2], start)
    program = Program(
        function, (start, given), (two, given), [1], start.shape[-1], processor=processor
    )
    return np.asarray(program(start, given)), np.asarray(jax.jit(function)(start, given))


def spacing(x):
    return np.spacing(np.abs(x).astype(np.float32))


# --- folding -------------------------------------------------------------------------------------


def test_a_zero_makes_what_it_multiplies_disappear():
    graph = Graph(3)
    x = graph.input("carry", 0, "float32")
    zero, one = (graph.constant(v, "float32") for v in (0.0, 1.0))
    assert graph.apply("mul", x, zero) == zero
    assert graph.apply("add", x, zero) == x
    assert graph.apply("mul", one, x) == x
    assert graph.apply("add", x, one) == graph.apply("add", one, x)


def test_a_column_that_never_changes_is_a_constant():
    graph = Graph(3)
    season = graph.column(np.array([1, 2, 3], np.float32))
    flat = graph.apply("sub", season, season)
    assert graph.is_constant(flat)
    doubled = graph.apply("add", season, season)
    np.testing.assert_array_equal(graph.known[doubled], [2, 4, 6])


def test_whether_an_indicator_holds_is_its_own_condition():
    graph = Graph(1)
    x = graph.input("carry", 0, "float32")
    zero, half, one = (graph.constant(v, "float32") for v in (0.0, 0.5, 1.0))
    holds = graph.apply("lt", zero, x)
    indicator = graph.apply("select", holds, one, zero)
    assert graph.apply("lt", half, indicator) == holds
    assert graph.apply("mul", indicator, x) == graph.apply("select", holds, x, zero)


def test_a_history_that_reads_another_is_noticed():
    graph = Graph(1)
    program = jax.make_jaxpr(lambda x: x - jnp.mean(x, -1, keepdims=True))(jnp.zeros((1, 2)))
    mine = graph.input("carry", 0, "float32")
    (found,) = lift(graph, program, [np.array([[mine, OTHER]])])
    assert (found == OTHER).all()


# --- arithmetic ----------------------------------------------------------------------------------


@pytest.mark.parametrize("wide", [None, False])
def test_powers_and_logarithms_are_within_three_units_of_the_last_place(wide):
    processor = Processor(wide)
    line = np.linspace(-80.0, 80.0, 64 * LANES, dtype=np.float32).reshape(-1, LANES)
    power, _ = straight(lambda x, _: jnp.exp(x), line, processor=processor)
    exact = np.exp(line.astype(np.float64))
    assert np.max(np.abs(power - exact) / spacing(exact)) < 3
    sizes = np.exp(line).astype(np.float32)
    near_one = np.linspace(0.5, 2.0, 64 * LANES, dtype=np.float32).reshape(-1, LANES)
    for numbers in (sizes, near_one):
        found, _ = straight(lambda x, _: jnp.log(x), numbers, processor=processor)
        exact = np.log(numbers.astype(np.float64))
        assert np.max(np.abs(found - exact) / np.maximum(spacing(exact), 1e-45)) < 3


def test_powers_end_at_zero_and_logarithms_of_zero_at_minus_infinity():
    x = np.full((1, LANES), -1e30, np.float32)
    found, _ = straight(lambda x, _: jnp.exp(x), x)
    assert (found == 0).all()
    found, _ = straight(lambda x, _: jnp.log(x), np.zeros((1, LANES), np.float32))
    assert (found == -np.inf).all()


@pytest.mark.parametrize(
    "function",
    [
        jax.nn.sigmoid,
        jnp.tanh,
        jnp.expm1,
        lambda x: jnp.log1p(jnp.exp(x)),
        lambda x: jnp.logaddexp(x, 0.0),
        lambda x: jax.lax.rsqrt(1 + x * x),
        lambda x: jnp.sign(x) * jnp.floor(x) + jnp.round(x),
        lambda x: jnp.clip(x, -1, 2) ** 3,
        lambda x: x / (1 + jnp.square(x)),
        lambda x: jnp.cumsum(x, 0) + jnp.max(x, 0) * jnp.prod(x * 0.01, 0),
        lambda x: jnp.tensordot(np.eye(6, dtype=np.float32)[::-1], x, 1),
        lambda x: jnp.where(x > 0.5, x[::-1], jnp.pad(x[1:], ((0, 1), (0, 0)))),
    ],
)
def test_every_operation_is_that_of_jax(function):
    x = np.random.default_rng(1).normal(0, 2, (6, LANES)).astype(np.float32)
    found, reference = straight(lambda x, _: function(x), x)
    np.testing.assert_allclose(found, reference, rtol=1e-5, atol=1e-6)


def test_a_column_that_changes_seldom_is_settled_again_when_it_does():
    steps = 40
    rate = np.where(np.arange(steps) < 17, 0.5, 2.0).astype(np.float32)
    x = np.random.default_rng(2).uniform(0.5, 1.5, (3, LANES)).astype(np.float32)

    def step(state, row):
        return jnp.stack([state[0] + jnp.exp(-state[1] * row["rate"]), state[1], state[2] * 0.5])

    columns = {"rate": rate, "t": np.arange(steps, dtype=np.float32)}
    found, reference = straight(step, x, columns)
    np.testing.assert_allclose(found, reference, rtol=1e-5)


def test_dice_fall_alike_to_the_last_bit():
    histories = np.arange(7_000, 7_000 + LANES, dtype=np.uint32)
    steps = np.arange(3, 9, dtype=np.int32)

    def function(history, seed, steps):
        def step(total, t):
            drawn = Dice(seed, history, t, jnp.float32(1.0)).uniforms("dice", (7,))
            return total + 1.0, drawn

        return jax.lax.scan(step, jnp.zeros(history.shape), steps)[1]

    seed = jnp.uint32(11)
    program = Program(function, (histories, seed, steps), (histories[:2], seed, steps), [2], LANES)
    found = np.asarray(program(histories, seed, steps))
    np.testing.assert_array_equal(found, jax.jit(function)(histories, seed, steps))
    again = np.asarray(program(histories, jnp.uint32(12), steps))
    assert (again != found).mean() > 0.99


# --- refusals and the cache ----------------------------------------------------------------------


def test_what_straight_line_code_cannot_do_is_refused():
    x = np.ones((2, LANES), np.float32)
    with pytest.raises(NotStraight, match="another"):
        straight(lambda x, _: x - jnp.mean(x, -1, keepdims=True), x)
    with pytest.raises(NotStraight, match="sort"):
        straight(lambda x, _: jnp.sort(x, 0), x)


def test_damaged_code_in_the_cache_is_compiled_again(tmp_path):
    x = np.full((1, LANES), 3.0, np.float32)
    function, given = looped(lambda x, _: x * x)

    def program():
        return Program(function, (x, given), (x[:, :2], given), [1], LANES)

    assert not program().from_cache
    assert program().from_cache
    (held,) = tmp_path.rglob("*.code")
    for damaged in (held.read_bytes()[:-9], b"", held.read_bytes()[:40] + b"\0" * 200):
        held.write_bytes(damaged)
        mended = program()
        assert not mended.from_cache
        np.testing.assert_array_equal(mended(x, given), 9.0)
    assert math.isclose(float(program()(x, given)[0, 0]), 9.0)


# --- the world model -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny():
    loaded = load("tiny")
    model = build(loaded.scenario)
    question = loaded.scenario.questions[loaded.scenario.scenario.default_question]
    branch, horizon = (parse_date(x).first for x in (question.branch, question.horizon))
    return model, documented_path(model, loaded.record), branch, horizon


def test_a_step_from_any_state_is_that_of_jax(tiny):
    model, path, *_ = tiny
    axes, ids = model.axes, np.arange(LANES, dtype=np.uint32)
    visited = Simulator(model, Setting(), path).series(lambda state: state, np.arange(LANES))
    random = np.random.default_rng(3)
    when = random.integers(0, len(visited.war), LANES)

    def some_state(x):
        at = x[when, ..., np.arange(LANES)]
        moved = np.where(at == np.round(at), at, at * random.uniform(0.8, 1.25, at.shape))
        return np.moveaxis(moved, 0, -1).astype(np.float32)

    state = jax.tree.map(some_state, visited)
    params = jax.jit(model.params)(model.draw(jnp.uint32(1), jnp.asarray(ids)))
    absent = random.uniform(size=(len(axes.rewrites), LANES)).round().astype(np.float32)
    moments = jax.tree.map(lambda x: np.asarray(x)[5:6], model.moments)

    def function(state, params, rows, wall, moments):
        def step(state, moment):
            dice = Dice(jnp.uint32(5), rows["history"], jnp.asarray(moment.step), wall)
            return advance(axes, params, state, moment, dice, rows["absent"])[0], None

        return jax.lax.scan(step, state, moments)[0]

    rows = {"history": ids, "absent": absent}
    wide = (state, params, rows, jnp.float32(1.0), moments)
    narrow = (*jax.tree.map(lambda x: x[..., :2], wide[:3]), *wide[3:])
    found = Program(function, wide, narrow, [3, 4], LANES)(*wide)
    reference = jax.jit(function)(*wide)
    for mine, theirs in zip(*map(jax.tree.leaves, (found, reference)), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("asks", [False, True])
def test_full_runs_are_those_of_jax_but_for_rounding(tiny, asks):
    model, path, branch, horizon = tiny
    setting = Setting(branch=branch, horizon=horizon) if asks else Setting()
    here, there = (Simulator(model, setting, path, backend=b) for b in ("straight", "jax"))
    ids = np.arange(512)
    present = np.random.default_rng(4).uniform(size=(512, len(here.causes))) < 0.5
    mine, theirs = (s.outcomes(ids, present=present) for s in (here, there))
    assert (mine.first != theirs.first).any(axis=0).mean() < 0.02
    follow = [s.series(lambda state: state.war, ids[:256]) for s in (here, there)]
    assert np.mean(np.abs(follow[0] - follow[1]) > 1e-4) < 0.02


@pytest.mark.statistical
def test_other_histories_have_the_same_chances_as_in_jax(tiny):
    model, path, *_ = tiny
    n = 2048
    mine = Simulator(model, Setting(), path, backend="straight").outcomes(np.arange(n))
    theirs = Simulator(model, Setting(), path).outcomes(np.arange(n, 2 * n))
    for event in mine.events:
        p, q = (float(x.happened(event).mean()) for x in (mine, theirs))
        error = math.sqrt((p * (1 - p) + q * (1 - q)) / n) + 1e-9
        assert abs(p - q) <= 5 * error


def test_a_history_is_the_same_whatever_runs_beside_it(tiny):
    model, path, *_ = tiny
    simulator = Simulator(model, Setting(), path, backend="straight")
    together = simulator.outcomes(np.arange(600)).first
    some = np.array([517, 3, 255, 256, 599])
    np.testing.assert_array_equal(simulator.outcomes(some).first, together[:, some])


def test_without_the_compiler_jax_runs_and_says_so(tiny, monkeypatch):
    monkeypatch.setattr(native, "is_available", lambda: False)
    with pytest.warns(UserWarning, match="llvmlite"):
        simulator = Simulator(tiny[0], backend="straight")
    assert simulator.backend == "jax"
    with pytest.raises(ValueError, match="jax, straight"):
        Simulator(tiny[0], backend="fast")
