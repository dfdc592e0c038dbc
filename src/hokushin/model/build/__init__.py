"""Build: the one bridge from a scenario's files to the arrays of a model."""

from hokushin.model.build.model import Model, build

__all__ = ["Model", "build"]
