"""The command `hokushin`: the same verbs as in Python, in a shell."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from hokushin.cli.app import app

    app()
