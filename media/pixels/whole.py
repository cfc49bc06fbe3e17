"""Whether a derivative can still be shown."""

from __future__ import annotations

import contextlib
from typing import IO, Any

from media.errors import Unreadable
from media.formats import FORMATS
from media.pixels import decode

_EIGHTH = 8  # a JPEG's coefficients are all read, whatever size comes of them


def is_whole(file: IO[bytes] | Any, extension: str) -> bool:
    """Whether the still in ``file``, one that this program wrote, can be decoded to its end.
    ``extension`` is that of its name. Raises OSError where it can't be read.
    """
    try:
        with decode.reading(), contextlib.closing(decode.header(file, _format(extension))) as image:
            image.draft("RGB", (image.width // _EIGHTH, image.height // _EIGHTH))
            image.load()
    except Unreadable:
        return False
    return True


def _format(extension: str) -> str:
    extension = extension.lower()
    names = {name: (name, row.stored, row.other) for name, row in FORMATS.items()}
    return next(name for name, known in names.items() if extension in known)
