"""A small scenario with round numbers: who there is, what they live on, and where they meet.

Red has an army and a treasury and could take the hills from blue; green decides nothing and fights
blue on the far front, which is driven. Every number is a constant unless a test spreads it, so
what a mechanism gives can be worked out by hand.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from hokushin.scenario.schema import Scenario
from tests.model.small_minds import dealings, matters, minds, questions
from tests.model.small_numbers import number


def scenario(changes: Mapping[str, Any] | None = None) -> Scenario:
    """The small scenario, with changes."""
    entries = copy.deepcopy(_entries())
    for path, value in (changes or {}).items():
        _change(entries, path, value)
    return Scenario.model_validate(entries)


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
        **dealings(),
        "matters": matters(),
        **minds(),
        **questions(),
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
