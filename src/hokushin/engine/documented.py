"""Documented: the choices of the record as positions on the axes of a model."""

from __future__ import annotations

from hokushin.engine.run import Documented
from hokushin.model.build import Model
from hokushin.scenario.record import Record, documented


def documented_path(model: Model, record: Record) -> tuple[Documented, ...]:
    """Positions of every documented choice in a matter that the model has.

    Changes of person and matters that the scenario leaves out are passed over: the loader has
    already reported any row that names what does not exist.
    """
    sets = model.sets
    path = []
    for choice in documented(record):
        if choice.matter in sets.matters:
            matter = sets.matters.index(choice.matter)
            if choice.option in sets.options[matter]:
                option = sets.options[matter].index(choice.option)
                path.append(Documented(choice.day, matter, option))
    return tuple(path)
