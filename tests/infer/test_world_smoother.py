"""The smoother draws from the posterior that linear algebra gives, and learns dice only once."""

from __future__ import annotations

import numpy as np
import pytest

from hokushin.infer.world.smoother import INFLATIONS, Smoothed, smooth

EFFECTS = np.array([[1.0, 0.5, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.3, -0.8, 0.0]])
"""What three numbers do to four observations; the third does nothing."""
OF_DICE = np.array([[0.6, 0.0], [0.6, 0.0], [0.0, 0.3], [0.2, 0.3]])
ERROR = np.diag([0.3, 0.2, 0.4, 0.3]) ** 2
OBSERVED = np.array([1.2, 0.4, 1.0, -0.6])
SEEDS = range(8)
N = 1024


def planted(seed: int, effects: np.ndarray = EFFECTS, of_dice: np.ndarray = OF_DICE):
    """Predictions that are linear in numbers and dice."""

    def predict(normals: np.ndarray, round_: int) -> np.ndarray:
        dice = np.random.default_rng([seed, round_, 5]).standard_normal
        shape = (normals.shape[1], 2)
        return (effects @ normals)[..., None] + np.einsum(
            "od,dmr->omr", of_dice, dice((of_dice.shape[1], *shape))
        )

    return predict


def exact(effects: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the posterior of standard normal numbers."""
    covariance = np.linalg.inv(
        np.eye(effects.shape[1]) + effects.T @ np.linalg.solve(noise, effects)
    )
    return covariance @ effects.T @ np.linalg.solve(noise, OBSERVED), covariance


def smoothed(seed: int, **changes) -> Smoothed:
    start = np.random.default_rng(seed).standard_normal((3, N))
    return smooth(start, planted(seed), OBSERVED, ERROR, seed, **changes)


def test_a_linear_world_is_learnt_exactly():
    mean, covariance = exact(EFFECTS, ERROR + OF_DICE @ OF_DICE.T)
    draws = [smoothed(seed).normals for seed in SEEDS]
    for told, true in (
        (np.array([x.mean(1) for x in draws]), mean),
        (np.array([np.cov(x) for x in draws]), covariance),
    ):
        error = told.std(0, ddof=1) / np.sqrt(len(SEEDS))
        assert np.all(np.abs(told.mean(0) - true) < 5.0 * error + 1e-9)
        assert np.all(error < 0.05), "the test could not tell a right answer from a wrong one"


def test_what_dice_did_is_not_learnt_again_in_every_round():
    # Noise of measurement is small beside that of dice: counted four times, the dice would leave
    # a quarter of the variance that they should.
    noise = 1e-4 * np.eye(4)
    of_dice = np.eye(4)
    _, covariance = exact(EFFECTS, noise + of_dice)
    spread = [
        smooth(
            np.random.default_rng(seed).standard_normal((3, N)),
            planted(seed, of_dice=of_dice),
            OBSERVED,
            noise,
            seed,
        ).normals.var(1, ddof=1)
        for seed in SEEDS
    ]
    error = np.std(spread, axis=0, ddof=1) / np.sqrt(len(SEEDS))
    assert np.all(np.abs(np.mean(spread, axis=0) - np.diag(covariance)) < 5.0 * error)


def test_numbers_that_affect_nothing_measured_keep_their_priors():
    idle = 300
    effects = np.concatenate([EFFECTS, np.zeros((4, idle))], 1)
    start = np.random.default_rng(1).standard_normal((3 + idle, N))
    after = smooth(start, planted(1, effects), OBSERVED, ERROR, 1).normals[3:]
    contraction = 1.0 - after.var(1) / start[3:].var(1)
    assert abs(contraction.mean()) < 0.002
    # One in a thousand may pass the threshold of chance by itself; none moves far by that.
    assert np.mean(np.abs(contraction) > 1e-9) < 0.05
    assert np.abs(after.mean(1) - start[3:].mean(1)).max() < 0.3


def test_a_smoother_goes_on_where_it_stopped():
    kept: dict[int, Smoothed] = {}
    whole = smoothed(3, kept=kept.__setitem__)
    again = smoothed(3, start=kept[1])
    np.testing.assert_array_equal(again.normals, whole.normals)
    assert len(whole.rounds) == len(INFLATIONS)


def test_inflations_that_count_the_record_twice_are_refused():
    with pytest.raises(ValueError, match="add up to 2"):
        smoothed(1, inflations=(1.0, 1.0))
