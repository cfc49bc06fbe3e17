"""How much memory a picture takes while it is decoded, shrunk and saved; and how what was taken
goes back to the system.
"""

from __future__ import annotations

import contextlib
import ctypes
from math import prod

from media.formats import FORMATS
from media.metadata.containers.block import MAX_BLOCK_BYTES, MAX_METADATA_BYTES
from media.pixels import preview, reduced
from media.probe import Facts

# of a JPEG: the coefficients of all four channels without subsampling, 2 bytes each
PROGRESSIVE = 8.5
RESIZE = 8.5  # a JPEG is decoded in full then, and may have a profile to be applied
PREVIEW = 16  # a pixel of it: reduced, upright, without alpha, as it is encoded
FIXED = 16_000_000  # derivatives and encoders, whatever the size of the picture

# times the metadata: with the decoder, as it is, as it will be, what was cut out of both,
# compressed for its owner
METADATA = 5
LOOK = 8_000_000  # a tree of XMP, ExifRead's tags


def look(format: str, file_bytes: int) -> int:
    """Bytes that `media.probe.probe` takes at the most, which decodes nothing but keeps what it
    reads of metadata.
    """
    row = FORMATS[format]
    if row.kind == "video":  # their metadata is read one block at a time
        return LOOK + min(file_bytes, MAX_BLOCK_BYTES)
    return LOOK + (row.whole * file_bytes if row.whole else 2 * min(file_bytes, MAX_METADATA_BYTES))


def need(facts: Facts, file_bytes: int, width: int | None = None) -> int:
    """Bytes that are taken at the peak by conversion (to ``width``), scrubbing and derivatives of a
    picture.
    """
    pixels = facts.width * facts.height
    metadata = METADATA * facts.metadata_bytes
    if facts.kind == "video":  # its decoder runs in a process of its own, and leaves a PNG
        return FIXED + metadata + reduced.need(facts)
    format = FORMATS[facts.format]
    each = format.decode + (PROGRESSIVE if facts.is_progressive else 0)
    target = 0
    if format.encode and ((width and width < facts.width) or facts.format == "bmp"):
        each += RESIZE if facts.format == "jpg" else 0
        target = round(pixels * min(1.0, (width or facts.width) / facts.width) ** 2)
    taken = max(round(each * pixels + format.encode * target), reduced.need(facts))
    return FIXED + metadata + format.whole * file_bytes + taken


def need_of_preview(facts: Facts, file_bytes: int) -> int:
    """The same of a picture's preview."""
    pixels, format = facts.width * facts.height, FORMATS[facts.format]
    each = format.decode + (PROGRESSIVE if facts.is_progressive else 0)
    made = prod(preview.size(facts.width, facts.height))
    return round(FIXED + format.whole * file_bytes + each * pixels + PREVIEW * made)


_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # of glibc's <malloc.h>
# each keeps its own free memory; threads decode outside the interpreter's lock, and rarely allocate
ARENAS = 2
# larger pieces go back when they are freed; unset, glibc raises this to 32 MB by itself
MMAP_BYTES = 256 * 1024


def keep_little() -> None:
    """Have the allocator give freed pictures back to the system. Only glibc knows how; others do it
    by themselves, or don't.
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, ARENAS)
        libc.mallopt(_M_MMAP_THRESHOLD, MMAP_BYTES)


def give_back() -> None:
    """Return what is free in the middle of the heap, too: some milliseconds."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
