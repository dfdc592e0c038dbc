"""Sensitivity text: what a study of sensitivity found, for a terminal."""

from __future__ import annotations

import math

from hokushin.answer.layout import wrapped
from hokushin.answer.sensitivity_parts import NumberAtEnds, Sensitivity
from hokushin.answer.words import counted

ROWS = 20
"""Numbers that a table lists."""

_PATH = 56


def render(result: Sensitivity) -> str:
    """Write the tables, the largest effects first."""
    parts = [
        _opening(result),
        _ends(result),
        _moving(result),
        _check(result),
        _families(result),
        _nulls(result),
        _morris(result),
        _sobol(result),
        _given(result),
        _box(result),
        [f"NOTE  {note}" for note in result.notes],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def per_thousand(p: float) -> str:
    """Write a probability as histories of 1,000."""
    told = 1000.0 * p
    return f"{told:.0f}" if told >= 10 else f"{told:.1f}" if told >= 0.095 else f"{told:.2f}"


def _or_none(p: float | None) -> str:
    return "none" if p is None else per_thousand(p)


def factor(number: NumberAtEnds) -> str:
    """Write by how much the odds change from the lower end to the upper: x3.1, or /2.4."""
    size = math.exp(min(abs(number.swing), math.log(9999.0)))
    return f"{'x' if number.swing >= 0 else '/'}{size:.2g}" if size < 10 else _large(number, size)


def moving_line(result: Sensitivity) -> str:
    """Say how many of the numbers that move the answer by a point are recalled, not read."""
    counts = result.recalled
    if not counts.of:
        return "No number, moved to either end, moves the answer by more than a point."
    which = "number that moves" if counts.of == 1 else "numbers that move"
    return (
        f"{counts.n} of {counts.of} {which} the answer by more than a point "
        f"{'is' if counts.n == 1 else 'are'} recalled, not read; {counts.judged} "
        f"{'is' if counts.judged == 1 else 'are'} judgement alone."
    )


def _large(number: NumberAtEnds, size: float) -> str:
    return f"{'x' if number.swing >= 0 else '/'}{size:,.0f}"


def _opening(result: Sensitivity) -> list[str]:
    head = result.headline
    return [
        f"SENSITIVITY {result.scenario}, {result.question}, on the {result.basis}",
        "",
        *wrapped(
            f"Of 1,000 histories the event comes about in {per_thousand(head.value)} (counting "
            f"error {per_thousand(head.error)}; {head.estimator}). "
            f"{counted(len(result.ends), 'number')} varied. Luck carries "
            f"{100 * result.luck.share:.0f} in 100 of the variance of whether it happens; the "
            f"tenth of draws with the highest chance carries {100 * result.luck.top_tenth:.0f} in "
            "100 of the probability.",
            "  ",
        ),
    ]


def _ends(result: Sensitivity) -> list[str]:
    lines = [
        "NUMBERS AT THE ENDS OF NINE TENTHS OF BELIEF, of 1,000",
        f"  {'number':<{_PATH}}{'low end':>9}{'high end':>9}{'odds':>8}  known from",
    ]
    lines += [_row(number) for number in result.ends[:ROWS] if number.clear]
    return lines


def _row(number: NumberAtEnds) -> str:
    grade = f" {number.grade}" if number.grade else ""
    return (
        f"  {_short(number.path):<{_PATH}}{per_thousand(number.low):>9}"
        f"{per_thousand(number.high):>9}{factor(number):>8}  {number.seen}{grade}"
    )


def _moving(result: Sensitivity) -> list[str]:
    return wrapped(moving_line(result), "  ")


def _check(result: Sensitivity) -> list[str]:
    if not result.check_next:
        return []
    lines = ["TO CHECK NEXT: what documents could settle, by what hangs on it"]
    for path in result.check_next:
        number = result.number(path)
        works = ", ".join(number.works)
        where = f", {number.locator}" if number.locator else ""
        lines.append(f"{_row(number)}: {works}{where}")
    return lines


def _families(result: Sensitivity) -> list[str]:
    lines = [
        "ALL NUMBERS OF A KIND AT THE SAME END, of 1,000",
        f"  {'kind':<36}{'numbers':>8}{'low end':>9}{'high end':>9}",
    ]
    for family in result.families[:ROWS]:
        lines.append(
            f"  {family.name:<36}{family.n:>8}{per_thousand(family.low):>9}"
            f"{per_thousand(family.high):>9}"
        )
    return lines if result.families else []


def _nulls(result: Sensitivity) -> list[str]:
    lines = [
        "EACH CAUSE OUT OF THE WORLD, BY ITS FIRST NULL AND ITS SECOND, of 1,000",
        f"  {'cause':<36}{'first':>8}{'second':>9}",
    ]
    for null in result.nulls:
        lines.append(f"  {null.cause:<36}{_or_none(null.first):>8}{_or_none(null.second):>9}")
    return lines if result.nulls else []


def _morris(result: Sensitivity) -> list[str]:
    if result.morris is None:
        return []
    lines = [
        "ELEMENTARY EFFECTS ON LOG ODDS (MORRIS), over nine tenths of belief",
        f"  {'number':<{_PATH}}{'mu*':>7}{'mu':>7}{'sigma':>7}",
    ]
    for effect in result.morris[:ROWS]:
        lines.append(
            f"  {_short(effect.name):<{_PATH}}{effect.mean_size:>7.2f}{effect.mean:>7.2f}"
            f"{effect.spread:>7.2f}"
        )
    return lines


def _sobol(result: Sensitivity) -> list[str]:
    if result.sobol is None:
        return []
    lines = [
        "SHARES OF THE VARIANCE OF LOG ODDS (SOBOL)",
        f"  {'number':<{_PATH}}{'alone':>7}{'total':>7}{'error':>7}",
    ]
    for share in sorted(result.sobol, key=lambda share: -share.total):
        lines.append(
            f"  {_short(share.name):<{_PATH}}{share.alone:>7.2f}{share.total:>7.2f}"
            f"{share.total_error:>7.2f}"
        )
    return lines


def _given(result: Sensitivity) -> list[str]:
    if result.given is None or result.given_floor is None:
        return []
    lines = [
        f"DEPENDENCE OVER DRAWS (PAWN); shuffled columns reach {result.given_floor:.2f}",
        f"  {'number':<{_PATH}}{'index':>7}{'rank correlation':>18}",
    ]
    for number in result.given[:ROWS]:
        lines.append(
            f"  {_short(number.name):<{_PATH}}{number.index:>7.2f}{number.correlation:>+18.2f}"
        )
    return lines


def _box(result: Sensitivity) -> list[str]:
    box = result.box
    if box is None:
        return []
    lines = [
        f"BOX of the tenth of draws with the highest chance: covers {100 * box.coverage:.0f} in "
        f"100 of them, {100 * box.density:.0f} in 100 inside are of them;",
        f"  on fresh draws {100 * box.fresh_coverage:.0f} and {100 * box.fresh_density:.0f}",
        f"  {'number':<{_PATH}}{'from':>6}{'to':>6}{'quasi-p':>9}{'again':>7}",
    ]
    for bound in box.bounds:
        lines.append(
            f"  {_short(bound.name):<{_PATH}}{bound.low:>6.2f}{bound.high:>6.2f}"
            f"{bound.quasi_p:>9.3f}{bound.found_again:>7.2f}"
        )
    return lines


def _short(path: str) -> str:
    return path if len(path) < _PATH else f"…{path[-_PATH + 2 :]}"
