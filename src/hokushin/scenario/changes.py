"""Changes: named differences from a scenario, written as text or as the rewrites of a cause.

A command line says what a scenario file says in `rewrites`:

    set regions.maritime.yields.oil=200 kt/month
    set restrictions.us_oil.steps.cut=0 @1941-07-26..1941-12-07
    force japan.north.attack@1941-08-10
    forbid germany.soviet_war.attack@1941-06-01..1941-09-30

A number without a unit is in the unit of the number that it replaces. Without dates a change holds
from the first day to the last; a forced option with one date is chosen in the step of that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from pydantic import ValidationError

from hokushin.scenario.checks import check_number
from hokushin.scenario.dates import parse_date
from hokushin.scenario.lookup import Lookup
from hokushin.scenario.needed_units import can_be_set, needed
from hokushin.scenario.paths import suggestion
from hokushin.scenario.problems import Mistake, Place, Problems, did_you_mean
from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema import Rewrite, Scenario

SOURCE = "--do"
"""What stands in place of a file in the problems of a change written on a command line."""

VERBS = ("set", "force", "forbid")

_SET = re.compile(r"(?P<path>[^=@\s]+)\s*=\s*(?P<value>\S+?)(?:\s+(?P<unit>[^@\s]\S*))?")
_MAX_TEXT = 300


def parse_changes(texts: Iterable[str], scenario: Scenario) -> tuple[Rewrite, ...]:
    """Read changes as a command line gives them, and check them against the scenario.

    Raises `ScenarioError` with every problem of every change; the n-th one is on line n of `--do`.
    """
    problems = Problems()
    rewrites = []
    for n, text in enumerate(texts, 1):
        place = Place(SOURCE, n, 1)
        problems.remember(SOURCE, "\n" * (n - 1) + text.replace("\n", " "))
        lookup = Lookup(scenario, {"": place, "change": place}, problems)
        rewrite = _parsed(text, lookup)
        if rewrite is not None:
            check_rewrite(lookup, "change", rewrite, None)
            rewrites.append(rewrite)
    problems.raise_if_any()
    return tuple(rewrites)


def check_rewrite(lookup: Lookup, path: str, rewrite: Rewrite, since: str | None) -> None:
    """Note what is wrong with one rewrite; `since` is the date that holds if it has none."""
    if rewrite.set is not None and rewrite.to is not None:
        _check_target(lookup, path, rewrite.set, rewrite.to)
    for verb in ("force", "forbid"):
        option = getattr(rewrite, verb)
        if option is not None:
            lookup.has_option(f"{path}.{verb}", option)
    if rewrite.force is not None and rewrite.since is None and since is None:
        lookup.note(path, f"{rewrite.force} is forced on no day.", "Write @ and a date after it.")
    window = _window(rewrite, since)
    if window is None:
        return
    for name, day in zip(("since", "until"), window, strict=True):
        if day is not None and not lookup.first_day <= day <= lookup.last_day:
            lookup.note(
                f"{path}.{name}",
                f"{day} is outside the span, {lookup.first_day} to {lookup.last_day}.",
            )
    if window[0] is not None and window[1] is not None and window[1] < window[0]:
        lookup.note(f"{path}.until", f"{window[1]} is before {window[0]}, when it begins.")


def window_of(rewrite: Rewrite, since: str, first: date, last: date) -> tuple[date, date]:
    """Return the first and the last day of a rewrite; an order without end lasts its own date."""
    begin, end = _window(rewrite, since) or (None, None)
    if rewrite.force is not None and end is None:
        end = parse_date(rewrite.since or since).last
    return begin or first, end or last


def _window(rewrite: Rewrite, since: str | None) -> tuple[date | None, date | None] | None:
    begin, end = rewrite.since or since, rewrite.until
    if begin is None and end is None:
        return None
    return (
        parse_date(begin).first if begin else None,
        parse_date(end).last if end else None,
    )


def _check_target(lookup: Lookup, path: str, target: str, to: Quantity) -> None:
    if target not in lookup.quantities:
        hint = suggestion(target, lookup.quantities)
        lookup.note(f"{path}.set", f"there is no number at {target}.", hint)
        return
    try:
        settable = can_be_set(lookup.scenario, target)
        need = needed(lookup.scenario, target)
    except KeyError:  # what the path names is missing or broken, and noted there
        return
    if not settable or need is None:
        lookup.note(f"{path}.set", f"{target} is read by nothing that happens in a history.")
        return
    check_number(lookup, f"{path}.to", to, need)


def _parsed(text: str, lookup: Lookup) -> Rewrite | None:
    """Read one change; None after noting why it cannot be read."""
    verb, _, rest = text.strip().partition(" ")
    if len(text) > _MAX_TEXT:
        lookup.note("change", f"a change is at most {_MAX_TEXT} characters long.")
        return None
    if verb not in VERBS or not rest.strip():
        lookup.note(
            "change",
            f"a change begins with {', '.join(VERBS)} and says what.",
            did_you_mean(verb, VERBS)
            or "Write set PATH=NUMBER, or force POWER.MATTER.OPTION@DATE.",
        )
        return None
    what, at, dates = rest.strip().partition("@")
    since, until = _dates(dates.strip(), lookup) if at else (None, None)
    what = what.strip()
    fields: dict[str, object] = {"since": since, "until": until}
    if verb != "set":
        fields[verb] = what
    else:
        match = _SET.fullmatch(what)
        number = _quantity(match, lookup) if match else None
        if match is None:
            lookup.note("change", f"{what} sets nothing.", "Write set PATH=NUMBER UNIT.")
        if match is None or number is None:
            return None
        fields |= {"set": match["path"], "to": number}
    try:
        return Rewrite.model_validate({k: v for k, v in fields.items() if v is not None})
    except ValidationError as failure:
        for error in failure.errors():
            raised = error.get("ctx", {}).get("error")
            if isinstance(raised, Mistake):
                lookup.note_mistake("change", raised)
            else:
                lookup.note("change", f"{error['input']} is not a {verb} that can be read.")
        return None


def _dates(text: str, lookup: Lookup) -> tuple[str | None, str | None]:
    begin, dots, end = text.partition("..")
    if not begin.strip() or (dots and not end.strip()):
        lookup.note("change", "a date is missing after @.", "Write @1941-08 or @1941-08..1941-12.")
    return begin.strip() or None, end.strip() or None


def _quantity(match: re.Match[str], lookup: Lookup) -> Quantity | None:
    target = lookup.quantities.get(match["path"])
    unit = match["unit"] or (target.unit if target else "1")
    try:
        value = float(match["value"])
        return Quantity(value=value, unit=unit, constant="set by a change")
    except ValidationError as failure:
        raised = failure.errors()[0].get("ctx", {}).get("error")
        if isinstance(raised, Mistake):
            lookup.note("change", f"{unit} {raised.needed}", raised.hint)
        else:
            lookup.note("change", f"{match['value']} is not a finite number.")
    except ValueError:
        lookup.note("change", f"{match['value']} is not a number.")
    return None
