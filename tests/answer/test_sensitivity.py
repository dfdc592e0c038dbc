"""A small study of sensitivity of the tiny scenario, and what is made of it."""

import json
from dataclasses import replace

import pytest

from hokushin.answer.findings import assumed_share
from hokushin.answer.parts import MovingRecalled, Recalled
from hokushin.answer.sensitivity import DICE, Size, sensitivity
from hokushin.answer.sensitivity_numbers import (
    TO_CHECK,
    check_next,
    families,
    known_numbers,
    moving_recalled,
)
from hokushin.answer.sensitivity_pictures import ends_picture, morris_picture, sobol_picture
from hokushin.answer.sensitivity_study import luck
from hokushin.answer.studied import find_studied, ship, studied

SMALL = Size(
    base=1024,
    screen=64,
    ends=128,
    survivors=12,
    trajectories=4,
    morris_numbers=5,
    morris_histories=64,
    sobol_rows=8,
    sobol_numbers=3,
    sobol_histories=64,
    worlds=8,
    draws=128,
    draw_histories=16,
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    return sensitivity(
        "tiny", methods=("morris", "sobol", "given"), basis="prior", size=SMALL, folder=folder
    )


def test_every_number_is_moved_and_the_largest_swing_stands_first(study, tiny_world):
    paths = [number.path for number in study.ends]
    free = {tiny_world.model.priors.names[i] for i in tiny_world.model.priors.free}

    assert set(paths) == {path for path in free if not path.startswith("causes.")}
    swings = [abs(number.swing) for number in study.ends]
    assert swings == sorted(swings, reverse=True)
    assert study.number("weights.choice.inertia_war").swing < -1
    assert all(0 < n.low < 1 and 0 < n.high < 1 for n in study.ends)


def test_numbers_that_move_the_answer_are_counted_by_how_they_are_known(study):
    moving = [n for n in study.ends if n.moves_a_point]

    assert study.recalled.of == len(moving) > 3
    assert study.recalled.n == sum(n.seen == "recalled" for n in moving)
    renamed = [replace(n, seen="recalled") for n in moving]
    assert moving_recalled(renamed) == MovingRecalled(len(moving), len(moving), 0)


def test_what_to_check_next_is_what_documents_could_settle(study):
    assert 0 < len(study.check_next) <= TO_CHECK
    assert not any(path.startswith(("weights.", "battle.")) for path in study.check_next)
    first = study.number(study.check_next[0])
    read = replace(first, seen="text", grade="A")
    left = check_next([read if n.path == first.path else n for n in study.ends])
    assert first.path not in left


def test_methods_screen_by_the_ends(study):
    largest = {n.path for n in study.ends[:5]}

    assert {effect.name for effect in study.morris} == largest
    assert [share.name for share in study.sobol][-1] == DICE
    assert {share.name for share in study.sobol[:-1]} == {n.path for n in study.ends[:3]}
    assert study.given_floor > 0


def test_kinds_leave_out_what_was_fitted(tiny_world):
    kinds = families(known_numbers(tiny_world), fewest=2)

    assert "weights, considerations" in kinds
    assert "matters, rate" in families(known_numbers(tiny_world), fewest=1)
    assert not any(kind.startswith(("battle", "causes")) for kind in kinds)


def test_the_text_and_the_document_say_the_same(study):
    text = str(study)
    document = json.loads(json.dumps(study.as_dict()))

    assert study.check_next[0] in text
    assert document["recalled"]["of"] == study.recalled.of
    assert f"{study.recalled.n} of {study.recalled.of} numbers that move" in " ".join(text.split())
    assert len(document["ends"]) == len(study.ends)
    assert "box" not in document


def test_pictures_name_the_numbers(study):
    labels = [t.get_text() for t in ends_picture(study).axes[0].get_yticklabels()]

    assert "choice.inertia_war" in labels
    assert len(morris_picture(study).axes[0].lines) == 1 + len(study.morris)
    assert len(sobol_picture(study).axes[0].patches) == 2 * len(study.sobol)
    with pytest.raises(ValueError, match="method morris"):
        morris_picture(replace(study, morris=None))


def test_luck_is_all_where_every_draw_has_the_same_chance():
    import numpy as np

    same = luck(np.full((2, 50), 0.2))
    certain = luck(np.tile(np.repeat([0.0, 1.0], 25), (2, 1)))

    assert same.share == pytest.approx(1.0)
    assert certain.share == pytest.approx(0.0)
    assert certain.top_tenth == pytest.approx(0.2)


def test_an_answer_tells_a_study_only_of_what_it_was_made_from(
    study, tiny_world, tmp_path, monkeypatch
):
    monkeypatch.setattr("hokushin.answer.studied.files", lambda package: tmp_path)
    prior = replace(tiny_world, basis=replace(tiny_world.basis, name="prior", posterior=None))

    assert find_studied(prior, "attack") is None
    path = ship(study)

    assert path.name == "tiny.attack.prior.json"
    assert find_studied(prior, "attack") == studied(study)
    ship(replace(study, code="other"))
    assert find_studied(prior, "attack") is None


@pytest.mark.parametrize("method", ["least squares", "anova"])
def test_an_unknown_method_is_named(method):
    with pytest.raises(ValueError, match=f"no method is called {method}"):
        sensitivity("tiny", methods=(method,), basis="prior")


def test_an_answer_says_how_many_of_the_numbers_that_matter_are_recalled():
    plain = assumed_share((), Recalled(50, 900), ())
    some = assumed_share((), Recalled(50, 900, MovingRecalled(2, 7, 5)), ())
    one = assumed_share((), Recalled(50, 900, MovingRecalled(1, 1, 0)), ())
    none = assumed_share((), Recalled(50, 900, MovingRecalled(0, 0, 0)), ())

    assert "move the answer" not in plain
    assert some.endswith(
        "2 of 7 numbers that move the answer by more than a point are recalled, not read"
    )
    assert one.endswith(
        "1 of 1 number that moves the answer by more than a point is recalled, not read"
    )
    assert none == plain
