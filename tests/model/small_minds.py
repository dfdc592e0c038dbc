"""The small scenario's minds: what they choose, weigh and remember, and what is asked of them."""

from __future__ import annotations

from typing import Any

from tests.model.small_numbers import number

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


def dealings() -> dict[str, Any]:
    """Treaties, asks, trust, and what green does of itself."""

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


def matters() -> dict[str, Any]:
    """What red and blue can put on a table."""
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


def minds() -> dict[str, Any]:
    """What they remember, have said, and weigh by."""
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


def questions() -> dict[str, Any]:
    """What is asked, and the causes that can be taken out."""

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
