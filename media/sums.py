"""SHA-256 of files, and lists of them as ``sha256sum -c`` reads them (GNU coreutils, *cksum output
modes*): sixty-four hex digits, two spaces, the path. A backslash or a line break in a path is
written as ``\\\\`` or ``\\n``, and the line then begins with a backslash.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

LIST = "SHA256SUMS"
PIECE = 1 << 20  # bytes that are read at a time
_LINE = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.+)", re.DOTALL)


class NotAList(Exception):
    """A line is none that ``sha256sum`` writes."""


def sum_of(file: IO[bytes]) -> str:
    """The SHA-256 of what is left to read of ``file``, in hex digits. Raises OSError."""
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def sum_of_path(path: Path) -> str:
    """Raises OSError."""
    with path.open("rb", buffering=0) as file:
        return sum_of(file)


def line(path: str, digits: str) -> str:
    """One of the list, with its end."""
    escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    mark = "\\" if escaped != path else ""
    return f"{mark}{digits}  {escaped}\n"


def write(target: IO[str], sums: Mapping[str, str] | Iterable[tuple[str, str]]) -> None:
    """``sums``: SHA-256 by path, or pairs of these."""
    pairs = sums.items() if isinstance(sums, Mapping) else sums
    target.writelines(line(path, digits) for path, digits in pairs)


def read(source: IO[str]) -> Iterator[tuple[str, str]]:
    """Pairs of path and SHA-256, in the order of the list. Raises NotAList."""
    for text in source:
        yield _parsed(text.removesuffix("\n"))


def _parsed(text: str) -> tuple[str, str]:
    match = _LINE.fullmatch(text)
    if not match:
        raise NotAList(f"not a line of {LIST}: {text[:100]!r}")
    mark, digits, path = match.groups()
    if mark:
        pieces = (piece.replace("\\n", "\n").replace("\\r", "\r") for piece in path.split("\\\\"))
        path = "\\".join(pieces)
    return path, digits
