"""A small world with round numbers, and one step of any mechanism on it.

Red has an army and a treasury and could take the hills from blue; green decides nothing and fights
blue on the far front, which is driven. Every number is a constant unless a test spreads it, so
what a mechanism gives can be worked out by hand. A change is a dotted path with a number, which
replaces the value of a constant, or with anything else, which replaces the entry (None removes it).
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import jax
import jax.numpy as jnp
import numpy as np

from hokushin.model import products
from hokushin.model.axes import Axes
from hokushin.model.build import Model, build
from hokushin.model.considerations import Beliefs, believe
from hokushin.model.look import look
from hokushin.model.params import Params
from hokushin.model.randomness import Dice
from hokushin.model.start import start
from hokushin.model.state import Moment, State
from hokushin.model.view import View
from hokushin.scenario.schema import Scenario

MONTH = {"scenario.step": "month"}
"""Steps of a month, where a test counts months."""
CONSIDERATIONS = (
    "relief", "prospect", "criterion", "strain", "commitment", "ripeness", "window", "dread",
    "burden", "exposure", "threat", "faith", "ally", "deterrence", "spoils",
)  # fmt: skip
ATTACK = [
    {"what": "relief"},
    {"what": "prospect", "of": "border"},
    {"what": "criterion"},
    {"what": "strain"},
    {"what": "commitment"},
    {"what": "ripeness", "of": "far"},
    {"what": "window", "of": "border"},
    {"what": "dread", "of": "blue"},
    {"what": "burden"},
    {"what": "exposure", "of": "blue"},
    {"what": "threat", "of": "border"},
    {"what": "faith", "of": "pact"},
    {"what": "ally", "of": "green_help"},
    {"what": "deterrence", "of": "green"},
    {"what": "spoils"},
]


def number(value: float, unit: str = "1") -> dict[str, Any]:
    """A number without spread."""
    return {"value": value, "unit": unit, "constant": "chosen for a test"}


def spread_out(low: float, value: float, high: float, unit: str = "1", **more) -> dict[str, Any]:
    """A number with an interval."""
    judged = {"source": "tests", "seen": "judgement", "grade": "D"}
    return {"value": value, "low": low, "high": high, "unit": unit, **judged, **more}


def scenario(changes: Mapping[str, Any] | None = None) -> Scenario:
    """The small scenario, with changes."""
    entries = copy.deepcopy(_entries())
    for path, value in (changes or {}).items():
        _change(entries, path, value)
    return Scenario.model_validate(entries)


def small_model(changes: Mapping[str, Any] | None = None) -> Model:
    """The model of the small scenario; the same changes give the same object."""
    return _model(json.dumps(changes or {}))


@functools.lru_cache(maxsize=64)
def _model(changes: str) -> Model:
    return build(scenario(json.loads(changes)))


@dataclass(frozen=True)
class World:
    """A model at a moment: what a mechanism is given."""

    model: Model
    axes: Axes
    params: Params
    state: State
    moment: Moment
    dice: Dice

    @property
    def view(self) -> View:
        """What everybody sees of the state as it is now."""
        see = self._program(look)
        return see(self.params, self.state, self.moment, self.dice.wall)

    def many(self, lanes: int) -> World:
        """The first history as many, each with dice of its own from here on."""
        state, params = jax.tree.map(
            lambda x: jnp.asarray(np.repeat(np.asarray(x[..., :1]), lanes, axis=-1)),
            (self.state, self.params),
        )
        dice = replace(self.dice, history=jnp.arange(lanes, dtype=jnp.uint32))
        return replace(self, state=state, params=params, dice=dice)

    @property
    def beliefs(self) -> Beliefs:
        """What the holders of memories make of it."""
        see = self._program(believe)
        return see(self.params, self.view, self.state, self.dice.wall)

    def having(self, **fields: Any) -> World:
        """The world with fields of its state replaced: {name: value} sets single entries."""
        state = self.state
        for name, value in fields.items():
            old = getattr(state, name)
            state = replace(state, **{name: self._filled(name, old, value)})
        return replace(self, state=state)

    def with_params(self, group: str, **fields: Any) -> World:
        """The world with numbers replaced, every entry of a field alike."""
        old = getattr(self.params, group)
        new = {k: jnp.full_like(getattr(old, k), v) for k, v in fields.items()}
        return replace(self, params=replace(self.params, **{group: replace(old, **new)}))

    def at(self, step: int, **fields: Any) -> World:
        """The world at another step, with fields of its moment replaced."""
        moment = moment_of(self.model, step)
        for name, value in fields.items():
            moment = replace(moment, **{name: jnp.full_like(getattr(moment, name), value)})
        return replace(self, moment=moment, dice=replace(self.dice, step=jnp.int32(step)))

    def run(self, mechanism: Callable[..., State]) -> World:
        """One step of a mechanism, seen from the state at its start."""
        step = self._program(mechanism)
        return replace(self, state=step(self.params, self.view, self.state, self.moment, self.dice))

    def rewriting(self, *rewrites: str) -> jax.Array:
        """How far each rewrite holds: those that are named do, in every history."""
        strength = np.zeros((len(self.axes.rewrites), self.dice.history.shape[0]), np.float32)
        for name in rewrites:
            strength[self.axes.position("rewrites", name)] = 1.0
        return jnp.asarray(strength)

    def get(self, field: str, *names: str | int) -> float:
        """One entry of the state by the names along its axes, in the first history."""
        return float(np.asarray(getattr(self.state, field))[self.place(field, *names)][0])

    def place(self, field: str, *names: str | int) -> tuple[int, ...]:
        """Positions of names along the axes of a field of the state."""
        axes = _AXES_OF[field]
        if axes and axes[-1] == "option" and len(names) == 2:
            matter = self.axes.position("matters", str(names[0]))
            return matter, self.axes.options[matter].index(str(names[1]))
        return tuple(
            name if isinstance(name, int) else self.axes.position(axis, name)
            for axis, name in zip(axes, names, strict=False)
        )

    def _program(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function of axes and arrays; compiled as a whole where there are many histories.

        Two histories run operation by operation, whose programs all worlds share.
        """
        if self.dice.history.shape[0] == 2:
            return functools.partial(one_by_one, function, self.axes)
        key = (function, id(self.axes))
        if key not in _PROGRAMS:
            _PROGRAMS[key] = jax.jit(functools.partial(function, self.axes))
        return _PROGRAMS[key]

    def _filled(self, name: str, old: jax.Array, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return jnp.broadcast_to(jnp.asarray(value, jnp.float32), old.shape)
        array = old
        for key, number_ in value.items():
            names = key if isinstance(key, tuple) else (key,)
            array = array.at[self.place(name, *names)].set(number_)
        return array


def small_world(changes: Mapping[str, Any] | None = None) -> World:
    """The small world on its first day, on the medians of what is uncertain, in two histories."""
    model = small_model(changes)
    dice = Dice(jnp.uint32(7), jnp.arange(2, dtype=jnp.uint32), jnp.int32(0), jnp.float32(1.0))
    medians = np.asarray(model.from_normals(jnp.zeros((len(model.priors.names), 2))))
    params = jax.tree.map(lambda position: jnp.asarray(medians[position]), model.template)
    state = one_by_one(start, model.axes, params, dice)
    return World(model, model.axes, params, state, moment_of(model, 0), dice)


def one_by_one(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run a function operation by operation, without the walls that only a compiler needs.

    A wall would compile a program of its own at every call. What stands in its place is what other
    platforms do, which agrees to rounding.
    """
    with mock.patch.object(products, "_is_cpu", return_value=False):
        return function(*arguments)


def moment_of(model: Model, step: int) -> Moment:
    """The calendar's part of one step."""
    return jax.tree.map(lambda x: jnp.asarray(x[step]), model.moments)


def taken_by(world: World, *choices: tuple[str, str]) -> jax.Array:
    """Options taken in a step, as ones over (matter, option, history)."""
    lanes = world.dice.history.shape[0]
    taken = np.zeros((len(world.axes.matters), world.axes.n_options, lanes), np.float32)
    for matter, option in choices:
        taken[world.place("stands", matter, option)] = 1.0
    idle = taken.sum(1) == 0
    taken[:, 0] = np.where(idle, 1.0, 0.0)
    return jnp.asarray(taken)


_PROGRAMS: dict[tuple[Any, int], Callable[..., Any]] = {}
_AXES_OF = {
    "stock": ("accounts",),
    "cut": ("restrictions",),
    "taken": ("regions",),
    "recovered": ("regions",),
    "force": ("pools", "branch"),
    "posture": ("pools",),
    **dict.fromkeys(
        ("war", "war_months", "position", "speed", "campaign", "assertive"), ("fronts",)
    ),
    **dict.fromkeys(("begun", "across", "field_act", "pending"), ("fronts", "side")),
    **dict.fromkeys(
        ("skill_mean", "skill_variance", "material", "dread", "cold", "intent"), ("memories",)
    ),
    "trust": ("trusts",),
    "estimate_error": ("observations",),
    "deal": ("deals",),
    "deal_years": ("deals",),
    "consent": ("consents",),
    "ask": ("asks",),
    "disposition": ("pairs",),
    "stands": ("matters", "option"),
    "review": ("matters",),
    "news": ("matters",),
    "utility": ("matters", "option"),
    "first": ("events",),
}


def _change(entries: dict[str, Any], path: str, value: Any) -> None:
    """Replace what stands at a path, or put it there; keys may hold dots themselves."""
    place: Any = entries
    key, rest = _first_key(place, path)
    while rest:
        place = place[key]
        key, rest = _first_key(place, rest)
    if value is None:
        del place[key]
    elif isinstance(value, int | float):
        place[key]["value"] = value
    else:
        place[key] = value


def _first_key(place: Any, path: str) -> tuple[Any, str]:
    """The longest key of an entry with which a path begins, or all of it, and what is left."""
    if isinstance(place, list):
        head, _, rest = path.partition(".")
        return int(head), rest
    names = path.split(".")
    for n in range(len(names), 0, -1):
        if ".".join(names[:n]) in place:
            return ".".join(names[:n]), ".".join(names[n:])
    return path, ""


def _entries() -> dict[str, Any]:
    return {
        "scenario": {
            "id": "small",
            "title": "Small",
            "version": "1",
            "summary": "Red could take the hills.",
            "start": "1900-01-01",
            "end": "1901-12-31",
            "step": "dekad",
            "fidelity_until": "1901-12-31",
            "default_question": "attack",
        },
        "powers": {
            "red": {"title": "Red", "kind": "deciding"},
            "blue": {"title": "Blue", "kind": "deciding"},
            "green": {"title": "Green", "kind": "responding"},
        },
        "factions": {
            "red.army": {
                "title": "Army",
                "influence": number(1),
                "service": "army",
                "budget_branch": "infantry",
                "doctrine": {"war.attack": number(0.5)},
            },
            "red.treasury": {"title": "Treasury", "influence": number(1), "service": "none"},
            "blue.crown": {"title": "Crown", "influence": number(1)},
        },
        **_economy(),
        **_ground(),
        **_dealings(),
        "matters": _matters(),
        **_minds(),
        **_questions(),
    }


def _economy() -> dict[str, Any]:
    return {
        "resources": {"oil": {"title": "Oil", "unit": "kt"}},
        "accounts": {
            "red_oil": {
                "power": "red",
                "resource": "oil",
                "stock": number(60, "kt"),
                "output": number(2, "kt/month"),
                "civil_demand": number(4, "kt/month"),
                "force_demand": {"infantry": number(0.3, "kt/(division*month)")},
                "war_demand": {"border": number(5, "kt/month")},
                "imports": {
                    "blue": {
                        "rate": number(8, "kt/month"),
                        "restriction": "oil_ban",
                        "stops_with": ["border"],
                    }
                },
                "need": number(1),
            }
        },
        "regions": {
            "hills": {
                "title": "Hills",
                "owner": "blue",
                "anchors": [[0, 0]],
                "climate": "hills",
                "yields": {"oil": number(5, "kt/month")},
                "recovery": number(6, "month"),
                "spoils": {"red": number(0.5)},
            },
            "isles": {
                "title": "Isles",
                "owner": "green",
                "anchors": [[1, 1]],
                "climate": "hills",
                "yields": {"oil": number(10, "kt/month")},
                "recovery": number(6, "month"),
                "spoils": {"red": number(0.2)},
            },
        },
        "climate": {
            f"hills.{month}": {
                "site": "hills",
                "month": month,
                "index": number(0.0 if month in (12, 1, 2) else 1.0, "index"),
            }
            for month in range(1, 13)
        },
        "industry": {
            "red": {
                "output": {"infantry": number(0.3, "division/month")},
                "war_factor": number(2),
                "ceiling": {"infantry": number(40, "division")},
                "budget": {"infantry": number(0.5, "share")},
            }
        },
        "restrictions": {
            "oil_ban": {
                "title": "Ban",
                "by": "blue",
                "on": "red_oil",
                "steps": {"partial": number(0.5, "share"), "full": number(1, "share")},
            },
            "other_ban": {
                "title": "A follower",
                "by": "green",
                "on": "red_oil",
                "steps": {"full": number(1, "share")},
                "follows": "oil_ban",
                "lag": number(2, "month"),
            },
        },
    }


def _ground() -> dict[str, Any]:
    def side(power: str, pool: str, fortified: float) -> dict[str, Any]:
        return {
            "power": power,
            "pool": pool,
            "supply": number(100, "division"),
            "fortified": number(fortified, "share"),
            "goal": number(200, "km"),
        }

    ground = {
        "climate": "hills",
        "rugged": number(0, "share"),
        "wooded": number(0, "share"),
        "contact": number(0.5, "share"),
        "campaign": number(2, "month"),
        "season_floor": number(0.5, "index"),
        "effectiveness": number(0),
        "exchange": number(0),
        "stake": number(1.5),
        "peace": number(0),
    }
    return {
        "exposures": {
            "town": {
                "title": "Town",
                "power": "red",
                "enemy": "blue",
                "worth": number(0.3, "share"),
                "struck_by": "blue_army",
                "reach": number(0.5, "share"),
            }
        },
        "fronts": {
            "border": {
                "title": "Border",
                "a": side("red", "red_border", 0),
                "b": side("blue", "blue_army", 0.5),
                **ground,
                "incidents": number(0.5, "1/month"),
                "gains": [{"region": "hills", "by": "a", "at": number(80, "km")}],
            },
            "far": {
                "title": "Far",
                "a": side("green", "green_army", 0),
                "b": side("blue", "blue_far", 0),
                **ground,
                "driven": {
                    "speed": number(60, "km/month"),
                    "spread": number(0.2),
                    "halts": {
                        "mud": {
                            "since": "1900-10-01",
                            "until": "1900-11-01",
                            "factor": number(0.5),
                        }
                    },
                },
            },
        },
        "pools": {
            "red_home": {
                "title": "Red at home",
                "power": "red",
                "hub": True,
                "forces": {"infantry": number(10, "division"), "armour": number(100, "tank")},
                "share": number(1),
            },
            "red_border": {
                "title": "Red at the border",
                "power": "red",
                "route": "rail",
                "forces": {"infantry": number(10, "division")},
                "men_per_division": number(20, "kilomen/division"),
                "share": number(1),
            },
            "blue_army": {
                "title": "Blue's army",
                "power": "blue",
                "hub": True,
                "forces": {"infantry": number(10, "division")},
                "men_per_division": number(20, "kilomen/division"),
                "share": number(1),
            },
            "blue_far": {
                "title": "Blue at the far front",
                "power": "blue",
                "forces": {"infantry": number(5, "division")},
                "share": number(0.5),
            },
            "green_army": {
                "title": "Green's army",
                "power": "green",
                "hub": True,
                "forces": {"infantry": number(5, "division"), "naval": number(50, "kt_warship")},
                "share": number(1),
            },
        },
        "routes": {
            "rail": {
                "title": "Rail",
                "capacity": number(10, "train/day"),
                "per_division": number(60.875, "train/division"),
                "usable": number(0.4, "share"),
            }
        },
        "observations": {
            "red_sees": {
                "observer": "red",
                "pool": "blue_army",
                "bias": number(0),
                "spread": number(0),
            }
        },
    }


def _dealings() -> dict[str, Any]:
    def pact(*parties: str) -> dict[str, Any]:
        return {
            "title": "Pact",
            "kind": "neutrality",
            "parties": list(parties),
            "worth": number(1),
            "stands": number(3, "month"),
            "barred": number(0),
        }

    def trust(of: str, towards: str) -> dict[str, Any]:
        return {"of": of, "towards": towards, "level": number(0.4), "prejudice": number(0.1)}

    return {
        "deals": {"pact": pact("red", "blue")},
        "asks": {
            "green_help": {
                "title": "Green asks red to attack",
                "by": "green",
                "to": "red",
                "option": "red.war.attack",
                "fades": number(2, "month"),
            }
        },
        "trust": {
            "red.blue": trust("red", "blue"),
            "blue.red": trust("blue", "red"),
            "red.green": trust("red", "green"),
        },
        "responses": {
            "green.ask": {
                "title": "Green asks once it is at war",
                "needs": ["war.far"],
                "rate": number(0.5, "1/month"),
                "effects": [{"ask": "green_help"}],
            }
        },
    }


def _matters() -> dict[str, Any]:
    stay = {"title": "Carry on"}
    threat = [{"what": "threat", "of": "border"}]
    return {
        "red.war": {
            "title": "War on blue",
            "status_quo": "peace",
            "rate": number(0.3, "1/month"),
            "block": ["treasury"],
            "block_source": "invented",
            "options": {
                "carry_on": stay,
                "prepare": {
                    "title": "Prepare",
                    "intensity": number(0.4, "share"),
                    "considers": threat,
                    "effects": [
                        {"deploy": {"pool": "red_border", "divisions": number(4, "division")}},
                        {"review": {"matter": "red.war", "months": number(3, "month")}},
                    ],
                },
                "attack": {
                    "title": "Attack",
                    "inertia": "war",
                    "needs": ["not war.border"],
                    "considers": ATTACK,
                    "conflicts": ["treaty.sign"],
                    "effects": [{"open_front": "border"}, {"end_deal": "pact"}],
                    "wins": ["hills"],
                },
                "occupy": {
                    "title": "Take the isles",
                    "needs": ["not taken.isles", "after.1900-06-01"],
                    "considers": [{"what": "relief"}, {"what": "spoils"}],
                    "effects": [{"occupy": "isles"}],
                    "wins": ["isles"],
                },
            },
        },
        "red.border": {
            "title": "The border",
            "status_quo": "quiet",
            "rate": number(0.3, "1/month"),
            "block_source": "invented",
            "route": {"faction": "army", "share": number(0.5, "share"), "options": ["strike"]},
            "options": {
                "carry_on": stay,
                "clash": {
                    "title": "Clash",
                    "effects": [
                        {"engage": "border"},
                        {"assertive": {"front": "border", "factor": number(0.5)}},
                    ],
                },
                "strike": {
                    "title": "Strike",
                    "inertia": "war",
                    "needs": ["not war.border"],
                    "considers": threat,
                    "effects": [{"open_front": "border"}],
                },
                "disown": {
                    "title": "Disown",
                    "needs": ["war.border"],
                    "effects": [{"close_front": "border"}],
                },
            },
        },
        "red.treaty": {
            "title": "Treaty",
            "status_quo": "none",
            "rate": number(0.3, "1/month"),
            "block_source": "invented",
            "options": {
                "carry_on": stay,
                "sign": {
                    "title": "Sign",
                    "needs": ["not deal.pact", "not war.border"],
                    "considers": threat,
                    "effects": [{"sign": "pact"}],
                },
                "denounce": {
                    "title": "Denounce",
                    "needs": ["deal.pact"],
                    "effects": [
                        {"end_deal": "pact"},
                        {"intent": {"of": "red", "towards": "blue", "change": number(1)}},
                    ],
                },
            },
        },
        "blue.trade": {
            "title": "Trade",
            "status_quo": "open",
            "rate": number(0.3, "1/month"),
            "block_source": "invented",
            "options": {
                "carry_on": stay,
                "limit": {
                    "title": "Limit",
                    "needs": ["not cut.oil_ban"],
                    "considers": threat,
                    "effects": [{"restrict": {"restriction": "oil_ban", "step": "partial"}}],
                },
                "ban": {
                    "title": "Ban",
                    "considers": threat,
                    "effects": [
                        {"restrict": {"restriction": "oil_ban", "step": "full"}},
                        {"trust": {"of": "red", "towards": "blue", "change": number(-0.2)}},
                    ],
                },
                "sign": {
                    "title": "Sign",
                    "needs": ["not deal.pact"],
                    "considers": threat,
                    "effects": [{"sign": "pact"}],
                },
            },
        },
    }


def _minds() -> dict[str, Any]:
    return {
        "engagements": {
            "old": {
                "title": "The old war",
                "holder": "red",
                "enemy": "blue",
                "ended": "1892-01-01",
                "service": "army",
                "attacker": "holder",
                "force_ratio": number(1),
                "armour_ratio": number(1),
                "surprise": number(0),
                "outcome": number(-1),
                "loss_share": number(0.4, "share"),
                "cold_share": number(0.1, "share"),
                "met_over_expected": number(2),
            }
        },
        "conditionals": {
            "half": {
                "title": "If their army falls by half",
                "factions": ["red.army"],
                "option": "red.war.attack",
                "since": "1900-06-01",
                "clauses": [
                    {
                        "variable": "believed.red_sees.infantry",
                        "threshold": number(8, "division"),
                        "scale": number(2, "division"),
                        "direction": "below",
                    }
                ],
                "strength": number(1),
                "source": "tests",
                "seen": "judgement",
                "grade": "D",
            }
        },
        "weights": {
            "considerations": {name: number(1) for name in CONSIDERATIONS},
            "choice": {
                "sharpness": number(1),
                "deference": number(2),
                "right": number(0.9, "probability"),
                "inertia_act": number(0.5),
                "inertia_war": number(1),
                "disposition_sd": number(0.7),
                "disposition_half_life": number(3, "month"),
                "disposition_persistent": number(0.5, "share"),
                "news_gain": number(5),
                "news_half_life": number(1, "month"),
                "budget_influence": number(0.5),
            },
            "learning": {
                "skill_prior_sd": number(0.7),
                "skill_half_life": number(8, "year"),
                "loss_asymmetry": number(0),
                "other_service": number(0.5, "share"),
                "material_gain": number(0.5, "share"),
                "material_half_life": number(4, "year"),
                "dread_half_life": number(8, "year"),
                "cold_half_life": number(8, "year"),
                "intent_half_life": number(1, "year"),
                "intent_start": number(-2),
                "intent_clash": number(0.6),
                "trust_half_life": number(2, "year"),
                "breach": number(0.5, "share"),
                "breach_watched": number(0.25, "share"),
            },
            "supply": {
                "horizon": number(12, "month"),
                "cut_belief": number(0.1, "probability"),
                "cut_belief_gain": number(3),
            },
            "perception": {
                "ripeness_scale": number(0.25),
                "ripeness_horizon": number(2, "month"),
                "threat_scale": number(1),
            },
        },
    }


def _questions() -> dict[str, Any]:
    def cause(title: str, group: str, **rest: Any) -> dict[str, Any]:
        return {
            "title": title,
            "group": group,
            "since": "1900-01-01",
            "with": "as in the world",
            "with_mode": "recorded",
            "without": "as if it had not been",
            "alternative": "half as much",
            "silent": [],
            "claims": [],
            "live": "structural",
            "kind": "number",
            "cotenability": "nothing",
            "source": "tests",
            **rest,
        }

    return {
        "groups": {"memory": {"title": "Memory"}, "ground": {"title": "Ground"}},
        "causes": {
            "defeat": cause(
                "The old defeat",
                "memory",
                rewrites=[{"set": "engagements.old.loss_share", "to": number(0, "share")}],
                alternative_rewrites=[
                    {"set": "engagements.old.loss_share", "to": number(0.2, "share")}
                ],
            ),
            "poor_hills": cause(
                "No oil in the hills",
                "ground",
                since="1900-06-01",
                rewrites=[{"set": "regions.hills.yields.oil", "to": number(50, "kt/month")}],
                alternative_rewrites=[{"force": "red.war.prepare", "since": "1900-07-01"}],
            ),
        },
        "events": {
            "attack": {
                "title": "Attack",
                "invasion": {
                    "front": "border",
                    "by": "a",
                    "divisions": number(5, "division"),
                    "within": number(1, "month"),
                    "disowned_within": number(1, "month"),
                },
            },
            "war": {"title": "War", "war": "border"},
            "prepared": {"title": "Prepared", "chosen": "red.war.prepare"},
            "pact": {"title": "Pact", "signed": "pact"},
            "both": {"title": "Attack in a pact", "all_of": ["attack", "pact"]},
        },
        "questions": {
            "attack": {
                "title": "Does red attack?",
                "event": "attack",
                "branch": "1900-06-01",
                "horizon": "1901-12-31",
            }
        },
    }
