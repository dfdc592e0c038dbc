"""Units: a closed list of names, converted by pint, which never sees what an author wrote.

Pint reads `9**9**9` until the machine stops and takes `3 toes` for tonnes of oil equivalent. So the
text of a unit is read here, name by name against the list below, and pint gets only names from it.

Conventions:

* Every count noun is a dimension of its own: divisions never turn into people, or tanks into guns.
* A year is 365.25 days, a month a twelfth of it (30.4375 days), a dekad a thirty-sixth.
* Oil is counted as mass. A tonne is 7.33 barrels, the worldwide average for crude oil among the
  approximate conversion factors of the *Statistical Review of World Energy*; a kilolitre then
  weighs 0.8581 t. Products, from petrol to fuel oil, differ from it by up to a seventh: state
  them in tonnes where it matters.
* `probability`, `share` (with `percent`) and `index` are dimensions apart from plain numbers, so
  that a fraction is not mistaken for a factor. `nats`, the unit of log odds, is a plain number.
* `degC` is a dimension without other units; a temperature is compared, never converted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from hokushin.scenario.problems import Mistake, did_you_mean

BARRELS_PER_TONNE = 7.33
CUBIC_METRES_PER_BARREL = 0.158987294928  # 42 US gallons

_MAX_TEXT = 60
_GROUP = re.compile(r"/\s*\(([^()/]*)\)")
_TOKEN = re.compile(r"([A-Za-z][A-Za-z_]*|1)(?:\^([2-9]))?")


# Each line is a dimension: its unit, then other spellings of the same.
_BASES = """
people person men man
divisions division
brigades brigade
regiments regiment
battalions battalion
squadrons squadron
tanks tank
vehicles vehicle
guns gun
horses horse
aircraft
ships ship
kt_warship
trains train
railcars railcar
factories factory
events event
displacement_tons displacement_ton
grt gross_register_tons
yen
dollars dollar
pounds pound
roubles rouble
degC
probability
share
index
m metre metres
days day
t tonne tonnes
"""

# How many of a unit above (or of one of its multiples) each further unit is.
_MULTIPLES: tuple[tuple[str, float, str], ...] = (
    ("thousand_people thousand_men kilomen", 1e3, "people"),
    ("million_people million_men", 1e6, "people"),
    ("kgrt thousand_grt", 1e3, "grt"),
    ("Mgrt million_grt", 1e6, "grt"),
    ("kyen thousand_yen", 1e3, "yen"),
    ("Myen million_yen", 1e6, "yen"),
    ("kdollars thousand_dollars", 1e3, "dollars"),
    ("Mdollars million_dollars", 1e6, "dollars"),
    ("kpounds thousand_pounds", 1e3, "pounds"),
    ("Mpounds million_pounds", 1e6, "pounds"),
    ("kroubles thousand_roubles", 1e3, "roubles"),
    ("Mroubles million_roubles", 1e6, "roubles"),
    ("percent", 0.01, "share"),
    ("km", 1e3, "m"),
    ("miles mile", 1609.344, "m"),
    ("hours hour", 1 / 24, "days"),
    ("weeks week", 7.0, "days"),
    ("dekads dekad", 365.25 / 36, "days"),
    ("months month", 365.25 / 12, "days"),
    ("years year", 365.25, "days"),
    ("kt thousand_t", 1e3, "t"),
    ("Mt million_t", 1e6, "t"),
    ("long_tons long_ton", 1.0160469088, "t"),
    ("thousand_long_tons", 1e3, "long_tons"),
    ("bbl barrel barrels", 1 / BARRELS_PER_TONNE, "t"),
    ("kbbl thousand_bbl", 1e3, "bbl"),
    ("Mbbl million_bbl", 1e6, "bbl"),
    ("kl kilolitre kilolitres", 1 / CUBIC_METRES_PER_BARREL, "bbl"),
    ("kkl thousand_kl", 1e3, "kl"),
    ("Mkl million_kl", 1e6, "kl"),
)

_PLAIN = {"1": "", "nats": ""}  # numbers without a unit

_CANONICAL: dict[str, str] = {
    spelling: names.split()[0]
    for names in [*_BASES.strip().splitlines(), *(names for names, _, _ in _MULTIPLES)]
    for spelling in names.split()
} | _PLAIN


class UnitError(Mistake):
    """A unit that is unknown, or of the wrong kind."""


@dataclass(frozen=True)
class Unit:
    """A unit as it was written, and the powers of listed names that it means.

    Two units are equal if they mean the same powers: `men` equals `people`, but `bbl` is not `t`.
    """

    text: str = field(compare=False)
    powers: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        return self.text


def known_units() -> tuple[str, ...]:
    """Return every spelling of every unit, in the order of the list."""
    return tuple(_CANONICAL)


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """Read a unit such as `kt/month`, `men`, `km^2` or `1/year`.

    A unit is names joined by `*`, then perhaps `/` and a name, as often as needed; a name may have
    a power from 2 to 9. `kt/(division*month)` is the same as `kt/division/month`. `1` stands for a
    plain number.

    Raises `UnitError`, at once, on any other text.
    """
    if len(text) > _MAX_TEXT:
        raise UnitError(f"is not a unit: it is longer than {_MAX_TEXT} characters.")
    above, *below = _GROUP.sub(lambda group: "/" + group[1].replace("*", "/"), text).split("/")
    powers: dict[str, int] = {}
    for sign, token in [(1, token) for token in above.split("*")] + [(-1, part) for part in below]:
        match = _TOKEN.fullmatch(token.strip())
        if match is None:
            raise _unreadable(text)
        name, power = match[1], int(match[2] or 1)
        if name not in _CANONICAL:
            hint = did_you_mean(name, _CANONICAL) or "Write names such as kt/month, men or 1/year."
            raise UnitError(f"is written in {text}, and no unit is called {name}.", hint)
        if _CANONICAL[name]:
            powers[_CANONICAL[name]] = powers.get(_CANONICAL[name], 0) + sign * power
    spelled = "/".join(part.strip() for part in text.split("/"))
    return Unit(spelled, tuple(sorted((n, p) for n, p in powers.items() if p)))


def same_dimension(one: Unit | str, other: Unit | str) -> bool:
    """Tell whether two units measure the same thing, so that one converts into the other."""
    first, second = _unit(one), _unit(other)
    return first == second or _dimension(first) == _dimension(second)


@lru_cache(maxsize=4096)
def conversion(written: Unit | str, needed: Unit | str) -> float:
    """Return the factor that turns a number in the unit written into the unit needed.

    Raises `UnitError` if they do not measure the same thing.
    """
    source, target = _unit(written), _unit(needed)
    if not same_dimension(source, target):
        raise mismatch(source, target)
    if source == target:
        return 1.0
    return float(_registry().convert(1.0, _container(source), _container(target)))


def mismatch(written: Unit | str, needed: Unit | str) -> UnitError:
    """Say that a value is written in a unit of the wrong kind, and which unit may be meant."""
    source, target = _unit(written), _unit(needed)
    rates = [f"{source}/month", f"{source}/year"]
    if "/" not in str(source) and same_dimension(rates[0], target):
        kind, meant = f"a rate such as {rates[0]}", rates
    else:
        amount = str(source).split("/")[0]
        is_amount = "/" in str(source) and same_dimension(amount, target)
        kind, meant = (f"an amount such as {amount}", [amount]) if is_amount else (str(target), [])
    hint = f"Did you mean {' or '.join(meant)}?" if meant else _alternatives(target)
    return UnitError(f"is written in {source}, but the model needs {kind}.", hint)


def _alternatives(needed: Unit) -> str:
    """List the units that would do, if the one needed is a single name."""
    if len(needed.powers) != 1 or needed.powers[0][1] != 1:
        return ""
    firsts = dict.fromkeys(name for name in _CANONICAL.values() if name)
    others = [name for name in firsts if same_dimension(name, needed)]
    return f"Any of {', '.join(others)} will do." if len(others) > 1 else ""


def _unreadable(text: str) -> UnitError:
    """Say why a text is no unit at all."""
    number = re.match(r"[0-9][0-9.,]*\s*([A-Za-z_]+)", text.strip())
    if number:
        closest = number[1] if number[1] in _CANONICAL else ""
        hint = f"Did you mean {closest}?" if closest else did_you_mean(number[1], _CANONICAL)
        return UnitError("is not a unit: a number belongs in `value`.", hint)
    if " per " in text:
        return UnitError("is not a unit.", f"Did you mean {text.replace(' per ', '/')}?")
    return UnitError("is not a unit.", "Write names such as kt/month, men or 1/year.")


def _unit(unit: Unit | str) -> Unit:
    return parse_unit(unit) if isinstance(unit, str) else unit


@cache
def _registry() -> Any:
    """Build a pint registry that holds the listed units and nothing else, not even prefixes."""
    import pint

    # None means an empty registry; pint's annotations leave that out.
    registry = pint.UnitRegistry(None)  # pyright: ignore[reportArgumentType]
    for names in _BASES.strip().splitlines():
        name = names.split()[0]
        registry.define(f"{name} = [{name}]")
    for names, factor, base in _MULTIPLES:
        registry.define(f"{names.split()[0]} = {factor!r} * {base}")
    return registry


def _container(unit: Unit) -> Any:
    from pint.util import UnitsContainer

    return UnitsContainer(dict(unit.powers))


@lru_cache(maxsize=4096)
def _dimension(unit: Unit) -> Any:
    return _registry().get_dimensionality(_container(unit))
