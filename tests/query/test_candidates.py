import pytest

from hokushin.query.candidates import Candidate, by_name, compatible_sets


def change(name, *switches, **more):
    return Candidate(name, switches or (name,), "decision", "1941-07", **more)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"switches": ()}, "turns no switch"),
        ({"kind": "miracle"}, "kinds are decision, number, world"),
        ({"divergence": "July 1941"}, "write a year, month or day"),
        ({"kind": "world", "cost": 1.0}, "another world has no cost"),
        ({"cost": float("inf")}, "finite number of nats"),
        ({"kind": "number", "cost": -0.1}, "likelier than its prior's mode"),
    ],
)
def test_a_change_that_cannot_be_listed_is_refused(fields, complaint):
    usual = {"name": "ask", "switches": ("ask",), "kind": "decision", "divergence": "1941-07-02"}
    with pytest.raises(ValueError, match=complaint):
        Candidate(**usual | fields)


def test_a_decision_that_the_model_favours_has_a_negative_cost():
    assert change("ask", cost=-0.3).cost == -0.3


def test_changes_that_exclude_each_other_are_not_made_together():
    changes = [
        change("ask"),
        change("silence", excludes=frozenset({"ask"})),
        change("pact", "pact"),
        change("pact and winter", "pact", "winter"),
    ]
    pairs = compatible_sets({one.name: one for one in changes}, 2)
    assert frozenset({"ask", "silence"}) not in pairs
    assert frozenset({"pact", "pact and winter"}) not in pairs
    assert len(pairs) == 4
    assert compatible_sets({one.name: one for one in changes}, 0) == [frozenset()]


def test_candidates_must_fit_the_switches_and_one_another(council):
    with pytest.raises(ValueError, match="at least one"):
        by_name(council, [])
    with pytest.raises(ValueError, match="a name of its own"):
        by_name(council, [change("pact"), change("pact", "defeat")])
    with pytest.raises(ValueError, match="no switch is called 'ask'"):
        by_name(council, [change("ask")])
    with pytest.raises(ValueError, match="excludes ask, which is no candidate"):
        by_name(council, [change("pact", excludes=frozenset({"ask"}))])
