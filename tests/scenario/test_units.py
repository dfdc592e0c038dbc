"""Units come from a closed list, and what an author writes never reaches pint."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hokushin.scenario.units import (
    UnitError,
    conversion,
    known_units,
    mismatch,
    parse_unit,
    same_dimension,
)


@pytest.mark.parametrize(
    ("written", "needed", "factor"),
    [
        ("Mt", "t", 1e6),
        ("kt/month", "t/year", 12_000),
        ("month", "days", 30.4375),
        ("year", "months", 12),
        ("year", "dekads", 36),
        ("weeks", "days", 7),
        ("men", "people", 1),
        ("kilomen", "men", 1_000),
        ("t", "bbl", 7.33),
        ("Mbbl", "kt", 1_000 / 7.33),
        ("kl", "bbl", 6.2898),
        ("kl", "t", 0.8581),
        ("Mkl", "thousand_kl", 1_000),
        ("Myen/year", "yen/month", 1e6 / 12),
        ("percent", "share", 0.01),
        ("km^2", "m^2", 1e6),
        ("1/month", "1/year", 12),
        ("nats", "1", 1),
        ("long_ton", "t", 1.016047),
        ("kgrt", "grt", 1_000),
        ("divisions/month", "division/year", 12),
    ],
)
def test_units_convert_by_known_factors(written, needed, factor):
    assert conversion(written, needed) == pytest.approx(factor, rel=1e-5)
    assert conversion(needed, written) == pytest.approx(1 / factor, rel=1e-5)


NOUNS = (
    "people", "divisions", "battalions", "tanks", "aircraft", "ships", "trains", "guns",
    "t", "grt", "yen", "km", "days", "probability", "share", "index", "1", "degC",
)  # fmt: skip


@pytest.mark.parametrize("one", NOUNS)
def test_every_noun_is_a_dimension_of_its_own(one):
    assert [other for other in NOUNS if same_dimension(one, other)] == [one]


@pytest.mark.parametrize("text", known_units())
def test_every_listed_name_is_a_unit(text):
    unit = parse_unit(text)
    assert str(unit) == text
    assert conversion(unit, unit) == 1.0
    assert conversion(f"{text}/year", f"{text}/month") == pytest.approx(1 / 12)


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9", "3 toes", "toes", "", " ", "/", "t/", "t^99", "t^-1", "t^1.5", "t**2", "2*t",
        "t+t", "__import__('os')", "kt/month*day", "(t)", "ｔ", "t\x00", "x" * 10_000, "1e3*t",
        "t/0", "Δt",
    ],
)  # fmt: skip
def test_other_text_is_refused_at_once(text):
    with pytest.raises(UnitError):
        parse_unit(text)


@settings(max_examples=300)
@given(st.text(alphabet="tkm19*^/ -.()ΔMbl_", max_size=20))
def test_random_text_is_a_unit_of_listed_names_or_refused(text):
    try:
        unit = parse_unit(text)
    except UnitError:
        return
    assert {name for name, _ in unit.powers} <= set(known_units())


def test_vetting_text_does_not_import_pint():
    code = (
        "import sys; from hokushin.scenario.units import parse_unit, conversion;"
        "parse_unit('kt/month'); conversion('men', 'people'); assert 'pint' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("mbbl", "Did you mean Mbbl or bbl?"),
        ("divison", "Did you mean division or divisions?"),
        ("trains per day", "Did you mean trains/day?"),
        ("1000 t", "Did you mean t?"),
    ],
)
def test_a_near_miss_is_suggested(text, hint):
    with pytest.raises(UnitError) as caught:
        parse_unit(text)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("written", "needed", "said"),
    [
        (
            "Mbbl",
            "kt/month",
            "is written in Mbbl, but the model needs a rate such as Mbbl/month. "
            "Did you mean Mbbl/month or Mbbl/year?",
        ),
        (
            "Mbbl/month",
            "kt",
            "is written in Mbbl/month, but the model needs an amount such as Mbbl. "
            "Did you mean Mbbl?",
        ),
        (
            "1",
            "share",
            "is written in 1, but the model needs share. Any of share, percent will do.",
        ),
        ("men", "divisions", "is written in men, but the model needs divisions."),
    ],
)
def test_a_unit_of_the_wrong_kind_is_explained(written, needed, said):
    assert str(mismatch(written, needed)) == said
    with pytest.raises(UnitError, match="but the model needs"):
        conversion(written, needed)


def test_units_are_equal_if_they_mean_the_same_powers():
    assert parse_unit("men / month") == parse_unit("people/months")
    assert parse_unit("t*km/t") == parse_unit("km")
    assert parse_unit("bbl") != parse_unit("t")
    assert hash(parse_unit("men")) == hash(parse_unit("people"))
