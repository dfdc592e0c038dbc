"""Sections beside the record: its choices, its numbers, its dates, and what carries what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from hokushin.engine.run import Setting, Simulator
from hokushin.model.axes import NEVER
from hokushin.query.replayed import ReplayedRow, replay_record
from hokushin.scenario.dates import parse_date
from hokushin.scenario.record import CARRY_ON
from tools.second_front.runs import ATTACK, EVE, FACTS, SEED, YEAR_END, Followed, Study
from tools.second_front.tables import change, per_thousand, share, table

MANY = 8192
_BANDS = {"half": (0.25, 0.75), "nine tenths": (0.05, 0.95)}


def path(made: Study) -> list[str]:
    """What the prior makes of the record's own choices."""
    loaded = made.world.loaded
    rows = replay_record(made.model, loaded.record, seed=SEED)
    acts = [row for row in rows if row.option != CARRY_ON]

    def said(some: Iterable[ReplayedRow]) -> list:
        chance = np.array([row.probability for row in some])
        equal = np.array([1.0 / _n_options(made, row) for row in some])
        return [
            len(chance),
            per_thousand(np.exp(np.log(chance).mean())),
            per_thousand(np.exp(np.log(equal).mean())),
        ]

    north = [row for row in rows if row.matter == "japan.north"]
    least = sorted(rows, key=lambda row: row.probability)[:8]
    return [
        *table(
            ("rows", "how many", "chance once tabled, geometric mean", "were all options alike"),
            (
                ["changes", *said(acts)],
                ["carrying on", *said([r for r in rows if r.option == CARRY_ON])],
                ["Japan, north", *said(north)],
            ),
        ),
        "",
        *table(
            ("least likely", "day", "chance once tabled"),
            (
                [f"`{r.matter}.{r.option}` ({r.id})", r.day, per_thousand(r.probability)]
                for r in least
            ),
        ),
    ]


def tempo(made: Study) -> list[str]:
    """How many changes Japan makes in the second half of 1941, beside the record."""
    axes, calendar, simulator = made.model.axes, made.model.sets.calendar, made.simulator()
    ours = [m for m, name in enumerate(axes.matters) if name.startswith("japan.")]
    taken, rate = simulator.averages(
        lambda report: (report.taken, report.rate), np.arange(1024), made.world.present()
    )
    free = taken[simulator.first_free :, ours]
    rows, total, recorded = [], 0.0, 0
    for place, m in enumerate(ours):
        changes = float(free[:, place, 1:].sum())
        happened = sum(d.matter == m and EVE <= d.day < YEAR_END for d in made.world.documented)
        rows.append([f"`{axes.matters[m]}`", happened, f"{changes:.1f}"])
        total, recorded = total + changes, recorded + happened
    north = axes.matters.index("japan.north")
    days = [date(1941, 6, 21), date(1941, 7, 1), date(1941, 7, 11), date(1941, 8, 1)]
    tabled = [f"{rate[calendar.index(day), north]:.1f} from {day.day} {day:%B}" for day in days]
    return [
        *table(
            (
                "Japan, 23 June to 31 December 1941",
                "changes on record",
                "changes in a history, mean",
            ),
            [*rows, ["all", recorded, f"{total:.1f}"]],
        ),
        "",
        f"War or peace in the north is tabled so many times a month: {', '.join(tabled)}.",
    ]


def memories(made: Study) -> list[str]:
    """How far each memory of the General Staff moves across 31 August 1939."""
    run = made.follow(EVE)
    last, eve = run.step(date(1939, 8, 31)), run.step(date(1941, 6, 21))
    before = run.step(date(1939, 4, 30))
    without = made.follow(EVE, "khalkhin_gol")
    said = {
        "skill": "own skill, log-odds of winning at even strength",
        "material": "their mass, log of met over expected",
        "dread": "worst loss of a formation, share",
    }
    rows = []
    for name, title in said.items():
        told = run.states[name]
        moved = told[last] - told[last - 1]
        error = moved.std() / np.sqrt(moved.size)
        means = [told[before], told[last - 1], told[last], told[eve], without.states[name][eve]]
        rows.append(
            [title, *(f"{m.mean():+.2f}" for m in means), f"{moved.mean():+.3f} ± {error:.3f}"]
        )
    return table(
        (
            "Army General Staff on the Soviet Union, means",
            "April 1939",
            "20 August",
            "31 August",
            "June 1941",
            "June 1941 without the battle",
            "moved by August",
        ),
        rows,
    )


def siberia(made: Study) -> list[str]:
    """What the memory of 1918-22 carries before 1939, when nothing worse is remembered."""
    before = made.model.sets.calendar.index(date(1939, 5, 1))
    both = ("losses_memory", "cold_memory")
    run, forgotten = made.follow(None), made.follow(None, *both)
    dread = run.states["dread"][before - 1], forgotten.states["dread"][before - 1]
    usual, without = (
        made.outcomes(MANY, *names, branch=None, horizon=date(1939, 5, 1)) for names in ((), both)
    )
    event = (usual.happened(ATTACK), without.happened(ATTACK))
    here = made.outcomes(MANY).step(ATTACK), made.outcomes(MANY, *both).step(ATTACK)
    return table(
        ("memory of 1918-22", "kept", "forgotten", "difference"),
        (
            [
                "dread of the General Staff, April 1939, free from July 1937",
                f"{dread[0].mean():.3f}",
                f"{dread[1].mean():.3f}",
                f"{(dread[0] - dread[1]).mean():+.3f}",
            ],
            [
                "attack by May 1939, free from July 1937, of 1,000",
                share(event[0]),
                share(event[1]),
                change(event[0], event[1]),
            ],
            [
                "attack in 1941, of 1,000",
                share(here[0] < NEVER / 2),
                share(here[1] < NEVER / 2),
                f"{int((here[0] != here[1]).sum())} of {here[0].size:,} histories change",
            ],
        ),
    )


