"""Runs of the flagship scenario that its pictures and its tables of numbers share.

All histories have fixed ids and seed 1, so every picture and table can be made again to the bit on
the same platform. Devices are changes that no historian proposes; they show what the model does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np

from hokushin.answer.switches import Switch, robustness_switches, with_switches
from hokushin.answer.world import World
from hokushin.engine.documented import documented_path
from hokushin.engine.keys import seed_word
from hokushin.engine.run import Outcomes, Simulator
from hokushin.model.axes import NEVER
from hokushin.model.build import Model, build
from hokushin.model.params import Params
from hokushin.model.state import State
from hokushin.scenario.load import load
from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema import Rewrite, Scenario

SCENARIO = "second-front"
SEED = 1
HISTORIES = 1024
ATTACK = "invasion_north"
EVE, YEAR_END = date(1941, 6, 23), date(1942, 1, 1)
"""First free day after the German attack, and the end of the record."""

FACTS = {
    "Germany attacks the Soviet Union": "D064",
    "Neutrality Pact is signed": "D059",
    "American funds are frozen": "D088",
    "Southern Indochina is taken": "T02",
    "War in the Pacific begins": "D112b",
}
"""What is dated in free histories, and the row of `dates.csv` that has its day."""

_ARMS = {"infantry": 0, "armour": 1, "air": 2, "naval": 3}


@dataclass(frozen=True)
class Followed:
    """Some states of many histories, step by step, and what they say of measured numbers."""

    model: Model
    params: Params
    states: Mapping[str, np.ndarray]
    """Arrays (step, ..., history), as each step leaves them."""

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Last day of each step, on which its numbers stand."""
        calendar = self.model.sets.calendar
        return tuple(calendar.last_of(t) for t in range(len(self.states["war"])))

    def measured(self, variable: str) -> np.ndarray:
        """Give what histories say of a variable of the record, in its unit: (step, history)."""
        axes, states = self.model.axes, self.states
        verb, _, name = variable.partition(".")
        if verb == "stock":
            return states["stock"][:, axes.position("accounts", name)]
        if verb == "distance":
            front = axes.position("fronts", name)
            return np.asarray(self.params.fronts.goal)[front, 0] - states["position"][:, front]
        if verb == "men":
            pool = axes.position("pools", name)
            men = 1000.0 * np.asarray(self.params.forces.men)[pool]
            return men * states["force"][:, pool, _ARMS["infantry"]]
        if verb == "losses":
            return self.losses("eastern", name)
        if verb in ("force", "believed"):
            place, _, arm = name.partition(".")
            return self._force(verb, place)[:, _ARMS[arm]]
        raise ValueError(
            f"{variable} is not followed; write stock, distance, men, losses, force or believed"
        )

    def losses(self, front_name: str, power: str) -> np.ndarray:
        """Give the men whom a power has lost on a front since it opened.

        The share that each step's fighting took of those who could be fed there, times the men of
        a division. Readiness, 0.97 or more in the mean of every step, is taken as full.
        """
        axes, params = self.model.axes, self.params
        front = axes.position("fronts", front_name)
        side = int(axes.front_power[front, 1] == axes.powers.index(power))
        pool = int(axes.front_pool[front, side])
        divisions = self.states["force"][:, pool, _ARMS["infantry"]]
        fed = np.asarray(params.fronts.supply)[front, side]
        standing = ((divisions + 1e-3) ** -4.0 + (fed + 1e-3) ** -4.0) ** -0.25
        before = np.concatenate([standing[:1], standing[:-1]])
        share = self.states["loss"][:, front, side] * self.states["war"][:, front]
        return np.cumsum(before * share, 0) * 1000.0 * np.asarray(params.forces.men)[pool]

    def first(self, fact: str) -> np.ndarray:
        """Give the step in which a dated fact comes about, history by history; -1 for never."""
        axes, states = self.model.axes, self.states
        holds = {
            "Germany attacks the Soviet Union": lambda: self._at_war("eastern"),
            "War in the Pacific begins": lambda: self._at_war("pacific"),
            "Neutrality Pact is signed": lambda: states["deal"][
                :, axes.position("deals", "neutrality_pact")
            ],
            "Southern Indochina is taken": lambda: states["taken"][
                :, axes.position("regions", "south_indochina")
            ],
            "American funds are frozen": lambda: states["frozen"],
        }
        held = holds[fact]() > 0.5
        return np.where(held.any(0), held.argmax(0), -1)

    def ever(self, event: str) -> np.ndarray:
        """Tell in which histories an event of the scenario comes about before the end."""
        return self.states["first"][-1, self.model.axes.position("events", event)] < NEVER / 2

    def step(self, day: date) -> int:
        """Give the step that holds a day."""
        return self.model.sets.calendar.index(day)

    def _at_war(self, front: str) -> np.ndarray:
        return self.states["war"][:, self.model.axes.position("fronts", front)]

    def _force(self, verb: str, place: str) -> np.ndarray:
        axes, force = self.model.axes, self.states["force"]
        if verb == "believed":
            seen = axes.position("observations", place)
            error = self.states["estimate_error"][:, seen]
            return force[:, int(axes.observation_pool[seen])] * np.exp(error)[:, None]
        if place.endswith("_total"):
            power = axes.powers.index(place.removesuffix("_total"))
            return force[:, axes.pool_power == power].sum(1)
        return force[:, axes.position("pools", place)]


