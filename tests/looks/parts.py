"""The pictures of docs/design.md: each part of the style guide, light and dark."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from tests.looks.sites import drawing
from tests.looks.states import STATES
from tests.looks.windows import SCHEMES, Windows

GUIDE = next(state for state in STATES if state.name == "style-guide")
WIDTH = 768  # narrow enough for two beside each other


def draw(folder: Path) -> None:
    """A WebP for each part, named as its section."""
    folder.mkdir(parents=True, exist_ok=True)
    with drawing() as (browser, scene), Windows(browser, scene) as windows:
        page = windows.show(GUIDE, WIDTH)
        page.wait_for_load_state("networkidle")
        for part in page.locator("[data-part]").all():
            light, dark = (_picture(page, part, scheme) for scheme in SCHEMES)
            both = Image.new("RGB", (light.width + dark.width, light.height))
            both.paste(light, (0, 0))
            both.paste(dark, (light.width, 0))
            both.save(folder / f"{part.get_attribute('id')}.webp", quality=80, method=6)


def _picture(page: Any, part: Any, scheme: str) -> Image.Image:
    page.emulate_media(color_scheme=scheme)
    box = part.bounding_box()
    margin = 12
    clip = {
        "x": box["x"] - margin,
        "y": box["y"] - margin + page.evaluate("scrollY"),
        "width": box["width"] + 2 * margin,
        "height": box["height"] + 2 * margin,
    }
    return Image.open(io.BytesIO(page.screenshot(clip=clip, full_page=True))).convert("RGB")


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
