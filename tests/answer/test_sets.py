import math
from statistics import NormalDist

import pytest

from hokushin.answer.sets import cause_candidates, cause_cost, group_candidates


def test_a_group_is_one_change_of_all_its_causes(tiny_world):
    evaluator = tiny_world.evaluator(tiny_world.simulator(None, None), "attack")
    groups = {c.name: c for c in group_candidates(tiny_world, evaluator)}
    assert groups["memory"].switches == ("skirmish_lost",)
    assert groups["trade"].kind == "decision"


def test_orders_and_other_worlds_have_no_cost(tiny_world):
    assert cause_cost(tiny_world, "oil_for_sale") is None
    assert cause_cost(tiny_world, "skirmish_lost") is None
    assert [c.cost for c in cause_candidates(tiny_world)] == [None, None]


def test_a_rewritten_number_costs_half_its_squared_distance_from_belief(tiny_world):
    from dataclasses import replace

    entry = tiny_world.scenario.causes["skirmish_lost"]
    to = entry.rewrites[0].to.model_copy(update={"value": 0.6})
    rewrite = entry.rewrites[0].model_copy(update={"to": to})
    cheap = entry.model_copy(update={"kind": "number", "rewrites": [rewrite]})
    causes = {**tiny_world.scenario.causes, "skirmish_lost": cheap}
    scenario = tiny_world.scenario.model_copy(update={"causes": causes})
    world = replace(tiny_world, loaded=replace(tiny_world.loaded, scenario=scenario))
    # .6 is the upper end of nine tenths of belief, on a scale where its logit is normal
    z = NormalDist().inv_cdf(0.95)
    assert cause_cost(world, "skirmish_lost") == pytest.approx(z * z / 2, rel=0.01)
    assert math.isfinite(cause_cost(world, "skirmish_lost"))
