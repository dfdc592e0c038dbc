"""Made: how each number of a page was worked out, so that every number leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hokushin.answer.document import Why
from hokushin.answer.words import day_in_words, thousands
from hokushin.page.report.lattice import Packed


@dataclass(frozen=True)
class Made:
    """One kind of number, at the anchor `made-name`."""

    name: str
    title: str
    said: str


def command_of(why: Why) -> str:
    """Give the command that answers the same question again."""
    parts = ["hokushin why", why.scenario, f"--question {why.question}", f"--seed {why.seed}"]
    parts.append(f"--basis {why.basis}")
    if why.size == "full":
        parts.append("--full")
    elif why.kernels is not None:
        parts.append("--robust")
    if why.given is not None:
        parts.append("--given-record")
    return " ".join(parts)


def made_of(why: Why, packed: Packed | None = None) -> tuple[Made, ...]:
    """List how the numbers were made, in the order of the page.

    Args:
        why: the answer.
        packed: its table as the page carries it, whose rounding is told.
    """
    return tuple(_made(why, packed))


def _made(why: Why, packed: Packed | None) -> Iterator[Made]:
    e = why.effort
    p = why.probability
    yield Made(
        "probability",
        "The probability",
        f"The event was counted in {thousands(why.histories)} simulated histories, free from "
        f"{day_in_words(why.outcome.branch)} on; before that day every documented choice is "
        f"forced. One standard error of counting is {p.mc_error:.5f}. "
        f"The documented choices between that day and the horizon are {why.documented.n_choices}.",
    )
    yield Made(
        "spread",
        "Doubt about the numbers",
        f"{e.draws:,} draws of all uncertain numbers, {e.histories_per_draw:,} histories of each; "
        "the interval holds nine tenths of the draws' probabilities, counting error taken out "
        "where it can be. Each of twenty dots is one twentieth of the draws.",
    )
    if why.kernels is not None:
        yield Made(
            "rules",
            "Doubt about the rules",
            "The headline again under each rule by which a proposal becomes a decision, all else "
            "as it was.",
        )
    yield Made(
        "strips",
        "The hundred histories",
        "All histories of the headline in the order of their outcome, then its date; line i is the "
        "one at (i − ½)/100, so that the picture holds as many of each outcome as the number says.",
    )
    if why.events:
        yield Made(
            "events",
            "Other events",
            "Every event that the scenario defines, counted in the histories of the headline.",
        )
    yield Made(
        "shares",
        "Shares of causes",
        "Owen values: the mean difference that adding a cause makes, over orders in which causes "
        f"can be added group by group; {e.share_draws:,} draws, {e.share_histories_per_draw:,} "
        "histories of each, tied to the total of the headline. Intervals are over draws. They are "
        "shares of what happened, so a cause that held the event back has a positive one.",
    )
    yield Made(
        "alone",
        "Each cause alone off",
        f"{e.leave_one_out:,} histories with every cause and the same without one of them; the "
        "difference is taken from the headline.",
    )
    yield Made(
        "none",
        "With every cause off",
        f"{e.with_none:,} histories without any cause, on the same dice as the headline's first. "
        f"The difference of the two worlds has a counting error of {why.v_error:.5f}.",
    )
    if why.interactions:
        yield Made(
            "pairs",
            "Pairs of groups",
            f"What two groups do together beyond what each does, in {e.screen:,} histories; those "
            "larger than their counting error are listed.",
        )
    if why.months:
        yield Made(
            "months",
            "Months",
            "Means over histories and over the steps of a month. A faction wants an option with "
            "the chance with which it would take it if it decided alone. Reasons are on the "
            "log-odds scale, against going on as before.",
        )
    if why.enough:
        yield Made(
            "sets",
            "Sets of changes",
            f"Screened on {e.screen:,} histories, confirmed on {e.confirm:,}, estimated once more "
            "on histories that did not find the set. A set is enough if its lower 95% bound "
            "reaches one half.",
        )
    if why.contradictions:
        yield Made(
            "disputes",
            "The other reading",
            f"{e.leave_one_out:,} histories under the other reading, on the same dice. It moves "
            "the answer if that is by more than 1 in 100 and by two counting errors.",
        )
    if why.counterfactual_claims:
        yield Made(
            "claimed",
            "Claims about what would have been",
            f"The event of the claim with the cause and without it, in {e.leave_one_out:,} "
            "histories of each.",
        )
    if why.table is not None:
        t = why.table
        yield Made(
            "table",
            "Every combination of groups",
            f"{t.histories:,} histories under each of {t.combinations:,} combinations, the same "
            f"dice in all. Shapley values of groups are exact over orders.{_carried(packed)}",
        )
    if why.theories:
        yield Made(
            "theories",
            "Explanations",
            "Each explanation forecast what was held out from a day on; its log score less that of "
            "the model that leaves every cause open, in nats, with one standard error.",
        )
    if why.learnt and why.fit is not None:
        yield Made(
            "learnt",
            "What the record taught",
            f"{why.fit.draws:,} joint draws of {why.fit.numbers:,} numbers, fitted to "
            f"{why.fit.episodes:,} decisions before {day_in_words(why.fit.end)}. Contraction is "
            "the share of the prior's variance that the record took away; shift is in spreads of "
            "the prior.",
        )
    yield Made(
        "recalled",
        "Recalled, judged, read",
        "Counted over the uncertain numbers that the model reads, by what their entries say was "
        "seen of the work they are from.",
    )


def _carried(packed: Packed | None) -> str:
    """Say how exactly this file holds the table."""
    if packed is None:
        return ""
    said = (
        " is held exactly" if packed.rounding == 0 else f" is off by at most {packed.rounding:.1g}"
    )
    return (
        f" In this file each probability{said}, as a 16-bit number, and each counting error is off "
        f"by at most {packed.error_rounding:.1g}."
    )
