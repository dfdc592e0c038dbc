"""Checks: what a scenario must be beyond its parts being there: dates, signs, circles, doubles.

`check_entries` looks at entries one by one, and can be run while others are broken; `check_whole`
needs all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from hokushin.scenario.dates import parse_date
from hokushin.scenario.lookup import Lookup
from hokushin.scenario.needed_units import Needed, needed
from hokushin.scenario.problems import Mistake
from hokushin.scenario.quantity import Quantity
from hokushin.scenario.record import CARRY_ON
from hokushin.scenario.schema import Matter
from hokushin.scenario.units import conversion, parse_unit

MAX_OPTIONS = 7
_MONTHS = range(1, 13)


def check_entries(lookup: Lookup) -> None:
    """Note what is wrong inside single entries."""
    _check_dates(lookup)
    _check_numbers(lookup)
    for key, matter in lookup.scenario.matters.items():
        _check_matter(lookup, key, matter)


def check_whole(lookup: Lookup) -> None:
    """Note what is wrong between entries."""
    _check_pools(lookup)
    _check_challengers(lookup)
    _check_circles(lookup)
    _check_climate(lookup)
    _check_withheld(lookup)
    _check_weights(lookup)


# --- dates ------------------------------------------------------------------------------------


def check_span(lookup: Lookup) -> bool:
    """Tell whether the span has a length; without one no other date can be checked."""
    head = lookup.scenario.scenario
    if lookup.last_day <= lookup.first_day:
        lookup.note("scenario.end", f"{head.end} is not after {head.start}, when it starts.")
        return False
    _in_span(lookup, "scenario.fidelity_until", head.fidelity_until)
    return True


def _check_dates(lookup: Lookup) -> None:
    scenario = lookup.scenario
    for key, faction in scenario.factions.items():
        _check_holders(lookup, f"factions.{key}", faction.holders)
    for key, front in scenario.fronts.items():
        _not_after_end(lookup, f"fronts.{key}.open_since", front.open_since)
        for name, halt in (front.driven.halts if front.driven else {}).items():
            path = f"fronts.{key}.driven.halts.{name}"
            _in_span(lookup, f"{path}.since", halt.since)
            _ordered(lookup, path, halt.since, halt.until)
    for key, deal in scenario.deals.items():
        since = deal.in_force_since
        if since is not None and parse_date(since).first > lookup.first_day:
            lookup.note(
                f"deals.{key}.in_force_since",
                f"{since} is after the start, {lookup.first_day}.",
                "A deal that is signed later is signed by an option's effect.",
            )
    for key, matter in scenario.matters.items():
        _not_after_end(lookup, f"matters.{key}.open_since", matter.open_since)
    for key, battle in scenario.engagements.items():
        _not_after_end(lookup, f"engagements.{key}.ended", battle.ended)
    for key, stated in scenario.conditionals.items():
        _not_after_end(lookup, f"conditionals.{key}.since", stated.since)
        _ordered(lookup, f"conditionals.{key}", stated.since, stated.until)
    for key, question in scenario.questions.items():
        path = f"questions.{key}"
        branch, horizon = parse_date(question.branch).first, parse_date(question.horizon).first
        _in_span(lookup, f"{path}.branch", question.branch)
        if horizon <= branch:
            lookup.note(f"{path}.horizon", f"{horizon} is not after the branch, {branch}.")
        elif horizon > lookup.last_day + timedelta(days=1):
            lookup.note(f"{path}.horizon", f"{horizon} is after the span, to {lookup.last_day}.")


def _check_holders(lookup: Lookup, path: str, holders: Iterable) -> None:
    """An office has one holder at a time, and the list is in order."""
    before: date | None = None
    for i, holder in enumerate(holders):
        at = f"{path}.holders.{i}"
        since = parse_date(holder.since).first
        _not_after_end(lookup, f"{at}.since", holder.since)
        _ordered(lookup, at, holder.since, holder.until)
        if before is not None and since < before:
            lookup.note(
                f"{at}.since",
                f"{holder.since} is before the holder listed above leaves.",
                "List holders in order, each until the next begins.",
            )
        before = parse_date(holder.until).first if holder.until else date.max


def _in_span(lookup: Lookup, path: str, text: str) -> None:
    days = parse_date(text)
    if days.last < lookup.first_day or days.first > lookup.last_day:
        span = f"{lookup.first_day} to {lookup.last_day}"
        lookup.note(path, f"{text} is outside the span, {span}.")


def _not_after_end(lookup: Lookup, path: str, text: str | None) -> None:
    if text is not None and parse_date(text).first > lookup.last_day:
        lookup.note(path, f"{text} is after the end of the span, {lookup.last_day}.")


def _ordered(lookup: Lookup, path: str, since: str, until: str | None) -> None:
    if until is not None and parse_date(until).last <= parse_date(since).first:
        lookup.note(f"{path}.until", f"{until} is not after {since}, when it begins.")


# --- numbers ----------------------------------------------------------------------------------


def _check_numbers(lookup: Lookup) -> None:
    """Every number is in a unit that the model can use, and in the range that it can have."""
    for key, resource in lookup.scenario.resources.items():
        try:
            parse_unit(resource.unit)
        except Mistake as mistake:
            lookup.note_mistake(f"resources.{key}.unit", mistake)
            return
    for path, quantity in lookup.quantities.items():
        try:
            need = needed(lookup.scenario, path)
        except (KeyError, IndexError):  # what the path names is missing, and noted there
            continue
        if need is not None:
            check_number(lookup, path, quantity, need)
    for power, industry in lookup.scenario.industry.items():
        least = sum(
            share.value if share.low is None else share.low for share in industry.budget.values()
        )
        if least > 1:
            lookup.note(
                f"industry.{power}.budget", f"the shares add up to {least:g} at their lowest."
            )


def check_number(lookup: Lookup, path: str, quantity: Quantity, need: Needed) -> None:
    """Note a unit that does not convert into the one needed, and an end outside the range."""
    try:
        factor = conversion(quantity.unit, need.unit)
    except Mistake as mistake:
        lookup.note(f"{path}.unit", mistake.needed, mistake.hint)
        return
    for end in ("value", "low", "high"):
        number = getattr(quantity, end)
        if number is None:
            continue
        if need.least is not None and number * factor < need.least:
            limit = f"at least {need.least / factor:g}"
        elif need.greatest is not None and number * factor > need.greatest:
            limit = f"at most {need.greatest / factor:g}"
        else:
            continue
        lookup.note(f"{path}.{end}", f"is {number:g}, but {limit} {quantity.unit} is possible.")
        return


# --- matters ----------------------------------------------------------------------------------


def _check_matter(lookup: Lookup, key: str, matter: Matter) -> None:
    path = f"matters.{key}.options"
    names = list(matter.options)
    if CARRY_ON not in names:
        lookup.note(path, f"{CARRY_ON} is missing.", "It is the first option of every matter.")
    elif names[0] != CARRY_ON:
        lookup.note(f"{path}.{CARRY_ON}", f"{CARRY_ON} comes first among the options.")
    if len(names) > MAX_OPTIONS:
        lookup.note(
            f"{path}.{names[MAX_OPTIONS]}",
            f"a matter has at most {MAX_OPTIONS} options, and this one has {len(names)}.",
            "Split the matter, or join options that do the same.",
        )
    carry_on = matter.options.get(CARRY_ON)
    if carry_on is not None:
        said = carry_on.model_dump(exclude_defaults=True, exclude={"title"})
        for field in said:
            lookup.note(
                f"{path}.{CARRY_ON}.{field}",
                f"{CARRY_ON} changes nothing, and has no {field}.",
                "Write what is to happen as an option of its own.",
            )
    if matter.route is not None and CARRY_ON in matter.route.options:
        i = matter.route.options.index(CARRY_ON)
        lookup.note(f"matters.{key}.route.options.{i}", f"{CARRY_ON} is always open; leave it out.")


# --- the whole --------------------------------------------------------------------------------


def _check_pools(lookup: Lookup) -> None:
    """Each power's pools have one hub, and lines to it."""
    pools = lookup.scenario.pools
    hubs: dict[str, list[str]] = {}
    for key, pool in pools.items():
        hubs.setdefault(pool.power, [])
        if pool.hub:
            hubs[pool.power].append(key)
            if pool.route is not None:
                lookup.note(
                    f"pools.{key}.route",
                    f"the route leads from the hub of {pool.power} back to it.",
                    "A route links another pool with the hub: delete it here.",
                )
        elif pool.route is None:
            lookup.note(f"pools.{key}", f"no route links {key} with its hub.", "Write `route:`.")
    for power, found in hubs.items():
        mine = [key for key, pool in pools.items() if pool.power == power]
        if not found:
            lookup.note(
                f"pools.{mine[0]}",
                f"{power} has pools but no hub among them.",
                "Write `hub: true` in the one where formations are raised.",
            )
        for extra in found[1:]:
            lookup.note(
                f"pools.{extra}.hub", f"{power} has a hub already: {found[0]}.", "Keep one."
            )


