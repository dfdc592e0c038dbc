"""Which numbers the flagship's answer hangs on: all that docs/sensitivity.md shows.

    python3 -m tools.second_front.sensitivity FOLDER [prior] [posterior] [--write] [--ship]

Both studies take some half an hour on two cores; what has run lies in the folder, and the same
command goes on. With --write tables and pictures are put into the page, with --ship the lines that
`hokushin why` tells are put into the package. Shares are histories of 1,000; what follows a ± is
one standard error.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

from hokushin.answer.basis import choose_basis
from hokushin.answer.cache import keep_compiled
from hokushin.answer.plain import restore
from hokushin.answer.sensitivity import DICE, Method, Size, sensitivity
from hokushin.answer.sensitivity_parts import NumberAtEnds, Sensitivity
from hokushin.answer.sensitivity_pictures import ends_picture, morris_picture, sobol_picture
from hokushin.answer.sensitivity_text import factor, moving_line, per_thousand
from hokushin.answer.studied import ship
from hokushin.infer.posterior import likelihood_digest
from hokushin.scenario.bibliography import Bibliography
from hokushin.scenario.load import load
from tools.second_front.runs import SCENARIO, SEED
from tools.second_front.tables import table

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "sensitivity.md"
BASES = ("prior", "posterior")
METHODS: dict[str, tuple[Method, ...]] = {
    "prior": ("morris", "sobol", "given", "boxes"),
    "posterior": ("given", "boxes"),
}
ROWS = 15


def main(arguments: list[str]) -> int:
    """Run what is not there yet, print the tables, and put them where they belong if asked to."""
    options = {a for a in arguments if a.startswith("--")}
    places = [a for a in arguments if not a.startswith("--")]
    if not places or options - {"--write", "--ship"} or set(places[1:]) - set(BASES):
        print(__doc__, file=sys.stderr)
        return 2
    keep_compiled()
    folder, bases = Path(places[0]), places[1:] or list(BASES)
    found = {basis: study(folder, basis) for basis in bases}
    for basis, result in found.items():
        for name, section in SECTIONS.items():
            lines = section(result)
            if "--write" in options and lines:
                put(f"{name} {basis}", lines)
            elif lines:
                print(f"## {name} {basis}\n", *lines, "", sep="\n", flush=True)
        if "--write" in options:
            draw(result)
        if "--ship" in options:
            print(f"written to {ship(result)}", file=sys.stderr)
    return 0


def study(folder: Path, basis: str) -> Sensitivity:
    """Read a study back, or run it; one of another scenario, code or fit is run anew."""
    loaded = load(SCENARIO)
    path = folder / f"{basis}.json"
    if path.exists():
        kept: Sensitivity = restore(Sensitivity, json.loads(path.read_text(encoding="utf-8")))
        basis_now = choose_basis(loaded, basis)
        same = kept.digest == loaded.digest and kept.code == likelihood_digest()
        if kept.draws == basis_now.identity and (same or basis == "posterior"):
            return kept
    told: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:
        if [stage] != told[-1:] or done == total:
            told.append(stage)
            print(f"{basis}: {stage} {done} of {total}", file=sys.stderr, flush=True)

    result = sensitivity(
        loaded,
        methods=METHODS[basis],
        basis=basis,
        seed=SEED,
        size=Size(),
        folder=folder / "parts",
        progress=progress,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result.as_dict(), indent=1), encoding="utf-8")
    return result


def draw(result: Sensitivity) -> None:
    """Draw the pictures of a study beside the page."""
    folder = DOCS / "pictures"
    ends_picture(result).savefig(folder / f"sensitivity-ends-{result.basis}.png", dpi=110)
    if result.morris is not None:
        morris_picture(result).savefig(folder / "sensitivity-morris.png", dpi=110)
    if result.sobol is not None:
        sobol_picture(result).savefig(folder / "sensitivity-sobol.png", dpi=110)


def made_with(result: Sensitivity) -> list[str]:
    """What the study was made from."""
    head = result.headline
    return [
        f"Scenario `{result.digest[:8]}`, mechanisms `{result.code[:8]}`, seed {result.seed}, "
        f"basis {result.draws.split()[0]}: {per_thousand(head.value)} of 1,000 "
        f"(± {per_thousand(head.error)}), {len(result.ends)} numbers varied."
    ]


def ends(result: Sensitivity) -> list[str]:
    """Numbers at their ends, the largest swing of odds first."""
    rows = [
        (
            f"`{n.path}`",
            f"{per_thousand(n.low)} ± {per_thousand(n.low_error)}",
            f"{per_thousand(n.high)} ± {per_thousand(n.high_error)}",
            factor(n).replace("x", "×").replace("/", "÷"),
            n.seen,
        )
        for n in result.ends
        if n.clear
    ]
    return table(("number", "at its low end", "at its high end", "odds", "known from"), rows[:ROWS])


def moving(result: Sensitivity) -> list[str]:
    """How many of the numbers that matter are recalled, in points and in odds."""
    doubling = [n for n in result.ends if n.clear and abs(n.swing) > 0.6931]
    by = {seen: sum(n.seen == seen for n in doubling) for seen in ("recalled", "judgement")}
    return [
        f"**{moving_line(result)}**",
        f"{len(doubling)} numbers change the odds by more than a factor of two from one end to the "
        f"other: {by['recalled']} of them recalled, {by['judgement']} judged.",
    ]


def check(result: Sensitivity) -> list[str]:
    """What a historian would most usefully look up next."""
    works = load(SCENARIO).bibliography
    rows = []
    for i, path in enumerate(result.check_next, start=1):
        n = result.number(path)
        rows.append((i, f"`{n.path}`", _value(n), factor_md(n), _known(n), _cited(works, n)))
    return table(
        ("", "number", "as written", "odds, low end to high", "known from", "works and place"), rows
    )


def factor_md(n: NumberAtEnds) -> str:
    """Factor on the odds with proper signs."""
    return factor(n).replace("x", "×").replace("/", "÷")


def families(result: Sensitivity) -> list[str]:
    """All numbers of a kind at one end."""
    rows = [
        (
            f.name,
            f.n,
            f"{per_thousand(f.low)} ± {per_thousand(f.low_error)}",
            f"{per_thousand(f.high)} ± {per_thousand(f.high_error)}",
        )
        for f in result.families
    ]
    shown = [row for row in rows if row[0] == "climate, index"]
    return table(
        ("kind", "numbers", "all low", "all high"),
        [*rows[:ROWS], *(row for row in shown if row not in rows[:ROWS])],
    )


def nulls(result: Sensitivity) -> list[str]:
    """Causes by either null."""
    rows = [
        (
            f"`{n.cause}`",
            _with_error(n.first, n.first_error),
            _with_error(n.second, n.second_error),
        )
        for n in result.nulls
    ]
    return table(("cause taken out", "by its first null", "by its second"), rows)


def effects(result: Sensitivity) -> list[str]:
    """Elementary effects."""
    if result.morris is None:
        return []
    rows = [
        (
            f"`{e.name}`",
            f"{e.mean_size:.2f} ({e.size_low:.2f} to {e.size_high:.2f})",
            f"{e.mean:+.2f}".replace("-", "−"),
            f"{e.spread:.2f}",
        )
        for e in result.morris[:ROWS]
    ]
    return table(("number", "mean size (μ*)", "mean (μ)", "spread (σ)"), rows)


def variance(result: Sensitivity) -> list[str]:
    """Shares of variance, the dice last."""
    if result.sobol is None:
        return []
    ordered = sorted(result.sobol, key=lambda share: (share.name == DICE, -share.total))
    rows = [
        (
            f"`{s.name}`" if s.name != DICE else "the dice",
            f"{s.alone:.2f} ± {s.alone_error:.2f}".replace("-", "−"),
            f"{s.total:.2f} ± {s.total_error:.2f}",
        )
        for s in ordered
    ]
    return table(("number", "alone", "with all it joins"), rows)


def luck(result: Sensitivity) -> list[str]:
    """How much is luck, and where the probability lies."""
    part = result.luck
    return [
        f"Over {part.draws:,} draws of all numbers the chance has a standard deviation of "
        f"{per_thousand(part.between)} of 1,000, and the tenth of draws with the highest chance "
        f"carries {100 * part.top_tenth:.0f} in 100 of the whole. Of the variance of whether it "
        f"happens in a history, {100 * part.share:.0f} in 100 are luck, the rest is not knowing "
        "the numbers."
    ]


def given(result: Sensitivity) -> list[str]:
    """Dependence over draws."""
    if result.given is None or result.given_floor is None:
        return []
    rows = [
        (f"`{n.name}`", f"{n.index:.2f}", f"{n.correlation:+.2f}".replace("-", "−"))
        for n in result.given[:ROWS]
    ]
    if not rows:
        return [f"No number shows more than shuffled columns do ({result.given_floor:.2f})."]
    head = ("number", f"PAWN index (shuffled: {result.given_floor:.2f})", "rank correlation")
    return table(head, rows)


def box(result: Sensitivity) -> list[str]:
    """The corner in which the event is most likely."""
    found = result.box
    if found is None:
        return [*result.notes]
    rows = [
        (
            f"`{b.name}`",
            f"{b.low:.2f} to {b.high:.2f}",
            f"{b.quasi_p:.3f}",
            f"{100 * b.found_again:.0f} of 100",
        )
        for b in found.bounds
    ]
    return [
        f"Inside: {100 * found.coverage:.0f} in 100 of the tenth of draws with the highest chance, "
        f"which make up {100 * found.density:.0f} in 100 of the box (of all draws: "
        f"{100 * found.base_rate:.0f}). On draws that did not make it: "
        f"{100 * found.fresh_coverage:.0f} and {100 * found.fresh_density:.0f}.",
        "",
        *table(("number", "shares of belief", "quasi-p", "bound found again"), rows),
    ]


SECTIONS: dict[str, Callable[[Sensitivity], list[str]]] = {
    "made": made_with,
    "moving": moving,
    "ends": ends,
    "check": check,
    "families": families,
    "nulls": nulls,
    "luck": luck,
    "effects": effects,
    "variance": variance,
    "given": given,
    "box": box,
}


def put(name: str, lines: list[str]) -> None:
    """Put a section's lines between its marks in the page, where the page has a place for it."""
    begin, end = f"<!-- numbers: {name} -->", "<!-- end -->"
    text = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(begin) + r"\n.*?" + re.escape(end), re.DOTALL)
    filled = "\n".join([begin, *lines, end])
    PAGE.write_text(pattern.sub(lambda _: filled, text), encoding="utf-8")


def _with_error(p: float | None, error: float | None) -> str:
    """A chance with its error, or a dash where a null gives no chance."""
    return "–" if p is None or error is None else f"{per_thousand(p)} ± {per_thousand(error)}"


def _value(n: NumberAtEnds) -> str:
    return f"{n.value:g} ({n.value_low:g} to {n.value_high:g}) {n.unit}"


def _known(n: NumberAtEnds) -> str:
    return f"{n.seen}, grade {n.grade}" if n.grade else n.seen


def _cited(works: Bibliography, n: NumberAtEnds) -> str:
    cited = "; ".join(works.cite(key) if works.has(key) else key for key in n.works)
    return f"{cited}, {n.locator}" if n.locator else cited


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
