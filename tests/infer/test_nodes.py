"""Nodes of judgement: few, well spread, and without bias."""

from __future__ import annotations

import numpy as np

from hokushin.infer.nodes import judgement_nodes


def of_largest_matter(model, x):
    """Nodes of the members of the matter that has most."""
    members = max(model.axes.matter_of_pair, key=np.count_nonzero)
    return x[np.flatnonzero(members)]


def test_every_node_has_its_opposite(tiny_model):
    nodes = judgement_nodes(tiny_model.axes, 5, 6, seed=1)
    assert nodes.shape == (len(tiny_model.axes.pairs), 5, 6)
    np.testing.assert_array_equal(nodes[..., :3], -nodes[..., 3:])


def test_directions_of_a_step_are_at_right_angles(tiny_model):
    members = of_largest_matter(tiny_model, np.arange(len(tiny_model.axes.pairs))).size
    nodes = judgement_nodes(tiny_model.axes, 50, 2 * members, seed=1)[..., :members]
    nodes = of_largest_matter(tiny_model, nodes)
    inner = np.einsum("itk,itl->tkl", nodes, nodes)
    apart = inner[:, ~np.eye(members, dtype=bool)]
    np.testing.assert_allclose(apart, 0.0, atol=1e-5)


def test_a_mean_over_nodes_varies_less_than_over_independent_ones(tiny_model):
    """Of a chance that bends: the logistic of the sum of judgements, step by step."""

    def means(x):
        return (1.0 / (1.0 + np.exp(2.0 - of_largest_matter(tiny_model, x).sum(0)))).mean(-1)

    ours = means(judgement_nodes(tiny_model.axes, 2_000, 6, seed=1))
    random = np.random.default_rng(1).standard_normal((len(tiny_model.axes.pairs), 2_000, 3))
    theirs = means(np.concatenate([random, -random], axis=-1))
    truth = means(
        np.random.default_rng(2).standard_normal((len(tiny_model.axes.pairs), 2_000, 512))
    )
    error = ours.std() / np.sqrt(2_000) + truth.std() / np.sqrt(2_000)
    assert abs(ours.mean() - truth.mean()) < 5 * error
    assert ours.std() < 0.7 * theirs.std()


def test_the_same_seed_gives_the_same_nodes(tiny_model):
    first, again = (judgement_nodes(tiny_model.axes, 3, 4, seed=7) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, judgement_nodes(tiny_model.axes, 3, 4, seed=8))
