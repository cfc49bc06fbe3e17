"""Names: of the stored file, and the title that a file name makes (contract, *image, key by
key*).
"""

from __future__ import annotations

import re
import secrets
import string

from anyascii import anyascii

from media.formats import FORMATS

ALPHABET = string.ascii_letters + string.digits
OF_ANOTHER = 16  # random characters behind a name that is taken
MAX_NAME = 200  # characters; leaves room below a file system's 255 for what is appended
# One white space or dash, or two underscores, make a gap; a single underscore inside a word is part
# of it.
_GAP = re.compile(r"_?[\s-][\s_-]*|__[\s_-]*")
_NOT_STORED = re.compile(r"[^A-Za-z0-9_.\s-]")
# of derivatives and originals
_RESERVED_ENDING = re.compile(
    r"\.(?:th|md|tl|fr|or|pv-(?:jpe?g|png|gif|webp|avif))$", re.IGNORECASE
)


def random_text(length: int) -> str:
    """Letters and digits that can't be guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def split_extension(filename: str) -> tuple[str, str]:
    """("holiday", "jpg") of ``holiday.JPG``; the extension is in lower case, "" where there is
    none.
    """
    stem, dot, extension = filename.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,10}", extension):
        return filename, ""
    return stem, extension.lower()


def stored_name(filename: str) -> str:
    """A safe name without extension, from any name at all. Never empty, never with a folder
    part.
    """
    name = anyascii(split_extension(filename)[0])
    name = _GAP.sub("-", _NOT_STORED.sub("", name).strip()).lstrip(".")[:MAX_NAME]
    while _RESERVED_ENDING.search(name):
        name = name.rpartition(".")[0]
    return name if name.strip("-_.") else random_text(32)  # curl calls its standard input "-"


def another_name(name: str) -> str:
    """A replacement for a name that is taken."""
    return name + random_text(OF_ANOTHER)


def stored_extension(format: str, filename: str) -> str:
    """The extension of the format; a JPEG is ``jpeg`` unless its sender called it ``.jpg``."""
    row = FORMATS[format]
    return row.other if row.other and split_extension(filename)[1] == row.other else row.stored


def derivative_extension(format: str, filename: str) -> str:
    """Of thumb, medium and tile: the picture's own, where every browser shows it, else ``jpeg``."""
    return (
        stored_extension(format, filename)
        if FORMATS[format].has_own_derivatives
        else FORMATS["jpg"].stored
    )


def one_line(text: str) -> str:
    """Line breaks and other white space as single spaces: what a title is, wherever it comes
    from.
    """
    return " ".join(text.split())


def title_from(filename: str) -> str:
    """``Badgers _ animated music video.mp4`` → ``Badgers animated music video``."""
    return re.sub(r"[-_\s]+", " ", split_extension(filename)[0]).strip()
