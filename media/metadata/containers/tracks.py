"""The tracks of a film, in one piece or in several, and what of its media data belongs to none of
them.

Dashcams write where they are between the samples, where players do not look.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

from media.errors import Unreadable
from media.metadata.containers import coded, fragments
from media.metadata.containers.block import Block, read_exactly, size_of
from media.metadata.containers.boxes import Box, boxes
from media.metadata.containers.ranges import blanked
from media.metadata.containers.samples import Range, SampleTable

SHOWN, TIME_CODE = {b"vide", b"soun", b"auxv", b"pict"}, b"tmcd"
# Text by its sample entry, whatever a track calls itself, and how it is written. Of other entries
# nothing is known, so they go.
TEXTS = {b"tx3g": "tx3g", b"text": "tx3g", b"wvtt": "wvtt"}
# Entries of data, which no picture and no sound has.
_DATA = {
    b"stpp", b"sbtt", b"stxt", b"mett", b"metx", b"mebx", b"urim", b"gpmd", b"camm", b"rtmd",
    b"fdsc", b"tmcd", b"c608", b"c708", b"rtp ", b"srtp", b"rrtp",
}  # fmt: skip
# of a sample: the number of a picture (QuickTime File Format, *Timecode media*)
_TIME_CODE_BYTES = 4
# thirty a second for almost an hour, as a drone writes them; each is read by itself
_MAX_CUES = 100_000
_MAX_RUNS = 500_000  # of samples in pieces: thirty a second for four hours


@dataclass
class Track:
    handler: bytes
    stsd: Box | None
    table: SampleTable
    entries: set[bytes] = field(default_factory=set)
    is_chapters: bool = False
    pieces: list[Range] = field(default_factory=list)

    def samples(self) -> Iterator[Range]:
        return itertools.chain(self.table.samples(), self.pieces)

    def ranges(self) -> Iterator[Range]:
        return itertools.chain(self.table.ranges(), self.pieces)


@dataclass
class Film:
    """The boxes of a film at ``base`` in the file that its samples are found with."""

    base: int = 0
    moov: list[Box] = field(default_factory=list)
    moof: list[Box] = field(default_factory=list)
    mdat: list[Box] = field(default_factory=list)

    def add(self, box: Box) -> None:
        if box.name in (b"moov", b"moof", b"mdat"):
            getattr(self, box.name.decode()).append(box)


def sample_blocks(file: IO[bytes], film: Film, items: Iterable[Range] = ()) -> Iterator[Block]:
    """What the samples tell, and what stands between them. ``items`` are the bytes that pictures in
    the same file use.
    """
    try:
        tracks = list(_tracks(file, film))
        yield from blanked(_unused(film, tracks, sorted(items)), size_of(file))
    except Unreadable:
        yield Block("uncleanable", (), keyword="tables that do not fit")
        return
    for track in tracks:
        yield from _content(file, track)


def _content(file: IO[bytes], track: Track) -> Iterator[Block]:
    texts = {TEXTS.get(entry, "") for entry in track.entries}
    try:
        if len(texts) == 1 and any(texts):
            yield from _cues(file, track, texts.pop())
        elif track.handler in SHOWN and not any(texts) and not track.entries & _DATA:
            yield from coded.blocks(file, track.stsd, track.samples(), size_of(file))
        elif track.handler == TIME_CODE and track.entries == {TIME_CODE}:
            yield from blanked(
                (sample for sample in track.samples() if sample[1] != _TIME_CODE_BYTES),
                size_of(file),
            )
        else:
            yield from blanked(track.ranges(), size_of(file))
    except Unreadable:
        yield Block("uncleanable", (), keyword="a track that can't be followed")


def _cues(file: IO[bytes], track: Track, form: str) -> Iterator[Block]:
    cues = tuple(
        itertools.islice((sample for sample in track.samples() if sample[1]), _MAX_CUES + 1)
    )
    if len(cues) > _MAX_CUES or any(offset + length > size_of(file) for offset, length in cues):
        raise Unreadable()
    if cues:
        yield Block("subtitles", cues, keyword=f"{form} chapters" if track.is_chapters else form)


def _tracks(file: IO[bytes], film: Film) -> Iterator[Track]:
    by_number: dict[int, Track] = {}
    sizes: dict[int, int] = {}
    chapters = {number for moov in film.moov for number in _chapters(file, moov)}
    for moov in film.moov:
        sizes |= fragments.default_sizes(file, moov)
        for box in boxes(file, moov.start, moov.end):
            if box.name == b"cmov":
                raise Unreadable()  # a compressed index
            if box.name == b"trak":
                number, track = _track(file, box, film.base)
                track.is_chapters = number in chapters
                yield track
                by_number[number] = track
    left = _MAX_RUNS
    for moof in film.moof:
        for number, offset, size in fragments.samples(file, moof, sizes, film.base):
            left -= 1
            if number not in by_number or left < 0:
                raise Unreadable()
            by_number[number].pieces.append((offset, size))


def _track(file: IO[bytes], trak: Box, base: int) -> tuple[int, Track]:
    tkhd, stbl = find(file, trak, b"tkhd"), find(file, trak, b"mdia", b"minf", b"stbl")
    if tkhd is None or tkhd.end - tkhd.start < 24 or stbl is None:
        raise Unreadable()
    head = read_exactly(file, tkhd.start, 24)
    number = int.from_bytes(head[20:24] if head[0] == 1 else head[12:16])
    stsd = find(file, stbl, b"stsd")
    entries = (
        {entry.name for entry in boxes(file, stsd.start + 8, stsd.end)}
        if stsd and stsd.end - stsd.start >= 8
        else set()
    )
    return number, Track(track_handler(file, trak), stsd, SampleTable(file, stbl, base), entries)


def _chapters(file: IO[bytes], moov: Box) -> Iterator[int]:
    """The tracks that others name as their chapters (QuickTime File Format, *Chapter lists*)."""
    for trak in boxes(file, moov.start, moov.end):
        names = find(file, trak, b"tref", b"chap") if trak.name == b"trak" else None
        if names:
            data = read_exactly(file, names.start, min(names.end - names.start, 400))
            yield from (int.from_bytes(data[at : at + 4]) for at in range(0, len(data), 4))


def track_handler(file: IO[bytes], trak: Box) -> bytes:
    """The type of a track: ``vide``, ``soun``, ``text`` ..."""
    hdlr = find(file, trak, b"mdia", b"hdlr")
    return read_exactly(file, hdlr.start + 8, 4) if hdlr and hdlr.end - hdlr.start >= 12 else b""


def find(file: IO[bytes], box: Box, *path: bytes) -> Box | None:
    for name in path:
        inside = next(
            (inner for inner in boxes(file, box.start, box.end) if inner.name == name), None
        )
        if inside is None:
            return None
        box = inside
    return box


def _unused(film: Film, tracks: list[Track], items: list[Range]) -> Iterator[Range]:
    """What stands in ``mdat`` and is part of no sample and no picture."""
    used = heapq.merge(
        *(track.table.ascending() for track in tracks),
        *(sorted(track.pieces) for track in tracks),
        items,
    )
    spaces = sorted((box.start, box.end) for box in film.mdat)
    start = spaces[0][0] if spaces else 0
    ahead = next(used, None)
    for begin, end in spaces:
        start = max(start, begin)
        while ahead is not None and ahead[0] < end:
            if ahead[0] > start:
                yield start, ahead[0] - start
            start = max(start, sum(ahead))
            if start >= end:
                break  # it may reach into the next
            ahead = next(used, None)
        if start < end:
            yield start, end - start