def _check_challengers(lookup: Lookup) -> None:
    """Each region can be won by one power, and not by its owner."""
    takers: dict[str, tuple[str, str]] = {}
    scenario = lookup.scenario
    claims: list[tuple[str, str, str]] = []
    for key, front in scenario.fronts.items():
        for i, gain in enumerate(front.gains):
            power = (front.a if gain.by == "a" else front.b).power
            claims.append((f"fronts.{key}.gains.{i}.region", gain.region, power))
    for name, (_, option) in lookup.options.items():
        matter, _, last = name.rpartition(".")
        for i, effect in enumerate(option.effects):
            if effect.occupy:
                path = f"matters.{matter}.options.{last}.effects.{i}.occupy"
                claims.append((path, effect.occupy, name.split(".")[0]))
    for path, region, power in claims:
        if region not in scenario.regions:
            continue
        if scenario.regions[region].owner == power:
            lookup.note(path, f"{power} owns {region} at the start, and cannot win it.")
            continue
        first, place = takers.setdefault(region, (power, path))
        if first != power:
            lookup.note(
                path,
                f"{region} can be won by {first} already ({place}), and here by {power}.",
                "A region has one challenger; split the region.",
            )
    _check_handed_over(lookup, takers)


def _check_handed_over(lookup: Lookup, takers: Mapping[str, tuple[str, str]]) -> None:
    """A region that a response gives away goes to its challenger, so it has one."""
    for key, response in lookup.scenario.responses.items():
        for i, effect in enumerate(response.effects):
            if effect.occupy in lookup.scenario.regions and effect.occupy not in takers:
                lookup.note(
                    f"responses.{key}.effects.{i}.occupy",
                    f"{effect.occupy} passes to its challenger, and no front or option makes one.",
                    "Let an option of that power occupy it, or a front gain it.",
                )


