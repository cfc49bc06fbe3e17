"""EXIF as ExifRead reads it, which is fed with care."""

from __future__ import annotations

import io
import logging
from typing import IO, Any, BinaryIO, cast

import exifread

from media.errors import Unreadable
from media.metadata import encoding

logging.getLogger("exifread").setLevel(logging.CRITICAL)  # it warns of every odd camera

_MAX_TEXT = 10_000  # bytes of a text that are decoded


def read_tags(data: bytes | IO[bytes]) -> dict[str, str]:
    """ExifRead's tags as text, ``Image Orientation#`` as its number. A block that breaks it counts
    as empty.

    Raises Unreadable for more entries than any file has: what it didn't get to see may tell
    something.
    """
    stream = _Rationed(
        io.BytesIO(data.removeprefix(b"Exif\0\0")) if isinstance(data, bytes) else data
    )
    try:
        tags: dict[str, Any] = exifread.process_file(
            cast(BinaryIO, stream), details=False, extract_thumbnail=False
        )
    except Exception:  # a third-party parser fed with hostile bytes raises anything
        tags = {}
    if stream.reads_left < 0:
        raise Unreadable()
    texts = {name: _text_of(tag) for name, tag in tags.items()}
    if "Image Orientation" in tags:
        values = getattr(tags["Image Orientation"], "values", [1])
        texts["Image Orientation#"] = str(values[0] if values and values[0] in range(1, 9) else 1)
    return texts


def _text_of(tag: Any) -> str:
    """A tag as text. ExifRead leaves text that is not UTF-8 as bytes."""
    values = getattr(tag, "values", None)
    return encoding.decode(values[:_MAX_TEXT]) if isinstance(values, bytes) else str(tag)[:100_000]


class _Rationed:
    """A file for a reader that believes every length: five thousand tags of one block may each
    claim all of it. And each tag takes it some reads: a photo has some hundred tags, an office
    scanner's file some tens a page.
    """

    # bytes; a real file's EXIF takes some kilobytes, read once or twice
    AT_ONCE, IN_ALL = 1_000_000, 64_000_000
    READS = 300_000

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.left, self.reads_left = file, self.IN_ALL, self.READS
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(self.AT_ONCE if size < 0 else min(size, self.AT_ONCE))
        self.left -= len(data)
        self.reads_left -= 1
        if self.left < 0 or self.reads_left < 0:
            raise Unreadable()
        return data
