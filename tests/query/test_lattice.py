import numpy as np
import pytest

from hokushin.query.evaluator import ByGroup, as_histories, present_without
from hokushin.query.lattice import Recorded, build_lattice
from hokushin.query.shapley import owen_exact, shapley_exact, shapley_shares


@pytest.fixture
def small_chunks(monkeypatch):
    """Four coalitions a chunk for tables of a hundred histories."""
    monkeypatch.setattr("hokushin.query.lattice._CHUNK_RUNS", 400)


def test_the_table_holds_every_outcome(council):
    histories = as_histories(np.array([7, 3, 900, 41, 5, 8, 13, 21, 34, 55, 89]))
    lattice = build_lattice(council, histories)
    assert lattice.bits.shape == (16, 2)
    for coalition in range(16):
        present = np.array([coalition >> cause & 1 for cause in range(4)], bool)
        expected = council(np.tile(present, (11, 1)), histories)
        assert np.array_equal(lattice.outcome(coalition), expected)
        assert lattice.proportion(coalition).hits == expected.sum()
    assert lattice.coalition("defeat", "rumour") == 0b1010
    assert lattice.everything == 0b1111


@pytest.mark.statistical
def test_probabilities_of_all_coalitions_lie_within_their_errors(council):
    lattice = build_lattice(council, range(5000))
    distance = np.abs(lattice.probabilities() - council.exact())
    assert (distance < 5 * lattice.mc_errors()).all()


@pytest.mark.statistical
@pytest.mark.parametrize("shared", [True, False])
def test_shares_of_the_table_are_those_of_its_probabilities(council, world, shared):
    council = world(council.causes, council.chance, council.groups, shared=shared)
    lattice = build_lattice(council, range(3001))
    shares = lattice.shares()
    assert shares.value == pytest.approx(owen_exact(lattice.probabilities(), council.groups))
    exact = owen_exact(council.exact(), council.groups)
    assert (np.abs(shares.value - exact) <= 5 * shares.mc_error + 1e-12).all()
    permutations = shapley_shares(council, range(3001), seed=0)
    together = np.hypot(shares.mc_error, permutations.mc_error)
    assert (np.abs(shares.value - permutations.value) <= 5 * together + 1e-12).all()
    outcome = lattice.outcome(15).astype(float) - lattice.outcome(0)
    assert shares.by_history.sum(axis=1) == pytest.approx(outcome)


@pytest.mark.statistical
def test_shares_of_log_odds_sum_to_the_difference_of_log_odds(council):
    lattice = build_lattice(council, range(4000))
    shares = lattice.log_odds_shares()
    logit = np.log(lattice.probabilities()) - np.log(1 - lattice.probabilities())
    assert shares.value.sum() == pytest.approx(logit[-1] - logit[0])
    truth = np.log(council.exact()) - np.log(1 - council.exact())
    exact = owen_exact(truth, council.groups)
    assert (np.abs(shares.value - exact) <= 5 * shares.mc_error + 1e-12).all()


@pytest.mark.statistical
def test_the_error_of_log_odds_shares_is_the_spread_of_repetitions(world):
    two = world(
        ("a", "b"), lambda present: 0.3 + 0.3 * present[:, 0] + 0.1 * present[:, 1], shared=False
    )
    values = np.array(
        [
            build_lattice(two, range(200 * k, 200 * k + 200)).log_odds_shares().value
            for k in range(400)
        ]
    )
    claimed = build_lattice(two, range(80_000)).log_odds_shares().mc_error * np.sqrt(400)
    assert values.std(axis=0, ddof=1) == pytest.approx(claimed, rel=5 / np.sqrt(800))


def test_infinite_log_odds_are_refused(world):
    certain = world(("a",), lambda present: 1.0 * present[:, 0])
    with pytest.raises(ValueError, match=r"coalition 0 has probability 0\.0"):
        build_lattice(certain, range(10)).log_odds_shares()


def test_necessity_and_its_bounds_come_from_the_right_coalitions(council):
    lattice = build_lattice(council, range(2000))
    full, without = lattice.outcome(15), lattice.outcome(0b1011)
    shares, bounds = lattice.causal_shares("winter"), lattice.causal_bounds("winter")
    assert shares.necessity.count == full.sum()
    assert shares.necessity.share.hits == (full & ~without).sum()
    assert shares.alone.count == (~lattice.outcome(0)).sum()
    assert shares.alone.share.hits == (~lattice.outcome(0) & lattice.outcome(4)).sum()
    assert bounds.both.low <= shares.both.share.value <= bounds.both.high


