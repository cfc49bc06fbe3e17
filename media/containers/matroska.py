"""Matroska and WebM: the tags of a film (RFC 9559, section 5.1.8; EBML: RFC 8794)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from media.containers.block import Block, read_exactly, size_of
from media.errors import Unreadable

EBML, SEGMENT, CLUSTER, TAGS, TAG, SIMPLE_TAG = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1254C367, 0x7373, 0x67C8
TAG_NAME, TAG_STRING, ATTACHMENTS, INFO = 0x45A3, 0x4487, 0x1941A469, 0x1549A966
TITLE, DATE = 0x7BA9, 0x4461
_MAX_ELEMENTS = 1_000_000  # clusters of a film of a day
_MAX_NAME = 200

Element = tuple[int, int, int]  # id, offset of the payload, offset behind it


def blocks(file: IO[bytes]) -> list[Block]:
    found: list[Block] = []
    for top, start, end in _elements(file, 0, size_of(file)):
        if top != SEGMENT:
            continue
        for element, inner, stop in _elements(file, start, end):
            if element == TAGS:
                for tag, tag_start, tag_end in _elements(file, inner, stop):
                    found += _simple_tags(file, tag_start, tag_end) if tag == TAG else []
            elif element == INFO:
                titles = [(at, behind - at) for part, at, behind in _elements(file, inner, stop) if part == TITLE]
                found += [Block("comment", (title,), keyword="title") for title in titles]
                found += [Block("dates", ((at, behind - at),)) for part, at, behind in _elements(file, inner, stop) if part == DATE]
    return found


def _simple_tags(file: IO[bytes], start: int, end: int) -> Iterator[Block]:
    for element, inner, stop in _elements(file, start, end):
        if element != SIMPLE_TAG:
            continue
        parts = {part: (at, behind - at) for part, at, behind in _elements(file, inner, stop)}
        if TAG_NAME in parts and TAG_STRING in parts:
            at, length = parts[TAG_NAME]
            name = read_exactly(file, at, min(length, _MAX_NAME)).decode("utf-8", "replace")
            yield Block("comment", (parts[TAG_STRING],), keyword=name)
        yield from _simple_tags(file, inner, stop)


def _elements(file: IO[bytes], start: int, end: int) -> Iterator[Element]:
    """The elements between two offsets. One of unknown size, as live recordings have, reaches to the end;
    behind a cluster of unknown size nothing is looked for."""
    for _ in range(_MAX_ELEMENTS):
        if start >= end:
            return
        name, width = _number(file, start, keep_marker=True)
        size, size_width = _number(file, start + width, keep_marker=False)
        inner = start + width + size_width
        unknown = size == (1 << 7 * size_width) - 1
        stop = end if unknown else inner + size
        if stop > end:
            raise Unreadable()
        yield name, inner, stop
        if unknown and name == CLUSTER:
            return
        start = stop
    raise Unreadable()


def _number(file: IO[bytes], at: int, *, keep_marker: bool) -> tuple[int, int]:
    """A variable-size integer (RFC 8794, section 4) and how many bytes it takes."""
    first = read_exactly(file, at, 1)[0]
    if first == 0:
        raise Unreadable()
    width = 9 - first.bit_length()
    value = int.from_bytes(read_exactly(file, at, width))
    return (value if keep_marker else value & ((1 << 7 * width) - 1)), width
