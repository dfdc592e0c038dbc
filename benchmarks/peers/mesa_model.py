"""The rule in Mesa, as its tutorial writes a model: agents that step one at a time."""

import math

import mesa

from benchmarks.peers.rule import BASE, CHANGE, N_OPTIONS, N_POWERS, N_STEPS, SLOPE, THRESHOLD


class Power(mesa.Agent):
    """A power with a tension."""

    def __init__(self, model):
        """Begin without tension."""
        super().__init__(model)
        self.tension = 0.0

    def step(self):
        """Weigh the options, take one, and note a war."""
        weights = [math.exp(BASE[o] + SLOPE[o] * self.tension) for o in range(N_OPTIONS)]
        option = self.random.choices(range(N_OPTIONS), weights)[0]
        if option == N_OPTIONS - 1 and self.tension > THRESHOLD:
            self.model.war = True
        self.next = 0.9 * self.tension + 0.1 * self.model.mean + CHANGE[option]


class World(mesa.Model):
    """Six powers."""

    def __init__(self, seed=None):
        """Begin at peace."""
        super().__init__(seed=seed)
        self.war = False
        Power.create_agents(self, N_POWERS)

    def step(self):
        """Let every power act on the tension of the step before."""
        self.mean = sum(agent.tension for agent in self.agents) / N_POWERS
        self.agents.shuffle_do("step")
        for agent in self.agents:
            agent.tension = agent.next


def run(n: int, seed: int) -> int:
    """Count the histories with a war."""
    wars = 0
    for history in range(n):
        world = World(seed=seed * 1_000_003 + history)
        for _ in range(N_STEPS):
            world.step()
        wars += world.war
    return wars
