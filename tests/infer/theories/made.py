"""A comparison of two sources and a theory of the authors, with round numbers."""

from __future__ import annotations

from hokushin.infer.theories.facts import SMOKING_GUN, STRAW
from hokushin.infer.theories.held import HeldOut
from hokushin.infer.theories.report import (
    SCHEMA,
    Evidence,
    FactWeight,
    Reading,
    SwitchResult,
    Theories,
    TheoryResult,
    ZeroResult,
    theories_digest,
)

DIGEST = "0" * 64


def a_reading(name: str, difference: float, verdict: str, same_as: str = "") -> Reading:
    held = HeldOut("1900-03-01", 8, -10.0 + difference, difference, 1.0, 0.1, verdict)
    evidence = Evidence(-20.0 + difference, 0.2, -22.0, -18.0, 5)
    low, high = difference - 0.5, difference + 0.5
    return Reading(name, same_as, (), (held,), evidence, difference, low, high, -1.0, {})


def a_theory(
    name: str, open_: tuple[float, str], closed: tuple[float, str], kind: str = "source"
) -> TheoryResult:
    facts = (
        FactWeight("red.border", "1900-03-01", "1900-03-31", "attack", ("X1",), 0.8, 0.05, 12.0,
                   SMOKING_GUN),
        FactWeight("red.border", "1900-04-01", "1900-06-30", "", (), 0.9, 0.8, 0.5, STRAW),
    )  # fmt: skip
    return TheoryResult(
        name=name,
        title=f"The {name} of it",
        kind=kind,
        source=("tiny-2026",),
        summary=f"It was {name}.",
        speaks_of=("red.border",),
        stances={"skirmish_lost": "asserted"},
        readings=(a_reading("open", *open_), a_reading("closed", *closed)),
        facts=facts,
    )


def a_comparison(**changes) -> Theories:
    said = {
        "schema": SCHEMA,
        "scenario": "tiny",
        "matters": ("red.border",),
        "steps": 23,
        "episodes": 4,
        "until": "1901-12-01",
        "cuts": ("1900-03-01",),
        "theories": (
            a_theory("memory", (0.0, "the same"), (-4.0, "worse")),
            a_theory("trade", (0.5, "cannot tell"), (3.0, "better")),
            a_theory("both", (0.9, "cannot tell"), (5.0, "better"), kind="composed"),
        ),
        "common": a_reading("open", 0.0, "the same"),
        "silent": a_reading("closed", -1.0, "cannot tell"),
        "switches": (
            SwitchResult(("weights.considerations.dread",), ("skirmish_lost",), 0.8, 6.0),
        ),
        "zeros": (ZeroResult("factions.red.staff.doctrine.border.attack", 1.5),),
        "unswitched": (),
        "headline": "",
        "made": {
            "scenario": "tiny", "scenario_digest": DIGEST, "code_digest": theories_digest(),
            "passes": 9,
        },
    }  # fmt: skip
    return Theories(**{**said, **changes})
