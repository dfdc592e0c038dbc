"""Sources: every work, claim and number that a page refers to, each at an anchor of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from hokushin.answer.document import Why
from hokushin.answer.words import RECORD
from hokushin.scenario.load import Loaded
from hokushin.scenario.paths import quantities_of
from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema import Claim
from hokushin.scenario.schema.questions import Rewrite


def anchor(kind: str, name: str) -> str:
    """Give the anchor of something by its kind and name: work-smith-1990."""
    return f"{kind}-{quote(name, safe='')}"


@dataclass(frozen=True)
class WorkShown:
    """A work as the page lists it."""

    key: str
    reference: str
    url: str | None
    """Where it can be read, if the bibliography knows and it is an address of the web."""


@dataclass(frozen=True)
class NumberShown:
    """A number of the scenario with what is known of it."""

    path: str
    value: float
    low: float | None
    high: float | None
    unit: str
    works: tuple[str, ...]
    locator: str
    seen: str
    note: str


@dataclass(frozen=True)
class Written:
    """What a switch writes: a number with its source, or an option forced or forbidden."""

    verb: str
    path: str
    number: NumberShown | None
    span: str
    """From when until when, where that is said."""


@dataclass(frozen=True)
class ClaimShown:
    """A claim of a source, what carries it, and what the record says."""

    id: str
    source: str
    paragraph: int
    paraphrase: str
    verb: str
    record_says: str
    works: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    """All that numbers of a page lead to."""

    works: tuple[WorkShown, ...]
    claims: tuple[ClaimShown, ...]
    assumed: tuple[tuple[str, tuple[NumberShown, ...]], ...]
    """Numbers that are judgement alone, by the first part of their paths."""
    learnt: dict[str, NumberShown]
    written: dict[str, tuple[Written, ...]]
    """Cause -> what its null writes."""


def sources_of(why: Why, loaded: Loaded | None) -> Sources:
    """Gather every work, claim and number that the page will refer to.

    Without the scenario, works go by their keys, and there are neither claims nor what switches
    write: the document does not hold them.
    """
    known = {} if loaded is None else dict(quantities_of(loaded.scenario))
    assumed = tuple(
        _number(a.path, known[a.path])
        if a.path in known
        else NumberShown(a.path, a.value, a.low, a.high, a.unit, (), "", "judgement", "")
        for a in why.assumed
    )
    learnt = {n.path: _number(n.path, known[n.path]) for n in why.learnt if n.path in known}
    written = {} if loaded is None else _written(why, loaded)
    claims = () if loaded is None else tuple(map(_claim, loaded.claims))
    numbers = [*assumed, *learnt.values()]
    numbers += [w.number for rows in written.values() for w in rows if w.number is not None]
    keys = _keys(why, claims, numbers)
    return Sources(
        works=tuple(sorted((_work(k, why, loaded) for k in keys), key=lambda w: w.key)),
        claims=claims,
        assumed=_by_part(assumed),
        learnt=learnt,
        written=written,
    )


def _keys(why: Why, claims: Iterable[ClaimShown], numbers: Iterable[NumberShown]) -> set[str]:
    keys = set(why.works)
    for cause in why.causes:
        keys |= {*cause.sources, *cause.asserted_by}
    keys |= {claim.source for claim in why.counterfactual_claims}
    for theory in why.theories or ():
        keys |= set(theory.sources)
    for claim in claims:
        keys |= {claim.source, *claim.works}
    for number in numbers:
        keys |= set(number.works)
    return keys


def _work(key: str, why: Why, loaded: Loaded | None) -> WorkShown:
    if loaded is None or not loaded.bibliography.has(key):
        return WorkShown(key, why.works.get(key, key), None)
    written = str((loaded.bibliography.works[key].model_extra or {}).get("URL", ""))
    reference = loaded.bibliography.formatted(key)
    url = written if written.startswith(("https://", "http://")) else None
    if url is not None:
        reference = reference.removesuffix(".").removesuffix(url).rstrip(", ") + "."
    return WorkShown(key, reference, url)


def _number(path: str, q: Quantity) -> NumberShown:
    return NumberShown(
        path=path,
        value=q.value,
        low=q.low,
        high=q.high,
        unit=q.unit,
        works=tuple(q.source),
        locator=q.locator or "",
        seen=q.seen or "",
        note=q.note or q.constant or "",
    )


def _claim(claim: Claim) -> ClaimShown:
    return ClaimShown(
        claim.id,
        claim.source,
        claim.paragraph,
        claim.paraphrase,
        RECORD[claim.verdict],
        claim.record_says,
        tuple(key for part in claim.works.split(";") if (key := part.strip())),
    )


def _written(why: Why, loaded: Loaded) -> dict[str, tuple[Written, ...]]:
    entries = loaded.scenario.causes
    return {
        cause.name: tuple(map(_rewrite, entries[cause.name].rewrites))
        for cause in why.causes
        if cause.name in entries
    }


def _rewrite(rewrite: Rewrite) -> Written:
    begin = "" if rewrite.since is None else f" from {rewrite.since}"
    span = begin if rewrite.until is None else f"{begin} until {rewrite.until}"
    if rewrite.set is not None and rewrite.to is not None:
        return Written("sets", rewrite.set, _number(rewrite.set, rewrite.to), span)
    verb = "forces" if rewrite.force is not None else "forbids"
    return Written(verb, rewrite.force or rewrite.forbid or "", None, span)


def _by_part(numbers: Iterable[NumberShown]) -> tuple[tuple[str, tuple[NumberShown, ...]], ...]:
    parts: dict[str, list[NumberShown]] = {}
    for number in numbers:
        parts.setdefault(number.path.split(".")[0], []).append(number)
    return tuple((part, tuple(inside)) for part, inside in parts.items())
