"""The reduced picture that derivatives are cut from: how large it is, and what it takes to make."""

from __future__ import annotations

from math import ceil, prod

from media.formats import FORMATS
from media.pixels import tile
from media.probe import Facts

THUMB_SIZE, MEDIUM_WIDTH = 320, 750  # pixels (contract, *Files*)
PLACEHOLDER_SIZE = 16  # pixels of the longer side: some 150 bytes in the page

# A JPEG is decoded at no less than this times the size wanted, so that the last step is a Lanczos
# filter. A photo of 1600 pixels is decoded at 800, 44 dB from the way by all pixels, one of 4000 at
# 1000, 47 dB: less than what saving it as JPEG costs (37), for half the time.
_DRAFT_MARGIN = 1.06
# With no more pixels, one reduced picture for all is faster than a part of it for each.
_LITTLE = 4_000_000


def size(facts: Facts) -> tuple[int, int]:
    """The smallest size that all derivatives can be cut from."""
    shorter = min(facts.width, facts.height)
    return scaled(
        facts,
        max(
            MEDIUM_WIDTH / facts.width, THUMB_SIZE / shorter, tile.scale(facts.width, facts.height)
        ),
    )


def scaled(facts: Facts, scale: float) -> tuple[int, int]:
    """Never enlarged."""
    if scale >= 1:
        return facts.width, facts.height
    return max(1, round(facts.width * scale)), max(1, round(facts.height * scale))


def drafted(size: tuple[int, int]) -> tuple[int, int]:
    return ceil(size[0] * _DRAFT_MARGIN), ceil(size[1] * _DRAFT_MARGIN)


def medium_size(facts: Facts) -> tuple[int, int] | None:
    """None where the file is as small, and browsers show it."""
    if facts.width <= MEDIUM_WIDTH and FORMATS[facts.format].is_shown:
        return None
    width = min(MEDIUM_WIDTH, facts.width)
    return width, max(1, round(facts.height * width / facts.width))


def whole_size(facts: Facts) -> tuple[int, int]:
    """In which all of the picture is held, besides as it is decoded."""
    if not is_apart(facts):
        return size(facts)
    return medium_size(facts) or scaled(facts, PLACEHOLDER_SIZE / max(facts.width, facts.height))


def is_apart(facts: Facts) -> bool:
    """Whether thumb and tile are cut out of the picture as it is decoded: it is so long that all of
    it would be held nearly as it is, and only for the part that they show.
    """
    width, height = size(facts)
    return width * height > _LITTLE and medium_size(facts) != (width, height)


def need(facts: Facts) -> int:
    """Bytes taken at the peak while a picture is decoded, reduced and saved."""
    pixels, whole = facts.width * facts.height, prod(whole_size(facts))
    if facts.format == "jpg":
        # 4 a pixel as it is decoded, as it is then, and in the copy that is turned, or is the
        # medium
        wide, high = drafted(size(facts))
        by = next(
            by
            for by in (8, 4, 2, 1)
            if by == 1 or facts.width // wide >= by <= facts.height // high
        )
        return round(4 * pixels / by**2 + 8 * whole)
    # A video leaves a PNG. Either both steps of the filter are there, too, or, while the medium is
    # saved, what was decoded.
    format = FORMATS["png" if facts.kind == "video" else facts.format]
    medium = prod(medium_size(facts) or (0,))
    return round(max(format.decode * pixels + 8 * whole, 4 * pixels + format.encode * medium))
