"""Matroska and WebM (RFC 9559; EBML: RFC 8794): what a film says of itself beside its pictures and sound. Deny by default."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from media.containers.block import Block, Kind, read_exactly, size_of
from media.errors import Unreadable

SEGMENT, CLUSTER, TAGS, TAG, SIMPLE_TAG = 0x18538067, 0x1F43B675, 0x1254C367, 0x7373, 0x67C8
TAG_NAME, TAG_STRING, TAG_BINARY, INFO, TITLE, DATE = 0x45A3, 0x4487, 0x4485, 0x1549A966, 0x7BA9, 0x4461
TRACKS, TRACK, TRACK_NUMBER, TRACK_TYPE, TRACK_NAME = 0x1654AE6B, 0xAE, 0xD7, 0x83, 0x536E
SIMPLE_BLOCK, BLOCK_GROUP, BLOCK = 0xA3, 0xA0, 0xA1
VIDEO, SOUND, SUBTITLE = 1, 2, 17

# Of a segment: where things are, tracks, an index, chapters. Attached files, what a muxer left empty, and what nobody knows go.
_SEGMENT_PARTS = {0x114D9B74, INFO, TRACKS, CLUSTER, 0x1C53BB6B, 0x1043A770, TAGS, 0xBF}
# Of the information: time scale, length, the programs that wrote it, the ids of linked films. File names go.
_INFO_PARTS = {0x2AD7B1, 0x4489, 0x4D80, 0x5741, 0x73A4, 0x4444, 0xBF}
# Names of the official tags (https://www.matroska.org/technical/tagging.html) that tell no place, and what FFmpeg and mkvmerge write.
_HARMLESS_TAG = re.compile(
    r"title|subtitle|artist|author|director|producer|comment|description|summary|synopsis|genre|keywords|date\w*|encoder\w*|encoded_by|copyright|license|"
    r"rating|duration|bps\w*|number_of_\w+|_statistics_\w+|handler_name|language|major_brand|minor_version|compatible_brands|creation_time|make|model|"
    r"com\.apple\.quicktime\.(?:make|model|software|creationdate)|com\.android\.version", re.IGNORECASE)
_MAX_ELEMENTS = 1_000_000  # clusters of a film of a day
_MAX_NAME = 200
_MAX_DEPTH = 16  # tags inside each other; in files two
_MAX_SAMPLES = 500_000  # of tracks of text or data

Element = tuple[int, int, int]  # id, offset of the payload, offset behind it


def blocks(file: IO[bytes]) -> list[Block]:
    found: list[Block] = []
    for top, start, end in _elements(file, 0, size_of(file)):
        if top != SEGMENT:
            continue
        parts = list(_elements(file, start, end))
        begins = [start, *(stop for _, _, stop in parts)]
        for begin, (element, inner, stop) in zip(begins, parts, strict=False):
            if element == TAGS:
                for tag, tag_start, tag_end in _elements(file, inner, stop):
                    found += _simple_tags(file, tag_start, tag_end) if tag == TAG else []
            elif element == INFO:
                found += _information(file, inner, stop)
            elif element == TRACKS:
                found += _data_samples(file, _data_tracks(file, inner, stop), [part for part in parts if part[0] == CLUSTER])
            elif element not in _SEGMENT_PARTS and stop > inner:
                found.append(Block("element", ((begin, stop - begin),)))
    return found


def void(length: int) -> bytes:
    """An element of ``length`` bytes, at least 2, that readers skip (RFC 8794, 11.3.2)."""
    head = b"\xec" + (bytes([0x80 | length - 2]) if length < 9 else (1 << 56 | length - 9).to_bytes(8))
    return head.ljust(length, b"\0")


def _information(file: IO[bytes], start: int, end: int) -> Iterator[Block]:
    kinds: dict[int, tuple[Kind, str]] = {TITLE: ("comment", "title"), DATE: ("dates", "")}
    for part, at, behind in _elements(file, start, end):
        if part not in _INFO_PARTS:
            kind, keyword = kinds.get(part, ("unknown", ""))
            yield Block(kind, ((at, behind - at),), keyword=keyword)


def _simple_tags(file: IO[bytes], start: int, end: int, depth: int = 0) -> Iterator[Block]:
    if depth > _MAX_DEPTH:
        yield Block("unknown", ((start, end - start),))
        return
    for element, inner, stop in _elements(file, start, end):
        if element != SIMPLE_TAG:
            continue
        parts = {part: (at, behind - at) for part, at, behind in _elements(file, inner, stop)}
        at, length = parts.get(TAG_NAME, (inner, 0))
        name = read_exactly(file, at, min(length, _MAX_NAME)).decode("utf-8", "replace")
        if TAG_STRING in parts:
            yield Block("comment", (parts[TAG_STRING],), keyword=name if _HARMLESS_TAG.fullmatch(name) else "")
        if TAG_BINARY in parts:
            yield Block("unknown", (parts[TAG_BINARY],))
        yield from _simple_tags(file, inner, stop, depth + 1)


def _data_tracks(file: IO[bytes], start: int, end: int) -> dict[int, int]:
    """Number and type of the tracks that are neither seen nor heard."""
    found = {}
    for element, inner, stop in _elements(file, start, end):
        if element == TRACK:
            parts = {part: int.from_bytes(read_exactly(file, at, min(behind - at, 8)))
                     for part, at, behind in _elements(file, inner, stop) if part in (TRACK_NUMBER, TRACK_TYPE)}
            if parts.get(TRACK_TYPE) not in (VIDEO, SOUND):
                found[parts.get(TRACK_NUMBER, 0)] = parts.get(TRACK_TYPE, 0)
    return found


def _data_samples(file: IO[bytes], tracks: dict[int, int], clusters: list[Element]) -> Iterator[Block]:
    """What those tracks hold, one block a track: drones and cameras write there where they are."""
    try:
        ranges = _ranges_of(file, tracks, clusters)
    except Unreadable:
        yield Block("uncleanable", (), keyword="a track of data")
        return
    for number, found in ranges.items():
        if found:
            yield Block("subtitles" if tracks[number] == SUBTITLE else "unknown", tuple(found))


def _ranges_of(file: IO[bytes], tracks: dict[int, int], clusters: list[Element]) -> dict[int, list[tuple[int, int]]]:
    ranges: dict[int, list[tuple[int, int]]] = {number: [] for number in tracks}
    for _, start, end in clusters if tracks else []:
        for at, stop in _cluster_blocks(file, start, end):
            number, width = _number(file, at, keep_marker=False)
            if number in ranges:
                ranges[number].append((at + width + 3, max(0, stop - at - width - 3)))  # behind time code and flags
                if len(ranges[number]) > _MAX_SAMPLES:
                    raise Unreadable()
    return ranges


def _cluster_blocks(file: IO[bytes], start: int, end: int) -> Iterator[tuple[int, int]]:
    for element, inner, stop in _elements(file, start, end):
        if element == SIMPLE_BLOCK:
            yield inner, stop
        elif element == BLOCK_GROUP:
            yield from ((at, behind) for part, at, behind in _elements(file, inner, stop) if part == BLOCK)
        elif element == CLUSTER:  # behind one of unknown size
            raise Unreadable()


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
