"""Words: numbers, dates and frequencies as the answer says them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hokushin.scenario.dates import parse_date

RECORD = {"support": "supports", "qualify": "qualifies", "contradict": "contradicts"}
"""What the record does to a claim, as a verb."""

_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_ARTICLES = ("The ", "A ", "An ")


def unit_of(probability: float) -> int:
    """Give the number of histories of which so many are counted: 100, or 1,000 below one in 100."""
    return 1000 if probability < 0.01 else 100


def how_often(share: float) -> str:
    """Give the frequency word of a share, to be written only beside its number."""
    for below, word in (
        (0.01, "hardly ever"),
        (0.2, "rarely"),
        (0.45, "less often than not"),
        (0.55, "about as often as not"),
        (0.8, "more often than not"),
        (0.99, "usually"),
    ):
        if share < below:
            return word
    return "nearly always"


def number_word(n: int) -> str:
    """Write a small number out: no, one, two ... twelve, 13."""
    return _NUMBERS[n] if 0 <= n < len(_NUMBERS) else f"{n:,}"


def counted(n: int, noun: str) -> str:
    """Write a number with its noun: no causes, 1 cause, 7 causes."""
    return f"{'no' if n == 0 else f'{n:,}'} {noun}{'' if n == 1 else 's'}"


def day_in_words(written: str) -> str:
    """Write the first day that a date may mean: 22 June 1941."""
    day = parse_date(written).first
    return f"{day.day} {day:%B %Y}"


def in_sentence(title: str) -> str:
    """Put a title inside a sentence: its article, if it begins with one, loses its capital."""
    for article in _ARTICLES:
        if title.startswith(article):
            return title[0].lower() + title[1:]
    return title


def thousands(n: int) -> str:
    """Write a count with thin groups: 131 072."""
    return f"{n:,}".replace(",", " ")


def whole_shares(values: Sequence[float], total: int) -> list[int]:
    """Round numbers of either sign so that they sum to a whole total, by largest remainder.

    Every number is first rounded down; what is missing to the total goes one by one to the largest
    remainders, or is taken from the smallest where the numbers sum to more.
    """
    exact = np.asarray(values, float)
    down = np.floor(exact).astype(int)
    missing = total - int(down.sum())
    remainder = exact - down
    order = np.argsort(-remainder, kind="stable")
    for i in range(abs(missing)):
        place = order[i % len(order)] if missing > 0 else order[-1 - i % len(order)]
        down[place] += 1 if missing > 0 else -1
    return [int(x) for x in down]
