"""Every mechanism keeps its contract, and a broken one is caught."""

from dataclasses import replace

import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest

from hokushin.model.mechanism import Mechanism, mechanism
from hokushin.model.mechanisms.choosing import (
    conditions,
    decide_matters,
    drift_dispositions,
    tell_news,
)
from hokushin.model.mechanisms.effects import apply_effects, respond
from hokushin.model.mechanisms.outcomes import watch
from hokushin.model.step import ORDER, advance
from hokushin.testing import BrokenContract, check_mechanism
from tests.model.small import World, small_world

NO_REWRITES = jnp.zeros((4, 4))


def at_war(changes=None) -> World:
    """A world in which every mechanism has work to do."""
    world = small_world(changes).many(4).at(20)
    return world.having(
        war=1.0,
        war_months={"border": 0.3, "far": 4.0},
        begun={("border", 0): 1.0, ("far", 0): 1.0},
        field_act={("border", 0): 0.3},
        stock=3.0,
        cut={"oil_ban": 0.5},
        taken={"isles": 1.0},
        recovered={"isles": 0.2},
        posture={"red_border": 5.0},
        position={"border": 85.0, "far": -20.0},
        ask=0.8,
        consent={"pact.red": 2.0},
        deal_years=1.5,
        review={"red.war": 0.1},
        disposition=0.3,
    )


def at_peace() -> World:
    """A border at peace along which a clash has been ordered."""
    return (
        small_world().many(4).at(20).having(pending={("border", 0): 1.0}, assertive=2.0, deal=1.0)
    )


def _choose_and_act(axes, params, view, state, moment, dice):
    choices = decide_matters(axes, params, view, state, moment, dice, NO_REWRITES)
    responses = respond(axes, params, conditions(state, moment), dice)
    state = tell_news(axes, params, state, moment, choices)
    return apply_effects(axes, params, state, choices.taken, responses)


def _do_everything(axes, params, view, state, moment, dice):
    """All options at once: more than any history can do."""
    taken = jnp.asarray(axes.option_exists)[..., None] * jnp.ones_like(state.stands)
    return apply_effects(axes, params, state, taken, jnp.ones((1, dice.history.shape[0])))


def _note_events(axes, params, view, state, moment, dice):
    return watch(axes, state, state.stands, moment)


def _step(axes, params, view, state, moment, dice):
    return advance(axes, params, state, moment, dice, NO_REWRITES)[0]


EFFECTS = {
    "war", "begun", "war_months", "across", "field_act", "pending", "assertive", "taken", "posture",
    "cut", "consent", "deal", "deal_years", "trust", "ask", "intent", "review", "stands",
}  # fmt: skip
ALL_FIELDS = frozenset(small_world().state.__dataclass_fields__)
OTHERS = (
    Mechanism(
        "drift_dispositions",
        frozenset({"disposition"}),
        (),
        lambda axes, params, view, state, moment, dice: drift_dispositions(
            axes, params, state, dice
        ),
    ),
    Mechanism("choose_and_act", frozenset({*EFFECTS, "news", "utility"}), (), _choose_and_act),
    Mechanism("do_everything", frozenset(EFFECTS), (), _do_everything),
    Mechanism("note_events", frozenset({"first"}), (), _note_events),
    Mechanism("step", ALL_FIELDS, (), _step),
)


@pytest.mark.parametrize("world", [at_war, at_peace])
@pytest.mark.parametrize("checked", [*ORDER, *OTHERS], ids=lambda m: m.name)
def test_keeps_the_mechanism_contract(checked, world):
    here = world()
    check_mechanism(checked, here.axes, here.params, here.view, here.state, here.moment, here.dice)


# A contract that cannot be broken says nothing: each clause fails a mechanism made to break it.


def rejected(run, writes=("stock",)) -> str:
    """What the check says of a mechanism."""
    here = at_war()
    with pytest.raises(BrokenContract) as refusal:
        check_mechanism(
            mechanism(writes=set(writes))(run),
            here.axes,
            here.params,
            here.view,
            here.state,
            here.moment,
            here.dice,
        )
    return str(refusal.value)


def test_refuses_a_field_that_was_not_declared():
    def quietly(axes, params, view, state, moment, dice):
        return replace(state, trust=state.trust + 0.1)

    assert "changes trust, which it does not declare" in rejected(quietly)


def test_refuses_a_change_inside_a_nested_field():
    def quietly(axes, params, view, state, moment, dice):
        return replace(state, clash=replace(state.clash, loss=state.clash.loss + 0.1))

    assert "changes clash" in rejected(quietly)


def test_refuses_dice_thrown_twice():
    def twice(axes, params, view, state, moment, dice):
        shape = state.stock.shape[:1]
        noise = dice.uniforms("oil", shape) + dice.normals("oil", shape)
        return replace(state, stock=state.stock + jnp.abs(noise))

    assert "draws 'oil' 2 times" in rejected(twice)


def test_refuses_histories_that_share_a_market():
    def pooled(axes, params, view, state, moment, dice):
        return replace(state, stock=state.stock + jnp.nansum(state.stock, -1, keepdims=True))

    assert "spoiling one changes stock in another" in rejected(pooled)


def test_refuses_histories_that_share_a_number_of_the_scenario():
    def pooled(axes, params, view, state, moment, dice):
        return replace(state, stock=state.stock + jnp.nansum(params.supply.output))

    assert "spoiling one changes stock in another" in rejected(pooled)


def test_refuses_a_stock_below_zero():
    def overdrawn(axes, params, view, state, moment, dice):
        return replace(state, stock=state.stock - 100.0)

    assert "leaves stock below zero" in rejected(overdrawn)


def test_refuses_a_share_above_one():
    def greedy(axes, params, view, state, moment, dice):
        return replace(state, cut=state.cut + 1.0)

    assert "leaves cut, a share, outside 0 to 1" in rejected(greedy, writes=("cut",))


def test_refuses_what_is_not_finite():
    def absurd(axes, params, view, state, moment, dice):
        return replace(state, stock=state.stock / 0.0)

    assert "not finite" in rejected(absurd)


@pytest.fixture
def as_shipped():
    """Without the checks of shapes that tests add, so that the library's own checks speak."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


def test_refuses_a_field_of_another_shape(as_shipped):
    def narrow(axes, params, view, state, moment, dice):
        return replace(state, news=state.news[:1])

    assert "a scan needs the same" in rejected(narrow, writes=("news",))


def test_one_history_alone_cannot_be_checked():
    here = at_war()
    one = replace(here.dice, history=here.dice.history[:1])
    with pytest.raises(ValueError, match="give two lanes"):
        check_mechanism(ORDER[0], here.axes, here.params, here.view, here.state, here.moment, one)


def test_the_state_that_is_checked_is_the_state_that_is_given_back():
    here = at_war()
    after = check_mechanism(
        ORDER[0], here.axes, here.params, here.view, here.state, here.moment, here.dice
    )
    expected = here.run(ORDER[0]).state
    np.testing.assert_array_equal(after.stock, expected.stock)
