import numpy as np
import pytest

from hokushin.query.evaluator import present_without
from hokushin.query.kept import Kept
from hokushin.query.shapley import HISTORIES_AT_ONCE, shapley_shares


def rows_of(world, n, *without):
    return np.tile(present_without(world, *without), (n, 1)), np.arange(n, dtype=np.uint32)


def test_what_was_run_once_is_read_back(council, tmp_path):
    kept = Kept(council, tmp_path / "new", "toy")
    asked = rows_of(council, 13, "pact")
    first = kept(*asked)
    assert np.array_equal(first, council(*asked))
    council.rows = 0
    again = Kept(council, tmp_path / "new", "toy")
    assert np.array_equal(again(*asked), first)
    assert council.rows == 0
    assert (again.causes, again.groups) == (council.causes, council.groups)


@pytest.mark.parametrize("change", ["switches", "histories", "identity"])
def test_other_rows_or_another_model_are_run(council, tmp_path, change):
    Kept(council, tmp_path, "toy")(*rows_of(council, 13))
    present, history = rows_of(council, 13, *(["pact"] if change == "switches" else []))
    history = history + (change == "histories")
    council.rows = 0
    Kept(council, tmp_path, "other" if change == "identity" else "toy")(present, history)
    assert council.rows == 13


def test_interrupted_shares_repeat_one_call_and_give_the_same(council, tmp_path, monkeypatch):
    monkeypatch.setattr("hokushin.query.shapley.HISTORIES_AT_ONCE", 50)
    assert HISTORIES_AT_ONCE > 50
    whole = shapley_shares(council, range(200), seed=3)

    def stop_after_two(done, planned):
        if done == 2 * 50 * 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shapley_shares(Kept(council, tmp_path, "toy"), range(200), 3, progress=stop_after_two)
    council.rows = 0
    resumed = shapley_shares(Kept(council, tmp_path, "toy"), range(200), seed=3)
    assert council.rows == 2 * 50 * 8
    assert np.array_equal(resumed.value, whole.value)


def test_a_damaged_file_is_named_and_not_used(council, tmp_path):
    kept = Kept(council, tmp_path, "toy")
    kept(*rows_of(council, 13))
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"half a fi")
    with pytest.raises(ValueError, match=f"{file.name} cannot be read.*delete it"):
        kept(*rows_of(council, 13))


def test_outcomes_need_to_know_whose_they_are(council, tmp_path):
    with pytest.raises(ValueError, match="need an identity"):
        Kept(council, tmp_path, "")
