"""Conditions: what needs and stated criteria can be about, and whether the names in them exist.

A condition is a verb and what it is about, with dots between: `war.north`, `not taken.oilfields`,
`stands.red.north.attack`. A criterion's variable and that of a series are written the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hokushin.scenario.dates import parse_date
from hokushin.scenario.lookup import Lookup
from hokushin.scenario.problems import Mistake, did_you_mean
from hokushin.scenario.schema import BRANCHES

_Verbs = Mapping[str, tuple[str, ...]]

# For each verb, the kinds of name that follow it. An option is one name of three parts.
_BOTH: _Verbs = {
    "war": ("front",),
    "deal": ("deal",),
    "taken": ("region",),
    "stands": ("option",),
    "ask": ("ask",),
    "cut": ("restriction",),
}
CONDITIONS: _Verbs = {**_BOTH, "consent": ("deal", "party"), "after": ("date",)}
VARIABLES: _Verbs = {
    **_BOTH,
    "believed": ("observation", "branch"),
    "ratio": ("front",),
    "fortune": ("front",),
    "progress": ("front",),
    "season": ("front",),
    "runway": ("account",),
    "intent": ("power",),
    "year": (),
}
SERIES: _Verbs = {
    "force": ("pool or total", "branch"),
    "men": ("pool",),
    "transferred": ("pool",),
    "believed": ("observation", "branch"),
    "losses": ("power",),
    "distance": ("front",),
    "stock": ("account",),
}


def check_condition(lookup: Lookup, path: str, condition: str) -> None:
    """Note what is wrong with one condition of a list of needs."""
    names = _named(lookup, path, condition.removeprefix("not "), "condition", CONDITIONS)
    if names is None:
        return
    verb, *rest = names
    if verb == "consent":
        deal = lookup.scenario.deals.get(rest[0])
        if deal is not None:
            lookup.one_of(path, f"party to {rest[0]}", rest[1], deal.parties)
    elif verb == "after":
        _check_after(lookup, path, rest[0])


def check_variable(lookup: Lookup, path: str, variable: str, powers: Collection[str]) -> None:
    """Note what is wrong with the variable of a criterion that bodies of these powers stated."""
    names = _named(lookup, path, variable, "variable of a criterion", VARIABLES)
    if names is None:
        return
    verb, *rest = names
    if verb == "ratio":
        for power in sorted(powers):
            lookup.has_side(path, power, rest[0])
    elif verb == "intent":
        for power in sorted(powers):
            if rest[0] not in lookup.enemies_of.get(power, (rest[0],)):
                lookup.note(
                    path,
                    f"{power} forms no belief about what {rest[0]} means to do.",
                    "It does so of powers that it meets on a front, dreads or is deterred by.",
                )
    elif verb == "believed":
        seen = lookup.scenario.observations.get(rest[0])
        for power in sorted(powers):
            if seen is not None and power != seen.observer:
                lookup.note(
                    path,
                    f"{rest[0]} is what {seen.observer} sees, but {power} stated the condition.",
                    "A body goes by what its own power sees.",
                )


def check_series(lookup: Lookup, path: str, variable: str) -> bool:
    """Note what is wrong with the variable of a measured series; tell whether it is sound."""
    return _named(lookup, path, variable, "variable of a series", SERIES) is not None


def _named(
    lookup: Lookup, path: str, written: str, noun: str, verbs: _Verbs
) -> tuple[str, ...] | None:
    """Return the verb and the names after it; None after noting what is wrong with them."""
    verb, _, rest = written.partition(".")
    if verb not in verbs:
        hint = did_you_mean(verb, verbs, 1) or f"Verbs: {', '.join(verbs)}."
        lookup.note(path, f"{written} is no {noun}: no verb is called {verb}.", hint)
        return None
    kinds = verbs[verb]
    parts = [rest] if kinds in (("option",), ("date",)) else rest.split(".") if rest else []
    if len(parts) != len(kinds) or not all(parts):
        form = ".".join([verb, *(kind.upper().replace(" ", "_") for kind in kinds)])
        lookup.note(path, f"{written} is no {noun} as {verb} makes them.", f"Write {form}.")
        return None
    sound = [_is_known(lookup, path, kind, name) for kind, name in zip(kinds, parts, strict=True)]
    return (verb, *parts) if all(sound) else None


def _is_known(lookup: Lookup, path: str, kind: str, name: str) -> bool:
    if kind == "option":
        return lookup.has_option(path, name)
    if kind == "branch":
        return lookup.one_of(path, kind, name, BRANCHES)
    if kind == "pool or total":
        totals = [f"{power}_total" for power in lookup.names("power")]
        return lookup.one_of(path, kind, name, (*lookup.names("pool"), *totals))
    return kind in ("party", "date") or lookup.has(path, kind, name)


def _check_after(lookup: Lookup, path: str, text: str) -> None:
    try:
        day = parse_date(text).first
    except Mistake as mistake:
        lookup.note_mistake(path, mistake)
        return
    if not lookup.first_day <= day <= lookup.last_day:
        span = f"{lookup.first_day} to {lookup.last_day}"
        lookup.note(path, f"{text} is outside the span, {span}, so that it never or always holds.")
