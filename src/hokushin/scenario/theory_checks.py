"""Theory checks: explanations name causes, matters, works and claims that there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from hokushin.scenario.lookup import Lookup
from hokushin.scenario.schema import Claim, Position, Theory


def check_theories(lookup: Lookup, claims: Iterable[Claim], works: Collection[str]) -> None:
    """Note every reference of a theory to something that is not there, or that is not its own."""
    by_id = {claim.id: claim for claim in claims}
    for key, theory in lookup.scenario.theories.items():
        path = f"theories.{key}"
        for i, work in enumerate(theory.source):
            lookup.has_work(f"{path}.source.{i}", work, works)
        for i, matter in enumerate(theory.speaks_of):
            lookup.has(f"{path}.speaks_of.{i}", "matter", matter)
        for kind, said in (("group", theory.groups), ("cause", theory.causes)):
            for name, position in said.items():
                at = f"{path}.{kind}s.{name}"
                lookup.has(at, kind, name)
                _claims(lookup, at, theory, position, by_id)
        if not any(p.stance in ("asserted", "possible") for p in _positions(theory)):
            lookup.note(
                path,
                "asserts no cause and holds none possible, so it explains nothing.",
                "Add what it takes to be a cause, or delete it.",
            )


def _claims(
    lookup: Lookup, path: str, theory: Theory, position: Position, by_id: dict[str, Claim]
) -> None:
    for i, name in enumerate(position.claims):
        at = f"{path}.claims.{i}"
        if lookup.one_of(at, "claim", name, by_id) and by_id[name].source not in theory.source:
            lookup.note(
                at,
                f"{name} is a claim of {by_id[name].source}, not of {', '.join(theory.source)}.",
                "Name claims of the theory's own works.",
            )


def _positions(theory: Theory) -> list[Position]:
    return [*theory.groups.values(), *theory.causes.values()]
