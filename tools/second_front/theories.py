"""Holds the theories of the flagship scenario against each other, and writes docs/theories.md.

    python3 -m tools.second_front.theories run FOLDER [--seeds N] [--scales] [--own-rows]
        [--minutes M]
    python3 -m tools.second_front.theories write FOLDER
    python3 -m tools.second_front.theories fit
    python3 -m tools.second_front.theories restamp

`run` leads every theory through the record and keeps each finished pass in the folder, so that the
same command goes on where it was stopped. One pass takes some fifteen seconds of one core; all that
the page rests on, three seeds and two other scales of the priors, take under an hour, and the rows
that each theory speaks of by itself another hour. `write` puts what was found into the package, the
page and the picture. `fit` runs nothing: it puts into the page what the fit that ships says of
reasons. `restamp` takes what ships over to code that says the same: the shipped fit vouches for the
likelihood (see tools.restamp, which comes first), and the code here must be as it was.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from hokushin.infer.posterior import find_posterior
from hokushin.infer.theories.bench import Plan
from hokushin.infer.theories.facts import STRAW
from hokushin.infer.theories.fitted import fitted_reasons
from hokushin.infer.theories.report import (
    Reading,
    Theories,
    TheoryResult,
    own_digest,
    theories_digest,
)
from hokushin.infer.theories.stances import stances_of
from hokushin.infer.theories.text import ranked
from hokushin.infer.theories.weigh import weigh
from hokushin.model.build import build
from hokushin.scenario.load import Loaded, load
from tools.restamp import MOST_APART
from tools.second_front.tables import table

SCENARIO = "second-front"
CUTS = (date(1939, 9, 1), date(1940, 9, 1), date(1941, 6, 21))
"""The war in Europe, the turn to the Axis, and the eve of the German attack."""
FOUND = f"{SCENARIO}-theories.json"
ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "src" / "hokushin" / "infer" / "fitted" / FOUND
PAGE = ROOT / "docs" / "theories.md"
PICTURE = ROOT / "docs" / "pictures" / "theories.png"
INK, PALE, RED = "#1f4e79", "#9db8d2", "#b0413e"
_STRONGEST = 14
"""Facts in the table of all theories."""


def main(arguments: list[str]) -> int:
    """Run passes, or write what they found."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.second_front.theories")
    parser.add_argument("verb", choices=("run", "write", "fit", "restamp"))
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--scales", action="store_true", help="priors half and twice as wide, too")
    parser.add_argument("--own-rows", action="store_true")
    parser.add_argument("--minutes", type=float, help="begin no other seed or scale after these")
    asked = parser.parse_args(arguments)
    if asked.verb == "fit":
        put("fit", fit_table())
        return 0
    if asked.verb == "restamp":
        return restamp()
    if asked.folder is None:
        parser.error(f"{asked.verb} needs a folder")
    if asked.verb == "run":
        scales = (0.5, 2.0) if asked.scales else ()
        seeds = tuple(range(1, asked.seeds + 1))
        plan = Plan(
            CUTS, seeds=seeds, scales=scales, own_rows=asked.own_rows, minutes=asked.minutes
        )
        found = weigh(load(SCENARIO), plan, asked.folder / "passes", _tell)
        found.save(asked.folder / FOUND)
        print(found)
        return 0
    found = Theories.load(asked.folder / FOUND)
    found.check(load(SCENARIO).digest)
    vouched = {"own_code": own_digest(), "witness": _witness(), "said": _said(load(SCENARIO))}
    made = {**found.made, **vouched}
    replace(found, made=made).save(SHIPPED)
    picture(found)
    for name, lines in sections(found).items():
        put(name, lines)
    return 0


def restamp() -> int:
    """Give the shipped comparison new digests, if the likelihood and this code say the same."""
    loaded, posterior, found = load(SCENARIO), find_posterior(SCENARIO), Theories.load(SHIPPED)
    if posterior is None:
        raise ValueError(f"nothing has been fitted for {SCENARIO}, so nothing vouches for the code")
    posterior.check(loaded.digest)
    same = np.allclose(_witness(), found.made["witness"], rtol=0.0, atol=MOST_APART)
    own = (found.made["own_code"], found.made["said"])
    if not same or own != (own_digest(), _said(loaded)):
        print("theories have to be compared again: see the head of this file", file=sys.stderr)
        return 1
    now = {"scenario_digest": loaded.digest, "code_digest": theories_digest()}
    replace(found, made={**found.made, **now}).save(SHIPPED)
    return 0


def _said(loaded: Loaded) -> str:
    """Name what theories say of causes, and causes of numbers, by content."""
    scenario = loaded.scenario
    said = {name: stances_of(scenario, theory) for name, theory in scenario.theories.items()}
    spoken = {name: theory.speaks_of for name, theory in scenario.theories.items()}
    silent = {name: cause.silent for name, cause in scenario.causes.items()}
    return hashlib.sha256(repr((said, spoken, silent)).encode()).hexdigest()[:16]


