"""One walk of the tiny scenario's record, shared by the tests of learning."""

from __future__ import annotations

import numpy as np
import pytest

from hokushin.infer.likelihood import RecordLikelihood, weighing_numbers
from hokushin.infer.record_path import RecordPath, walk_record
from hokushin.model.build import Model, build
from hokushin.scenario.load import Loaded, load


@pytest.fixture(scope="package")
def tiny() -> Loaded:
    return load("tiny")


@pytest.fixture(scope="package")
def tiny_model(tiny: Loaded) -> Model:
    return build(tiny.scenario)


@pytest.fixture(scope="package")
def tiny_path(tiny: Loaded, tiny_model: Model) -> RecordPath:
    calendar = tiny_model.sets.calendar
    end = calendar.start_of(calendar.n_steps - 1)
    return walk_record(tiny_model, tiny.record, end, np.arange(2, dtype=np.uint32))


@pytest.fixture(scope="package")
def tiny_likelihood(tiny_path: RecordPath) -> RecordLikelihood:
    return RecordLikelihood(tiny_path, weighing_numbers(tiny_path.model), world=1)
