"""Simulates historical decisions many times over and asks what caused them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PUBLIC = {
    "load": "hokushin.scenario.load",
    "Loaded": "hokushin.scenario.load",
    "ScenarioError": "hokushin.scenario.problems",
    "build": "hokushin.model.build",
    "Model": "hokushin.model.build",
    "Setting": "hokushin.engine.run",
    "Simulator": "hokushin.engine.run",
    "contrast": "hokushin.query.contrast",
    "why": "hokushin.answer.why",
    "Why": "hokushin.answer.document",
    "claims": "hokushin.answer.claims",
    "source": "hokushin.answer.source",
    "replay": "hokushin.answer.replay",
    "run": "hokushin.answer.ensemble",
    "verify": "hokushin.answer.verify",
}
"""Public name -> the module that it lives in; nothing is imported before it is asked for."""

if TYPE_CHECKING:
    from hokushin.answer.claims import claims
    from hokushin.answer.document import Why
    from hokushin.answer.ensemble import run
    from hokushin.answer.replay import replay
    from hokushin.answer.source import source
    from hokushin.answer.verify import verify
    from hokushin.answer.why import why
    from hokushin.engine.run import Setting, Simulator
    from hokushin.model.build import Model, build
    from hokushin.query.contrast import contrast
    from hokushin.scenario.load import Loaded, load
    from hokushin.scenario.problems import ScenarioError

__all__ = [
    "Loaded",
    "Model",
    "ScenarioError",
    "Setting",
    "Simulator",
    "Why",
    "build",
    "claims",
    "contrast",
    "load",
    "replay",
    "run",
    "source",
    "verify",
    "why",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'hokushin' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted([*globals(), *_PUBLIC])
