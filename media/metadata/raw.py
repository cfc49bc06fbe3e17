"""Camera raw files that are TIFF by their first bytes: what a viewer would show of one is a small
preview, not the photo.
"""

from __future__ import annotations

import struct
from typing import IO

from media.metadata.tiff import DNG_VERSION, SUBFILE_TYPE

_COMPRESSION, _PHOTOMETRIC = 0x0103, 0x0106
_COMPRESSIONS = {32767, 32770, 34713, 65000, 65535}  # Sony, Samsung, Nikon, Kodak, Pentax
_SENSOR = {32803, 34892}  # colour filter array and linear raw (TIFF/EP, DNG 1.7)
_MAX_ENTRIES = 1000


def is_raw(file: IO[bytes]) -> bool:
    """By the first directory. A file whose directory can't be read is none."""
    file.seek(0)
    order = "<" if file.read(2) == b"II" else ">"
    try:
        (offset,) = struct.unpack(order + "2xI", file.read(6))
        file.seek(offset)
        (count,) = struct.unpack(order + "H", file.read(2))
        entries = [
            (*struct.unpack(order + "HHI", file.read(8)), file.read(4))
            for _ in range(min(count, _MAX_ENTRIES))
        ]
    except struct.error:
        return False
    values = {
        tag: struct.unpack(order + ("H2x" if kind == 3 else "I"), value)[0]
        for tag, kind, _, value in entries
        if len(value) == 4
    }
    return (
        DNG_VERSION in values
        or values.get(SUBFILE_TYPE, 0) & 1 == 1
        or values.get(_PHOTOMETRIC) in _SENSOR
        or values.get(_COMPRESSION) in _COMPRESSIONS
    )