def _witness() -> list[float]:
    """Log-likelihoods that the shipped fit noted of its own code."""
    posterior = find_posterior(SCENARIO)
    return [] if posterior is None else list(posterior.made["witness"])


def sections(found: Theories) -> dict[str, list[str]]:
    """Every generated part of the page."""
    return {
        "headline": [found.headline],
        "held-out": held_out_table(found),
        "evidence": evidence_table(found),
        "own-rows": own_rows_table(found),
        "facts": facts_table(found),
        "reasons": reasons_table(found),
        "zeros": zeros_table(found),
        "made": made(found),
    }


def held_out_table(found: Theories) -> list[str]:
    """Forecasts of what was held out, less those of the model that leaves every cause open."""
    heads = ["explanation", "reading", *(f"from {cut}" for cut in found.cuts)]
    rows = [
        [_name(theory), way, *(_held(held) for held in reading.held_out)]
        for way in ("open", "closed")
        for theory in _ordered(found, way)
        for reading in [theory.reading(way)]
    ]
    rows.append(["*no cause at all*", "closed", *(_held(h) for h in found.silent.held_out)])
    own = [f"{h.log_score:.1f} in {h.months} months" for h in found.common.held_out]
    rows.append(["*every cause open: the score itself*", "open", *own])
    return table(heads, rows)


def evidence_table(found: Theories) -> list[str]:
    """Evidence of all rows, less that of the common model, with its bands."""
    heads = ["explanation", "reading", "log-evidence, nats", "smallest and largest run"]
    heads += ["what was stated, nats", "same as"]
    rows = []
    for way in ("open", "closed"):
        for theory in _ordered(found, way):
            reading = theory.reading(way)
            rows.append([_name(theory), way, *_evidence(reading, found.common), reading.same_as])
    rows.append(["*no cause at all*", "closed", *_evidence(found.silent, found.common), ""])
    return table(heads, rows)


def own_rows_table(found: Theories) -> list[str]:
    """Theories that speak of more than all do, on their own rows."""
    rows = [
        [
            _name(theory),
            ", ".join(m for m in theory.speaks_of),
            reading.reading,
            *(_held(h) for h in reading.held_out[:1]),
            f"{reading.difference:+.1f}",
        ]
        for theory in found.theories
        for reading in theory.own_rows
    ]
    if not rows:
        return ["Not run for this page."]
    heads = ["explanation", "matters", "reading", f"from {found.cuts[0]}", "log-evidence, nats"]
    return table(heads, rows)


def facts_table(found: Theories) -> list[str]:
    """Facts with the largest weight for or against any theory, read closed."""
    weighed = [(theory, fact) for theory in found.theories for fact in theory.facts]
    weighed.sort(key=lambda pair: -abs(pair[1].decibans))
    rows = [
        [
            _day(fact.since, fact.until),
            f"{fact.matter}: {fact.option or 'nothing done'}",
            ", ".join(fact.rows),
            _name(theory),
            f"{fact.chance:.2f} against {fact.other_chance:.2f}",
            f"{fact.decibans:+.1f}",
            fact.kind,
        ]
        for theory, fact in weighed[:_STRONGEST]
    ]
    heads = ["days", "fact", "rows", "for or against", "chance given it", "decibans", "test"]
    kinds = [fact.kind for _, fact in weighed]
    n_straws = kinds.count(STRAW)
    others = {kind: kinds.count(kind) for kind in sorted(set(kinds)) if kind != STRAW}
    said = ", ".join(f"{n} a {kind}" for kind, n in others.items()) or "none is anything else"
    return [
        *table(heads, rows),
        "",
        f"Of {len(kinds)} weights (one for each fact and theory), {n_straws} are straws in the "
        f"wind; {said}.",
    ]


def reasons_table(found: Theories) -> list[str]:
    """Spike and slab: what the record thinks of each reason alone."""
    rows = [
        [
            ", ".join(f"`{c}`" for c in switch.causes),
            ", ".join(f"`{n}`" for n in switch.numbers),
            f"{switch.on:.2f}",
            f"{switch.decibans:+.1f}",
        ]
        for switch in found.switches
    ]
    return table(["causes", "numbers", "chance that it counts", "decibans"], rows)


