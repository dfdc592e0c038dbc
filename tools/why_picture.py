"""Draw the pictures of the answer that the README shows: `python tools/why_picture.py`."""

from pathlib import Path

import hokushin as hk
from hokushin.answer.pictures import causes_picture, strips_picture

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"


def main() -> None:
    """Ask the default question of second-front and draw its causes and its hundred histories."""
    answer = hk.why("second-front")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, draw in {"why": causes_picture, "histories": strips_picture}.items():
        draw(answer).savefig(PICTURES / f"{name}.png", dpi=110)


if __name__ == "__main__":
    main()
