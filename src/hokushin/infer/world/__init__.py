"""World: numbers that shape the world, learnt from what was measured of it.

Choices along a forced path say nothing of them (`infer.likelihood.weighing_numbers`), so they have
an inference of their own: an ensemble smoother over the documented past.
"""

from hokushin.infer.world.draws import WorldDraws
from hokushin.infer.world.learn import N_MEMBERS, anything_measured, learn_world, world_numbers

__all__ = ["N_MEMBERS", "WorldDraws", "anything_measured", "learn_world", "world_numbers"]
