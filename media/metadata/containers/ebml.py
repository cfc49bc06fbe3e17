"""Elements of EBML, which Matroska is written in (RFC 8794)."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import IO, NamedTuple

from media.errors import Unreadable
from media.metadata.containers.block import size_of
from media.metadata.containers.ration import pieces

_WINDOW = 4096  # bytes read at once: some ten packets of sound
# Each element is read three times at most: for the end of an open cluster, by the walk, and for the
# samples. A film of hours has a hundred a second; three hours of that are the most.
_PASSES, _MOST_READS = 3, 4_000_000


class Element(NamedTuple):
    """``at`` is where it begins; its payload stands between ``start`` and ``end``."""

    id: int
    at: int
    start: int
    end: int


class Reader:
    """Reads the elements of a file, and no more of them than a film has.

    ``open_ended`` is the element that may have an unknown size inside others: it ends where one of
    ``siblings`` begins.
    """

    def __init__(self, file: IO[bytes], open_ended: int, siblings: Set[int]) -> None:
        self.file, self._open_ended, self._siblings = file, open_ended, siblings
        self._left = min(_PASSES * pieces(size_of(file)), _MOST_READS)
        self._ends: dict[int, int] = {}
        self._window, self._window_at = b"", 0

    def elements(self, start: int, end: int) -> Iterator[Element]:
        """Those between two offsets. One of unknown size, as live recordings have, reaches to the
        next sibling or the end.
        """
        while start < end:
            element, unknown = self._read(start, end)
            if unknown and element.id == self._open_ended:
                element = Element(element.id, element.at, element.start, self._end_of(element))
            yield element
            start = element.end

    def peek(self, at: int, length: int) -> bytes:
        """So many bytes, up to _WINDOW, or fewer where the file ends."""
        start = at - self._window_at
        if start < 0 or start + length > len(self._window):
            self.file.seek(at)
            self._window, self._window_at, start = self.file.read(_WINDOW), at, 0
        return self._window[start : start + length]

    def _end_of(self, element: Element) -> int:
        at = element.start
        if at not in self._ends:
            end = element.end
            while at < end:
                inside, _ = self._read(at, end)
                if inside.id in self._siblings:
                    break
                at = inside.end
            self._ends[element.start] = at
        return self._ends[element.start]

    def _read(self, at: int, end: int) -> tuple[Element, bool]:
        self._left -= 1
        head = self.peek(at, 12)
        id, width = number(head, keep_marker=True)
        size, size_width = number(head[width:], keep_marker=False)
        start = at + width + size_width
        unknown = size == (1 << 7 * size_width) - 1
        stop = end if unknown else start + size
        if stop > end or start > end or self._left < 0:
            raise Unreadable()
        return Element(id, at, start, stop), unknown


def number(data: bytes, *, keep_marker: bool) -> tuple[int, int]:
    """A variable-size integer (RFC 8794, section 4) at the beginning of ``data``, and how many
    bytes it takes.
    """
    if not data or not data[0]:
        raise Unreadable()
    width = 9 - data[0].bit_length()
    if len(data) < width:
        raise Unreadable()
    value = int.from_bytes(data[:width])
    return (value if keep_marker else value & ((1 << 7 * width) - 1)), width


def void(length: int) -> bytes:
    """An element of ``length`` bytes, at least 2, that readers skip (RFC 8794, 11.3.2)."""
    head = b"\xec" + (
        bytes([0x80 | length - 2]) if length < 9 else (1 << 56 | length - 9).to_bytes(8)
    )
    return head.ljust(length, b"\0")
