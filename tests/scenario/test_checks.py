"""What only dates, numbers and the whole folder can show to be wrong, beyond test_mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenario.planted import Planted, assert_found, copied, problems_of, replaced

PLANTED = [
    # --- numbers ------------------------------------------------------------------------------
    Planted(
        "a share of two hundred percent",
        "world.yaml",
        "usable: {value: 0.5, unit: share,",
        "usable: {value: 200, unit: percent,",
        "at most 100 percent is possible",
    ),
    Planted(
        "a probability where a share is needed",
        "world.yaml",
        "usable: {value: 0.5, unit: share,",
        "usable: {value: 0.5, unit: probability,",
        "is written in probability, but the model needs share",
    ),
    Planted(
        "a threshold in the unit of another branch",
        "choices.yaml",
        "threshold: {value: 4, unit: division,",
        "threshold: {value: 4, unit: tank,",
        "is written in tank, but the model needs division",
    ),
    Planted(
        "a resource in no unit",
        "world.yaml",
        "  oil: {title: Oil, unit: kt}",
        "  oil: {title: Oil, unit: kilotons}",
        "no unit is called kilotons",
    ),
    Planted(
        "budget shares of more than everything",
        "world.yaml",
        "    war_factor: {value: 2,",
        "    budget:  # here\n"
        "      infantry: {value: 0.7, unit: share, constant: c}\n"
        "      air: {value: 0.6, unit: share, constant: c}\n"
        "    war_factor: {value: 2,",
        "the shares add up to 1.3",
    ),
    # --- dates --------------------------------------------------------------------------------
    Planted(
        "a scenario that ends before it starts",
        "scenario.yaml",
        "  end: 1901-12-31\n",
        "  end: 1899-12-31\n",
        "1899-12-31 is not after 1900-01-01",
    ),
    Planted(
        "a treaty in force only later",
        "world.yaml",
        "    parties: [red, blue]\n",
        "    parties: [red, blue]\n    in_force_since: 1900-05-01\n",
        "is after the start",
        at="in_force_since",
    ),
    Planted(
        "a condition stated after it lapsed",
        "choices.yaml",
        "    since: 1900-01-01\n",
        "    since: 1900-01-01\n    until: 1899-01-01\n",
        "1899-01-01 is not after 1900-01-01",
        at="until: 1899",
    ),
    Planted(
        "a horizon after the span",
        "causes.yaml",
        "    branch: 1900-01-01\n    horizon: 1902-01-01\n",
        "    branch: 1900-01-01\n    horizon: 1902-01-02\n",
        "1902-01-02 is after the span",
        at="1902-01-02",
    ),
    Planted(
        "a need of a day that no history reaches",
        "choices.yaml",
        "needs: [not deal.truce, not stands.blue.trade.cut]",
        "needs: [after.1905-01-01, not stands.blue.trade.cut]",
        "1905-01-01 is outside the span",
    ),
    Planted(
        "an engagement that nobody lived to see",
        "choices.yaml",
        "    ended: 1899-08-15\n",
        "    ended: 1903-08-15\n",
        "1903-08-15 is after the end of the span",
    ),
    # --- matters ------------------------------------------------------------------------------
    Planted(
        "carrying on in the second place",
        "choices.yaml",
        "      carry_on: {title: Go on selling}\n      cut:\n",
        "      wait: {title: Wait}\n      carry_on: {title: Go on selling}\n      cut:\n",
        "carry_on comes first among the options",
        at="Go on selling",
    ),
    Planted(
        "an eighth option",
        "choices.yaml",
        "          - ask: blue_truce\n",
        "          - ask: blue_truce\n"
        + "".join(f"      spare_{n}: {{title: Spare}}\n" for n in range(4))
        + "      one_too_many: {title: Spare}\n",
        "at most 7 options, and this one has 8",
        at="one_too_many",
    ),
    # --- the whole ----------------------------------------------------------------------------
    Planted(
        "an event that is part of itself",
        "causes.yaml",
        "    war: border\n",
        "    all_of: [attack, war]\n",
        "an event is no part of itself: war is made of war",
    ),
    Planted(
        "a restriction of no trade",
        "world.yaml",
        "        restriction: blue_oil\n",
        "",
        "no import of red_oil names blue_oil",
        at="on: red_oil",
    ),
    Planted(
        "a region given away to nobody",
        "world.yaml",
        "\ntrust:\n",
        "\nresponses:\n"
        "  blue.yield:\n"
        "    title: Blue gives its land up\n"
        "    needs: [war.border]\n"
        "    rate: {value: 1, unit: 1/month, constant: c}\n"
        "    effects:\n"
        "      - occupy: blue_land\n"
        "\ntrust:\n",
        "blue_land passes to its challenger, and no front or option makes one",
        at="occupy: blue_land",
    ),
    # --- causes -------------------------------------------------------------------------------
    Planted(
        "a blank world without it",
        "causes.yaml",
        "    without: On 1 July 1900 Blue stops selling.\n",
        "    without: ' '\n",
        "without is blank",
        at="without: ' '",
    ),
    Planted(
        "a cause from before the span",
        "causes.yaml",
        "    since: 1900-01-01\n    with: Blue may",
        "    since: 1899-01-01\n    with: Blue may",
        "1899-01-01 is outside the span",
        at="1899-01-01",
    ),
    Planted(
        "a rewrite of what defines an event",
        "causes.yaml",
        "      - set: restrictions.blue_oil.steps.cut\n",
        "      - set: events.attack.invasion.divisions\n",
        "is read by nothing that happens in a history",
    ),
    Planted(
        "a rewrite out of range",
        "causes.yaml",
        "to: {value: 0.5, unit: share, constant: half of the trade}",
        "to: {value: 1.5, unit: share, constant: more than the trade}",
        "is 1.5, but at most 1 share is possible",
    ),
    Planted(
        "a rewrite that ends before it begins",
        "causes.yaml",
        "{force: blue.trade.cut, since: 1900-07-01}",
        "{force: blue.trade.cut, since: 1900-07-01, until: 1900-06-01}",
        "1900-06-01 is before 1900-07-01",
    ),
    Planted(
        "a claim listed by the wrong cause",
        "causes.yaml",
        "    claims: [T2]\n",
        "    claims: [T2, T3]\n",
        "T3 names no cause, not oil_for_sale",
    ),
]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_it_is_found_on_its_line(planted: Planted, tmp_path: Path):
    assert_found(planted, "tiny", tmp_path)


ORDER = "      - {force: blue.trade.cut, since: 1900-07-01}\n"
OTHER = "      - set: engagements.skirmish.loss_share\n        to: {value: 0, unit: share,"


@pytest.mark.parametrize(
    ("order", "clashes"),
    [
        ("{forbid: blue.trade.cut, since: 1900-06-01, until: 1900-08-01}", True),
        ("{forbid: blue.trade.sign, since: 1900-06-01, until: 1900-08-01}", True),
        ("{forbid: blue.trade.sign, since: 1900-08-01}", False),
        ("{force: blue.trade.cut, since: 1900-09-01}", False),
        ("{forbid: red.border.attack}", False),
    ],
)
def test_two_causes_order_in_one_matter_only_at_different_times(
    order: str, clashes: bool, tmp_path: Path
):
    folder = copied("tiny", tmp_path)
    replaced(
        folder / "causes.yaml",
        "    alternative: The loss is remembered as half of what it was.\n",
        "    alternative: Something else is ordered.\n",
    )
    replaced(
        folder / "causes.yaml",
        "      - set: engagements.skirmish.loss_share\n"
        "        to: {value: 0.25, unit: share, constant: half of the loss}\n",
        f"      - {order}\n",
    )
    said = "\n".join(map(str, problems_of(folder)))
    assert ("is written by the cause" in said) == clashes, said


def test_two_causes_never_set_one_number_even_one_after_the_other(tmp_path: Path):
    folder = copied("tiny", tmp_path)
    replaced(
        folder / "causes.yaml",
        ORDER,
        f"{OTHER} constant: c}}\n        since: 1901-06-01\n{ORDER}",
    )
    said = "\n".join(map(str, problems_of(folder)))
    assert "is written by the cause skirmish_lost too" in said
