"""Every number has a dotted name, and one that is nearly right is answered with the right one."""

from __future__ import annotations

import pytest

from hokushin.scenario.load import load
from hokushin.scenario.paths import quantities_of, quantity_at, suggestion
from hokushin.scenario.problems import Mistake
from hokushin.scenario.quantity import Quantity


@pytest.fixture(scope="module")
def known() -> dict[str, Quantity]:
    return dict(quantities_of(load("tiny").scenario))


def test_fields_keys_and_items_make_the_path(known):
    assert known["fronts.border.gains.0.at"].value == 50
    assert known["factions.red.staff.doctrine.border.attack"].value == 0.5
    assert known["climate.plain.12.index"].value == 0.2
    assert known["causes.skirmish_lost.alternative_rewrites.0.to"].value == 0.25


def test_every_number_has_a_place_in_a_file(known):
    positions = load("tiny").positions
    assert [path for path in known if path not in positions] == []


def test_a_path_gives_its_number(known):
    assert quantity_at(known, "accounts.red_oil.stock").unit == "kt"


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("accounts.red_oil.stok", "Did you mean accounts.red_oil.stock?"),
        ("acounts.red_oil.stock", "Did you mean accounts.red_oil.stock?"),
        ("accounts.red_oli.stock", "Did you mean accounts.red_oil.stock?"),
        ("industry.red.output", "Numbers in it: industry.red.output.infantry."),
        ("accounts.red_oil.purple", "Known after accounts.red_oil: stock, output,"),
        ("accounts.red_oil.stock.value", "accounts.red_oil.stock is a number itself."),
        ("", "Sections: "),
    ],
)
def test_a_path_to_nothing_says_what_may_be_meant(known, path: str, hint: str):
    with pytest.raises(Mistake) as caught:
        quantity_at(known, path)
    assert hint in caught.value.hint


def test_a_path_with_the_right_words_is_found_whatever_joins_them():
    known = ["accounts.red_oil.stock", "accounts.red_oil.need", "powers.red.right"]
    assert suggestion("red.oil.stock", known) == "Did you mean accounts.red_oil.stock?"
