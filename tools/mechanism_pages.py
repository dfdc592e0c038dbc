"""Writes a page for each mechanism from its docstring, its declaration and what it reads.

    python3 tools/mechanism_pages.py           write docs/mechanisms/
    python3 tools/mechanism_pages.py --check   say which pages differ, and exit with 5

Each page holds what the code says of itself: the equation, the fields it writes, the numbers it
reads with their units, where a scenario writes them and which works the shipped ones are from. What
a mechanism reads is found by running it once on the second front with arrays that only have shapes,
so no list is kept by hand. One part of each page is: it stands between two marks, and is kept.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "mechanisms"
WORKS = FOLDER / "works.json"
OPENING, CLOSING = "<!-- by hand -->", "<!-- end -->"
NOTICE = (
    "<!-- tools/mechanism_pages.py writes this page from the code; what stands between the marks "
    "is by hand. -->"
)
_TWO_KEYS = ("factions", "matters", "trust", "responses", "climate")
"""Sections whose entries are named by two words with a dot between."""
MOST_WORKS = 4
"""Works named for one kind of number; the rest are counted."""


@dataclasses.dataclass(frozen=True)
class Page:
    """One page: its name, the functions that it explains, and how to run them once."""

    name: str
    title: str
    functions: tuple[Callable[..., Any], ...]
    run: Callable[..., Any]
    writes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    apart_from: Page | None = None
    """Another page that explains part of what this one runs: its numbers are not repeated."""


class Recorder:
    """Stands in for a group of arrays and notes which of them are read."""

    def __init__(self, of: Any, noted: set[str], path: str = "") -> None:
        self._of, self._noted, self._path = of, noted, path

    def __getattr__(self, name: str) -> Any:
        found, path = getattr(self._of, name), f"{self._path}.{name}".lstrip(".")
        if dataclasses.is_dataclass(found):
            return Recorder(found, self._noted, path)
        self._noted.add(path)
        return found


def main(arguments: list[str]) -> int:
    """Write all pages, or compare them with what stands on disk."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    written = pages()
    if arguments == ["--check"]:
        differing = [
            path.name
            for path, text in written.items()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        for name in differing:
            print(f"docs/mechanisms/{name} is not what the code says", file=sys.stderr)
        return 5 if differing else 0
    if arguments:
        print("mechanism_pages.py takes --check or nothing", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    return 0


def pages() -> dict[Path, str]:
    """Path and text of every page, the list of them included."""
    from hokushin.model.build import build
    from hokushin.scenario.load import load

    loaded = load("second-front")
    model = build(loaded.scenario)
    every = _all_pages(model)
    written = {FOLDER / f"{page.name}.md": _text(page, model, loaded) for page in every}
    rows = [f"| [{page.title}]({page.name}.md) | {_first_line(page)} |" for page in every]
    written[FOLDER / "README.md"] = "\n".join(
        [
            NOTICE,
            "",
            "# Mechanisms",
            "",
            *_INTRODUCTION,
            "",
            "| page | |",
            "| --- | --- |",
            *rows,
            "",
        ]
    )
    return written


_INTRODUCTION = (
    "What happens in one step, in the order in which it happens: everybody looks at the world,",
    "matters are weighed and decided, the world moves, and what was decided takes effect.",
)


def _all_pages(model: Any) -> list[Page]:
    """Pages in the order of a step."""
    import jax.numpy as jnp

    from hokushin.model import considerations, look, weighing
    from hokushin.model.mechanisms import choosing, effects, outcomes
    from hokushin.model.step import ORDER

    none = jnp.zeros((len(model.axes.rewrites), 2))

    def see(axes, params, view, state, moment, dice):
        return look.look(axes, params, state, moment, dice.wall)

    def weigh(axes, params, view, state, moment, dice):
        found = weighing.values(axes, params, view, state, moment, dice)
        return weighing.gains(axes, params, view, state, found, dice)

    def choose(axes, params, view, state, moment, dice):
        state = choosing.drift_dispositions(axes, params, state, dice)
        choices = choosing.decide_matters(axes, params, view, state, moment, dice, none)
        return choosing.tell_news(axes, params, state, moment, choices)

    def act(axes, params, view, state, moment, dice):
        holds = choosing.conditions(state, moment)
        responses = effects.respond(axes, params, holds, dice)
        return effects.apply_effects(axes, params, state, state.stands, responses)

    def note(axes, params, view, state, moment, dice):
        return outcomes.watch(axes, state, state.stands, moment)

    def functions(module: Any, *names: str) -> tuple[Callable[..., Any], ...]:
        return tuple(getattr(module, name) for name in names)

    weighing_page = Page(
        "considerations",
        "Considerations",
        functions(
            considerations, "believe", "relief", "strain", "fortune", "window", "burden",
            "exposure", "faith", "trust_felt", "criterion", "third_strength",
        )
        + functions(weighing, "terms"),
        weigh,
    )  # fmt: skip
    first = [
        Page(
            "look",
            "Looking",
            functions(
                look, "look", "seasons", "incomes", "demands", "fear_of_cut", "readinesses",
                "strengths", "men_at_front",
            ),
            see,
        ),
        weighing_page,
        Page(
            "choosing",
            "Choosing",
            functions(
                choosing, "decide_matters", "drift_dispositions", "judgement", "availability",
                "influences", "rights", "tabling_rate", "tell_news", "remind", "overrule",
                "blamed",
            ),
            choose,
            ("disposition", "news", "review", "utility"),
            apart_from=weighing_page,
        ),
    ]  # fmt: skip
    middle = [
        Page(m.name, _words(m.name), (m.run,), m.run, tuple(sorted(m.writes)), m.sources)
        for m in ORDER
    ]
    last = [
        Page(
            "effects",
            "Effects and answers",
            functions(effects, "apply_effects", "respond"),
            act,
            (
                "across", "ask", "assertive", "begun", "consent", "cut", "deal", "deal_years",
                "field_act", "intent", "pending", "posture", "review", "stands", "taken", "trust",
                "war", "war_months",
            ),
        ),
        Page("outcomes", "Outcomes", functions(outcomes, "watch"), note, ("first",)),
    ]  # fmt: skip
    return [*first, *middle, *last]


def _text(page: Page, model: Any, loaded: Any) -> str:
    """A whole page."""
    numbers, seen, drawn = _reads(page, model)
    if page.apart_from:
        elsewhere = _reads(page.apart_from, model)
        numbers, seen = numbers - elsewhere[0], seen - elsewhere[1]
    parts = [NOTICE, "", f"# {page.title}", "", *_by_hand(page), "", *_equations(page)]
    if page.writes:
        parts += ["## What it writes", "", *_fields("state", "State", page.writes), ""]
    if seen:
        parts += ["## What it sees", "", *_fields("view", "View", sorted(seen)), ""]
    if numbers:
        parts += ["## Its numbers", "", *_numbers(numbers, model), ""]
    if drawn:
        names = ", ".join(f"`{name}`" for name in sorted(drawn))
        parts += ["## Its dice", "", f"It draws under {names}.", ""]
    works = _works(page.sources, numbers, model, loaded)
    if works:
        parts += ["## Works", "", *works, ""]
    return "\n".join(parts)


def _reads(page: Page, model: Any) -> tuple[set[str], set[str], set[str]]:
    """Numbers, fields of the view, and names of dice that a page's functions read."""
    import jax
    import jax.numpy as jnp

    from hokushin.model.look import look
    from hokushin.model.randomness import Dice
    from hokushin.model.start import start

    numbers: set[str] = set()
    seen: set[str] = set()
    drawn: set[str] = set()
    word, lanes = jnp.uint32(0), jnp.zeros(2, jnp.uint32)
    dice = Dice(word, lanes, jnp.int32(0), jnp.float32(1.0))
    noting = dataclasses.replace(dice, notice=lambda name, shape: drawn.add(name))

    def once(theta, moment):
        params = model.params(theta)
        state = start(model.axes, params, dice)
        view = look(model.axes, params, state, moment, dice.wall)
        return page.run(
            model.axes,
            Recorder(params, numbers),
            Recorder(view, seen),
            state,
            moment,
            noting,
        )

    theta = jnp.zeros((len(model.priors.names), 2))
    moment = jax.tree.map(lambda x: jnp.asarray(x[0]), model.moments)
    jax.eval_shape(once, theta, moment)
    return numbers, seen, drawn


def _equations(page: Page) -> list[str]:
    """What the docstrings say, function by function."""
    lines = ["## What it computes", ""]
    for function in page.functions:
        module = inspect.getmodule(function)
        name = module.__name__ if module else ""
        lines += [f"`{name}.{function.__name__}`", "", inspect.getdoc(function) or "", ""]
    return lines


def _fields(module: str, name: str, wanted: Iterable[str]) -> list[str]:
    """Table of fields of a class of the model, with their axes and what their docstrings say."""
    found = importlib.import_module(f"hokushin.model.{module}")
    rows = ["| field | axes | |", "| --- | --- | --- |"]
    described = {n: (a, d) for n, a, d in _attributes(inspect.getsource(getattr(found, name)))}
    for field in wanted:
        axes, meaning = described[field]
        rows.append(f"| `{field}` | {axes} | {meaning} |")
    return rows


def _attributes(source: str) -> Iterable[tuple[str, str, str]]:
    """Name, axes and docstring of each annotated field of a class."""
    (body,) = [node.body for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            written = ast.unparse(node.annotation)
            axes = re.search(r"'([^']*)'", written)
            text = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                text = " ".join(str(after.value.value).split())
            yield node.target.id, axes[1] if axes else written, text


def _numbers(numbers: set[str], model: Any) -> list[str]:
    """Table of numbers: unit, meaning, and where a scenario writes them."""
    rows = ["| number | unit | meaning | in a scenario |", "| --- | --- | --- | --- |"]
    battle = sorted({path.split(".")[1] for path in numbers if path.startswith("battle.")})
    for path in sorted(path for path in numbers if not path.startswith("battle.")):
        group, field = path.split(".")
        metadata = {f.name: f.metadata for f in dataclasses.fields(getattr(model.template, group))}
        unit, meaning = metadata[field]["unit"], metadata[field]["meaning"]
        places = ", ".join(f"`{p}`" for p in _patterns(_names(model, path)))
        rows.append(f"| `{path}` | {unit} | {meaning} | {places} |")
    for group in battle:
        count = len(dataclasses.fields(getattr(model.template.battle, group)))
        rows.append(f"| `battle.{group}` | | {count} coefficients of the engagement model | |")
    return rows


def _names(model: Any, path: str) -> list[str]:
    """Paths of the quantities that stand in a field of the parameters."""
    group, field = path.split(".")
    positions = getattr(getattr(model.template, group), field).reshape(-1)
    names = [model.priors.names[i] for i in positions]
    return [name for name in dict.fromkeys(names) if name not in ("zero", "one", "many")]


def _patterns(names: list[str]) -> list[str]:
    """What paths have in common, with a star for keys and wherever else they differ."""
    by_length: dict[tuple[str, int], list[list[str]]] = {}
    for name in names:
        section, *rest = name.split(".")
        n_keys = 0 if section == "weights" else 2 if section in _TWO_KEYS else 1
        parts = [section, *["*"] * n_keys, *rest[n_keys:]]
        by_length.setdefault((section, len(parts)), []).append(parts)
    return [
        ".".join(column[0] if len(set(column)) == 1 else "*" for column in zip(*group, strict=True))
        for group in by_length.values()
    ]


def _works(sources: Iterable[str], numbers: set[str], model: Any, loaded: Any) -> list[str]:
    """References: of the equation first, then of the numbers that ship, the most used first."""
    from hokushin.scenario.bibliography import read_bibliography
    from hokushin.scenario.paths import quantities_of
    from hokushin.scenario.problems import Problems

    own = read_bibliography(WORKS.read_bytes(), WORKS.name, Problems())
    lines = [f"- {own.formatted(key)}" for key in sources]
    if (
        any(path.startswith("battle.") for path in numbers)
        and "hokushin-battles-2026" not in sources
    ):
        lines.append(f"- {own.formatted('hokushin-battles-2026')}")
    known, used = dict(quantities_of(loaded.scenario)), Counter[str]()
    for path in numbers:
        if not path.startswith("battle."):
            for name in _names(model, path):
                used.update(known[name].source if name in known else ())
    judged = used.pop("hokushin-authors-2026", 0)
    named = [key for key, _ in sorted(used.items(), key=lambda item: (-item[1], item[0]))]
    if named:
        shown = "; ".join(loaded.bibliography.cite(key) for key in named[:MOST_WORKS])
        more = f"; and {len(named) - MOST_WORKS} more" if len(named) > MOST_WORKS else ""
        lines.append(f"- Numbers of the second front, the most used first: {shown}{more}.")
    if judged:
        lines.append(f"- {judged} of its numbers there are judgements of the authors.")
    return lines


def _by_hand(page: Page) -> list[str]:
    """What somebody wrote between the marks of the page as it stands."""
    path = FOLDER / f"{page.name}.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if OPENING not in text or CLOSING not in text:
        raise ValueError(
            f"docs/mechanisms/{page.name}.md has no part by hand; write a file with {OPENING}, a "
            f"paragraph on where the mechanism holds and fails, and {CLOSING}"
        )
    kept = text.split(OPENING, 1)[1].split(CLOSING, 1)[0].strip()
    return [OPENING, kept, CLOSING]


def _first_line(page: Page) -> str:
    return (inspect.getdoc(page.functions[0]) or "").split("\n", 1)[0]


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    sys.exit(main(sys.argv[1:]))
