"""Writes src/hokushin/model/battle_fit.py from the joint draws that ship.

    .venv/bin/python -m tools.battle_fit

The model reads no files, so what it needs of the posterior, its moments, stands in code. A test
compares the two.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np

from hokushin.infer.battles.engagement import moments
from hokushin.model.battle_coefficients import coefficient_names

TARGET = Path(__file__).resolve().parent.parent / "src/hokushin/model/battle_fit.py"

BLOCKS = {
    "outcome": lambda name: name.startswith("outcome."),
    "duration": lambda name: name.startswith("duration."),
    "losses": lambda name: name.startswith("loss_"),
    "gain": lambda name: name.startswith("advance.gain"),
    "advance": lambda name: name.startswith("advance.") and not name.startswith("advance.gain"),
}
"""Groups of coefficients that share no battle's likelihood: between them the posterior is
independent, and correlations of draws are chance."""

HEAD = '''"""What the fit to battles came to: means, spreads and correlations of the coefficients.

Written by `python -m tools.battle_fit` from the joint draws in `hokushin.infer.battles`; not to be
edited by hand. Of 260 battles of 1900-1953; docs/battles.md tells how.
"""

'''


def source() -> str:
    """Give the text of the file."""
    names = coefficient_names()
    early, late = moments("1900-18"), moments("1919-45")
    lines = ["ESTIMATES: dict[str, tuple[float, float, float, float]] = {"]
    for i, name in enumerate(names):
        numbers = (early.mean[i], early.sd[i], late.mean[i], late.sd[i])
        lines.append(f'    "{name}": ({", ".join(f"{x:.3f}" for x in numbers)}),')
    lines += ["}", '"""Mean and standard deviation in 1900-18, then the two in 1919-45."""', ""]
    lines.append("CORRELATIONS: dict[tuple[str, ...], tuple[tuple[int, ...], ...]] = {")
    for belongs in BLOCKS.values():
        at = [i for i, name in enumerate(names) if belongs(name)]
        block = np.rint(100.0 * late.correlation[np.ix_(at, at)]).astype(int)
        lines += ["    (", *_wrapped([f'"{names[i]}"' for i in at]), "    ): ("]
        for row in range(1, len(at)):
            numbers = ", ".join(map(str, block[row, :row]))
            comma = "," if row == 1 else ""
            lines += textwrap.wrap(
                f"({numbers}{comma}),",
                90,
                initial_indent=" " * 8,
                subsequent_indent=" " * 9,
            )
        lines.append("    ),")
    lines += ["}", '"""Hundredths, below the diagonal, row by row, among coefficients that are not']
    lines += ["independent; in 1919-45, on the scale on which each coefficient is normal.", '"""']
    return HEAD + "\n".join(lines) + "\n"


def _wrapped(words: list[str]) -> list[str]:
    text = ", ".join(words) + ","
    return textwrap.wrap(text, 92, initial_indent=" " * 8, subsequent_indent=" " * 8)


if __name__ == "__main__":
    TARGET.write_text(source(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