def _check_circles(lookup: Lookup) -> None:
    """No restriction follows itself, and no event is put together from itself."""
    restrictions, events = lookup.scenario.restrictions, lookup.scenario.events
    follows = {key: [entry.follows] for key, entry in restrictions.items() if entry.follows}
    for key in follows:
        circle = _circle(key, follows)
        if circle:
            chain = " follows ".join(circle)
            lookup.note(f"restrictions.{key}.follows", f"it follows itself: {chain}.")
        elif restrictions[key].lag is None:
            lookup.note(f"restrictions.{key}", "what follows another has a `lag`.", "Write `lag:`.")
    parts = {key: list(event.all_of) for key, event in events.items() if event.all_of}
    for key in parts:
        circle = _circle(key, parts)
        if circle:
            chain = " is made of ".join(circle)
            lookup.note(f"events.{key}.all_of", f"an event is no part of itself: {chain}.")


def _circle(start: str, leads: Mapping[str, list[str]]) -> list[str]:
    """Return the way from a name back to itself, both ends included; empty if there is none."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop()
        for after in leads.get(way[-1], []):
            if after == start:
                return [*way, after]
            if after not in seen:
                seen.add(after)
                ways.append([*way, after])
    return []


def _check_climate(lookup: Lookup) -> None:
    """Each site has every month of the year."""
    months: dict[str, set[int]] = {}
    for row in lookup.scenario.climate.values():
        months.setdefault(row.site, set()).add(row.month)
    for site, known in months.items():
        absent = [str(month) for month in _MONTHS if month not in known]
        if absent:
            first = f"climate.{site}.{min(known)}"
            lookup.note(first, f"{site} has no row for month {', '.join(absent)}.")


def _check_withheld(lookup: Lookup) -> None:
    """A restriction cuts some trade of the account that it is on."""
    accounts = lookup.scenario.accounts
    for key, restriction in lookup.scenario.restrictions.items():
        account = accounts.get(restriction.on)
        if account is None:
            continue
        trades = account.imports.values()
        if not any(trade.restriction == key for trade in trades):
            lookup.note(
                f"restrictions.{key}.on",
                f"no import of {restriction.on} names {key} as its restriction.",
                f"Write `restriction: {key}` in the trade that it cuts.",
            )


def _check_weights(lookup: Lookup) -> None:
    """Every consideration that an option lists has a weight."""
    weights = lookup.scenario.weights.considerations
    asked: dict[str, str] = {}
    for name, (_, option) in lookup.options.items():
        matter, _, last = name.rpartition(".")
        for i, consider in enumerate(option.considers):
            asked.setdefault(consider.what, f"matters.{matter}.options.{last}.considers.{i}.what")
    for what, path in asked.items():
        if what not in weights and what != "doctrine":
            lookup.note(path, f"{what} has no weight.", f"Add weights.considerations.{what}.")
