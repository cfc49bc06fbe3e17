"""The TIFF structure that EXIF lives in (TIFF 6.0, section 2; CIPA DC-008), edited without moving a
byte.

Entries are taken out of a directory by closing the gap in its table; their values are overwritten
with zeros. What stays keeps its offset, and the block keeps its length.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable, Iterator
from typing import Literal

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_NUMBERS = {1: "B", 3: "H", 4: "I", 13: "I"}
SUBFILE_TYPE, DNG_VERSION = 0x00FE, 0xC612
ORIENTATION, EXIF_IFD, GPS_IFD, INTEROP_IFD = 0x0112, 0x8769, 0x8825, 0xA005
DIRECTORIES = {EXIF_IFD, GPS_IFD, INTEROP_IFD}

# What says how a picture is stored and shown: size, colour, density, orientation (TIFF 6.0).
LAYOUT = {
    256, 257, 258, 259, 262, ORIENTATION, 277, 282, 283, 284, 296, 301, 318, 319, 529, 530, 531,
    532,
}  # fmt: skip
# What decoding a TIFF picture needs beyond. Not 330: what it refers to is another picture, most
# often a preview.
STRUCTURE = LAYOUT | {
    254, 255, 263, 264, 265, 266, 273, 278, 279, 280, 281, 290, 291, 292, 293, 297, 317, 320, 321,
    322, 323, 324, 325, 332, 334, 336, 338, 339, 340, 341, 342, 347, 512, 513, 514, 515, 517, 518,
    519, 520, 521, 34675, 50674,
}  # fmt: skip

# The index of several JPEGs in one file (CIPA DC-007, tables 3 and 4): version, count, entries;
# number and angles of each.
MULTI_PICTURE = {0xB000, 0xB001, 0xB002, 0xB101, *range(0xB201, 0xB20F)}

_ENTRY = 12
_MAX_DIRECTORIES = 4000  # an EXIF block has five at most, an office scanner's file one a page
_MAX_DEPTH = 8  # directories below each other; a real file has three
_MAX_ENTRIES = 1000

Drop = Callable[[int], bool]


class MalformedTiff(ValueError):
    """The structure cannot be followed; nothing was changed."""


def without(block: bytes, drop: Drop, *, gps: bool, thumbnail: bool) -> bytes:
    """``block`` at the same length, without the entries whose tag ``drop`` picks, in any directory,
    and without all that no entry refers to.

    ``gps`` takes the GPS directory out, ``thumbnail`` all directories behind the first, with their
    pictures. Raises MalformedTiff.
    """
    editor = Editor(block)
    editor.clean(drop, gps=gps, thumbnail=thumbnail)
    for start, stop in editor.gaps():
        editor.zero(start, stop - start)
    return bytes(editor.data)


def orientation_only(length: int, orientation: int) -> bytes:
    """An EXIF block of ``length`` bytes that says which side is up and nothing else; zeros where
    there is no room.
    """
    header = b"II*\0" + struct.pack("<I", 8)
    entry = struct.pack("<HHIHH", ORIENTATION, 3, 1, orientation, 0)
    block = header + struct.pack("<H", 1) + entry + struct.pack("<I", 0)
    return block.ljust(length, b"\0") if len(block) <= length else bytes(length)


def orientation(block: bytes) -> int:
    """The first directory's orientation, 1 to 8; 1 where there is none or the block is
    malformed.
    """
    try:
        editor = Editor(block)
        for at in editor.entries(editor.first):
            if editor.tag(at) == ORIENTATION:
                value = editor.number(at + 8, "H")
                return value if 1 <= value <= 8 else 1
    except MalformedTiff:
        pass
    return 1


class Editor:
    """One TIFF structure, edited in place. ``pages`` are the offsets of the directories that stand
    behind each other, ``kept`` the stretches (start, end) that what stays refers to, ``touched``
    those that were written.
    """

    def __init__(self, block: bytes | mmap.mmap) -> None:
        self.data = bytearray(block) if isinstance(block, bytes) else block
        self.touched: list[tuple[int, int]] = []
        self.order: Literal["<", ">"]
        match bytes(block[:4]):
            case b"II*\0":
                self.order = "<"
            case b"MM\0*":
                self.order = ">"
            case _:
                raise MalformedTiff("no TIFF header")
        self.first = self.number(4, "I")
        self.seen: set[int] = set()
        self.kept = [(0, 8)]
        self.pages: list[int] = []

    def clean(self, drop: Drop, *, gps: bool, thumbnail: bool) -> None:
        directory = self.first
        while directory:
            self.pages.append(directory)
            following = self._clean_directory(directory, drop, gps)
            if following and thumbnail:
                self._put(self._next_at(directory), "I", 0)
                return
            directory = following

    def gaps(self) -> Iterator[tuple[int, int]]:
        """The ranges (start, end) that no kept entry refers to."""
        at = 0
        for start, stop in sorted(self.kept):
            if start > at:
                yield at, min(start, len(self.data))
            at = max(at, stop)
        if at < len(self.data):
            yield at, len(self.data)

    def numbers(self, entry: int) -> list[int]:
        """An entry's whole numbers. Raises MalformedTiff for values of another type, or outside of
        the file.
        """
        kind, count = self.number(entry + 2, "H"), self.number(entry + 4, "I")
        at = self.value_at(entry)
        if kind not in _NUMBERS or at + count * SIZES[kind] > len(self.data):
            raise MalformedTiff("no numbers")
        return list(struct.unpack_from(f"{self.order}{count}{_NUMBERS[kind]}", self.data, at))

    def value_at(self, entry: int) -> int:
        return entry + 8 if self.size(entry) <= 4 else self.number(entry + 8, "I")

    def size(self, entry: int) -> int:
        """How many bytes an entry's value has."""
        return SIZES.get(self.number(entry + 2, "H"), 1) * self.number(entry + 4, "I")

    def entries(self, directory: int) -> list[int]:
        """The offsets of the directory's entries."""
        count = self.number(directory, "H")
        if count > _MAX_ENTRIES or directory + 2 + count * _ENTRY > len(self.data):
            raise MalformedTiff("directory too long")
        return [directory + 2 + i * _ENTRY for i in range(count)]

    def tag(self, entry: int) -> int:
        return self.number(entry, "H")

    def number(self, at: int, format: str) -> int:
        try:
            value: int = struct.unpack_from(self.order + format, self.data, at)[0]
        except struct.error:
            raise MalformedTiff("offset outside the block") from None
        return value

    def _put(self, at: int, format: str, value: int) -> None:
        struct.pack_into(self.order + format, self.data, at, value)
        self.touched.append((at, at + struct.calcsize(self.order + format)))

    def _next_at(self, directory: int) -> int:
        return directory + 2 + self.number(directory, "H") * _ENTRY

    def _clean_directory(self, directory: int, drop: Drop, gps: bool, depth: int = 0) -> int:
        """Clean one directory and those below it; the offset of the next one, 0 at the end."""
        self._enter(directory, depth)
        gone = []
        entries = self.entries(directory)
        for entry in entries:
            tag = self.tag(entry)
            if tag in DIRECTORIES and (drop(tag) or (tag == GPS_IFD and gps)):
                self._wipe_directory(self.number(entry + 8, "I"), depth + 1)
                gone.append(entry)
            elif drop(tag):
                self._wipe_value(entry)
                gone.append(entry)
            elif tag in DIRECTORIES:
                self._clean_directory(self.number(entry + 8, "I"), drop, gps, depth + 1)
            elif self.size(entry) > 4:
                self.kept.append((self.value_at(entry), self.value_at(entry) + self.size(entry)))
        if self.entries(directory) != entries:
            raise MalformedTiff("a value lies over its directory")
        after = self._next_at(directory)
        # some writers leave it out
        following = self.number(after, "I") if after + 4 <= len(self.data) else 0
        self._close_gaps(directory, set(gone), following)
        self.kept.append((directory, self._next_at(directory) + (4 if depth == 0 else 0)))
        return following

    def _enter(self, directory: int, depth: int) -> None:
        if directory in self.seen or len(self.seen) >= _MAX_DIRECTORIES or depth > _MAX_DEPTH:
            raise MalformedTiff("directories form a loop")
        self.seen.add(directory)

    def _close_gaps(self, directory: int, gone: set[int], following: int) -> None:
        if not gone:
            return
        entries = self.entries(directory)
        kept = b"".join(bytes(self.data[e : e + _ENTRY]) for e in entries if e not in gone)
        table = (
            struct.pack(self.order + "H", len(entries) - len(gone))
            + kept
            + struct.pack(self.order + "I", following)
        )
        end = min(directory + 2 + len(entries) * _ENTRY + 4, len(self.data))
        self.data[directory:end] = table.ljust(end - directory, b"\0")[: end - directory]
        self.touched.append((directory, end))

    def _wipe_directory(self, directory: int, depth: int = 0) -> None:
        """Zero a directory, and its values."""
        self._enter(directory, depth)
        entries = self.entries(directory)
        for entry in entries:
            if self.tag(entry) in DIRECTORIES:
                self._wipe_directory(self.number(entry + 8, "I"), depth + 1)
            self._wipe_value(entry)
        self.zero(directory, 2 + len(entries) * _ENTRY + 4)

    def _wipe_value(self, entry: int) -> None:
        if self.size(entry) > 4:
            self.zero(self.number(entry + 8, "I"), self.size(entry))
        self.zero(entry + 8, 4)

    def put(self, at: int, data: bytes) -> None:
        if self.data[at : at + len(data)] != data:
            self.data[at : at + len(data)] = data
            self.touched.append((at, at + len(data)))

    def zero(self, at: int, size: int) -> None:
        # A false length must not reach the header or past the block.
        at, end = max(at, 8), min(at + size, len(self.data))
        if end > at:
            self.data[at:end] = bytes(end - at)
            self.touched.append((at, end))
