"""Look-up: the identifiers of a scenario by kind, and notes at the exact place of a mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from hokushin.scenario.dates import parse_date
from hokushin.scenario.paths import listed, quantities_of
from hokushin.scenario.problems import Mistake, Place, Problems, did_you_mean
from hokushin.scenario.quantity import Quantity
from hokushin.scenario.schema import Matter, Option, Scenario

_SECTIONS = {
    "power": "powers",
    "faction": "factions",
    "resource": "resources",
    "account": "accounts",
    "region": "regions",
    "front": "fronts",
    "pool": "pools",
    "route": "routes",
    "observation": "observations",
    "deal": "deals",
    "ask": "asks",
    "restriction": "restrictions",
    "trust": "trust",
    "matter": "matters",
    "group": "groups",
    "cause": "causes",
    "event": "events",
    "question": "questions",
    "engagement": "engagements",
}


class Lookup:
    """A scenario whose entries are each sound by themselves, while its references are checked.

    `broken` holds, by section, the names of entries that are left out because of mistakes in
    them: they are known, so that one mistake does not make others, but nothing in them is.
    """

    def __init__(
        self,
        scenario: Scenario,
        places: Mapping[str, Place],
        problems: Problems,
        broken: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.scenario = scenario
        self.problems = problems
        self._places = places
        self._broken = {section: tuple(names) for section, names in (broken or {}).items()}

    def note(self, path: str, needed: str, hint: str = "") -> None:
        """Note a problem at a dotted path, or at the nearest entry above it that a file holds."""
        self.problems.add(self.place(path), path, needed, hint)

    def note_mistake(self, path: str, mistake: Mistake) -> None:
        """Note what a parser of single values has complained of."""
        self.note(path, mistake.needed, mistake.hint)

    def place(self, path: str) -> Place:
        """Return the place of a dotted path, or of the nearest entry above it."""
        above = path
        while above not in self._places:
            if not above:
                return Place("scenario.yaml", 1, 1)
            above = above.rpartition(".")[0]
        return self._places[above]

    def is_path(self, path: str) -> bool:
        """Tell whether a file of the folder holds something at a dotted path."""
        return path in self._places

    def names(self, kind: str) -> tuple[str, ...]:
        """Return every name of a kind."""
        if kind not in self._names:
            section = _SECTIONS[kind]
            sound = tuple(getattr(self.scenario, section))
            self._names[kind] = (*sound, *self._broken.get(section, ()))
        return self._names[kind]

    def has(self, path: str, kind: str, name: str | None) -> bool:
        """Tell whether there is a thing of this kind; note it at the path if there is none.

        Nothing is asked of a name of None: an optional reference that is not made.
        """
        return name is None or self.one_of(path, kind, name, self.names(kind))

    def one_of(self, path: str, kind: str, name: str, known: Iterable[str]) -> bool:
        """Tell whether a name is among those known; note it at the path if it is not."""
        if name in known:
            return True
        words = tuple(known)
        hint = did_you_mean(name, words, 1) or (f"Known: {listed(words)}." if words else "")
        self.note(path, f"no {kind} is called {name}.", hint)
        return False

    def has_option(self, path: str, option: str, power: str | None = None) -> bool:
        """Tell whether there is an option `power.matter.option`; note it at the path if not.

        With a power, the option is written without it, as in that power's doctrine.
        """
        full = f"{power}.{option}" if power else option
        matter, _, last = full.rpartition(".")
        if full in self.options or (matter in self._broken.get("matters", ()) and last):
            return True
        prefix = f"{power}." if power else ""
        known = [name.removeprefix(prefix) for name in self.options if name.startswith(prefix)]
        kind = f"option of {power}" if power else "option"
        if not power and full.count(".") == 1:
            longer = [name for name in self.options if name.endswith(f".{full}")]
            if longer:
                self.note(path, f"{full} names no power.", f"Did you mean {longer[0]}?")
                return False
        return self.one_of(path, kind, option, known)

    def has_work(self, path: str, key: str, works: Iterable[str]) -> bool:
        """Tell whether a work is in the bibliography; note it at the path if it is not."""
        if key in works:
            return True
        hint = did_you_mean(key, works, 1) or "Add it to bibliography.json."
        self.note(path, f"{key} is not in the bibliography.", hint)
        return False

    @cached_property
    def options(self) -> Mapping[str, tuple[Matter, Option]]:
        """Every option under `power.matter.option`, with its matter."""
        return {
            f"{key}.{name}": (matter, option)
            for key, matter in self.scenario.matters.items()
            for name, option in matter.options.items()
        }

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        """Every number by its dotted path."""
        return dict(quantities_of(self.scenario))

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """Sites that climate.csv has rows of."""
        rows = [row.site for row in self.scenario.climate.values()]
        rows += [key.split(".")[0] for key in self._broken.get("climate", ())]
        return tuple(dict.fromkeys(rows))

    @cached_property
    def factions_of(self) -> Mapping[str, tuple[str, ...]]:
        """Power -> its factions by their short names."""
        found: dict[str, tuple[str, ...]] = dict.fromkeys(self.names("power"), ())
        for key in self.names("faction"):
            power, _, name = key.partition(".")
            found[power] = (*found.get(power, ()), name)
        return found

    @cached_property
    def enemies_of(self) -> Mapping[str, frozenset[str]]:
        """Power -> those it remembers and whose intent it guesses.

        They are the powers that it can meet on a front, those that its options say they dread or
        are deterred by, and those whose intent towards it somebody's option changes.
        """
        found: dict[str, set[str]] = {power: set() for power in self.names("power")}
        pairs = [(front.a.power, front.b.power) for front in self.scenario.fronts.values()]
        pairs += [(b, a) for a, b in pairs]
        for name, (_, option) in self.options.items():
            considers = option.considers
            feared = [c.of for c in considers if c.of and c.what in ("dread", "deterrence")]
            pairs += [(name.split(".")[0], of) for of in feared]
            shifts = [effect.intent for effect in option.effects if effect.intent]
            pairs += [(shift.towards, shift.of) for shift in shifts]
        for power, enemy in pairs:
            found.setdefault(power, set()).add(enemy)
        return {power: frozenset(enemies) for power, enemies in found.items()}

    @cached_property
    def first_day(self) -> date:
        """First day of the span."""
        return parse_date(self.scenario.scenario.start).first

    @cached_property
    def last_day(self) -> date:
        """Last day of the span."""
        return parse_date(self.scenario.scenario.end).last

    def sides(self, front: str) -> tuple[str, ...]:
        """Return the two powers of a front; nothing if the front itself is not sound."""
        entry = self.scenario.fronts.get(front)
        return (entry.a.power, entry.b.power) if entry else ()

    def has_side(self, path: str, power: str, front: str) -> bool:
        """Tell whether a power has a side on a front; note it at the path if it has none."""
        sides = self.sides(front)
        if not sides or power in sides:
            return True
        self.note(
            path,
            f"{power} has no side on the front {front}.",
            f"There {sides[0]} faces {sides[1]}.",
        )
        return False

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        return {}