@dataclass(frozen=True, eq=False)
class Study:
    """The scenario with its devices; programs are compiled once and used for all switches."""

    world: World
    histories: int = HISTORIES
    """How many are followed, from number 0."""
    _simulators: dict[tuple, Simulator] = field(default_factory=dict)
    _followed: dict[tuple, Followed] = field(default_factory=dict)

    @property
    def model(self) -> Model:
        """The model with its devices."""
        return self.world.model

    def simulator(
        self, branch: date | None = EVE, horizon: date = YEAR_END, kernel: str = "assent"
    ) -> Simulator:
        """Give the runs from a branch to a horizon, with what they have compiled so far."""
        key = (branch, horizon, kernel)
        if key not in self._simulators:
            self._simulators[key] = self.world.simulator(branch, horizon, SEED, kernel)
        return self._simulators[key]

    def outcomes(self, n: int, *without: str, **setting) -> Outcomes:
        """Say when events happen in n histories, causes named absent and devices in force."""
        return self.world.outcomes(self.simulator(**setting), range(n), *without)

    def follow(self, branch: date | None, *without: str) -> Followed:
        """Follow histories from the start to the end of 1941, with the record before the branch."""
        key = (branch, without)
        if key not in self._followed:
            ids = np.arange(self.histories, dtype=np.uint32)
            present = self.world.present(*without)
            states = self.simulator(branch).series(self._pick, ids, present, name="followed")
            self._followed[key] = Followed(self.model, self._params, states)
        return self._followed[key]

    @cached_property
    def _params(self) -> Params:
        ids, seed = jnp.arange(self.histories, dtype=jnp.uint32), jnp.uint32(seed_word(SEED))
        return jax.jit(lambda: self.model.params(self.model.draw(seed, ids)))()

    def _pick(self, state: State) -> dict[str, jax.Array]:
        axes = self.model.axes
        memory = axes.position("memories", "japan.ags.ussr")
        pressure = axes.position("matters", "usa.pressure")
        options = axes.options[pressure]
        frozen = [state.stands[pressure, options.index(name)] for name in ("freeze", "cut_oil")]
        return {
            "stock": state.stock,
            "force": state.force,
            "position": state.position,
            "war": state.war,
            "loss": state.clash.loss,
            "deal": state.deal,
            "taken": state.taken,
            "frozen": jnp.maximum(*frozen),
            "estimate_error": state.estimate_error,
            "skill": state.skill_mean[memory],
            "material": state.material[memory],
            "dread": state.dread[memory],
            "first": state.first,
        }


def study(histories: int = HISTORIES) -> Study:
    """Load the scenario and add a switch for every device."""
    loaded = load(SCENARIO)
    own = loaded.scenario
    model = build(with_switches(own, (*robustness_switches(), *_devices(own, build(own)))))
    path = documented_path(model, loaded.record)
    made = World(loaded, model, path, causes=tuple(own.causes), readings={}, asked=())
    return Study(made, histories)


def _devices(scenario: Scenario, model: Model) -> tuple[Switch, ...]:
    """Give the switches of what is measured beside the scenario's own causes."""
    considered = [n for n in model.priors.names if n.startswith("weights.considerations.")]
    leanings = [n for n in model.priors.names if n.startswith("factions.") and ".doctrine." in n]
    capacity = scenario.routes["trans_siberian"].capacity
    lasting = "weights.choice.disposition"
    return (
        _device("no_reasons", dict.fromkeys(considered, (0.0, "1"))),
        _device("no_leanings", dict.fromkeys(leanings, (0.0, "1"))),
        _device("war_costs_nothing", {"weights.choice.inertia_war": (0.0, "1")}),
        _device(
            "judgement_for_good",
            {f"{lasting}_persistent": (1.0, "share"), f"{lasting}_half_life": (1e6, "month")},
        ),
        _device(
            "no_fear_of_a_stop",
            {
                "weights.supply.cut_belief": (1e-6, "probability"),
                "weights.supply.cut_belief_gain": (0.0, "1"),
            },
        ),
        _device("dry_indies", {"regions.indies.yields.oil": (0.0, "Mkl/year")}),
        _device(
            "four_railways",
            {"routes.trans_siberian.capacity": (4 * capacity.value, capacity.unit)},
        ),
    )


def _device(name: str, numbers: Mapping[str, tuple[float, str]]) -> Switch:
    rewrites = tuple(
        Rewrite(set=path, to=Quantity(value=value, unit=unit, constant="a device"))
        for path, (value, unit) in numbers.items()
    )
    return Switch(name, name.replace("_", " "), rewrites)
