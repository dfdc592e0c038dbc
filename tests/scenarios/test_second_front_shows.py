"""What the flagship scenario shows before any fit: memories, oil, railway, record and headline.

Every world is a row of switches of three compiled programs: one that says when events happen from
the eve of July 1941 on, one that follows a few states there, one that looks at reasons on the
documented path. The same runs fill docs/second-front.md, where the numbers stand in full.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hokushin.answer.headline import interval_of
from hokushin.engine.run import Setting, Simulator
from hokushin.model.axes import NEVER
from hokushin.model.mechanisms.forces import DAYS_PER_MONTH
from hokushin.query.chance_spread import chance_spread
from hokushin.query.replayed import masked_rows, replay_record
from hokushin.scenario.dates import parse_date
from tools.second_front.runs import ATTACK, EVE, SEED, Followed, Study, study

END = date(1945, 8, 11)
HAPPENED = {"pact-1941", "indochina", "south-war-1941", "embargo-1941"}
"""Questions whose event came about as recorded; those of the northern war never did."""
REVERSED = "C34"
"""What this claim says of Soviet strength is the reverse of any balance: contradiction k11."""


@pytest.fixture(scope="module")
def made() -> Study:
    return study(histories=512)


def is_more(moved: np.ndarray, than: float = 0.0, errors: float = 5.0) -> bool:
    """Whether a mean of histories is more than a number by so many standard errors."""
    moved = np.asarray(moved, float)
    return bool(moved.mean() - than > errors * moved.std() / np.sqrt(moved.size))


# --- the documented path -----------------------------------------------------------------------


@pytest.mark.slow
def test_every_choice_of_the_record_could_be_made_in_every_history(made: Study):
    rows = replay_record(made.model, made.world.loaded.record, 256)
    assert len(rows) > 80
    assert masked_rows(rows) == ()


@pytest.fixture(scope="module")
def documented(made: Study):
    """Means over histories along the documented path, step by step, in any world."""
    axes = made.model.axes
    setting = Setting(seed=SEED, branch=END, horizon=END)
    simulator = Simulator(made.model, setting, made.world.documented)
    navy = ("japan.navy_staff:japan.south", "japan.navy_ministry:japan.south")
    pairs = np.array([axes.position("pairs", pair) for pair in navy])

    def pick(report):
        return {
            "relief": report.book["relief"][pairs],
            "happened": (report.state.first < NEVER / 2) * 1.0,
        }

    def look(*names: str) -> dict[str, np.ndarray]:
        ids = np.arange(256, dtype=np.uint32)
        return simulator.averages(pick, ids, made.world.present(*names), name="shows")

    return look


def test_on_the_documented_path_only_what_happened_happens(made: Study, documented):
    happened, calendar = documented()["happened"], made.model.sets.calendar
    shares = {}
    for name, question in made.world.scenario.questions.items():
        event = made.model.axes.position("events", question.event)
        shares[name] = happened[calendar.index(parse_date(question.horizon).first), event]
    assert {name for name, share in shares.items() if share == 1.0} == HAPPENED
    assert {name for name, share in shares.items() if share == 0.0} == set(shares) - HAPPENED


@pytest.fixture(scope="module")
def relief(made: Study, documented) -> dict[str, np.ndarray]:
    """What want of oil and rubber adds to a southern course, in log-odds, before July 1941."""
    axes = made.model.axes
    options = axes.options[axes.matters.index("japan.south")]
    courses = [options.index(name) for name in ("policy", "war")]
    eve = made.model.sets.calendar.index(date(1941, 7, 1))
    worlds = {"recorded": (), "no fear": ("no_fear_of_a_stop",), "dry": ("dry_indies",)}
    return {key: documented(*names)["relief"][1:eve, :, courses] for key, names in worlds.items()}


def test_oil_pulls_the_navy_south_years_before_the_embargo(relief):
    assert (relief["recorded"] > 0).all()


def test_the_fear_of_being_cut_off_pulls_before_anybody_has_cut(relief):
    assert (relief["recorded"] > relief["no fear"]).all()


def test_without_the_oil_of_the_indies_the_pull_is_weaker(relief):
    assert (relief["recorded"] > relief["dry"]).all()


# --- states from the documented past on ---------------------------------------------------------


@pytest.fixture(scope="module")
def recorded(made: Study) -> Followed:
    return made.follow(EVE)


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("memory", "cautious", "at_least"),
    [("skill", -1.0, 0.05), ("material", 1.0, 0.2), ("dread", 1.0, 0.3)],
)
def test_every_memory_of_the_general_staff_is_more_cautious_after_khalkhin_gol(
    recorded: Followed, memory: str, cautious: float, at_least: float
):
    """Across the last dekad of August 1939, and by a size that counts."""
    last = recorded.step(date(1939, 8, 31))
    told = recorded.states[memory]
    assert is_more(cautious * (told[last] - told[last - 1]), than=at_least)


def test_1939_overshadows_1918_in_the_dread_of_the_general_staff(made: Study, recorded: Followed):
    """Dread keeps the worst: in 1941 the memory of Siberia has nothing to add in any history."""
    forgotten = made.follow(EVE, "losses_memory", "cold_memory")
    before, after = recorded.step(date(1939, 4, 30)), recorded.step(date(1941, 6, 22))
    added = recorded.states["dread"] - forgotten.states["dread"]
    assert (added[before] >= 0).all()
    assert (added[before] > 0).mean() > 1 / 3
    assert (added[after] == 0).all()


def test_the_railway_carries_no_more_divisions_than_it_has_trains_for(made: Study):
    stripped = made.follow(EVE, "soviet_floor")
    axes, forces = made.model.axes, stripped.params.forces
    line = axes.position("routes", "trans_siberian")
    trains = forces.capacity[line] * forces.usable[line] * DAYS_PER_MONTH
    lift = np.asarray(trains / forces.per_division[line]) * axes.months_per_step
    ordered = stripped.step(date(1941, 6, 22))
    in_peace = stripped.states["war"][-1, axes.position("fronts", "north")] < 0.5
    east = stripped.measured("force.ussr_east.infantry")[ordered:, in_peace]
    left, lift = east[:-1] - east[1:], lift[in_peace]
    # A few lose more in a step without a war: a border clash or a single strike costs strength.
    assert (left - 1.001 * lift <= 1e-3).mean() > 0.95
    assert (left[0] > 0.99 * lift).mean() > 0.9, "without a limit all would leave in the first step"


@pytest.mark.statistical
def test_with_four_times_the_trains_the_far_east_empties_sooner(made: Study):
    august = made.follow(EVE).step(date(1941, 8, 10))
    slow, fast = (
        made.follow(EVE, "soviet_floor", *more).measured("force.ussr_east.infantry")[august]
        for more in ((), ("four_railways",))
    )
    assert is_more(slow - fast, than=2.0)


# --- the headline before any fit ---------------------------------------------------------------


def attacks(made: Study, *without: str, n: int = 1024) -> np.ndarray:
    """Whether Japan attacks before 1942, history by history."""
    return made.outcomes(n, *without).happened(ATTACK).astype(float)


@pytest.mark.statistical
def test_before_any_fit_the_attack_is_rare_and_not_ruled_out(made: Study):
    """A few in a hundred, whatever is drawn; the page says why the prior is not diffuse."""
    ids = np.arange(4096, dtype=np.uint32)
    happened = made.simulator().outcomes(ids, made.world.present(), draws=ids % np.uint32(128))
    by_draw = chance_spread(happened.happened(ATTACK), ids % 128)
    low, high = interval_of(by_draw)
    assert 0.002 < by_draw.mean() < 0.05
    assert low < by_draw.mean()
    assert high < 0.25
    assert by_draw.max() > 5.0 * by_draw.mean(), "nearly all of it comes from a few draws"


@pytest.mark.statistical
def test_the_headline_does_not_hang_on_how_long_judgement_lasts(made: Study):
    """Fresh at every tabling, lasting months, lasting for good: apart by no more than chance."""
    usual = attacks(made, n=2048)
    for noise in ("noise_fresh", "judgement_for_good"):
        changed = attacks(made, noise, n=2048) - usual
        assert not is_more(changed)
        assert not is_more(-changed)


@pytest.mark.statistical
def test_rights_and_deference_move_the_headline_and_never_make_it_likely(made: Study):
    grid = {
        (right, deference): attacks(made, f"right_{right}", f"deference_{deference}")
        for right in (50, 80, 95)
        for deference in (0, 2, 4)
    }
    assert max(cell.mean() for cell in grid.values()) < 0.1
    assert is_more(grid[50, 4] - grid[95, 0])


@pytest.mark.statistical
def test_what_a_war_costs_and_who_may_block_it_set_the_order_of_magnitude(made: Study):
    """Before any reason is heard: either of them, taken away, doubles the headline and more."""
    usual = attacks(made, n=4096)
    for device in ("war_costs_nothing", "rights_to_block"):
        assert is_more(attacks(made, device, n=4096) - usual, than=usual.mean())


@pytest.mark.statistical
def test_no_cause_pushes_against_the_sign_that_its_sources_claim(made: Study):
    """Where it alone is present, and the attack is likely enough for a sign to show."""
    own = made.world.causes
    free = attacks(made, *own, n=512)
    claims = {
        claim.cause: claim
        for claim in made.world.loaded.claims
        if claim.target == ATTACK and claim.kind == "cause" and claim.cause in own
    }
    assert len(claims) >= 8
    for cause, claim in claims.items():
        effect = attacks(made, *(c for c in own if c != cause), n=512) - free
        if claim.id != REVERSED:
            assert not is_more(-claim.sign * effect), f"{cause} against {claim.id}"


@pytest.mark.slow
def test_a_kernel_that_knows_no_veto_does_not_feel_a_right_to_block(made: Study):
    with_right = made.outcomes(256, kernel="mean")
    without = made.outcomes(256, "rights_to_block", kernel="mean")
    np.testing.assert_array_equal(with_right.first, without.first)
