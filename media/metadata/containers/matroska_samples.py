"""The samples in the clusters of a Matroska file (RFC 9559, sections 10 and 5.1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from media.errors import Unreadable
from media.metadata.containers import coded, decoder_settings, ebml
from media.metadata.containers.block import Block, read_exactly, size_of
from media.metadata.containers.ebml import Element
from media.metadata.containers.ranges import blanked

NUMBER, TYPE, CODEC, PRIVATE, ENCODINGS = 0xD7, 0x83, 0x86, 0x63A2, 0x6D80
SIMPLE_BLOCK, BLOCK_GROUP, BLOCK = 0xA3, 0xA0, 0xA1
VIDEO, SOUND, SUBTITLE = 1, 2, 17
_MAX_SAMPLES = 500_000  # of the tracks that are looked at: sixty a second for more than two hours
_MAX_CUES = 100_000  # thirty a second for almost an hour; each is read by itself
_MAX_PRIVATE = 1 << 20
_LACING = 0x06  # several frames in one block, which only sound has
_SETTINGS = {
    b"V_MPEG4/ISO/AVC": "avc",
    b"V_MPEGH/ISO/HEVC": "hevc",
    b"A_FLAC": "flac",
    b"A_VORBIS": "vorbis",
    b"V_AV1": "av1",
    **dict.fromkeys((b"V_MPEG2", b"V_MPEG4/ISO/SP", b"V_MPEG4/ISO/ASP", b"V_MPEG4/ISO/AP"), "mpeg"),
}
_TEXT = {
    b"S_TEXT/UTF8": "",
    b"S_TEXT/WEBVTT": "",
    b"D_WEBVTT/SUBTITLES": "",
    b"S_TEXT/ASS": "ass",
    b"S_TEXT/SSA": "ass",
}


@dataclass
class _Track:
    type: int = 0
    codec: bytes = b""
    private: tuple[int, int] = (0, 0)
    is_encoded: bool = False
    samples: list[tuple[int, int]] = field(default_factory=list)


def blocks(reader: ebml.Reader, tracks: list[Element], clusters: list[Element]) -> Iterator[Block]:
    """What the samples of each track tell. Raises Unreadable for more samples than are held, and
    for some that can't be followed.
    """
    file, by_number = reader.file, dict(_track(reader, track) for track in tracks)
    looked_at = {
        number: track
        for number, track in by_number.items()
        if track.type != SOUND and (track.type != VIDEO or coded.matroska_codec(track.codec))
    }
    left = _MAX_SAMPLES
    for cluster in clusters if looked_at else ():
        for start, stop in _cluster_blocks(reader, cluster):
            head = reader.peek(start, min(12, stop - start))
            number, width = ebml.number(head, keep_marker=False)
            if number not in looked_at:
                continue
            left -= 1
            if (
                left < 0
                or len(head) < width + 3
                or (looked_at[number].type == VIDEO and head[width + 2] & _LACING)
            ):
                raise Unreadable()
            # behind time code and flags
            looked_at[number].samples.append((start + width + 3, stop - start - width - 3))
    for track in by_number.values():
        yield from _settings(file, track)
    for track in looked_at.values():
        yield from _content(file, track)


def _track(reader: ebml.Reader, track: Element) -> tuple[int, _Track]:
    number, parsed = 0, _Track()
    for part in reader.elements(track.start, track.end):
        place = (part.start, part.end - part.start)
        if part.id in (NUMBER, TYPE):
            value = int.from_bytes(read_exactly(reader.file, part.start, min(place[1], 8)))
            number, parsed.type = (value, parsed.type) if part.id == NUMBER else (number, value)
        elif part.id == CODEC:
            parsed.codec = read_exactly(reader.file, part.start, min(place[1], 40)).rstrip(b"\0")
        elif part.id == PRIVATE:
            parsed.private = place
        elif part.id == ENCODINGS:
            parsed.is_encoded = True
    return number, parsed


def _cluster_blocks(reader: ebml.Reader, cluster: Element) -> Iterator[tuple[int, int]]:
    for part in reader.elements(cluster.start, cluster.end):
        if part.id == SIMPLE_BLOCK:
            yield part.start, part.end
        elif part.id == BLOCK_GROUP:
            yield from (
                (inner.start, inner.end)
                for inner in reader.elements(part.start, part.end)
                if inner.id == BLOCK
            )


def _settings(file: IO[bytes], track: _Track) -> Iterator[Block]:
    """What decoders need before they begin. Of text it is a header with names in it."""
    start, length = track.private
    if track.type not in (VIDEO, SOUND):
        yield Block("unknown", (track.private,))
    elif codec := _SETTINGS.get(track.codec):
        if length > _MAX_PRIVATE:
            raise Unreadable()
        data = read_exactly(file, start, length)
        magic = 4 if codec == "flac" and data.startswith(b"fLaC") else 0
        yield from decoder_settings.blocks(codec, data[magic:], start + magic)


def _content(file: IO[bytes], track: _Track) -> Iterator[Block]:
    size = size_of(file)
    if track.type == VIDEO:
        if track.is_encoded or track.private[1] > _MAX_PRIVATE:
            raise Unreadable()
        yield from coded.matroska_blocks(
            file, track.codec, read_exactly(file, *track.private), track.samples, size
        )
    elif track.type == SUBTITLE and track.codec in _TEXT and not track.is_encoded:
        if len(track.samples) > _MAX_CUES:
            raise Unreadable()
        if track.samples:
            yield Block("subtitles", tuple(track.samples), keyword=_TEXT[track.codec])
    else:
        yield from blanked(track.samples, size)