def fit_table() -> list[str]:
    """What the shipped fit of all rows says of each number that carries a cause."""
    loaded, posterior = load(SCENARIO), find_posterior(SCENARIO)
    if posterior is None:
        raise ValueError(f"nothing has been fitted for {SCENARIO}")
    posterior.check(loaded.digest)
    rows = [
        [
            f"`{reason.number}`",
            ", ".join(f"`{cause}`" for cause in reason.causes),
            f"{reason.shift:+.1f}",
            reason.asked,
            f"{reason.decibans:+.1f} ± {reason.error:.1f}",
        ]
        for reason in fitted_reasons(loaded.scenario, build(loaded.scenario), posterior)
    ]
    heads = [
        "number",
        "causes",
        "mean moved by, spreads of the prior",
        "asked",
        "decibans for that",
    ]
    digest = posterior.made["scenario_digest"][:8]
    made_from = (
        f"Fit of {posterior.made['episodes']} episodes to {posterior.made['end']}, "
        f"{posterior.normals.shape[1]} draws, scenario `{digest}`."
    )
    return [*table(heads, rows), "", made_from]


def zeros_table(found: Theories) -> list[str]:
    """Savage-Dickey for leanings."""
    rows = [[f"`{zero.number}`", f"{zero.decibans:+.1f}"] for zero in found.zeros]
    return table(["number", "decibans for zero"], rows) if rows else ["No number of these rows."]


def made(found: Theories) -> list[str]:
    """Digest, effort and seconds."""
    how, effort = found.made, found.made["effort"]
    scales = ", ".join(f"{scale:g}" for scale in how["scales"]) or "none"
    return [
        f"Scenario `{how['scenario_digest'][:8]}`, code `{how['code_digest'][:8]}`; "
        f"{found.steps} steps of {', '.join(found.matters)} to {found.until}, {found.episodes} "
        f"episodes; {how['numbers']} numbers and {how['dispositions']} dispositions; "
        f"{how['passes']} different passes of {effort['particles']} particles, seeds "
        f"{', '.join(map(str, how['seeds']))}, other scales of the priors {scales}; least "
        f"acceptance {how['least_acceptance']:.2f}."
    ]


def picture(found: Theories) -> None:
    """Draw forecasts and evidence of both readings side by side."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    order = _ordered(found, "closed")[::-1]
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(10.5, 0.42 * len(order) + 1.6), sharey=True, layout="constrained"
    )
    for i, theory in enumerate(order):
        for way, colour, shift in (("open", PALE, 0.16), ("closed", INK, -0.16)):
            reading = theory.reading(way)
            held = reading.held_out[0]
            colour = RED if theory.kind != "source" and way == "closed" else colour
            left.errorbar(
                held.difference, i + shift, xerr=1.645 * held.se, fmt="o", color=colour, ms=4
            )
            right.plot(
                [reading.difference_low, reading.difference_high], [i + shift] * 2, color=colour
            )
            right.plot(reading.difference, i + shift, "o", color=colour, ms=4)
    for axes in (left, right):
        axes.axvline(0.0, color="0.4", linewidth=0.8)
    left.axvspan(0.0, found.silent.held_out[0].difference, color="0.9", zorder=0)
    right.axvspan(0.0, found.silent.difference, color="0.9", zorder=0)
    left.set_yticks(range(len(order)), [theory.title for theory in order], fontsize=7.5)
    left.set_title(f"Forecast from {found.cuts[0]}, nats, nine chances in ten", fontsize=9)
    right.set_title("Log-evidence of all rows, nats, over seeds and scales", fontsize=9)
    figure.supxlabel(
        "less the model that leaves every cause open; pale: the unmentioned left open, dark: of no "
        "account; red: ours; grey: to no cause at all",
        fontsize=8,
    )
    figure.savefig(PICTURE, dpi=110)


def put(name: str, lines: list[str]) -> None:
    """Put lines into their place in the page."""
    text = PAGE.read_text(encoding="utf-8")
    mark = re.compile(rf"(<!-- theories: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not mark.search(text):
        raise ValueError(f"{PAGE} has no place for {name}")
    body = "\n".join(lines)
    PAGE.write_text(mark.sub(lambda m: f"{m[1]}{body}\n{m[2]}", text), encoding="utf-8")


def _ordered(found: Theories, way: str) -> list[TheoryResult]:
    """Sources by their forecasts, then what was composed, which is ranked with nobody."""
    return [*ranked(found, way), *(t for t in found.theories if t.kind != "source")]


def _name(theory: TheoryResult) -> str:
    return theory.title if theory.kind == "source" else f"{theory.title} *(composed by us)*"


def _held(held) -> str:
    return f"{held.difference:+.1f} ± {held.se:.1f}, {held.verdict}"


def _evidence(reading: Reading, common: Reading) -> list[str]:
    low, high = reading.difference_low, reading.difference_high
    stated = reading.statements - common.statements
    return [f"{reading.difference:+.1f}", f"{low:+.1f} to {high:+.1f}", f"{stated:+.1f}"]


def _day(since: str, until: str) -> str:
    return since if since == until else f"{since} to {until}"


def _tell(stage: str, done: int, total: int) -> None:
    print(f"{stage}: {done} of {total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
