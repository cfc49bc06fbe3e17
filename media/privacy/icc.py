"""ICC profiles (ICC.1:2022), blanked in place but for what colours are computed from.

Displays are profiled with their serial number (Apple's ``mmod``), curves, and a name that a person
gave them. What stays: the tags of ``_COLOUR`` at the size that their type has, standard names and
notices, and the header without unknown makers.
"""

from __future__ import annotations

import hashlib
import struct
import zlib

from media.privacy.icc_texts import SIGNATURES, blanked, text_of

MAX_PROFILE = 8 * 1024 * 1024  # bytes; a printer's has one or two million
_HEADER, _ENTRY = 128, 12
_MAX_TAGS = 200  # a real one has at most some thirty
_COLOUR = {
    b"rXYZ",
    b"gXYZ",
    b"bXYZ",
    b"rTRC",
    b"gTRC",
    b"bTRC",
    b"kTRC",
    b"wtpt",
    b"bkpt",
    b"chad",
    b"chrm",
    b"cicp",
    b"lumi",
    b"meas",
    b"view",
    b"tech",
    b"gamt",
    *(
        b"%s%d" % (name, number)
        for name in (b"A2B", b"B2A", b"D2B", b"B2D", b"pre")
        for number in range(4)
    ),
}
_TEXTS = {b"desc", b"cprt", b"dmnd", b"dmdd", b"vued"}
# bytes of each type
_NUMBERS = {
    b"XYZ ": 20,
    b"sf32": 44,
    b"chrm": 36,
    b"cicp": 12,
    b"meas": 36,
    b"view": 36,
    b"sig ": 12,
}
_TABLES = {b"mAB ", b"mBA ", b"mpet"}  # whose parts are found by offsets
_PARAMETERS = (1, 3, 4, 5, 7)  # of a parametric curve, by its function


