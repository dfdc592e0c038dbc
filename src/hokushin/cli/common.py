"""Common: exit codes, errors, progress and output that all commands share.

Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

DATA_ERROR, USAGE_ERROR, INCOMPLETE, MISMATCH, QUALITY, INTERRUPTED = 1, 2, 3, 4, 5, 130

_SECONDS_BETWEEN_LINES = 60.0
_LATELY = 8
"""Reports from which the pace of a stage is read."""

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name of a scenario, or its folder.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
AskedBasis = Annotated[
    Literal["prior", "posterior"] | None,
    typer.Option("--basis", help="Assumptions alone, or fitted draws; these where there are any."),
]
Fits = Annotated[
    Path | None,
    typer.Option("--fits", metavar="FOLDER", help="Where fitted draws lie; the cache if absent."),
]
Seed = Annotated[int, typer.Option(help="Seed of all randomness.", min=0, max=2**32 - 1)]


@contextmanager
def guarded(as_json: bool = False) -> Iterator[None]:
    """Turn what may go wrong into a message on standard error and an exit code.

    A scenario with problems ends with 1 (the problems as JSON on standard output if it was asked
    for), a call that cannot be met with 2, Ctrl+C with 130.
    """
    from hokushin.scenario.problems import ScenarioError

    try:
        yield
    except ScenarioError as error:
        if as_json:
            typer.echo(json.dumps(error.as_dict(), ensure_ascii=False, indent=1))
        else:
            tell(str(error))
        raise typer.Exit(DATA_ERROR) from None
    except ValueError as error:
        tell(f"hokushin: {error}")
        raise typer.Exit(USAGE_ERROR) from None
    except OSError as error:
        tell(f"hokushin: {error.filename or 'a file'}: {error.strerror or error}")
        raise typer.Exit(DATA_ERROR) from None
    except KeyboardInterrupt:
        tell("interrupted")
        raise typer.Exit(INTERRUPTED) from None


def tell(message: str) -> None:
    """Write a message to standard error."""
    typer.echo(message, err=True)


def give(result: Any, as_json: bool) -> None:
    """Write a result to standard output: its JSON document, or its text."""
    if as_json:
        typer.echo(json.dumps(result.as_dict(), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        show(str(result))


def show(text: str) -> None:
    """Write text to standard output, headings in bold where that is a terminal with colours."""
    from rich.console import Console
    from rich.text import Text

    if not sys.stdout.isatty():
        typer.echo(text)
        return
    console = Console(highlight=False, soft_wrap=True)
    for line in text.split("\n"):
        words = line.split("  ")[0]
        heading = bool(words) and words == words.upper() and any(map(str.isalpha, words))
        console.print(Text(line, style="bold" if heading else ""))


@contextmanager
def progress_on_stderr() -> Iterator[Callable[[str, int, int], None]]:
    """Show what runs on standard error while it does, and how long it has still to run.

    A bar where that is a terminal; elsewhere a line a minute, so that the log of a long run says
    how far it is and a short one stays silent.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lines_of_progress(time.monotonic, tell)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    pace = Pace(time.monotonic)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None, left="")

        def report(stage: str, done: int, total: int) -> None:
            left = in_words(pace.left(stage, done, total))
            bar.update(task, description=stage, completed=done, total=total or None, left=left)

        yield report


class Pace:
    """How fast a stage runs, from what it did lately.

    Parts that an earlier run left are done at once; the pace of the last reports forgets them.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.stage = ""
        self.seen: deque[tuple[float, int]] = deque(maxlen=_LATELY)

    def left(self, stage: str, done: int, total: int) -> float | None:
        """Note a report, and give the seconds that the stage has still to run, if that is known."""
        if stage != self.stage:
            self.stage = stage
            self.seen.clear()
        self.seen.append((self.clock(), done))
        (began, first), (now, last) = self.seen[0], self.seen[-1]
        if not total or last <= first or now <= began:
            return None
        return (total - done) * (now - began) / (last - first)


def lines_of_progress(
    clock: Callable[[], float], write: Callable[[str], None]
) -> Callable[[str, int, int], None]:
    """Give a report that writes a line a minute: stage, share done, and the time that is left."""
    pace, told = Pace(clock), [clock()]

    def report(stage: str, done: int, total: int) -> None:
        left = pace.left(stage, done, total)
        if clock() - told[0] < _SECONDS_BETWEEN_LINES:
            return
        told[0] = clock()
        parts = [stage, f"{100 * done // total} in 100 done" if total else "", in_words(left)]
        write(", ".join(part for part in parts if part))

    return report


def in_words(seconds: float | None) -> str:
    """Write the time that is left: about 12 minutes left."""
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute left"
    return f"about {minutes} minute{'' if minutes == 1 else 's'} left"


def judge_sampler(failures: Sequence[str]) -> None:
    """End with a code of its own where a sampler did not pass its gates, and say which."""
    for failure in failures:
        tell(f"hokushin: {failure}; ask for more --draws or --warmup")
    if failures:
        raise typer.Exit(QUALITY)


def plain_terminal() -> bool:
    """Whether standard output cannot take characters beyond ASCII."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return encoding not in ("utf8", "utf16", "utf32")


def day(written: str | None, option: str) -> date | None:
    """Read a day as an option gives it."""
    from hokushin.scenario.dates import DateError, parse_date

    if written is None:
        return None
    try:
        return parse_date(written).first
    except DateError as error:
        raise ValueError(f"{option} {error}") from None
