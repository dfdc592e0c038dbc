"""Page: the answer on a page of its own, without scripts, that prints as it stands."""

from __future__ import annotations

from datetime import date
from html import escape

from hokushin.answer.document import Strip, Why
from hokushin.answer.notebook import table
from hokushin.answer.text import render
from hokushin.answer.words import day_in_words
from hokushin.scenario.dates import parse_date

_ROW, _WIDTH = 5, 640

_STYLE = """
:root { color-scheme: light dark; --paper: #FBFAF6; --ink: #1B1E22; --soft: #565B61;
  --quiet: #E8E4DA; --other: #8A8981; --event: #A8321A; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171A; --ink: #ECE9E2; --soft: #A8ADB3;
  --quiet: #2A2F34; --other: #85888B; --event: #EE8159; } }
body { background: var(--paper); color: var(--ink); max-width: 1120px; margin: 24px auto;
  padding: 0 16px; font: 16.5px/25px Charter, Cambria, Georgia, serif; }
p, li { max-width: 68ch; }
table, svg, pre { font: 14px/20px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
pre { overflow-x: auto; font-family: ui-monospace, monospace; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--quiet);
  vertical-align: top; font-weight: normal; }
thead th { color: var(--soft); }
svg { max-width: 100%; height: auto; }
.quiet { fill: var(--quiet); } .other { fill: var(--other); } .event { fill: var(--event); }
text { fill: var(--soft); font-size: 12px; }
"""


def page(why: Why) -> str:
    """Give the whole answer as one HTML file: figures with a table or text for each."""
    sections = [
        table(why),
        "<h2>A hundred histories</h2>",
        f"<p>{escape(strips_in_words(why))}</p>",
        strips_picture(why),
        "<h2>Everything, as the terminal has it</h2>",
        f"<pre>{escape(render(why))}</pre>",
    ]
    title = escape(why.title)
    body = "\n".join(sections)
    return (
        f"<!doctype html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def strips_in_words(why: Why) -> str:
    """Say what the hundred strips show."""
    days = [day for strip in why.strips if (day := _day_of(strip, why.outcome.event)) is not None]
    span = f"{day_in_words(why.outcome.branch)} to {day_in_words(why.outcome.horizon)}"
    said = f"{len(why.strips)} histories, {span}. In {len(days)} the event comes about"
    if days:
        said += f", first on {day_in_words(min(days))}, last on {day_in_words(max(days))}"
    return f"{said}: {why.outcome.title}."


def strips_picture(why: Why) -> str:
    """Draw one line a history: light, darker after another event, red from the event on."""
    begin = parse_date(why.outcome.branch).first
    end = parse_date(why.outcome.horizon).first
    height = _ROW * len(why.strips)
    parts = [
        f"<svg viewBox='0 0 {_WIDTH} {height + 20}' role='img' "
        f"aria-label='{escape(strips_in_words(why), quote=True)}'>"
    ]
    for number, strip in enumerate(why.strips):
        parts += _strip(strip, why.outcome.event, begin, end, _ROW * number)
    parts.append(f"<text x='0' y='{height + 15}'>{day_in_words(why.outcome.branch)}</text>")
    parts.append(
        f"<text x='{_WIDTH}' y='{height + 15}' text-anchor='end'>"
        f"{day_in_words(why.outcome.horizon)}</text></svg>"
    )
    return "\n".join(parts)


def _strip(strip: Strip, event: str, begin: date, end: date, y: int) -> list[str]:
    shades = [("quiet", 0.0)]
    for segment in strip.segments:
        place = _place(segment.since, begin, end)
        if segment.event == event:
            shades.append(("event", place))
        elif 0 < place < 1 and shades[-1][0] == "quiet":
            shades.append(("other", place))
    ends = [*(place for _, place in shades[1:]), 1.0]
    return [
        f"<rect class='{shade}' x='{_WIDTH * place:.1f}' y='{y}' "
        f"width='{_WIDTH * (stop - place):.1f}' height='{_ROW - 2}'/>"
        for (shade, place), stop in zip(shades, ends, strict=True)
        if stop > place
    ]


def _place(written: str, begin: date, end: date) -> float:
    day = parse_date(written).first
    return min(1.0, max(0.0, (day - begin).days / (end - begin).days))


def _day_of(strip: Strip, event: str) -> str | None:
    return next((s.since for s in strip.segments if s.event == event), None)