def oil(made: Study) -> list[str]:
    """What want of oil adds to the navy's wish for a war in the south, on the documented path."""
    axes = made.model.axes
    end = date(1942, 1, 1)
    setting = Setting(seed=SEED, branch=end, horizon=end)
    simulator = Simulator(made.model, setting, made.world.documented)
    pair = axes.position("pairs", "japan.navy_staff:japan.south")
    south = axes.matters.index("japan.south")
    war = axes.options[south].index("war")
    account = axes.position("accounts", "japan_oil")

    def pick(report):
        return report.book["relief"][pair, war], report.view.urgency[account], report.state.cut[0]

    worlds = {"": (), "no fear": ("no_fear_of_a_stop",), "dry": ("dry_indies",)}
    ids = np.arange(1024, dtype=np.uint32)
    found = {
        key: simulator.averages(pick, ids, made.world.present(*names), name="oil")
        for key, names in worlds.items()
    }
    rows = []
    for day in (
        date(1937, 7, 21),
        date(1939, 7, 21),
        date(1940, 7, 21),
        date(1940, 9, 21),
        date(1941, 6, 21),
        date(1941, 8, 21),
        date(1941, 12, 1),
    ):
        step = made.model.sets.calendar.index(day)
        relief, urgency, cut = (x[step] for x in found[""])
        rows.append(
            [
                f"{day:%B %Y}",
                f"{100 * cut:.0f}",
                f"{urgency:.2f}",
                f"{relief:+.3f}",
                f"{found['no fear'][0][step]:+.3f}",
                f"{found['dry'][0][step]:+.3f}",
            ]
        )
    return table(
        (
            "documented path, means",
            "American oil withheld, of 100",
            "urgency of oil, 0 to 1",
            "relief in war in the south, log-odds",
            "no fear of a stop",
            "no oil in the Indies",
        ),
        rows,
    )


def railway(made: Study) -> list[str]:
    """How fast the Far East empties when Moscow orders half of it west on 22 June 1941."""
    runs = {
        "as recorded to June, then free": (),
        "ordered west on 22 June": ("soviet_floor",),
        "... with four times the trains": ("soviet_floor", "four_railways"),
    }
    days = [date(1941, 6, 30), date(1941, 7, 10), date(1941, 7, 31), date(1941, 8, 31)]
    rows = []
    for said, names in runs.items():
        run = made.follow(EVE, *names)
        east = run.measured("force.ussr_east.infantry")
        rows.append([said, *(f"{east[run.step(day)].mean():.1f}" for day in days)])
    forces = made.follow(EVE).params.forces
    line = made.model.axes.position("routes", "trans_siberian")
    lift = np.asarray(forces.capacity[line] * forces.usable[line] / forces.per_division[line])
    low, middle, high = np.quantile(lift * 30.4375, [0.05, 0.5, 0.95])
    return [
        *table(("Soviet divisions in the east, mean", *(f"{d.day} {d:%B}" for d in days)), rows),
        "",
        f"The line carries {middle:.0f} divisions a month in the median of the prior, {low:.0f} to "
        f"{high:.0f} in nine draws of ten.",
    ]


def dates(made: Study) -> list[str]:
    """When five events come about, beside the record."""
    recorded = {row.id: parse_date(row.date).first for row in made.world.loaded.record.dates}
    rows = []
    for fact, id_ in FACTS.items():
        day = recorded[id_]
        told: list = [fact, day]
        for branch in (EVE, None):
            if branch is not None and day < branch:
                told += ["forced", "forced"]
            else:
                told += list(_dated(made.follow(branch), fact, day))
        rows.append(told)
    for said, event in (("Japan attacks in force", ATTACK), ("Moscow does", "soviet_attack")):
        ever = [share(made.follow(branch).ever(event)) for branch in (EVE, None)]
        rows.append([said, "never", "", ever[0], "", ever[1]])
    return table(
        (
            "event",
            "record",
            "by that day, from June 1941",
            "by the end of 1941",
            "by that day, free from 1937",
            "by the end of 1941",
        ),
        rows,
    )


def series(made: Study) -> list[str]:
    """How many measured numbers lie in the bands, with the record forced to 22 June 1941."""
    rows = []
    by_kind: dict[str, list[tuple[float, np.ndarray]]] = {}
    run = made.follow(EVE)
    for row in made.world.loaded.record.series:
        if not row.variable.startswith("transferred."):
            step = run.step(parse_date(row.date).last)
            by_kind.setdefault(row.variable, []).append(
                (row.value, run.measured(row.variable)[step])
            )
    for variable, points in sorted(by_kind.items()):
        inside = [
            sum(
                np.quantile(told, low) <= value <= np.quantile(told, high) for value, told in points
            )
            for low, high in _BANDS.values()
        ]
        ratio = np.median([np.median(told) / value for value, told in points])
        rows.append([f"`{variable}`", len(points), *inside, f"{ratio:.2f}"])
    total = [sum(row[i] for row in rows) for i in (1, 2, 3)]
    return table(
        ("series", "numbers", "in the half", "in the nine tenths", "model / record, median"),
        [*rows, ["all", *total, ""]],
    )


def _dated(run: Followed, fact: str, day: date) -> tuple[str, str]:
    steps = run.first(fact)
    return share((steps >= 0) & (steps <= run.step(day))), share(steps >= 0)


def _n_options(made: Study, row: ReplayedRow) -> int:
    return len(made.world.scenario.matters[row.matter].options)