def clean(profile: bytes) -> bytes:
    """The profile at the same length. What is none, or can't be followed, is blanked whole: no
    reader takes it either.
    """
    size = min(int.from_bytes(profile[:4]), len(profile))
    count = int.from_bytes(profile[_HEADER : _HEADER + 4])
    if profile[36:40] != b"acsp" or count > _MAX_TAGS or _HEADER + 4 + count * _ENTRY > size:
        return bytes(len(profile))
    cleaned = bytearray(len(profile))
    table, standard = b"", False
    for number in range(count):
        name, at, length = struct.unpack_from(">4sII", profile, _HEADER + 4 + number * _ENTRY)
        data = (
            _tag(name, profile[at : at + length])
            if at >= _HEADER + 4 + count * _ENTRY and at + length <= size
            else b""
        )
        if data:
            cleaned[at : at + length] = data.ljust(length, b"\0")
            table += profile[_HEADER + 4 + number * _ENTRY : _HEADER + 4 + (number + 1) * _ENTRY]
            standard = standard or (name == b"desc" and bool((text_of(data) or "").strip()))
    cleaned[_HEADER : _HEADER + 4 + len(table)] = struct.pack(">I", len(table) // _ENTRY) + table
    cleaned[:_HEADER] = _header(profile[:_HEADER], standard)
    if profile[84:100] == _digest(cleaned[:size]):
        cleaned[84:100] = profile[84:100]
    return bytes(cleaned)


def _tag(name: bytes, data: bytes) -> bytes:
    """What stays of a tag's data; empty where it goes."""
    if name in _TEXTS:
        return blanked(data)
    return data[: _size(data)] if name in _COLOUR and len(data) >= 8 else b""


def _size(data: bytes) -> int:
    """How many bytes data of this type has; 0 for a type that colours don't come in."""
    kind, count = data[:4], int.from_bytes(data[8:12])
    if kind == b"curv":
        return 12 + 2 * count
    if kind == b"para":
        function = int.from_bytes(data[8:10])
        return 12 + 4 * _PARAMETERS[function] if function < len(_PARAMETERS) else 0
    if kind in (b"mft1", b"mft2") and len(data) >= 52:
        inputs, outputs, points = data[8:11]
        ends = struct.unpack_from(">HH", data, 48)
        # more channels than sixteen are no lookup table
        grid: int = points ** min(inputs, 16) * outputs
        return (
            48 + inputs * 256 + grid + outputs * 256
            if kind == b"mft1"
            else 52 + 2 * (inputs * ends[0] + grid + outputs * ends[1])
        )
    return len(data) if kind in _TABLES else _NUMBERS.get(kind, 0)


def _header(header: bytes, standard: bool) -> bytes:
    """Without makers that aren't known, without what is reserved, and without a date where the
    profile is somebody's own.
    """
    kept = bytearray(header)
    for at in (4, 40, 48, 52, 80):  # colour engine, platform, device's maker and model, creator
        if header[at : at + 4] not in SIGNATURES:
            kept[at : at + 4] = bytes(4)
    year, *rest = struct.unpack_from(">6H", header, 24)
    if not standard or not 1990 <= year < 2100 or any(value > 60 for value in rest):
        kept[24:36] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    # an MD5 of the profile, which `clean` puts back where it is one
    kept[84:_HEADER] = bytes(_HEADER - 84)
    return bytes(kept)


def _digest(profile: bytes | bytearray) -> bytes:
    """A profile's id (ICC.1:2022, 7.2.18)."""
    plain = bytearray(profile)
    for at, length in ((44, 4), (64, 4), (84, 16)):
        plain[at : at + length] = bytes(length)
    return hashlib.md5(plain, usedforsecurity=False).digest()


# --- in PNG's iCCP chunk: a name, a zero, the method, a zlib stream (W3C PNG, third edition,
# 11.3.2.3)


_NAMES = {
    b"ICC Profile", b"ICC profile", b"icc", b"sRGB", b"Display P3", b"Photoshop ICC profile",
    b"sRGB IEC61966-2.1", b"Adobe RGB (1998)", b"1", b"kCGColorSpaceDisplayP3",
}  # fmt: skip
_EMPTY_BLOCK = b"\0\0\0\xff\xff"  # a stored block without bytes (RFC 1951, 3.2.4)


def clean_chunk(data: bytes) -> bytes:
    """An iCCP chunk's data at the same length; as it was where that can't be done (see `fits`),
    zeros where no reader finds a profile.
    """
    name, _, rest = data.partition(b"\0")
    profile, used = _inflated(rest[1:])
    if not profile:
        return data if profile is None else bytes(len(data))
    cleaned = clean(profile)
    if name not in _NAMES:
        name = b"ICC profile".ljust(len(name), b"_")[: len(name)]
    if cleaned == profile:
        return (name + b"\0" + rest[:1] + rest[1 : 1 + used]).ljust(len(data), b"\0")
    packed = zlib.compress(cleaned, 9)
    empty, pad = divmod(len(data) - len(name) - 2 - len(packed), len(_EMPTY_BLOCK))
    if empty < 0:
        return data
    if len(name) + pad > 79:
        name, empty = name[: -len(_EMPTY_BLOCK)], empty + 1
    return name + b"_" * pad + b"\0\0" + packed[:2] + _EMPTY_BLOCK * empty + packed[2:]


def fits(data: bytes) -> bool:
    """Whether `clean_chunk` leaves nothing of an iCCP chunk to be cleaned."""
    profile, _ = _inflated(data.partition(b"\0")[2][1:])
    return profile is not None and (not profile or clean(profile) == profile)


def _inflated(packed: bytes) -> tuple[bytes | None, int]:
    """The profile, and how many bytes of ``packed`` hold it. Empty for what is no whole zlib
    stream, None for one that is too long.
    """
    stream = zlib.decompressobj()
    try:
        profile = stream.decompress(packed, MAX_PROFILE)
    except zlib.error:
        return b"", 0
    if not stream.eof:
        return (None if stream.unconsumed_tail else b""), 0
    return profile, len(packed) - len(stream.unused_data)
