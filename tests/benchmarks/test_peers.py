"""The peers run one rule: with the same number of histories they find the same wars."""

import pytest

from benchmarks.bench_peers import RUNS, agree

pytest.importorskip("mesa")
pytest.importorskip("numba")


@pytest.mark.statistical
def test_every_peer_finds_the_same_probability_of_war():
    counts = {name: run(600, 5) for name, run in RUNS.items()}
    assert agree(counts, 600), counts


def test_disagreement_is_noticed():
    assert not agree({"one": 200, "other": 320}, 600)
