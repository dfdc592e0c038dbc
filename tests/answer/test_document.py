import json
from importlib.resources import files

import jsonschema
import pytest

from hokushin.answer.document import Why
from hokushin.answer.plain import plain, restore


@pytest.fixture(scope="module")
def schema():
    return json.loads((files("hokushin.answer") / "why.schema.json").read_text("utf-8"))


def test_schema_is_itself_valid(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


def test_an_answer_of_the_engine_meets_the_schema(schema, tiny_why):
    document = json.loads(json.dumps(tiny_why.as_dict(), allow_nan=False))
    jsonschema.Draft202012Validator(schema).validate(document)


@pytest.mark.parametrize("missing", ["probability", "causes", "documented", "digest"])
def test_schema_refuses_an_answer_that_lacks_a_part(schema, made_up, missing):
    document = made_up().as_dict()
    del document[missing]
    with pytest.raises(jsonschema.ValidationError, match=missing):
        jsonschema.Draft202012Validator(schema).validate(document)


def test_schema_refuses_what_it_does_not_name(schema, made_up):
    with pytest.raises(jsonschema.ValidationError, match="surplus"):
        jsonschema.Draft202012Validator(schema).validate({**made_up().as_dict(), "surplus": 1})


def test_what_was_not_computed_is_absent_and_never_null(made_up):
    text = json.dumps(made_up().as_dict())
    assert "null" not in text
    assert "kernels" not in json.loads(text)


def test_reserved_words_lose_their_underscore_in_json(made_up):
    first = made_up().as_dict()["causes"][0]
    assert first["with"] == "It was signed."
    assert first["from"] == "1941-04-13"


def test_an_answer_survives_json(made_up, tiny_why):
    for answer in (made_up(), tiny_why):
        assert restore(Why, json.loads(json.dumps(plain(answer)))) == answer


def test_asking_for_a_cause_that_is_not_there_lists_those_that_are(made_up):
    with pytest.raises(ValueError, match="pact, navy, winter"):
        made_up().cause("pakt")


def test_findings_write_their_numbers_into_the_heading(made_up):
    assert made_up().findings[0].text == "1 of 2"
