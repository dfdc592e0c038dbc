"""Measures what docs/second-front.md says of the flagship scenario, section by section.

    python3 -m tools.second_front.numbers [SECTION ...] [--write]

Prints Markdown tables; with --write it puts each in its place in the page, between the marks
`<!-- numbers: SECTION -->` and `<!-- end -->`. Without sections it measures all of them, which
takes a quarter of an hour. Shares are histories of 1,000, with one standard error of counting.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hokushin.answer.version import code_version
from hokushin.scenario.paths import quantities_of
from tools.second_front.headline import behind, causes, claims, headline, order, robust
from tools.second_front.record import (
    dates,
    memories,
    oil,
    path,
    railway,
    series,
    siberia,
    tempo,
)
from tools.second_front.runs import SEED, Study, study
from tools.second_front.tables import table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "second-front.md"


def main(arguments: list[str]) -> int:
    """Measure sections and print them, or put them into the page."""
    write = "--write" in arguments
    asked = [a for a in arguments if a != "--write"] or list(SECTIONS)
    unknown = [name for name in asked if name not in SECTIONS]
    if unknown:
        print(f"no section {unknown[0]}; there are {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    made = study()
    for name in asked:
        lines = SECTIONS[name](made)
        if write:
            put(name, lines)
            print(f"{name}: written", file=sys.stderr)
        else:
            print(f"## {name}\n", *lines, "", sep="\n", flush=True)
    return 0


def made_with(made: Study) -> list[str]:
    """Scenario, code and seed of the numbers."""
    return [
        f"Scenario `{made.world.loaded.digest[:8]}`, code {code_version()}, seed {SEED}; "
        "before any fit."
    ]


def counts(made: Study) -> list[str]:
    """What the scenario holds."""
    loaded, scenario = made.world.loaded, made.world.loaded.scenario
    numbers = [q for _, q in quantities_of(scenario)]
    spread = Counter(q.seen for q in numbers if q.constant is None)
    options = sum(len(matter.options) for matter in scenario.matters.values())
    deciding = sum(power.kind == "deciding" for power in scenario.powers.values())
    rows = {
        "powers that decide, and that respond": f"{deciding}, {len(scenario.powers) - deciding}",
        "factions": len(scenario.factions),
        "matters, options in them": f"{len(scenario.matters)}, {options}",
        "fronts, pools of forces, regions": f"{len(scenario.fronts)}, {len(scenario.pools)}, "
        f"{len(scenario.regions)}",
        "stated conditions": len(scenario.conditionals),
        "numbers; of them with a spread": f"{len(numbers):,}; {sum(spread.values())}",
        "... read in the work, in an excerpt": f"{spread['text']}, {spread['excerpt']}",
        "... recalled from the literature": spread["recalled"],
        "... judged by the authors": spread["judgement"],
        "causes, in groups": f"{len(scenario.causes)}, {len(scenario.groups)}",
        "claims of the two articles": len(loaded.claims),
        "facts on which sources disagree": len(scenario.contradictions),
        "rows of decisions; scored": f"{len(loaded.record.decisions)}; "
        f"{sum(row.scored == 'yes' for row in loaded.record.decisions)}",
        "measured numbers, dated facts": f"{len(loaded.record.series)}, {len(loaded.record.dates)}",
        "works cited": len(loaded.bibliography.works),
    }
    return table(("what", "how many"), ([k, v] for k, v in rows.items()))


SECTIONS: dict[str, Callable[[Study], list[str]]] = {
    "made_with": made_with,
    "counts": counts,
    "path": path,
    "tempo": tempo,
    "headline": headline,
    "behind": behind,
    "robust": robust,
    "order": order,
    "causes": causes,
    "claims": claims,
    "memories": memories,
    "siberia": siberia,
    "oil": oil,
    "railway": railway,
    "dates": dates,
    "series": series,
}


def put(name: str, lines: list[str], page: Path = PAGE) -> None:
    """Put a section's lines between its marks in a page."""
    begin, end = f"<!-- numbers: {name} -->", "<!-- end -->"
    text = page.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(begin) + r"\n.*?" + re.escape(end), re.DOTALL)
    if len(pattern.findall(text)) != 1:
        raise ValueError(f"{page.name} needs one place for {name}: {begin} and {end}")
    filled = "\n".join([begin, *lines, end])
    page.write_text(pattern.sub(lambda _: filled, text), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
