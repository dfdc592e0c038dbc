"""Cause checks: a cause is a switch with a world on either side, and no two turn the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from hokushin.scenario.changes import check_rewrite, window_of
from hokushin.scenario.dates import parse_date
from hokushin.scenario.lookup import Lookup
from hokushin.scenario.schema import Cause, Claim


def check_causes(lookup: Lookup, claims: Iterable[Claim]) -> None:
    """Note causes that are not defined on both sides, overlap, or disagree with their claims."""
    scenario = lookup.scenario
    for key, cause in scenario.causes.items():
        path = f"causes.{key}"
        for text in ("without", "alternative"):
            if not getattr(cause, text).strip():
                lookup.note(f"{path}.{text}", f"{text} is blank.", "Say what the world would be.")
        if not cause.rewrites:
            lookup.note(
                f"{path}.rewrites",
                "nothing makes the world without it: there is no rewrite.",
                "A cause whose absence cannot be written is no cause.",
            )
        since = parse_date(cause.since)
        if since.last < lookup.first_day or since.first > lookup.last_day:
            span = f"{lookup.first_day} to {lookup.last_day}"
            lookup.note(f"{path}.since", f"{cause.since} is outside the span, {span}.")
            continue
        for which in ("rewrites", "alternative_rewrites"):
            for i, rewrite in enumerate(getattr(cause, which)):
                check_rewrite(lookup, f"{path}.{which}.{i}", rewrite, cause.since)
    for key, contradiction in scenario.contradictions.items():
        for i, rewrite in enumerate(contradiction.changes):
            check_rewrite(lookup, f"contradictions.{key}.changes.{i}", rewrite, None)
    _check_overlaps(lookup)
    _check_claims(lookup, claims)


class _Writing(NamedTuple):
    """What one rewrite of one cause writes, and when."""

    cause: str
    path: str
    what: str
    is_order: bool
    first: date
    last: date


def _check_overlaps(lookup: Lookup) -> None:
    """No two causes set one number, and none orders in a matter in which another does."""
    seen: dict[str, list[_Writing]] = {}
    for key, cause in lookup.scenario.causes.items():
        for writing in _writings(lookup, key, cause):
            for other in seen.get(writing.what, []):
                if other.cause == key or not _clash(other, writing):
                    continue
                lookup.note(
                    writing.path,
                    f"{writing.what} is written by the cause {other.cause} too ({other.path}).",
                    "Two switches of one thing cannot be told apart: join them, or choose "
                    "another null.",
                )
                break
            seen.setdefault(writing.what, []).append(writing)


def _writings(lookup: Lookup, key: str, cause: Cause) -> Iterator[_Writing]:
    for which in ("rewrites", "alternative_rewrites"):
        for i, rewrite in enumerate(getattr(cause, which)):
            first, last = window_of(rewrite, cause.since, lookup.first_day, lookup.last_day)
            order = rewrite.force or rewrite.forbid
            verb = "set" if rewrite.set else "force" if rewrite.force else "forbid"
            what = rewrite.set or (order or "").rpartition(".")[0]
            path = f"causes.{key}.{which}.{i}.{verb}"
            yield _Writing(key, path, what, order is not None, first, last)


def _clash(one: _Writing, other: _Writing) -> bool:
    """A number belongs to one cause for good, a matter for as long as the order lasts."""
    return not one.is_order or (one.first <= other.last and other.first <= one.last)


def _check_claims(lookup: Lookup, claims: Iterable[Claim]) -> None:
    """Causes and claims name each other."""
    causes = lookup.scenario.causes
    by_id = {claim.id: claim for claim in claims}
    for claim in by_id.values():
        cause = causes.get(claim.cause or "")
        if cause is not None and claim.id not in cause.claims:
            lookup.note(
                f"claims.{claim.id}.cause",
                f"the claims of {claim.cause} do not list {claim.id}.",
                f"Add it to causes.{claim.cause}.claims.",
            )
    for key, cause in causes.items():
        for i, name in enumerate(cause.claims):
            if name in by_id and by_id[name].cause != key:
                other = by_id[name].cause or "no cause"
                lookup.note(
                    f"causes.{key}.claims.{i}",
                    f"{name} names {other}, not {key}.",
                    "Let claims.csv name the cause that the claim is about.",
                )
