"""How many bytes of a box are its own (ISO/IEC 14496-12; QuickTime File Format): what stands behind
them is nobody's business to keep.
"""

from __future__ import annotations

import re
from typing import IO

from media.metadata.containers.block import read_exactly
from media.metadata.containers.boxes import Box

# By version: 0, and any other.
_FIXED = {
    b"mvhd": (100, 112), b"tkhd": (84, 96), b"mdhd": (24, 36), b"vmhd": (12, 12), b"smhd": (8, 8),
    b"hmhd": (20, 20), b"nmhd": (4, 4), b"sthd": (4, 4), b"gmin": (16, 16), b"cslg": (24, 44),
    b"mehd": (8, 12), b"trex": (24, 24), b"mfhd": (8, 8), b"tfdt": (8, 12), b"mfro": (8, 8),
    b"clef": (12, 12), b"prof": (12, 12), b"enof": (12, 12),
}  # fmt: skip
# Where the number of entries stands, and how long each is, by version.
_TABLES = {
    b"stts": (4, 8, 8), b"ctts": (4, 8, 8), b"stss": (4, 4, 4), b"stps": (4, 4, 4),
    b"stsh": (4, 8, 8), b"stsc": (4, 12, 12), b"stco": (4, 4, 4), b"co64": (4, 8, 8),
    b"elst": (4, 12, 20), b"sbgp": (8, 8, 8),
}  # fmt: skip
# how far decoding begins before a sample, and which samples it may begin with
_GROUPS = {b"roll", b"prol", b"rap ", b"sync", b"tsas"}
REFERENCES = {
    b"hint", b"cdsc", b"font", b"hind", b"vdep", b"vplx", b"subt", b"tmcd", b"chap", b"sync",
    b"scpt", b"ssrc", b"folw", b"fall", b"forc", b"auxl",
}  # fmt: skip
_LANGUAGE = re.compile(rb"\0{4}[A-Za-z]{2,4}(?:-[A-Za-z0-9]{1,8}){0,3}\0")
_TFHD = ((0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4), (0x20, 4))
_MOST = 100  # bytes that are examined


def own_length(file: IO[bytes], box: Box, parent: bytes) -> int:
    """Of the payload, in bytes; 0 for a box that goes, and its whole length for one of which
    nothing is known.
    """
    length = box.end - box.start
    data = read_exactly(file, box.start, min(length, _MOST))
    version = int(bool(data[:1].strip(b"\0")))
    if parent == b"tref":
        ids = [int.from_bytes(data[at : at + 4]) for at in range(0, len(data), 4)]
        return (
            length
            if box.name in REFERENCES
            and length <= _MOST
            and all(0 < number < 1 << 16 for number in ids)
            else 0
        )
    if box.name in _FIXED:
        return min(length, _FIXED[box.name][version])
    if box.name in _TABLES:
        if box.name == b"sbgp" and data[4:8] not in _GROUPS:
            return 0
        at, *widths = _TABLES[box.name]
        at += 4 * (box.name == b"sbgp" and version)
        return min(length, at + 4 + int.from_bytes(data[at : at + 4]) * widths[version])
    rule = _RULES.get(box.name)
    return min(length, rule(data, length)) if rule else length


def _sizes(data: bytes, length: int) -> int:
    return 12 if data[4:8].strip(b"\0") else 12 + 4 * int.from_bytes(data[8:12])


def _group(data: bytes, length: int) -> int:
    """Descriptions of one or two bytes."""
    each, count = int.from_bytes(data[8:12]), int.from_bytes(data[12:16])
    return (
        16 + each * count
        if data[:1] == b"\1" and data[4:8] in _GROUPS and each in (1, 2) and count <= 16
        else 0
    )


def _header(data: bytes, length: int) -> int:
    return 8 + sum(width for flag, width in _TFHD if int.from_bytes(data[:4]) & flag)


def _run(data: bytes, length: int) -> int:
    flags = int.from_bytes(data[:4])
    each = 4 * sum(bool(flags & field) for field in (0x100, 0x200, 0x400, 0x800))
    return 8 + 4 * bool(flags & 1) + 4 * bool(flags & 4) + each * int.from_bytes(data[4:8])


def _random_access(data: bytes, length: int) -> int:
    widths = sum(1 + (data[11] >> shift & 3) for shift in (0, 2, 4)) if len(data) >= 16 else 0
    return 16 + (widths + (16 if data[:1] == b"\1" else 8)) * int.from_bytes(data[12:16])


def _segments(data: bytes, length: int) -> int:
    at = 28 if data[:1].strip(b"\0") else 20
    return at + 4 + 12 * int.from_bytes(data[at + 2 : at + 4])


def _language(data: bytes, length: int) -> int:
    match = _LANGUAGE.match(data)
    return match.end() if match else 0


_RULES = {
    b"stsz": _sizes,
    b"sgpd": _group,
    b"tfhd": _header,
    b"trun": _run,
    b"tfra": _random_access,
    b"sidx": _segments,
    b"elng": _language,
}
