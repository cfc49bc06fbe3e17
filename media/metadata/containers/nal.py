"""H.264 and H.265 in pieces with their length before them: the messages that say something of no
picture.

Units: ITU-T H.264, 7.3.1 and table 7-1; H.265, 7.3.1 and table 7-1. Messages: annex D of both.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers.block import MAX_BLOCK_BYTES, read_exactly

Range = tuple[int, int]  # offset, length

_MAX_UNITS = 2_000_000  # of a track: four in a picture, sixty pictures a second, for two hours
_WINDOW = 2048  # bytes read at once: all units of a small picture, the messages before a large one
_MAX_UNIT = 1 << 20  # bytes of messages in one unit
_MAX_MESSAGE = 512  # bytes; none of the kept ones is longer
_HEADER = {"avc": 1, "hevc": 2}
_SEI = {"avc": {6}, "hevc": {39, 40}}
# Unspecified, reserved and filling units. Of H.265's, 62 and 63 are Dolby Vision.
_FREE = {"avc": {0, 12, 17, 18, *range(22, 32)}, "hevc": {38, *range(41, 62)}}
# Messages of numbers that tell how to show a picture: timing, layout, colours, light.
_HARMLESS = {
    0, 1, 2, *range(6, 24), 45, 46, 47, *range(128, 138), 142, 143, 144, *range(147, 157), 165,
}  # fmt: skip
_REGISTERED, _UNREGISTERED = 4, 5
_CAPTIONS = b"\xb5\x00\x31GA94\x03"  # ATSC A/53, part 4: closed captions
_HDR = (b"\xb5\x00\x3c\x00\x01\x04", b"\x26\x00\x04\x00\x05")  # HDR10+, HDR Vivid
_X264 = bytes.fromhex("dc45e9bde6d948b7962cd820d923eeef")
# Settings in its own words; decoders go by the version before them.
_X264_VERSION = re.compile(rb"x264 - core \d{1,4}")
_X264_HEAD = re.compile(
    rb"x264 - core \d{1,4}(?: r\d{1,5}[A-Z]?(?: [0-9a-f]{7})?)? - H\.264/MPEG-4 AVC codec - "
    rb"Copy(?:left|right) 2003-\d{4} - "
    rb"http://www\.videolan\.org/x264\.html - options:"
)
_X264_SETTING = re.compile(
    rb"[a-z0-9_]{2,20}=(?:-?[0-9]{1,6}(?:[.:,]-?[0-9]{1,2}){0,3}|0x[0-9]{1,3}:0x[0-9]{1,3}|"
    rb"[a-z0-9]{2,5})"
)
_MOST_SETTINGS = 80  # x264 has some 50


def private(
    file: IO[bytes], samples: Iterable[Range], width: int, codec: str, size: int
) -> Iterator[Range]:
    """The bytes of all samples that can be overwritten by anything but zeros. ``width`` bytes give
    the length of a unit.

    Raises Unreadable where units don't fill their sample, and for more units or messages than a
    film has.
    """
    units, message_bytes, header = 0, 0, _HEADER[codec]
    for offset, length in samples:
        end, window, window_at = offset + length, b"", offset
        while offset < min(end, size):
            units += 1
            if offset + width + 1 > window_at + len(window):
                file.seek(offset)
                window, window_at = file.read(min(_WINDOW, max(width + 1, end - offset))), offset
            head = window[offset - window_at : offset - window_at + width + 1]
            if len(head) <= width:
                raise Unreadable()
            start, stop = offset + width, offset + width + int.from_bytes(head[:width])
            if stop > end or units > _MAX_UNITS:
                raise Unreadable()
            kind = _kind(head[width], codec)
            if stop > start + header and (kind in _SEI[codec] or kind in _FREE[codec]):
                message_bytes += stop - start
                if stop - start > _MAX_UNIT or message_bytes > MAX_BLOCK_BYTES:
                    raise Unreadable()
                for at, count in private_of_unit(read_exactly(file, start, stop - start), codec):
                    yield start + at, count
            offset = stop


def private_of_unit(unit: bytes, codec: str) -> Iterator[Range]:
    kind, header = _kind(unit[0], codec), _HEADER[codec]
    if kind in _SEI[codec]:
        yield from _Escaped(unit).ranges(_messages(_Escaped(unit).plain, header))
    elif kind in _FREE[codec] and unit[header:].strip(b"\xff\x80"):
        yield from _Escaped(unit).ranges([(header, len(_Escaped(unit).plain))])


def _kind(first: int, codec: str) -> int:
    return first & 0x1F if codec == "avc" else first >> 1 & 0x3F


class _Escaped:
    """A unit without the bytes 3 that keep two zeros from looking like a start code (H.264,
    7.4.1.1).
    """

    def __init__(self, unit: bytes) -> None:
        self._raw = [match.start() + 2 for match in re.finditer(rb"\x00\x00\x03", unit)]
        self._plain = [at - number for number, at in enumerate(self._raw)]
        self.plain = unit.replace(b"\0\0\3", b"\0\0")

    def ranges(self, plain: Iterable[tuple[int, int]]) -> Iterator[Range]:
        """Where (start, stop) of the plain bytes stand in the unit; what makes or follows an escape
        is left out, so that it stays one.
        """
        for start, stop in plain:
            at, end = (
                start + bisect_right(self._plain, start),
                stop - 1 + bisect_right(self._plain, stop - 1) + 1,
            )
            for escape in self._raw[
                bisect_left(self._raw, at - 1) : bisect_right(self._raw, end + 1)
            ]:
                if escape - 2 > at:
                    yield at, escape - 2 - at
                at = max(at, escape + 2)
            if end > at:
                yield at, end - at


def _messages(plain: bytes, at: int) -> Iterator[tuple[int, int]]:
    """(start, stop) of what goes of each message, in a unit without escapes."""
    end = len(plain.rstrip(b"\0")) - 1  # the byte that ends the unit
    while at < end:
        kind, at = _number(plain, at)
        length, at = _number(plain, at)
        if at + length > end:  # it breaks off, or the end is missing
            kind, length = _UNREGISTERED, max(0, len(plain) - at)
        kept = _kept(kind, plain[at : at + length])
        if kept < length:
            yield at + kept, at + length
        at += length


def _number(plain: bytes, at: int) -> tuple[int, int]:
    number = 0
    while plain[at : at + 1] == b"\xff":
        number, at = number + 255, at + 1
    return number + int.from_bytes(plain[at : at + 1]), at + 1


def _kept(kind: int, data: bytes) -> int:
    """How many bytes of a message stay."""
    if kind == _UNREGISTERED:
        return _kept_settings(data)
    if kind == _REGISTERED:
        if data.startswith(_CAPTIONS) and len(data) > 10:
            return min(len(data), 10 + 3 * (data[8] & 31) + 1)
        return len(data) if data.startswith(_HDR) and len(data) <= _MAX_MESSAGE else 0
    return len(data) if kind in _HARMLESS and len(data) <= _MAX_MESSAGE else 0


def _kept_settings(data: bytes) -> int:
    if not data.startswith(_X264):
        return 0
    head = _X264_HEAD.match(data, 16)
    if head and _are_settings(data[head.end() :]):
        return len(data)
    version = _X264_VERSION.match(data, 16)
    return version.end() if version else 0


def _are_settings(text: bytes) -> bool:
    first, *settings = text.rstrip(b" \0").split(b" ", _MOST_SETTINGS + 1)
    return (
        first == b""
        and len(settings) <= _MOST_SETTINGS
        and all(map(_X264_SETTING.fullmatch, settings))
    )
