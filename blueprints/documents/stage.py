"""How the media page lays out a picture: as large as fits the window, a long one at a readable
width or height, a tiny one enlarged. ``static/css/media.css`` has the same lengths.
"""

from __future__ import annotations

from dataclasses import dataclass

from blueprints.documents.sources import Source, sources
from models import Upload

TALL = 2.5  # times as high as it is wide: a long screenshot, which scrolls
BROAD, STRIP = 2.5, 5.0  # times as wide as it is high: a panorama, which scrolls in a narrow window
BROAD_UNTIL, STRIP_UNTIL = 40, 80  # rem: how wide such a window is at most
LEAST = 256  # CSS pixels of its height there
TINY, ENLARGED = 128, 384  # pixels of the longer side
SEE_THROUGH = ("png", "webp", "gif", "avif")  # formats with transparency


@dataclass(frozen=True)
class Stage:
    """``names``: its classes. ``scale``: how often each pixel is shown, in both directions.
    ``sources``: what the browser chooses from. ``is_light``: the medium alone comes first, and the
    file (``static/js/media.js``) where that one isn't sharp enough. ``sizes``: how wide the picture
    is shown, as HTML's ``sizes``.
    """

    names: str
    scale: int
    sources: list[Source]
    is_light: bool
    sizes: str


def stage(upload: Upload, *, opens_file: bool = True) -> Stage:
    longer = max(upload.width, upload.height)
    ratio = upload.width / upload.height
    is_tall = not upload.is_video and longer > TINY and ratio < 1 / TALL
    is_tiny = not upload.is_video and longer <= TINY
    is_around = upload.is_360 and upload.is_playable
    is_broad = not upload.is_video and longer > TINY and ratio > BROAD and not is_around
    shown = sources(upload, opens_file=opens_file)
    names = {
        "tall": is_tall,
        "broad": is_broad,
        "strip": is_broad and ratio > STRIP,
        "tiny": is_tiny,
        "see-through": upload.is_playable and upload.format in SEE_THROUGH,
    }
    return Stage(
        " ".join(name for name, is_so in names.items() if is_so),
        ENLARGED // longer if is_tiny else 1,
        shown,
        len(shown) == 1 and shown[0].name != upload.filename and upload.is_playable and opens_file,
        _sizes(upload, ratio, is_tall, is_broad),
    )


def _sizes(upload: Upload, ratio: float, is_tall: bool, is_broad: bool) -> str:
    if is_tall:
        return "min(100vw, 48rem)"
    fitted = (
        f"(min-width: 48rem) min(100vw - 3rem, max(20rem, 100vh - 15rem) * {ratio:.4f}), "
        f"min(100vw, max(16rem, 70vh) * {ratio:.4f})"
    )
    if not is_broad:
        return fitted
    until = STRIP_UNTIL if ratio > STRIP else BROAD_UNTIL
    return f"(max-width: {until}rem) {min(upload.height, LEAST) * ratio:.0f}px, {fitted}"
