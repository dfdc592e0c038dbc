"""Worlds: the documented past walked without some of the numbers that make it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hokushin.engine.fitted import Fitted
from hokushin.infer.likelihood import RecordLikelihood
from hokushin.infer.record_path import walk_record
from hokushin.model.build import Model
from hokushin.scenario.load import Loaded

_LIKE_NOTHING = -20.0
"""Spreads below the median at which a number that cannot be negative is as good as zero."""
_NORMAL = 3


def world_without(
    loaded: Loaded, likelihood: RecordLikelihood, taken: Sequence[str]
) -> RecordLikelihood:
    """Walk the past of a likelihood again with some numbers at nothing, all else as it was."""
    if not taken:
        return likelihood
    model, path = likelihood.path.model, likelihood.path
    column = np.asarray(path.normals[:, [likelihood.world]]).copy()
    column[[model.position(name) for name in taken], 0] = [_nothing(model, n) for n in taken]
    known = Fitted(model.priors.names, column.astype(np.float32))
    draw = path.draws[[likelihood.world]]
    walked = walk_record(
        model, loaded.record, path.end, draw, likelihood.seed, spread=0.0, known=known
    )
    return type(likelihood)(
        walked,
        likelihood.informed,
        world=0,
        knot=likelihood.knot,
        nodes=likelihood.nodes,
        statement_weight=likelihood.statement_weight,
        seed=likelihood.seed,
    )


def _nothing(model: Model, name: str) -> float:
    """Standard units of the prior at which a number is nothing."""
    position = model.position(name)
    if model.priors.kind[position] == _NORMAL:
        return float(-model.priors.location[position] / model.priors.scale[position])
    return _LIKE_NOTHING
