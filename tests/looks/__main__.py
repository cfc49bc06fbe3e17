"""``make shots``: every state in both widths and both schemes, and one page to look at them all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

from tests.looks.sites import drawing
from tests.looks.states import STATES, State
from tests.looks.windows import SCHEMES, SIZES, Windows

PAGE = """<!doctype html><meta charset="utf-8"><title>The pages</title>
<style>body{{font:1rem system-ui;margin:2rem}}div{{display:flex;gap:1rem;align-items:start}}
img{{border:1px solid #8888;max-height:30rem}}</style>{states}"""
ROW = "<h2>{name}</h2><div>{pictures}</div>"
PICTURE = '<a href="{file}"><img src="{file}" alt="" loading="lazy"></a>'


def draw(folder: Path, names: Sequence[str]) -> None:
    """PNGs of the states named, or of all, and index.html."""
    states = [state for state in STATES if not names or state.name in names]
    folder.mkdir(parents=True, exist_ok=True)
    with drawing() as (browser, scene), Windows(browser, scene) as windows:
        rows = [_row(windows, state, folder) for state in states]
    (folder / "index.html").write_text(PAGE.format(states="".join(rows)))


def _row(windows: Windows, state: State, to: Path) -> str:
    files = []
    for width in SIZES:
        page = windows.show(state, width)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            files.append(f"{state.name}-{width}-{scheme}.png")
            page.screenshot(path=to / files[-1], full_page=True)
    pictures = "".join(PICTURE.format(file=escape(file)) for file in files)
    return ROW.format(name=escape(state.name), pictures=pictures)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), sys.argv[2:])
