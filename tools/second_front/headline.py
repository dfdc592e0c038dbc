"""Sections about the headline: both doubts, other rules, what sets its size, causes and claims."""

from __future__ import annotations

from datetime import date

import jax.numpy as jnp
import numpy as np

from hokushin.answer.claims import claims as put_claims
from hokushin.answer.headline import interval_of, probability_by_draw
from hokushin.answer.switches import DEFERENCES, RIGHTS, deference_name, right_name
from hokushin.engine.keys import seed_word
from hokushin.engine.run import Setting, Simulator
from hokushin.model.kernels import KERNELS
from hokushin.model.randomness import parameter_normals
from tools.second_front.runs import ATTACK, EVE, SEED, YEAR_END, Study
from tools.second_front.tables import change, per_thousand, share, table

FEW, MANY, LONG = 4096, 16384, 2048
DRAWS, PER_DRAW = 128, 64
LATER = date(1945, 8, 1)


def headline(made: Study) -> list[str]:
    """The questions about the north and what else happens, with both doubts apart."""
    world = made.world
    outcomes = made.outcomes(MANY)
    by_draw = probability_by_draw(world, made.simulator(), ATTACK, (), DRAWS, PER_DRAW)
    low, high = interval_of(by_draw)
    ids = np.arange(DRAWS * PER_DRAW, dtype=np.uint32)
    happened = made.simulator().outcomes(ids, world.present(), draws=ids % np.uint32(DRAWS))
    quiet = DRAWS - len(np.unique(ids[happened.happened(ATTACK)] % DRAWS))
    later = made.outcomes(LONG, horizon=LATER)
    spring = made.model.sets.calendar.index(date(1942, 5, 1))
    rows = [
        ["attack-1941", "Japan attacks before 1942", share(outcomes.happened(ATTACK))],
        ["attack-1942", "... before May 1942", share(later.step(ATTACK) < spring)],
        ["attack-ever", "... before August 1945", share(later.happened(ATTACK))],
        ["both-at-war", "... with Germany at war there", share(later.happened("both_at_war"))],
        ["any-war-north", "war in the north, by either", share(later.happened("hostilities"))],
    ]
    also = {
        "soviet_attack": "Moscow attacks Japan before 1942",
        "armed_north": "Tokyo arms and sets a day (2 July 1941)",
        "embargo": "Washington stops the oil (August 1941)",
        "south_war": "war in the south (December 1941)",
        "asked_north": "Germany asks for the north (28 June 1941)",
    }
    rows += [["", said, share(outcomes.happened(event))] for event, said in also.items()]
    return [
        *table(("question", "event", "of 1,000"), rows),
        "",
        f"Doubt about the numbers alone, attack-1941: nine draws of ten lie between "
        f"{_at_least_one(low)} and {_at_least_one(high)} of 1,000 ({DRAWS} draws of {PER_DRAW} "
        f"histories). In {quiet} of the {DRAWS} draws no history attacks.",
    ]


def behind(made: Study) -> list[str]:
    """Which numbers are drawn otherwise in the histories in which Japan attacks."""
    happened = made.outcomes(MANY).happened(ATTACK)
    priors = made.model.priors
    names = [priors.names[i] for i in priors.free]
    drawn = np.asarray(
        parameter_normals(jnp.uint32(seed_word(SEED)), jnp.arange(MANY, dtype=jnp.uint32), names)
    )
    shift = drawn[:, happened].mean(1)
    error = 1.0 / np.sqrt(happened.sum())
    most = [i for i in np.argsort(-np.abs(shift)) if abs(shift[i]) > 4 * error]
    return table(
        (
            f"number, of {len(names)} that vary",
            f"mean of the {happened.sum()} draws with an attack, in spreads of the prior",
        ),
        ([f"`{names[i]}`", f"{shift[i]:+.2f} ± {error:.2f}".replace("-", "−")] for i in most),
    )


def robust(made: Study) -> list[str]:
    """The headline under other noise, rules, rights to block and widths of the prior."""
    usual = share(made.outcomes(FEW).happened(ATTACK))
    rows = [
        ["judgement drawn afresh at every tabling", _attack(made, "noise_fresh")],
        ["judgement that lasts months, in part (as believed)", usual],
        ["judgement for good", _attack(made, "judgement_for_good")],
    ]
    rows += [
        [
            f"kernel `{kernel}`",
            usual
            if kernel == "assent"
            else share(made.outcomes(FEW, kernel=kernel).happened(ATTACK)),
        ]
        for kernel in KERNELS
    ]
    rows += [[f"spread of every prior x{factor:g}", _spread(made, factor)] for factor in (0.5, 2.0)]
    grid = [
        [f"{right:g}", *(_attack(made, right_name(right), deference_name(d)) for d in DEFERENCES)]
        for right in RIGHTS
    ]
    return [
        *table(("attack before 1942", "of 1,000"), rows),
        "",
        *table(
            ("right can be used", *(f"deference {d:g}" for d in DEFERENCES)),
            grid,
        ),
    ]


