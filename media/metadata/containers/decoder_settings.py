"""What a decoder needs before the first picture or sound: units of H.264 and H.265, blocks of FLAC,
headers of Vorbis.

ISO/IEC 14496-15, 5.3.3 and 8.3.3; RFC 9639, section 8; Vorbis I, section 5.
"""

from __future__ import annotations

from collections.abc import Iterator

from media.errors import Unreadable
from media.metadata.containers import nal, obu, user_data
from media.metadata.containers.block import Block, Kind

_HIGH_PROFILES = {100, 110, 122, 144}  # of H.264: more settings stand behind the units
_FLAC_STREAM, _FLAC_PADDING, _FLAC_SEEK_TABLE = 0, 1, 3

Part = tuple[Kind, int, int]  # how it is blanked, where it begins, its length


def private(codec: str, data: bytes) -> Iterator[Part]:
    """What decoding needs none of. ``codec``: ``avc``, ``hevc``, ``flac`` (blocks alone),
    ``vorbis``, ``av1``, ``mpeg`` or ``esds``, which is ``mpeg`` in an MP4's box; ``lhevc`` are the
    units of H.265's further layers. Of others nothing is known.

    Raises Unreadable for settings that break off.
    """
    if codec in ("avc", "hevc", "lhevc"):
        yield from _units(codec, data)
    elif codec == "flac":
        yield from _flac(data)
    elif codec == "vorbis":
        yield from _vorbis(data)
    elif codec == "mpeg":
        yield from (("filler", at, length) for at, length in user_data.of_data(data))
    elif codec == "esds":
        start, stop = _decoder_specific(data)
        yield from (
            ("filler", start + at, length) for at, length in user_data.of_data(data[start:stop])
        )
    elif codec == "av1":
        yield from (("filler", at, length) for at, length in obu.of_data(data[4:], 4))


def blocks(codec: str, data: bytes, start: int) -> Iterator[Block]:
    """As `private`, for settings that stand at ``start`` in a file."""
    yield from (Block(kind, ((start + at, length),)) for kind, at, length in private(codec, data))


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, size: int) -> int:
        self.at += size
        if self.at > len(self.data):
            raise Unreadable()
        return int.from_bytes(self.data[self.at - size : self.at])


def _units(codec: str, data: bytes) -> Iterator[Part]:
    reader = _Reader(data, {"avc": 5, "hevc": 22, "lhevc": 5}[codec])
    if codec == "avc":
        for _ in range(reader.take(1) & 31):
            yield from _unit(reader, codec)
        for _ in range(reader.take(1)):
            yield from _unit(reader, codec)
        if data[1] in _HIGH_PROFILES and reader.at + 4 <= len(data):
            reader.take(3)
            for _ in range(reader.take(1)):
                yield from _unit(reader, codec)
    else:
        for _ in range(reader.take(1)):
            reader.take(1)
            for _ in range(reader.take(2)):
                yield from _unit(reader, codec)
    if reader.at < len(data):
        yield "unknown", reader.at, len(data) - reader.at


def _unit(reader: _Reader, codec: str) -> Iterator[Part]:
    start = reader.at + 2
    reader.take(reader.take(2))
    unit = reader.data[start : reader.at]
    for at, length in (
        nal.private_of_unit(unit, "avc" if codec == "avc" else "hevc") if unit else ()
    ):
        yield "filler", start + at, length


def _decoder_specific(data: bytes) -> tuple[int, int]:
    """Where an ``esds`` box has what its decoder needs (ISO/IEC 14496-1, 7.2.6.5 to 7.2.6.7):
    descriptors inside each other.
    """
    reader = _Reader(data, 4)
    for tag, fields in ((3, 3), (4, 13), (5, 0)):
        if reader.at >= len(data):
            return 0, 0
        if reader.take(1) != tag:
            raise Unreadable()
        length = _length(reader)
        # an address, another stream: none of a file
        if tag == 3 and data[reader.at + 2 : reader.at + 3].strip(b"\x1f\0"):
            raise Unreadable()
        reader.take(fields)
        if tag == 5:
            return reader.at, min(reader.at + length, len(data))
        if tag == 4 and length == fields:
            break
    return 0, 0


def _length(reader: _Reader) -> int:
    length = 0
    for _ in range(4):
        part = reader.take(1)
        length = length << 7 | part & 127
        if part < 128:
            break
    return length


def _flac(data: bytes) -> Iterator[Part]:
    at, is_last = 0, False
    while not is_last and at + 4 <= len(data):
        is_last, kind, length = (
            data[at] > 127,
            data[at] & 127,
            int.from_bytes(data[at + 1 : at + 4]),
        )
        if kind not in (_FLAC_STREAM, _FLAC_SEEK_TABLE):
            yield "unknown", at + 4, min(length, max(0, len(data) - at - 4))
        at += 4 + length
    if at < len(data):
        yield "unknown", at, len(data) - at


def _vorbis(data: bytes) -> Iterator[Part]:
    """Three headers, laced; of the second, the words of its comments."""
    at, sizes = 1, []
    for _ in range(data[0] if data else 0):
        size = 0
        while data[at : at + 1] == b"\xff":
            size, at = size + 255, at + 1
        size += int.from_bytes(data[at : at + 1])
        at += 1
        sizes.append(size)
    if len(sizes) != 2 or not data.startswith(b"\x03vorbis", at + sizes[0]):
        raise Unreadable()
    start, end = at + sizes[0] + 7, min(len(data), at + sum(sizes))
    for index in range(1 << 16):
        if start + 4 > end:
            return
        length = int.from_bytes(data[start : start + 4], "little")
        if start + 4 + length > end:
            raise Unreadable()
        if length:
            yield "filler", start + 4, length
        # behind the vendor stands how many comments there are
        start += 4 + length + (4 if index == 0 else 0)
