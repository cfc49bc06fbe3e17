"""Matroska and WebM (RFC 9559; EBML: RFC 8794): what a film says of itself beside its pictures and
sound.

Deny by default: an element that isn't known to be harmless where it stands is given as a block that
goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO

from media.errors import Unreadable
from media.metadata.containers import ebml, matroska_samples
from media.metadata.containers.block import Block, Kind, read_exactly, size_of
from media.metadata.containers.ebml import Element
from media.metadata.containers.ranges import blanked
from media.metadata.containers.ration import MOST_BLOCKS, Few

HEADER = 0x1A45DFA3
SEGMENT = 0x18538067
CLUSTER = 0x1F43B675
TAGS = 0x1254C367
TAG = 0x7373
SIMPLE_TAG = 0x67C8
TAG_NAME = 0x45A3
TAG_STRING = 0x4487
INFO = 0x1549A966
TITLE = 0x7BA9
DATE = 0x4461
MUXER = 0x4D80
WRITER = 0x5741
TRACKS, TRACK, TRACK_NAME, CODEC_NAME = 0x1654AE6B, 0xAE, 0x536E, 0x258688
CHAPTERS, EDITION, CHAPTER, DISPLAY, CHAPTER_TITLE = 0x1043A770, 0x45B9, 0xB6, 0x80, 0x85
VIDEO = 0xE0
AUDIO = 0xE1
COLOUR = 0x55B0
MASTERING = 0x55D0
PROJECTION = 0x7670
ENCODINGS = 0x6D80
ENCODING = 0x6240
COMPRESSION = 0x5034
MAPPING = 0x41E4
SEEK_HEAD = 0x114D9B74
SEEK = 0x4DBB
CUES = 0x1C53BB6B
CUE = 0xBB
CUE_POSITION = 0xB7
GROUP = 0xA0
TARGETS = 0x63C0
ADDITIONS, MORE, CRC, VOID = 0x75A1, 0xA6, 0xBF, 0xEC

# What may stand where (RFC 9559, section 5): numbers and codes that playing needs. Text is looked
# at below.
_PARTS: dict[int, set[int]] = {
    HEADER: {0x4286, 0x42F7, 0x42F2, 0x42F3, 0x4282, 0x4287, 0x4285},
    SEGMENT: {SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, CHAPTERS, TAGS},
    SEEK_HEAD: {SEEK},
    SEEK: {0x53AB, 0x53AC},
    INFO: {0x2AD7B1, 0x4489, MUXER, WRITER, TITLE, DATE},
    TRACKS: {TRACK},
    TRACK: {0xD7, 0x73C5, 0x83, 0xB9, 0x88, 0x55AA, 0x55AB, 0x55AC, 0x55AE, 0x55AF, 0x9C, 0x6DE7,
        0x6DF8, 0x23E383, 0x234E7A, 0x55EE, 0x22B59C, 0x22B59D, 0x86, 0x63A2, 0xAA, 0x56AA, 0x56BB,
        0x6FAB, VIDEO, AUDIO, ENCODINGS, MAPPING, TRACK_NAME, CODEC_NAME},
    VIDEO: {0x9A, 0x9D, 0x53B8, 0x53C0, 0x53B9, 0xB0, 0xBA, 0x54AA, 0x54BB, 0x54CC, 0x54DD, 0x54B0,
        0x54BA, 0x54B2, 0x54B3, 0x2EB524, COLOUR, PROJECTION},
    COLOUR: {0x55B1, 0x55B2, 0x55B3, 0x55B4, 0x55B5, 0x55B6, 0x55B7, 0x55B8, 0x55B9, 0x55BA, 0x55BB,
        0x55BC, 0x55BD, MASTERING},
    MASTERING: set(range(0x55D1, 0x55DB)),
    PROJECTION: {0x7671, 0x7672, 0x7673, 0x7674, 0x7675},
    AUDIO: {0xB5, 0x78B5, 0x9F, 0x6264, 0x52F1},
    ENCODINGS: {ENCODING},
    ENCODING: {0x5031, 0x5032, 0x5033, COMPRESSION},
    COMPRESSION: {0x4254, 0x4255},
    MAPPING: {0x41F0, 0x41E7, 0x41ED},
    CUES: {CUE},
    CUE: {0xB3, CUE_POSITION},
    CUE_POSITION: {0xF7, 0xF1, 0xF0, 0xB2, 0x5378},
    CHAPTERS: {EDITION},
    EDITION: {0x45BC, 0x45BD, 0x45DB, 0x45DD, CHAPTER},
    CHAPTER: {0x73C4, 0x91, 0x92, 0x98, 0x4598, CHAPTER, DISPLAY},
    DISPLAY: {CHAPTER_TITLE, 0x437C, 0x437D, 0x437E},
    TAGS: {TAG},
    TAG: {TARGETS, SIMPLE_TAG},
    TARGETS: {0x68CA, 0x63C5, 0x63C9, 0x63C4, 0x63C6},
    SIMPLE_TAG: {TAG_NAME, 0x447A, 0x447B, 0x4484, TAG_STRING, SIMPLE_TAG},
    CLUSTER: {0xE7, 0xA7, 0xAB, 0xA3, GROUP},
    GROUP: {0xA1, 0x9B, 0xFA, 0xFB, 0x75A2, ADDITIONS},
    ADDITIONS: {MORE},
    MORE: {0xEE, 0xA5},
}  # fmt: skip
_LANGUAGES = {0x22B59C, 0x22B59D, 0x447A, 0x447B, 0x437C, 0x437D, 0x437E}
_LANGUAGE = re.compile(rb"[A-Za-z]{2,4}(?:-[A-Za-z0-9]{1,8}){0,3}\0*")
_CODES = {
    0x86: re.compile(rb"[ADSVB]_[A-Z0-9_/]{1,30}\0*"),
    0x4282: re.compile(rb"(?:matroska|webm)\0*"),
}
# What people call a track beside its language, and programs call themselves. Any other name may be
# somebody's.
_TRACK_NAMES = re.compile(
    rb"(?:(?:mono|stereo|surround|[257]\.1|commentary|forced|full|sdh|audio|video|subtitles?|"
    rb"[a-z]{4,12}ish|deutsch|german|french|italian|"
    rb"(?:video|sound|subtitle)handler|core media (?:video|audio)) ?){1,3}\0*",
    re.IGNORECASE,
)
_PROGRAMS = re.compile(
    rb"(?:lavf|libebml|libwebm|libmkv|mkvmerge|handbrake|obs|gstreamer|vlc|chrome|firefox|opera|"
    rb"qtmuxingapplibwebm|adobe|webmlive|"
    rb"haali|makemkv|youtube|google|whatsapp|telegram)[a-z0-9 ._/()+'-]{0,80}\0*",
    re.IGNORECASE,
)
# Names of the official tags (https://www.matroska.org/technical/tagging.html) that tell no place,
# and what FFmpeg and mkvmerge write.
_HARMLESS_TAG = re.compile(
    r"(?:title|subtitle|artist|author|director|producer|comment|description|summary|synopsis|"
    r"genre|keywords|date(?:_(?:released|recorded|encoded|tagged|"
    r"digitized|written|purchased))?|encoder(?:_settings|_options)?|encoded_by|copyright|license|"
    r"rating|duration|bps|number_of_(?:frames|bytes)|"
    r"_statistics_(?:tags|writing_app|writing_date_utc)|handler_name|language|major_brand|"
    r"minor_version|compatible_brands|creation_time|make|model|"
    r"com\.apple\.quicktime\.(?:make|model|software|creationdate)|"
    r"com\.android\.version)(?:-[a-z]{2,3})?",
    re.IGNORECASE,
)
# Bytes that playing needs, and how they look: the id of an element, a FourCC, where a sphere is cut
# (ISOBMFF's `equi`), Dolby Vision's configuration, the first bytes that all frames of a track
# share, sound and pictures as they are coded.
_ALPHA, _ADDITION_ID, _ADDITION, _SHARED = 0x53C0, 0xEE, 0xA5, 0x4255
_BINARY = {
    0x53AB: re.compile(rb"[\x00-\xff]{1,4}"),
    0x2EB524: re.compile(rb"[A-Za-z0-9 ]{4}"),
    0x7672: re.compile(rb"\0{4}[\x00-\xff]{0,16}"),
    0x41ED: re.compile(rb"[\1-\3]\0[\x00-\xff]{3}\0{19}"),
    _SHARED: re.compile(rb"[\x00-\xff]{0,8}"),
}
_NUMBER = 8  # bytes of the longest (RFC 8794, 7)
_CODED = {0x63A2, 0xA1, 0xA3}  # looked at with the samples
# SMPTE ST 2094-40 in a message of ITU-T T.35
_HDR10_PLUS, _MAX_HDR10_PLUS = b"\xb5\0\x3c\0\1\4", 512
_MAX_NAME = 200
_MAX_EMPTY = 100_000  # stretches to be emptied: a muxer leaves a Void or two a cluster
_MAX_TRACKS = 1000
_MAX_CLUSTERS = 100_000  # live recordings have one or two a second: of a day
_MAX_DEPTH = 16  # of elements inside each other; in films six


@dataclass
class _Listing:
    """What a walk collects: ranges to blank, elements to remove, text, chapter titles, clusters and
    tracks.
    """

    blocks: list[Block] = field(default_factory=lambda: Few(MOST_BLOCKS))
    empty: list[tuple[int, int]] = field(default_factory=lambda: Few(_MAX_EMPTY))
    titles: list[tuple[int, int]] = field(default_factory=lambda: Few(MOST_BLOCKS))
    has_alpha: bool = False
    tracks: list[Element] = field(default_factory=lambda: Few(_MAX_TRACKS))
    clusters: list[Element] = field(default_factory=lambda: Few(_MAX_CLUSTERS))


def blocks(file: IO[bytes]) -> list[Block]:
    listing, reader = (
        _Listing(),
        ebml.Reader(file, CLUSTER, set(_PARTS[SEGMENT]) | {0x1941A469, SEGMENT}),
    )
    for top in reader.elements(0, size_of(file)):
        if top.id in (HEADER, SEGMENT):
            _walk(reader, top, listing)
        else:
            _takes_away(top, listing)
    size = size_of(file)
    if listing.titles:
        listing.blocks.append(Block("subtitles", tuple(listing.titles), keyword=" chapters"))
    try:
        listing.blocks += blanked(listing.empty, size)
        listing.blocks += matroska_samples.blocks(reader, listing.tracks, listing.clusters)
    except Unreadable:
        listing.blocks.append(Block("uncleanable", (), keyword="a track that can't be followed"))
    return listing.blocks


def _walk(reader: ebml.Reader, parent: Element, listing: _Listing, depth: int = 0) -> None:
    if parent.id == SIMPLE_TAG:
        _simple_tag(reader, list(reader.elements(parent.start, parent.end)), listing, depth)
        return
    if parent.id == MORE:
        _addition(reader.file, list(reader.elements(parent.start, parent.end)), listing)
    parts = _PARTS[parent.id] if depth < _MAX_DEPTH else set()
    for part in reader.elements(parent.start, parent.end):
        if part.id == CRC:
            continue
        if part.id not in parts:
            _takes_away(part, listing)
        elif part.id in _PARTS:
            if part.id == CLUSTER:
                listing.clusters.append(part)
            elif part.id == TRACK:
                listing.tracks.append(part)
            _walk(reader, part, listing, depth + 1)
        else:
            _leaf(reader.file, part, listing)


def _takes_away(part: Element, listing: _Listing) -> None:
    if part.end == part.start:
        return
    if part.id == VOID:  # a muxer leaves it empty
        listing.empty.append((part.start, part.end - part.start))
    else:
        listing.blocks.append(Block("element", ((part.at, part.end - part.at),)))


def _leaf(file: IO[bytes], part: Element, listing: _Listing) -> None:
    """Text, and what is larger than a number."""
    kinds: dict[int, tuple[Kind, str]] = {TITLE: ("comment", "title"), DATE: ("dates", "")}
    place = (part.start, part.end - part.start)
    if part.id in kinds and (part.id != DATE or place[1] <= _NUMBER):
        listing.blocks.append(Block(kinds[part.id][0], (place,), keyword=kinds[part.id][1]))
    elif part.id == CHAPTER_TITLE and place[1]:
        listing.titles.append(place)
    elif expected := _expected(part.id):
        if place[1] > _MAX_NAME or not expected.fullmatch(read_exactly(file, *place)):
            listing.empty.append(place)
            if part.id == _SHARED:  # frames can't be put together without
                listing.blocks.append(Block("uncleanable", (), keyword="what frames begin with"))
    elif place[1] > _NUMBER and part.id not in _CODED and part.id != _ADDITION:
        listing.empty.append(place)
    elif part.id == _ALPHA:
        listing.has_alpha = bool(read_exactly(file, *place).strip(b"\0"))


def _addition(file: IO[bytes], parts: list[Element], listing: _Listing) -> None:
    """What stands beside a frame (RFC 9559, 5.1.3.5.2.1): how clear VP8 and VP9 are, or HDR10+. All
    else is somebody's.
    """
    ids = [
        int.from_bytes(read_exactly(file, part.start, min(part.end - part.start, _NUMBER)))
        for part in parts
        if part.id == _ADDITION_ID
    ] or [1]
    for part in parts:
        length = part.end - part.start
        if part.id != _ADDITION or not length or (ids == [1] and listing.has_alpha):
            continue
        if (
            length > _MAX_HDR10_PLUS
            or read_exactly(file, part.start, min(length, 6)) != _HDR10_PLUS
        ):
            listing.empty.append((part.start, length))


def _expected(id: int) -> re.Pattern[bytes] | None:
    """What a text has to look like to stay."""
    texts = {
        TRACK_NAME: _TRACK_NAMES,
        MUXER: _PROGRAMS,
        WRITER: _PROGRAMS,
        CODEC_NAME: _PROGRAMS,
        **_CODES,
        **_BINARY,
    }
    return _LANGUAGE if id in _LANGUAGES else texts.get(id)


def _simple_tag(reader: ebml.Reader, inside: list[Element], listing: _Listing, depth: int) -> None:
    """A tag's name says what its text is; a name that nobody knows is somebody's own, and goes
    too.
    """
    names = [
        read_exactly(reader.file, part.start, min(part.end - part.start, _MAX_NAME))
        .decode("utf-8", "replace")
        .rstrip("\0")
        for part in inside
        if part.id == TAG_NAME
    ]
    is_harmless = len(names) == 1 and bool(_HARMLESS_TAG.fullmatch(names[0]))
    for part in inside:
        if part.id in (TAG_NAME, TAG_STRING):
            keyword = names[0] if is_harmless else ""
            if part.id == TAG_STRING or not is_harmless:
                listing.blocks.append(
                    Block("comment", ((part.start, part.end - part.start),), keyword=keyword)
                )
        elif part.id == SIMPLE_TAG and depth < _MAX_DEPTH:
            _walk(reader, part, listing, depth + 1)
        elif part.id in _PARTS[SIMPLE_TAG] and part.id != SIMPLE_TAG:
            _leaf(reader.file, part, listing)
        elif part.id != CRC:
            _takes_away(part, listing)
