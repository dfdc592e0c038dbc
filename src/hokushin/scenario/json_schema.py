"""JSON Schema: what an editor needs to complete and check scenario files while they are written.

`python -m hokushin.scenario.json_schema` writes `scenario.schema.json` beside the packaged
scenarios; a test says so when it is out of date. A file's first line can point editors to it:

    # yaml-language-server: $schema=../scenario.schema.json
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from hokushin.scenario.schema import Scenario
from hokushin.scenario.units import known_units

FILE_NAME = "scenario.schema.json"

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FROM_TABLES = ("climate",)
"""Sections that come from CSV files and stand in no YAML file."""

_EITHER = (("constant",), ("low", "high", "source", "seen"))
"""A number is a constant and says why, or has an interval and a source."""


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one `*.yaml` of a scenario folder.

    Every section may be absent, since another file may hold it. What one entry says of another is
    beyond a schema; the loader checks that.
    """
    schema = Scenario.model_json_schema(by_alias=True, schema_generator=_Generator)
    sections = schema["properties"]
    for name in _FROM_TABLES:
        del sections[name]
    for section in sections.values():
        section.pop("default", None)
    schema.pop("required")
    _close(schema)
    kinds = schema["$defs"]
    kinds["Effect"] |= {"minProperties": 1, "maxProperties": 1}
    kinds["Event"] |= {"minProperties": 2, "maxProperties": 2}
    kinds["Quantity"]["anyOf"] = [{"required": [*names]} for names in _EITHER]
    schema["title"] = "A file of a scenario"
    schema["description"] = "Sections of a scenario; they may be spread over any number of files."
    names = ", ".join(known_units())
    unit = kinds["Quantity"]["properties"]["unit"]
    unit["description"] = f"{unit['description']} Names: {names}."
    return {"$schema": _DIALECT, **schema}


def written_schema() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"


def _close(part: Any) -> None:
    """Refuse keys that fit none of the patterns of a mapping, all the way down."""
    if isinstance(part, dict):
        if "patternProperties" in part:
            part["additionalProperties"] = False
        for value in part.values():
            _close(value)
    elif isinstance(part, list):
        for value in part:
            _close(value)


class _Generator(GenerateJsonSchema):
    """Leaves out titles made from field names, which say nothing that the name does not."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


if __name__ == "__main__":
    target = FilePath(str(files("hokushin.scenarios"))) / FILE_NAME
    target.write_text(written_schema(), encoding="utf-8")
    print(f"wrote {target}")
