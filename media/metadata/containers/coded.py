"""What coded pictures carry beside pictures: messages in H.264 and H.265, user data in MPEG,
metadata in AV1, segments in JPEG frames.

Pictures stay to the bit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers import jpeg_frames, nal, obu, user_data
from media.metadata.containers.block import Block, read_exactly
from media.metadata.containers.boxes import Box, boxes
from media.metadata.containers.ranges import blanked

AVC = {b"avc1", b"avc2", b"avc3", b"avc4", b"dva1", b"dvav"}
HEVC = {b"hvc1", b"hev1", b"hvc2", b"hev2", b"dvh1", b"dvhe"}
JPEG = {b"jpeg", b"mjpa", b"MJPG", b"dmb1"}
AV1 = {b"av01"}
MPEG = {
    b"mp4v", b"m1v ", b"mp1v", b"m2v1", b"mp2v", b"mpeg", b"mpg2", b"xvid", b"XVID", b"DIVX",
    b"DX50", b"FMP4",
}  # fmt: skip
# Frames that are files of their own, with texts of their own, or that can't be read without their
# key.
CLOSED = {b"png ", b"tiff", b"mjpb", b"mjp2", b"gif ", b"encv", b"drmi"}
_ENTRY = 78  # bytes of a picture's sample entry before its boxes (ISO/IEC 14496-12, 12.1.3)


def blocks(
    file: IO[bytes], stsd: Box | None, samples: Iterable[tuple[int, int]], size: int
) -> Iterator[Block]:
    """Of a track of pictures or sound. Raises Unreadable for one that can't be followed."""
    entries = (
        list(boxes(file, stsd.start + 8, stsd.end)) if stsd and stsd.end - stsd.start >= 8 else []
    )
    codecs = {_codec(entry.name) for entry in entries}
    if "" in codecs or len(codecs) > 1:
        raise Unreadable()
    codec = codecs.pop() if codecs else "other"
    if codec in ("other", "mpeg"):  # MP4 gives JPEG the name of MPEG-4 video
        samples = iter(samples)
        first = next((sample for sample in samples if sample[1]), (0, 0))
        samples = itertools.chain([first], samples)
        codec = "jpeg" if _seen(file, first) == "jpeg" else codec
    if codec == "jpeg":
        yield from blanked(jpeg_frames.private(file, samples, size), size)
    elif codec in ("avc", "hevc"):
        widths = {_width(file, entry, codec) for entry in entries}
        if len(widths) != 1:
            raise Unreadable()
        yield from blanked(nal.private(file, samples, widths.pop(), codec, size), size, "filler")
    elif codec in _OTHERS:
        yield from blanked(_OTHERS[codec](file, samples, size), size, "filler")


def item_blocks(
    file: IO[bytes], kind: str, ranges: tuple[tuple[int, int], ...], widths: set[int], size: int
) -> Iterator[Block]:
    """As `blocks`, of a still picture. Raises Unreadable, also for one in pieces."""
    ranges = tuple(part for part in ranges if part[1])
    if kind == "jpeg":
        yield from blanked(jpeg_frames.private(file, ranges, size), size)
    elif len(ranges) > 1 or (kind in ("avc", "hevc") and len(widths) != 1):
        raise Unreadable()
    elif kind == "av1":
        yield from blanked(obu.private(file, ranges, size), size, "filler")
    else:
        yield from blanked(
            nal.private(file, ranges, next(iter(widths)), kind, size), size, "filler"
        )


_OTHERS = {"mpeg": user_data.private, "av1": obu.private}


def matroska_codec(codec: bytes) -> str:
    """How frames of a track are coded (RFC 9559, 5.1.4.1.21); "" for those in which nothing is
    looked for.
    """
    exact = {
        b"V_MPEG4/ISO/AVC": "avc",
        b"V_MPEGH/ISO/HEVC": "hevc",
        b"V_MJPEG": "jpeg",
        b"V_AV1": "av1",
        **dict.fromkeys(
            (b"V_MPEG1", b"V_MPEG2", b"V_MPEG4/ISO/SP", b"V_MPEG4/ISO/ASP", b"V_MPEG4/ISO/AP"),
            "mpeg",
        ),
    }
    foreign = (b"V_MS/", b"V_QUICKTIME", b"V_UNCOMPRESSED")  # named in another system; looked at
    return exact.get(
        codec,
        ""
        if codec.startswith((b"V_VP", b"V_THEORA", b"V_MPEG", b"V_REAL", b"V_PRORES", b"V_FFV1"))
        else "foreign"
        if codec.startswith(foreign)
        else "unknown",
    )


def matroska_blocks(
    file: IO[bytes], codec: bytes, private: bytes, samples: list[tuple[int, int]], size: int
) -> Iterator[Block]:
    """As `blocks`, of a track of pictures in Matroska. ``private`` is what its decoder needs to
    begin.
    """
    kind = matroska_codec(codec)
    if kind in ("foreign", "unknown"):
        # of QuickTime's sample entry, of a BITMAPINFOHEADER
        names = {private[at : at + 4] for at in (4, 16)}
        if names & (
            AVC
            | HEVC
            | CLOSED
            | {b"H264", b"h264", b"X264", b"HEVC", b"avc1", b"AVC1", b"H265", b"MPNG"}
        ):
            raise Unreadable()
        kind = _seen(file, next(iter(samples), (0, 0)))
    if kind == "jpeg":
        yield from blanked(jpeg_frames.private(file, samples, size), size)
    elif kind in ("avc", "hevc"):
        at = 4 if kind == "avc" else 21
        if len(private) <= at:
            raise Unreadable()
        yield from blanked(
            nal.private(file, samples, 1 + (private[at] & 3), kind, size), size, "filler"
        )
    elif kind in _OTHERS:
        yield from blanked(_OTHERS[kind](file, samples, size), size, "filler")


def _codec(name: bytes) -> str:
    """How frames are coded; "" for what can't be followed."""
    kinds = (
        (AVC, "avc"),
        (HEVC, "hevc"),
        (JPEG, "jpeg"),
        (AV1, "av1"),
        (MPEG, "mpeg"),
        (CLOSED, ""),
    )
    return next((kind for names, kind in kinds if name in names), "other")


def _seen(file: IO[bytes], first: tuple[int, int]) -> str:
    """How frames are coded, by the first. Raises Unreadable for what can't be followed."""
    file.seek(first[0])
    head = file.read(min(first[1], 8))
    if head.startswith((b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*")):
        raise Unreadable()
    return "jpeg" if head.startswith(b"\xff\xd8\xff") else "other"


def _width(file: IO[bytes], entry: Box, codec: str) -> int:
    """How many bytes give the length of a unit (ISO/IEC 14496-15, 5.3.3 and 8.3.3)."""
    name, at = (b"avcC", 4) if codec == "avc" else (b"hvcC", 21)
    for box in boxes(file, entry.start + _ENTRY, entry.end):
        if box.name == name:
            return 1 + (read_exactly(file, box.start + at, 1)[0] & 3)
    raise Unreadable()
