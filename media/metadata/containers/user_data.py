"""User data of MPEG-1, MPEG-2 and MPEG-4 pictures: free text behind a start code (ISO/IEC 13818-2,
6.2.2.2.2; 14496-2, 6.2.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers.block import read_exactly

Range = tuple[int, int]

_CODE, _ANY = b"\0\0\1\xb2", b"\0\0\1"
_MAX_SAMPLE = 16 * 1024 * 1024  # bytes of a coded picture; at 4K some two
# Decoders mend the mistakes of these programs by their names.
_PROGRAM = re.compile(
    rb"(?:XviD\d{4}|DivX\d{3,4}(?:Build|b|n)\d{1,6}p?|Lavc\d{1,3}(?:\.\d{1,4}){2})\0?"
)
# ATSC A/53, part 4, 6.2
_CAPTIONS, _SHAPE = b"GA94\3", re.compile(rb"DTG1[\x00-\xff]{2}", re.DOTALL)


def private(file: IO[bytes], samples: Iterable[Range], size: int) -> Iterator[Range]:
    """The bytes of all samples that can be overwritten by anything but zeros. Raises Unreadable for
    a sample larger than any, and for samples that stand on each other.
    """
    left = 2 * size
    for offset, length in samples:
        length = max(0, min(length, size - offset))
        left -= length
        if length > _MAX_SAMPLE or left < 0:
            raise Unreadable()
        for at, count in of_data(read_exactly(file, offset, length)):
            yield offset + at, count


def of_data(data: bytes) -> Iterator[Range]:
    at = data.find(_CODE)
    while at >= 0:
        at += len(_CODE)
        following = data.find(_ANY, at)
        text = data[at : following if following >= 0 else len(data)].rstrip(b"\0")
        kept = _kept(text)
        if kept < len(text):
            yield at + kept, len(text) - kept
        at = data.find(_CODE, at)


def _kept(text: bytes) -> int:
    if text.startswith(_CAPTIONS) and len(text) > 7:
        return min(len(text), 7 + 3 * (text[5] & 31) + 1)
    return len(text) if _PROGRAM.fullmatch(text) or _SHAPE.fullmatch(text) else 0
