"""EXIF and XMP in a JPEG by what they begin with, wherever it stands: no structure is followed, so
nothing can be missed by following it wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

# Exif 2.32, 4.7.2; XMP part 3, 1.1.3; XMP part 1, 7.3
_EXIF, _XMP, _PACKET, _PACKET_END = (
    b"Exif\0\0",
    b"http://ns.adobe.com/xap/1.0/\0",
    b"<x:xmpmeta",
    b"</x:xmpmeta>",
)
_MAX_MARKS = 8  # of a kind; a photo has one
_MAX_EXIF = 256 * 1024  # bytes behind a mark; a segment has 64 KB


class Marked(NamedTuple):
    """EXIF blocks, each from its mark on, with more behind it; and XMP packets."""

    exif: list[bytes]
    packets: list[bytes]


def find(head: bytes) -> Marked | None:
    """What is marked in ``head``; None for more marks than a photo has."""
    if any(head.count(mark) > _MAX_MARKS for mark in (_EXIF, _XMP, _PACKET)):
        return None
    return Marked([head[at : at + _MAX_EXIF] for at in _places(head, _EXIF)], _packets(head))


def _packets(head: bytes) -> list[bytes]:
    packets = []
    for at in _places(head, _XMP):  # the length of its segment stands before it
        end = at - 2 + int.from_bytes(head[max(0, at - 2) : at])
        packets.append(head[at + len(_XMP) : end])
    whole = b"\0".join(packets)
    for at in _places(head, _PACKET):
        packet = head[at : head.find(_PACKET_END, at) + len(_PACKET_END)]
        if packet not in whole:
            packets.append(packet)
    return packets


def _places(data: bytes, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)