def order(made: Study) -> list[str]:
    """What sets the order of magnitude before any reason counts."""
    bare = ("no_reasons", "no_leanings")
    rows = {
        "as it is": (),
        "nobody has a right to block": ("rights_to_block",),
        "beginning a war costs no more than any act of carrying on": ("war_costs_nothing",),
        "deference 4": ("deference_4",),
        "deference 0": ("deference_0",),
        "no reasons (all weights 0)": ("no_reasons",),
        "no reasons, no leanings": bare,
        "... and deference 4": (*bare, "deference_4"),
        "... and nobody has a right to block": (*bare, "rights_to_block"),
        "... and beginning a war costs nothing": (*bare, "war_costs_nothing"),
        "... and neither": (*bare, "rights_to_block", "war_costs_nothing"),
    }
    told = []
    for said, names in rows.items():
        outcomes = made.outcomes(FEW, *names)
        told.append([said, *(share(outcomes.happened(e)) for e in (ATTACK, "south_war"))])
    return table(("world", "attack in the north", "war in the south"), told)


def causes(made: Study) -> list[str]:
    """Every cause taken out of this world, and put alone into one without causes."""
    own = made.world.causes
    usual = made.outcomes(2 * FEW).happened(ATTACK)
    none = made.outcomes(FEW, *own).happened(ATTACK)
    claimed = _claimed_signs(made)
    rows = []
    for cause in own:
        without = made.outcomes(2 * FEW, cause).happened(ATTACK)
        other = _alternative(made, cause, 2 * FEW)
        alone = made.outcomes(FEW, *(c for c in own if c != cause)).happened(ATTACK)
        rows.append(
            [
                f"`{cause}`",
                claimed.get(cause, ""),
                change(usual, without),
                change(usual, other),
                change(alone, none),
            ]
        )
    return [
        f"Attack before 1942: {share(usual)} of 1,000 as it is, {share(none)} with all causes out.",
        "",
        *table(
            (
                "cause",
                "claimed",
                "taken out of this world",
                "by its second null",
                "taken out where it alone is left",
            ),
            rows,
        ),
    ]


def claims(made: Study) -> list[str]:
    """The articles' claims about causes, with what taking out their carrier does."""
    answer = put_claims(made.world.loaded, histories=FEW, seed=SEED, basis="prior")
    rows = [
        [
            claim.claim,
            f"`{claim.cause}`" if claim.cause else "none",
            claim.target,
            "+" if claim.sign > 0 else "−",
            per_thousand(-claim.effect.difference, signed=True) if claim.effect else "",
            claim.verdict,
        ]
        for claim in answer.claims
        if claim.kind == "cause"
    ]
    return table(("claim", "cause", "event", "claimed", "measured, of 1,000", "verdict"), rows)


def _at_least_one(value: float) -> str:
    return per_thousand(value) if value >= 1e-3 else "less than 1"


def _attack(made: Study, *names: str) -> str:
    return share(made.outcomes(FEW, *names).happened(ATTACK))


def _spread(made: Study, factor: float) -> str:
    setting = Setting(seed=SEED, branch=EVE, horizon=YEAR_END, spread=factor)
    simulator = Simulator(made.model, setting, made.world.documented)
    return share(made.world.outcomes(simulator, range(FEW)).happened(ATTACK))


def _alternative(made: Study, cause: str, n: int) -> np.ndarray:
    names = np.array(made.model.axes.causes)
    ids = np.arange(n, dtype=np.uint32)
    present = made.world.present(cause)
    return made.simulator().outcomes(ids, present, names == cause).happened(ATTACK)


def _claimed_signs(made: Study) -> dict[str, str]:
    """Sign of each cause's presence on the attack, as the articles claim it."""
    signs: dict[str, set[int]] = {}
    for claim in made.world.loaded.claims:
        if claim.kind == "cause" and claim.target == ATTACK and claim.cause:
            signs.setdefault(claim.cause, set()).add(claim.sign)
    return {k: "/".join("+" if s > 0 else "−" for s in sorted(v)) for k, v in signs.items()}
