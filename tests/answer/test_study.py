from datetime import date

import pytest

from hokushin.answer.study import Study
from hokushin.query.kept import Kept


@pytest.fixture
def study(tiny_world):
    return Study(tiny_world, *tiny_world.question(), 1, None)


def test_all_that_an_outcome_depends_on_has_its_own_identity(study, monkeypatch):
    world, own = study.world, study.simulator
    later = world.simulator(date(1900, 9, 1), study.horizon, study.seed)
    seeded = world.simulator(study.branch, study.horizon, 2)
    fitted = world.simulator(study.branch, study.horizon, study.seed)
    monkeypatch.setattr(fitted, "normals", lambda draws: 0.9 * own.normals(draws))
    named = [
        study.identity(own),
        study.identity(own, draws=16),
        study.identity(own, alternative=("oil_for_sale",)),
        *(study.identity(other) for other in (later, seeded, fitted)),
    ]
    assert len(set(named)) == len(named)
    assert study.identity(world.simulator(study.branch, study.horizon, 1)) == named[0]


def test_outcomes_are_kept_only_where_there_is_a_folder(study, tmp_path):
    assert not isinstance(study.evaluator(), Kept)
    study.folder = tmp_path
    assert isinstance(study.evaluator(), Kept)
