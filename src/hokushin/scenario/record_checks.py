"""Record checks: rows of the record name matters, options and works that the scenario knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hokushin.scenario.conditions import check_series
from hokushin.scenario.lookup import Lookup
from hokushin.scenario.needed_units import variable_unit
from hokushin.scenario.problems import Mistake
from hokushin.scenario.record import (
    GOVERNMENT,
    PERSONS,
    Belief,
    DatedFact,
    Decision,
    Measurement,
    Record,
)
from hokushin.scenario.units import conversion, parse_unit


def check_record(lookup: Lookup, record: Record, works: Collection[str]) -> None:
    """Note rows that name what there is not, and numbers in units that do not fit."""
    for decision in record.decisions:
        _check_decision(lookup, decision, works)
    _check_episodes(lookup, record)
    for measured in record.series:
        _check_measurement(lookup, measured, works)
    for fact in record.dates:
        _check_fact(lookup, fact, works)
    for belief in record.beliefs:
        _check_belief(lookup, belief, works)
    for course in record.tables.get("courses", ()):
        _check_course(lookup, course)


def _check_decision(lookup: Lookup, row: Decision, works: Collection[str]) -> None:
    path = f"record.decisions.{row.id}"
    _check_works(lookup, f"{path}.work", row.work, works)
    if not lookup.has(f"{path}.power", "power", row.power):
        return
    _check_actors(lookup, f"{path}.by", row.power, row.by)
    _check_actors(lookup, f"{path}.blocked_by", row.power, row.blocked_by)
    anybody = {name.partition(".")[2] for name in lookup.names("faction")}
    for proposer in _split(row.proposed_by):
        lookup.one_of(f"{path}.proposed_by", "faction of any power", proposer, sorted(anybody))
    if row.matter == PERSONS:
        if row.scored == "yes":
            lookup.note(f"{path}.scored", "a change of persons is not scored.", "Write no.")
        return
    matters = [name for name in lookup.names("matter") if name.startswith(f"{row.power}.")]
    short = [name.partition(".")[2] for name in matters]
    if not lookup.one_of(f"{path}.matter", f"matter of {row.power}", row.matter, short):
        return
    matter = lookup.scenario.matters.get(row.matter_key)
    if matter is None:
        return
    for column in ("option", "on_table", "proposed"):
        for name in _split(getattr(row, column)):
            lookup.one_of(f"{path}.{column}", f"option of {row.matter_key}", name, matter.options)
    if row.scored == "yes" and not lookup.first_day <= row.day <= lookup.last_day:
        lookup.note(
            f"{path}.scored",
            f"{row.date} is outside the span, {lookup.first_day} to {lookup.last_day}, "
            "so that no model can be scored on it.",
            "Write no.",
        )


def _check_course(lookup: Lookup, row: Mapping[str, str]) -> None:
    """A course means options of one matter of its power, or that nothing is moved."""
    path = f"record.courses.{row['power']}.{row['course']}"
    if not lookup.has(f"{path}.power", "power", row["power"]) or not row.get("matter"):
        return
    name = f"{row['power']}.{row['matter']}"
    if lookup.has(f"{path}.matter", "matter", name):
        for option in _split(row.get("options")):
            known = lookup.scenario.matters[name].options
            lookup.one_of(f"{path}.options", f"option of {name}", option, known)


def _check_episodes(lookup: Lookup, record: Record) -> None:
    """At most one row of an episode stands for it."""
    scored: dict[tuple[str, str], str] = {}
    for row in record.decisions:
        episode = (row.matter_key, row.episode)
        if row.scored == "yes" and scored.setdefault(episode, row.id) != row.id:
            lookup.note(
                f"record.decisions.{row.id}.scored",
                f"{scored[episode]} is scored for the episode {row.episode} already.",
                "One row stands for an episode: write no in the others.",
            )


def _check_measurement(lookup: Lookup, row: Measurement, works: Collection[str]) -> None:
    path = f"record.series.{row.id}"
    _check_works(lookup, f"{path}.source", row.source, works)
    _check_interval(lookup, path, row)
    if not check_series(lookup, f"{path}.variable", row.variable):
        return
    unit = variable_unit(row.variable)
    if row.variable.startswith("stock."):
        account = lookup.scenario.accounts.get(row.variable.partition(".")[2])
        resource = account and lookup.scenario.resources.get(account.resource)
        if resource is None:
            return
        unit = resource.unit
    try:
        conversion(row.unit, unit)
    except Mistake as mistake:
        lookup.note_mistake(f"{path}.unit", mistake)


def _check_fact(lookup: Lookup, row: DatedFact, works: Collection[str]) -> None:
    path = f"record.dates.{row.id}"
    _check_works(lookup, f"{path}.source", row.source, works)
    if row.verb == "chosen":
        lookup.has_option(f"{path}.what", row.what)
    else:
        kind = {"war": "front", "signed": "deal", "taken": "region", "never": "event"}[row.verb]
        lookup.has(f"{path}.what", kind, row.what)


def _check_belief(lookup: Lookup, row: Belief, works: Collection[str]) -> None:
    path = f"record.beliefs.{row.id}"
    _check_works(lookup, f"{path}.work", row.work, works)
    _check_interval(lookup, path, row)
    if lookup.has(f"{path}.power", "power", row.power):
        _check_actors(lookup, f"{path}.holder", row.power, row.holder)
    try:
        parse_unit(row.unit)
    except Mistake as mistake:
        lookup.note_mistake(f"{path}.unit", mistake)


def _check_interval(lookup: Lookup, path: str, row: Measurement | Belief) -> None:
    if not row.low <= row.value <= row.high:
        end = "low" if row.low > row.value else "high"
        lookup.note(f"{path}.{end}", f"the interval {row.low:g}..{row.high:g} is not around it.")


def _check_actors(lookup: Lookup, path: str, power: str, written: str | None) -> None:
    known = (*lookup.factions_of.get(power, ()), GOVERNMENT)
    for actor in _split(written):
        lookup.one_of(path, f"faction of {power}", actor, known)


def _check_works(lookup: Lookup, path: str, written: str, works: Collection[str]) -> None:
    for work in _split(written):
        lookup.has_work(path, work, works)


def _split(written: str | None) -> list[str]:
    return [part.strip() for part in written.split(";") if part.strip()] if written else []
