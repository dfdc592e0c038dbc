import subprocess
import sys

import pytest

from hokushin.answer.source import source


@pytest.fixture(scope="module")
def loss():
    return source("tiny", "engagements.skirmish.loss_share")


def test_a_number_comes_with_its_interval_prior_and_work(loss):
    assert (loss.value, loss.low, loss.high, loss.unit) == (0.5, 0.4, 0.6, "share")
    assert loss.prior.p50 == pytest.approx(0.5)
    assert loss.prior.p05 == pytest.approx(0.4, abs=0.01)
    assert loss.works[0].key == "tiny-2026"
    assert loss.place.startswith("choices.yaml:")


def test_a_number_names_who_disputes_it_and_what_writes_it(loss):
    assert [reading.name for reading in loss.contradictions] == ["k1"]
    assert [(w.cause, w.null, w.to) for w in loss.causes] == [
        ("skirmish_lost", "without", 0.0),
        ("skirmish_lost", "alternative", 0.25),
    ]
    assert [claim.claim for claim in loss.claims] == ["T1"]


def test_a_constant_has_no_prior_and_says_why():
    constant = source("tiny", "engagements.skirmish.outcome")
    assert constant.prior is None
    assert constant.constant == "Red was beaten"
    assert "prior" not in constant.as_dict()


def test_a_path_that_leads_nowhere_is_answered_with_those_that_do():
    with pytest.raises(ValueError, match="loss_share"):
        source("tiny", "engagements.skirmish.los")


def test_text_is_at_most_eighty_columns_wide(loss):
    assert max(map(len, str(loss).split("\n"))) <= 80
    assert "disputed (k1)" in str(loss)


def test_a_source_is_found_without_the_engine():
    code = (
        "import sys; from hokushin.answer.source import source; "
        "source('tiny', 'engagements.skirmish.loss_share'); print('jax' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
