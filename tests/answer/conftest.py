"""An answer computed once on the tiny scenario, and answers made up by hand."""

from dataclasses import replace

import pytest

from hokushin.answer.document import (
    SCHEMA,
    AssumedNumber,
    Bounds,
    CauseAnswer,
    CounterfactualClaim,
    Disagreement,
    Documented,
    Effort,
    Evaluated,
    EventShare,
    Finding,
    Moves,
    Outcome,
    Probability,
    Recalled,
    Segment,
    SetAnswer,
    Strip,
    Why,
)

SMALL = Effort(
    headline=1024,
    with_none=1024,
    draws=16,
    histories_per_draw=16,
    leave_one_out=512,
    share_draws=64,
    share_histories_per_draw=8,
    screen=128,
    confirm=256,
    causes_in_sets=True,
)


@pytest.fixture(scope="session")
def small():
    """An effort that runs in seconds."""
    return SMALL


@pytest.fixture(scope="session")
def tiny_world():
    """The tiny scenario, ready for questions."""
    from hokushin.answer.world import prepare

    return prepare("tiny")


@pytest.fixture(scope="session")
def tiny_why():
    """An answer on the tiny scenario, with little effort, computed once for all tests."""
    from hokushin.answer.why import why

    return why("tiny", effort=SMALL, given_record=True)


def a_cause(name="pact", share=0.2, **changes):
    """A cause with an interval of a tenth on either side of its share."""
    cause = CauseAnswer(
        name=name,
        title=f"The {name}",
        group="north",
        with_="It was signed.",
        without="It was not.",
        from_="1941-04-13",
        leave_one_out=share / 2,
        leave_one_out_error=0.001,
        if_alone=0.1 + share / 2,
        share=share,
        mc_error=0.002,
        low=share - 0.1,
        high=share + 0.1,
        middle=(share - 0.05, share + 0.05),
        rank=0,
        standing="above" if share > 0.1 else "unclear",
        bounds=Bounds((0.1, 0.2), None),
        claims=("C1",),
        sources=("smith-1990",),
        asserted_by=("first-2020",),
    )
    return replace(cause, **changes)


def an_answer(**changes):
    """An answer about an attack that did not happen: 10 in 100 with every cause, 60 with none."""
    answer = Why(
        schema=SCHEMA,
        scenario="made-up",
        question="attack",
        title="Would Red have attacked?",
        outcome=Outcome(
            expression="invasion(red, blue)",
            explained="not invasion(red, blue)",
            horizon="1942-01-01",
            branch="1941-06-23",
            event="attack",
            title="The Reds attack in force",
            happened=False,
        ),
        basis="prior",
        size="quick",
        effort=SMALL,
        seed=1,
        histories=8192,
        digest="3f" + "0" * 60 + "c1",
        code_version="0.1.0+12345678",
        probability=Probability(0.1, 0.0033, 0.03, 0.19),
        v_all=0.9,
        v_none=0.4,
        v_error=0.004,
        causes=(
            a_cause("pact", 0.26),
            a_cause("navy", 0.205, asserted_by=("second-2011",), group="sea"),
            a_cause("winter", 0.035, rank=1, standing="unclear", asserted_by=()),
        ),
        interactions=(),
        pushed=(),
        enough=(
            SetAnswer(("north",), "group", "decision", 0.3, 0.01, "1941-04-13", 0.1, 0.5),
            SetAnswer(
                ("north", "sea"), "group", "number", 0.6, 0.01, "1937", 0.3, 0.8, 1.25, True
            ),
        ),
        contradictions=(
            Disagreement(
                "k1", "Who asked", ("A", "B"), "A", "It is dated", Moves(0.13, 0.03, 0.002, True)
            ),
            Disagreement("k2", "When", ("A", "B"), "B", "It is dated"),
        ),
        counterfactual_claims=(
            CounterfactualClaim(
                "C9", "first-2020", "It would have come.", "pact",
                Evaluated("attack", 0.1, 0.23, 0.13, 0.01),
            ),
        ),
        assumed=(AssumedNumber("weights.x", 1.0, 0.5, 2.0, "1"),),
        recalled=Recalled(2, 9),
        documented=Documented(False, 1.0, 0.0, 0.0, 12, 0.9),
        events=(EventShare("attack", "The Reds attack in force", 0.1, 0.003),),
        strips=tuple(
            Strip(i, (Segment("1941-08-01", "attack"),) if i < 10 else ()) for i in range(100)
        ),
        dots=tuple(i / 100 for i in range(20)),
        findings=(Finding("{n} of {m}", {"n": 1, "m": 2}, "always", True),),
        groups={"north": "The north", "sea": "The sea"},
        works={"first-2020": "First 2020", "second-2011": "Second 2011"},
    )  # fmt: skip
    return replace(answer, **changes)


@pytest.fixture
def made_up():
    """Make an answer by hand, with any of its fields changed."""
    return an_answer


@pytest.fixture
def cause():
    """Make a cause of an answer by hand."""
    return a_cause