def test_monotonicity_counts_edges_by_cause(council):
    lattice = build_lattice(council, range(1000))
    report = lattice.monotonicity()
    assert report.edges == 4 * 8 * 1000
    table = np.stack([lattice.outcome(s) for s in range(16)])
    for column in range(4):
        lacking = [s for s in range(16) if not s >> column & 1]
        edges = [(table[s], table[s | 1 << column]) for s in lacking]
        assert report.falls[column] == sum((low & ~high).sum() for low, high in edges)
        assert report.rises[column] == sum((~low & high).sum() for low, high in edges)
    # Winter lowers the chance, the others never do; one uniform number a history hides nothing.
    assert np.flatnonzero(report.falls).tolist() == [2]
    assert report.share == report.falls.sum() / report.edges


def test_an_interrupted_table_goes_on_where_it_stopped(council, tmp_path, small_chunks):
    whole = build_lattice(council, range(100))
    told = []

    def stop_after_two(done, planned):
        told.append((done, planned))
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_lattice(council, range(100), tmp_path, "toy", stop_after_two)
    assert told == [(400, 1600), (800, 1600)]
    assert len(list(tmp_path.iterdir())) == 2
    council.rows = 0
    resumed = build_lattice(council, range(100), tmp_path, "toy")
    assert council.rows == 800
    assert np.array_equal(resumed.bits, whole.bits)
    council.rows = 0
    build_lattice(council, range(100), tmp_path, "toy")
    assert council.rows == 0


def test_another_question_or_other_histories_do_not_share_chunks(council, tmp_path, small_chunks):
    build_lattice(council, range(100), tmp_path, "toy")
    for histories, identity in ((range(100), "other"), (range(1, 101), "toy")):
        council.rows = 0
        build_lattice(council, histories, tmp_path, identity)
        assert council.rows == 1600


def test_a_damaged_chunk_is_named_and_not_used(council, tmp_path, small_chunks):
    build_lattice(council, range(100), tmp_path, "toy")
    first, second, *_ = sorted(tmp_path.iterdir())
    with np.load(first) as stored:
        np.savez(first, bits=stored["bits"] ^ 1, checksum=stored["checksum"])
    with pytest.raises(ValueError, match=f"{first.name} is damaged.*delete it"):
        build_lattice(council, range(100), tmp_path, "toy")
    first.unlink()
    second.write_bytes(b"half a fi")
    with pytest.raises(ValueError, match=f"{second.name} cannot be read.*delete it"):
        build_lattice(council, range(100), tmp_path, "toy")


def test_a_chunk_that_could_not_be_written_leaves_nothing_behind(council, tmp_path, monkeypatch):
    def full_disk(*_):
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", full_disk)
    with pytest.raises(OSError, match="no space"):
        build_lattice(council, range(10), tmp_path, "toy")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_needs_to_know_whose_table_it_keeps(council, tmp_path):
    with pytest.raises(ValueError, match="needs an identity"):
        build_lattice(council, range(10), tmp_path)


def test_more_than_fourteen_causes_are_refused_but_their_groups_are_not(world):
    many = world(
        tuple(f"c{i}" for i in range(15)),
        lambda present: present.mean(axis=1),
        groups=("a", "b", "c") * 5,
    )
    with pytest.raises(ValueError, match="Wrap the evaluator in ByGroup"):
        build_lattice(many, range(10))
    assert build_lattice(ByGroup(many), range(10)).causes == ("a", "b", "c")


def test_a_table_answers_for_its_own_histories(council):
    histories = as_histories(np.array([9, 2, 77, 30]))
    recorded = build_lattice(council, histories).evaluator
    council.rows = 0
    asked = as_histories(np.array([77, 9]))
    for present in (present_without(council), present_without(council, "pact", "winter")):
        rows = np.tile(present, (2, 1))
        assert np.array_equal(recorded(rows, asked), council(rows, asked))
    with pytest.raises(ValueError, match="history 5 is not in the table"):
        recorded(np.ones((2, 4), bool), as_histories(np.array([9, 5])))


def test_a_table_beside_an_engine_runs_only_what_it_does_not_hold(council, world):
    lattice = build_lattice(council, range(50))
    council.rows = 0
    joined = Recorded(lattice, otherwise=council)
    present = np.random.default_rng(0).random((80, 4)) < 0.5
    histories = as_histories(range(80))
    outcome = joined(present, histories)
    assert council.rows == 30
    assert np.array_equal(outcome, council(present, histories))
    with pytest.raises(ValueError, match="same in the same order"):
        Recorded(lattice, otherwise=world(("pact",), lambda present: present[:, 0]))


def test_shares_of_a_single_history_have_no_error(council):
    with pytest.raises(ValueError, match="at least two"):
        build_lattice(council, range(1)).shares()


def test_without_groups_shares_are_shapley_values(world):
    glove = world(
        ("l1", "l2", "r"), lambda present: (present[:, 0] | present[:, 1]) & present[:, 2]
    )
    lattice = build_lattice(glove, range(4))
    assert lattice.shares().value == pytest.approx([1 / 6, 1 / 6, 4 / 6])
    assert lattice.shares().value == pytest.approx(shapley_exact(lattice.probabilities()))
