"""Every supported format, one row each. A new one is a row here, its first bytes in `media.sniff`,
and at most one walker.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Format:
    """``name`` is what settings and rows call it. ``extension`` is that of stored files, ``other``
    one that senders may use, too.

    ``has_own_derivatives``: every browser shows it, so thumb, medium and tile have it, too; else
    they are JPEG. ``is_shown``: common browsers show the file itself. ``is_upright``: its decoder
    turns it; else EXIF does. ``encoding`` is how Pillow saves derivatives, which ``thumb``,
    ``tile``, ``preview`` and ``resized`` change. Memory is in bytes a pixel at the peak, measured
    and rounded up, for the worst mode: ``decode`` by `derive`, ``encode`` where the upload itself
    is written anew; ``whole`` is how often all of the file is held.
    """

    name: str
    mime: str
    kind: Literal["image", "video"] = "image"
    extension: str = ""
    other: str = ""
    pillow: str = ""
    demuxer: str = ""
    has_own_derivatives: bool = False
    is_shown: bool = True
    is_upright: bool = False
    decode: float = 0
    encode: float = 0
    whole: int = 0
    encoding: dict[str, Any] = field(default_factory=dict)
    thumb: dict[str, Any] = field(default_factory=dict)
    tile: dict[str, Any] = field(default_factory=dict)
    preview: dict[str, Any] = field(default_factory=dict)
    resized: dict[str, Any] = field(default_factory=dict)

    @property
    def stored(self) -> str:
        return self.extension or self.name


# Pillow keeps RGB and RGBA at 4 bytes, and makes a premultiplied copy (4) of what has alpha before
# it shrinks it.
#
# JPEG at 88 without chroma subsampling: no visible loss on a 750 pixel picture, red edges stay
# sharp, about 120 KB. Tables of its own would save 2 % of the bytes and progressive scans 7 %, for
# 2.5 and 5 times the time, as level 6 of PNG would save 2 % for twice. A page of thumbs or tiles is
# many at once, and they are never looked at closely: half the bytes. A tile of WebP or AVIF by the
# faster way is 4 % larger, in half and in a fifth of the time. The sender's own file, resized,
# replaces the original, so it gets more bits.
_ALL = (
    Format(
        "jpg",
        "image/jpeg",
        extension="jpeg",
        other="jpg",
        pillow="JPEG",
        has_own_derivatives=True,
        decode=1.0,  # at a half to an eighth of its size (`Image.draft`)
        encode=16.0,
        encoding={"format": "JPEG", "quality": 88, "subsampling": 0},
        thumb={"quality": 82, "subsampling": 2, "optimize": True},
        tile={"quality": 82, "subsampling": 2},
        resized={"quality": 94, "progressive": True, "optimize": True},
    ),
    Format(
        "png",
        "image/png",
        pillow="PNG",
        has_own_derivatives=True,
        decode=10.5,  # RGBA and its copy, or 16 bit grey as 32 bit and as a copy of it
        encode=12.5,
        encoding={"format": "PNG", "compress_level": 3},
        resized={"compress_level": 6},
    ),
    Format(
        "gif",
        "image/gif",
        pillow="GIF",
        has_own_derivatives=True,
        decode=10.5,  # palette (1), RGBA and its copy
        encode=12.5,
        encoding={"format": "GIF"},
    ),
    Format(
        "webp",
        "image/webp",
        pillow="WEBP",
        has_own_derivatives=True,
        decode=13.0,  # two canvases of libwebp and the frame as bytes; lossy alpha takes 1 more
        encode=28.0,
        # the file, the decoder's copy, metadata in it once more, and the file again while it is
        # open
        whole=4,
        encoding={"format": "WEBP", "quality": 86, "method": 3},
        thumb={"quality": 80},
        tile={"quality": 80, "method": 2},
        preview={"quality": 82, "method": 2},
        resized={"quality": 94, "method": 4},
    ),
    Format(
        "avif",
        "image/avif",
        pillow="AVIF",
        has_own_derivatives=True,
        # planes of up to 16 bit with alpha (8), RGBA of libavif, the frame as bytes, the picture
        decode=21.0,
        encode=36.0,
        whole=2,
        encoding={"format": "AVIF", "quality": 80, "speed": 8},
        thumb={"quality": 70},
        tile={"quality": 70, "speed": 9},
        resized={"quality": 90, "speed": 6},
    ),
    Format(
        "bmp",
        "image/bmp",
        pillow="BMP",
        decode=10.5,  # becomes a PNG first, which is then read
        encode=12.5,
    ),
    Format(
        "heic",
        "image/heic",
        other="heif",
        pillow="HEIF",
        is_shown=False,
        is_upright=True,
        decode=16.0,  # planes of up to 16 bit (6), RGBA of libheif, the picture and its copy
        whole=2,
    ),
    Format(
        "tiff",
        "image/tiff",
        other="tif",
        pillow="TIFF",
        is_shown=False,
        is_upright=True,
        # the picture, its copy, and one strip, which may be all of it, of up to 8 bytes a pixel
        decode=16.0,
    ),
    Format("mp4", "video/mp4", "video", demuxer="mov"),
    Format("mov", "video/quicktime", "video", demuxer="mov"),
    Format("m4v", "video/x-m4v", "video", demuxer="mov"),
    Format("3gp", "video/3gpp", "video", demuxer="mov"),
    Format("webm", "video/webm", "video", demuxer="matroska"),
    Format("mkv", "video/x-matroska", "video", demuxer="matroska"),
)

FORMATS = {row.name: row for row in _ALL}
MIME_BY_EXTENSION = {
    extension: row.mime
    for row in _ALL
    for extension in (row.name, row.stored, row.other)
    if extension
}
