"""Acts: what an option or a response names in its needs, considerations and effects."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hokushin.scenario.conditions import check_condition
from hokushin.scenario.lookup import Lookup
from hokushin.scenario.schema import (
    Assertive,
    Consider,
    Deploy,
    Effect,
    Option,
    Restrict,
    Review,
    Shift,
)

NOT_ABOUT = ("relief", "criterion", "strain", "commitment", "burden", "spoils")
"""Considerations that are about nothing in particular and take no `of`."""


def check_option(lookup: Lookup, matter: str, name: str, option: Option) -> None:
    """Note every reference of an option to something that does not exist or does not fit."""
    path, power = f"matters.{matter}.options.{name}", matter.split(".")[0]
    for i, condition in enumerate(option.needs):
        check_condition(lookup, f"{path}.needs.{i}", condition)
    for i, other in enumerate(option.conflicts):
        full = other.startswith(f"{power}.") and other.count(".") == 2
        lookup.has_option(f"{path}.conflicts.{i}", other, None if full else power)
    for i, region in enumerate(option.wins):
        lookup.has(f"{path}.wins.{i}", "region", region)
    seen: set[tuple[str, str | None]] = set()
    for i, consider in enumerate(option.considers):
        at = f"{path}.considers.{i}"
        if (consider.what, consider.of) in seen:
            lookup.note(at, f"{consider.what} is listed twice with the same `of`.", "Keep one.")
        seen.add((consider.what, consider.of))
        _check_consider(lookup, at, f"{matter}.{name}", option, consider)
    check_effects(lookup, path, power, option.effects)


def check_effects(lookup: Lookup, path: str, power: str, effects: list[Effect]) -> None:
    """Note every reference of the effects of an option or response of this power."""
    for i, effect in enumerate(effects):
        verb = next(name for name in Effect.model_fields if getattr(effect, name) is not None)
        _EFFECTS[verb](lookup, f"{path}.effects.{i}.{verb}", power, getattr(effect, verb))


def _check_consider(
    lookup: Lookup, path: str, option_path: str, option: Option, consider: Consider
) -> None:
    what, of, power = consider.what, consider.of, option_path.split(".")[0]
    if what == "doctrine":
        lookup.note(
            f"{path}.what",
            "doctrine is weighed in every option without being listed.",
            "Delete it; a faction's doctrine says how much it is.",
        )
    elif what in NOT_ABOUT:
        if of is not None:
            lookup.note(f"{path}.of", f"{what} takes no `of`.", "Delete it.")
        _check_engaged(lookup, path, option_path, option, what)
    elif of is None:
        lookup.note(path, f"{what} needs an `of`: {_ABOUT[what]}.", "Write `of:` and its name.")
    elif what == "ally":
        _check_ally(lookup, f"{path}.of", power, option_path, of)
    elif what == "exposure":
        if lookup.has(f"{path}.of", "power", of):
            _check_exposed(lookup, f"{path}.of", power, of)
    else:
        kind = _ABOUT[what].split()[-1]
        known = lookup.has(f"{path}.of", kind, of)
        if known and what in ("prospect", "threat"):
            lookup.has_side(f"{path}.of", power, of)
        elif known and of == power:
            lookup.note(f"{path}.of", f"{of} is the power that chooses.", "Name another one.")


_ABOUT: Mapping[str, str] = {
    "prospect": "a front",
    "ripeness": "a front",
    "window": "a front",
    "threat": "a front",
    "dread": "an enemy power",
    "deterrence": "a third power",
    "exposure": "an enemy power",
    "faith": "a deal",
    "ally": "an ask, or a power",
}


def _check_engaged(lookup: Lookup, path: str, option_path: str, option: Option, what: str) -> None:
    """Note a consideration that would always be nothing for want of what it reads."""
    if what in ("relief", "spoils") and not option.wins:
        lookup.note(f"{path}.what", f"{what} is of what the option `wins`, and it wins nothing.")
    elif what == "commitment" and not option.conflicts:
        lookup.note(f"{path}.what", "commitment is to `conflicts`, and the option lists none.")
    elif what == "strain" and not any(effect.open_front for effect in option.effects):
        lookup.note(f"{path}.what", "strain is of the fronts that the option opens, here none.")
    elif what == "criterion" and not any(
        stated.option == option_path for stated in lookup.scenario.conditionals.values()
    ):
        lookup.note(f"{path}.what", f"no conditional is about {option_path}.")


def _check_ally(lookup: Lookup, path: str, power: str, option_path: str, of: str) -> None:
    ask = lookup.scenario.asks.get(of)
    if ask is not None:
        if ask.to != power:
            lookup.note(path, f"{of} is asked of {ask.to}, not of {power}.")
    elif of in lookup.names("power"):
        if f"{power}.{of}" not in lookup.names("trust"):
            lookup.note(
                path, f"nothing says how far {power} trusts {of}.", f"Add trust.{power}.{of}."
            )
    elif of not in lookup.names("ask"):
        lookup.one_of(path, "ask or power", of, (*lookup.names("ask"), *lookup.names("power")))


def _check_exposed(lookup: Lookup, path: str, power: str, enemy: str) -> None:
    exposures = lookup.scenario.exposures.values()
    if not any(entry.power == power and entry.enemy == enemy for entry in exposures):
        lookup.note(
            path, f"no exposure says what {enemy} can strike of {power}.", "Add one, or leave it."
        )


def _opens(lookup: Lookup, path: str, power: str, front: str) -> None:
    if lookup.has(path, "front", front):
        lookup.has_side(path, power, front)


def _closes(lookup: Lookup, path: str, power: str, front: str) -> None:
    lookup.has(path, "front", front)


def _occupies(lookup: Lookup, path: str, power: str, region: str) -> None:
    lookup.has(path, "region", region)


def _deploys(lookup: Lookup, path: str, power: str, deploy: Deploy) -> None:
    if not lookup.has(f"{path}.pool", "pool", deploy.pool):
        return
    pool = lookup.scenario.pools.get(deploy.pool)
    if pool is None:
        return
    if pool.power != power:
        lookup.note(f"{path}.pool", f"{deploy.pool} is a pool of {pool.power}, not of {power}.")
    elif pool.hub:
        lookup.note(
            f"{path}.pool",
            f"{deploy.pool} is the hub of {power}, from which divisions are called.",
            "Name the pool that they go to.",
        )


def _restricts(lookup: Lookup, path: str, power: str, restrict: Restrict) -> None:
    if not lookup.has(f"{path}.restriction", "restriction", restrict.restriction):
        return
    entry = lookup.scenario.restrictions.get(restrict.restriction)
    if entry is not None:
        lookup.one_of(f"{path}.step", f"step of {restrict.restriction}", restrict.step, entry.steps)
        if entry.by != power:
            lookup.note(f"{path}.restriction", f"{restrict.restriction} is in {entry.by}'s hands.")


def _asks(lookup: Lookup, path: str, power: str, ask: str) -> None:
    if lookup.has(path, "ask", ask):
        entry = lookup.scenario.asks.get(ask)
        if entry is not None and entry.by != power:
            lookup.note(path, f"{ask} is asked by {entry.by}, not by {power}.")


def _binds(lookup: Lookup, path: str, power: str, deal: str) -> None:
    if lookup.has(path, "deal", deal):
        entry = lookup.scenario.deals.get(deal)
        if entry is not None and power not in entry.parties:
            lookup.note(path, f"{power} is no party to {deal}.")


def _trusts(lookup: Lookup, path: str, power: str, shift: Shift) -> None:
    known = lookup.has(f"{path}.of", "power", shift.of)
    known = lookup.has(f"{path}.towards", "power", shift.towards) and known
    if known and f"{shift.of}.{shift.towards}" not in lookup.names("trust"):
        lookup.note(
            f"{path}.towards",
            f"nothing says how far {shift.of} trusts {shift.towards}.",
            f"Add trust.{shift.of}.{shift.towards}.",
        )


def _intends(lookup: Lookup, path: str, power: str, shift: Shift) -> None:
    known = lookup.has(f"{path}.of", "power", shift.of)
    if lookup.has(f"{path}.towards", "power", shift.towards) and known:
        if shift.of == shift.towards:
            lookup.note(f"{path}.towards", f"{shift.of} cannot fear itself.", "Name another one.")
        elif not lookup.factions_of.get(shift.towards):
            lookup.note(
                f"{path}.towards",
                f"{shift.towards} has no factions that could believe anything.",
                "Only a deciding power weighs what others mean to do.",
            )


def _asserts(lookup: Lookup, path: str, power: str, assertive: Assertive) -> None:
    if lookup.has(f"{path}.front", "front", assertive.front):
        entry = lookup.scenario.fronts.get(assertive.front)
        if entry is not None and entry.incidents is None:
            lookup.note(f"{path}.front", f"the front {assertive.front} has no incidents.")


def _reviews(lookup: Lookup, path: str, power: str, review: Review) -> None:
    known = lookup.has(f"{path}.matter", "matter", review.matter)
    if known and not review.matter.startswith(f"{power}."):
        lookup.note(f"{path}.matter", f"{review.matter} is no matter of {power}.")


_EFFECTS: Mapping[str, Callable[..., None]] = {
    "open_front": _opens,
    "close_front": _closes,
    "engage": _opens,
    "occupy": _occupies,
    "deploy": _deploys,
    "restrict": _restricts,
    "ask": _asks,
    "sign": _binds,
    "end_deal": _binds,
    "trust": _trusts,
    "intent": _intends,
    "assertive": _asserts,
    "review": _reviews,
}
