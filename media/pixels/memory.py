"""How much memory a picture takes while it is decoded, shrunk and saved; and how what was taken goes back to the system."""

from __future__ import annotations

import contextlib
import ctypes

from media.metadata.containers.block import MAX_BLOCK_BYTES, MAX_METADATA_BYTES
from media.pixels.video import DEMUXERS
from media.probe import Facts

# Bytes for each pixel at the peak of `derive`, measured and rounded up, for the worst mode of the format. Pillow keeps
# RGB and RGBA at 4 bytes, and makes a premultiplied copy (4) of what has alpha before it shrinks it.
DECODE = {
    "jpg": 1.0,  # at a half to an eighth of its size (`Image.draft`)
    "png": 10.5,  # RGBA and its copy, or 16 bit grey as 32 bit and as a copy of it
    "gif": 10.5,  # palette (1), RGBA and its copy
    "webp": 13.0,  # two canvases of libwebp and the frame as bytes; lossy alpha takes 1 more
    "avif": 21.0,  # planes of up to 16 bit with alpha (8), RGBA of libavif, the frame as bytes, the picture
    "bmp": 10.5,  # becomes a PNG first, which is then read
    "heic": 16.0,  # planes of up to 16 bit (6), RGBA of libheif, the picture and its copy
    "tiff": 16.0,  # the picture, its copy, and one strip, which may be all of it, of up to 8 bytes a pixel
}
PROGRESSIVE = 8.5  # of a JPEG: the coefficients of all four channels without subsampling, 2 bytes each
RESIZE = 8.5  # a JPEG is decoded in full then, and may have a profile to be applied
# Bytes for each pixel of the target, where the upload itself is written anew: the resized picture, its copies, the encoder.
ENCODE = {"jpg": 16.0, "png": 12.5, "gif": 12.5, "webp": 28.0, "avif": 36.0, "bmp": 12.5}
FIXED = 16_000_000  # derivatives and encoders, whatever the size of the picture


# Times the whole file: the file, a decoder's copy, metadata in it once more, and for WebP the file again while it is open.
WHOLE = {"webp": 4, "avif": 2, "heic": 2}
METADATA = 5  # times the metadata: with the decoder, as it is, as it will be, what was cut out of both, compressed for its owner
LOOK = 8_000_000  # a tree of XMP, ExifRead's tags


def look(format: str, file_bytes: int) -> int:
    """Bytes that `media.probe.probe` takes at the most, which decodes nothing but keeps what it reads of metadata."""
    if format in DEMUXERS:  # their metadata is read one block at a time
        return LOOK + min(file_bytes, MAX_BLOCK_BYTES)
    return LOOK + (WHOLE[format] * file_bytes if format in WHOLE else 2 * min(file_bytes, MAX_METADATA_BYTES))


def need(facts: Facts, file_bytes: int, width: int | None = None) -> int:
    """Bytes that are taken at the peak by conversion (to ``width``), scrubbing and derivatives of a picture."""
    pixels = facts.width * facts.height
    metadata = METADATA * facts.metadata_bytes
    if facts.kind == "video":  # its decoder runs in a process of its own, and leaves a PNG
        return FIXED + metadata + round(DECODE["png"] * pixels)
    each = DECODE[facts.format] + (PROGRESSIVE if facts.is_progressive else 0)
    target = 0
    if facts.format in ENCODE and ((width and width < facts.width) or facts.format == "bmp"):
        each += RESIZE if facts.format == "jpg" else 0
        target = round(pixels * min(1.0, (width or facts.width) / facts.width) ** 2)
    return FIXED + metadata + WHOLE.get(facts.format, 0) * file_bytes + round(each * pixels + ENCODE.get(facts.format, 0) * target)


_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # of glibc's <malloc.h>
ARENAS = 2  # each keeps its own free memory; threads decode outside the interpreter's lock, and rarely allocate
MMAP_BYTES = 256 * 1024  # larger pieces go back when they are freed; unset, glibc raises this to 32 MB by itself


def keep_little() -> None:
    """Have the allocator give freed pictures back to the system. Only glibc knows how; others do it by themselves, or don't."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, ARENAS)
        libc.mallopt(_M_MMAP_THRESHOLD, MMAP_BYTES)


def give_back() -> None:
    """Return what is free in the middle of the heap, too: some milliseconds."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
