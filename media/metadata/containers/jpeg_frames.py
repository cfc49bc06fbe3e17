"""Frames of a film that are JPEGs: what their segments hold beside the picture (ITU-T T.81, annex
B).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers.block import read_exactly

_MAX_FRAME = 32 * 1024 * 1024
# of all frames: ten in each, thirty frames a second, for almost two hours
_MAX_SEGMENTS = 2_000_000
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
SOI, EOI, SOS, COM = 0xD8, 0xD9, 0xDA, 0xFE
# By segment: what it begins with, and how many bytes of it decoders use: JFIF, AVI1 (which of two
# fields), Adobe, Motion JPEG A's offsets.
_KEPT = {
    0xE0: ((b"JFIF\0", 14), (b"AVI1", 14)),
    0xEE: ((b"Adobe", 12),),
    0xE1: ((b"\0\0\0\0mjpg", 40),),
}

Range = tuple[int, int]  # offset, length


def private(file: IO[bytes], samples: Iterable[Range], size: int) -> Iterator[Range]:
    """The bytes of all frames that decoding needs none of. Raises Unreadable for a frame that is no
    JPEG, and for too many of them.
    """
    left, bytes_left = _MAX_SEGMENTS, 2 * size
    for offset, length in samples:
        if not length:
            continue
        bytes_left -= length
        if length > _MAX_FRAME or bytes_left < 0:
            raise Unreadable()
        for kind, start, stop in _segments(read_exactly(file, offset, length)):
            left -= 1
            if left < 0:
                raise Unreadable()
            if kind == "private" and stop > start:
                yield offset + start, stop - start


def _segments(data: bytes) -> Iterator[tuple[str, int, int]]:
    """("private" or "kept", start, stop) of each. A frame of two fields is two JPEGs."""
    at = 0
    while data.startswith(b"\xff\xd8", at):
        at += 2
        while True:
            match = _MARKER.search(data, at)
            if match is None:  # no end: decoders show what is there
                return
            marker, start = data[match.start() + 1], match.end()
            if data[at : match.start()].strip(b"\xff"):  # between segments nothing belongs
                yield "private", at, match.start()
            if marker in (EOI, SOI):
                at = start if marker == EOI else match.start()
                break
            length = int.from_bytes(data[start : start + 2])
            if length < 2:
                raise Unreadable()
            stop = min(start + length, len(data))
            kept = (
                _kept(marker, data[start + 2 : start + 12])
                if 0xE0 <= marker <= 0xEF or marker == COM
                else length
            )
            yield "private" if start + 2 + kept < stop else "kept", start + 2 + kept, stop
            at = stop
            if marker == SOS:
                match = _MARKER.search(data, at)
                at = match.start() if match else len(data)
        if behind := data[at:].lstrip(b"\0"):
            if not behind.startswith(b"\xff\xd8"):
                yield "private", at, len(data)
                return
            at = len(data) - len(behind)
    if at == 0:
        raise Unreadable()


def _kept(marker: int, head: bytes) -> int:
    return next((length for magic, length in _KEPT.get(marker, ()) if head.startswith(magic)), 0)
