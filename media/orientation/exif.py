"""The orientation of an EXIF block (CIPA DC-008, 4.6.5.1.6), turned further."""

from __future__ import annotations

import struct
from collections.abc import Callable

from media.errors import CannotRotate
from media.metadata import tiff
from media.orientation.splice import Splice

# A quarter turn clockwise leads from one to the next: unmirrored ones, and mirrored ones.
_CIRCLES = ((1, 6, 3, 8), (2, 7, 4, 5))
NEW_BYTES = 26  # of a block with nothing else in it
PREFIX = b"Exif\0\0"


def turned(orientation: int, turns: int) -> int:
    """What it is after so many quarter turns clockwise."""
    circle = next(one for one in _CIRCLES if orientation in one)
    return circle[(circle.index(orientation) + turns) % 4]


def new_block(turns: int) -> bytes:
    """The orientation of a file that had none, and nothing else."""
    return tiff.orientation_only(NEW_BYTES, turned(1, turns))


def in_block(data: bytes, at: int, turns: int, grow: Callable[[int], list[Splice]]) -> list[Splice]:
    """Of the block ``data``, which stands at ``at``. Where there is no room for an entry, ``grow``
    says what else changes in the file with so many bytes behind the block.

    Raises MalformedTiff, or CannotRotate for a block that no reader follows.
    """
    prefix = len(PREFIX) if data.startswith(PREFIX) else 0  # some WebP writers keep JPEG's
    body, at = data[prefix:], at + prefix
    if not any(body):  # blanked
        if len(body) < NEW_BYTES:
            raise CannotRotate()
        return [Splice(at, body[:NEW_BYTES], new_block(turns))]
    editor = tiff.Editor(body)
    entries = editor.entries(editor.first)
    value = turned(tiff.orientation(body), turns)
    entry = struct.pack(editor.order + "HHIHH", tiff.ORIENTATION, 3, 1, value, 0)
    for one in entries:
        if editor.tag(one) == tiff.ORIENTATION:
            return [Splice(at + one, body[one : one + len(entry)], entry)]
    more = _with_entry(body, editor, entry)
    where = len(body) + len(body) % 2
    first = struct.pack(editor.order + "I", where)
    return [Splice(at + 4, body[4:8], first), Splice(at + len(body), b"", more), *grow(len(more))]


def _with_entry(body: bytes, editor: tiff.Editor, entry: bytes) -> bytes:
    """The first directory anew, for behind the block: no value in it moves. An even number of
    bytes, for containers that pad.
    """
    entries = editor.entries(editor.first)
    size = len(entry)
    table = [entry, *(body[one : one + size] for one in entries)]
    table.sort(key=lambda one: struct.unpack_from(editor.order + "H", one)[0])
    end = editor.first + 2 + len(entries) * size
    following = body[end : end + 4].ljust(4, b"\0")  # some writers leave it out
    directory = struct.pack(editor.order + "H", len(table)) + b"".join(table) + following
    more = bytes(len(body) % 2) + directory
    return more + bytes(len(more) % 2)
