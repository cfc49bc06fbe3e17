"""Names for the files of a ZIP that every system takes, each once, in any case."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

MAX_NAME = 150  # bytes of a name in the ZIP; most systems take 255
MAX_EXTENSION = 16

# What Windows refuses in a name, and what would lead out of the folder
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
# Marks that turn the direction of what follows: photo_gpj.exe is shown as photo_exe.jpg
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Names:
    def __init__(self) -> None:
        self._taken: dict[str, int] = {}  # how often each was wanted

    def free(self, folder: str, wanted: str, otherwise: str) -> str:
        """The name that was ``wanted``, as far as it fits, else the other one, in ``folder``
        ("": in none).
        """
        stem, dot, extension = (fit(wanted) or otherwise).rpartition(".")
        if not stem:
            stem, dot, extension = extension, "", ""
        end = f"{dot}{extension[:MAX_EXTENSION]}"
        stem = stem.encode()[:MAX_NAME].decode(errors="ignore").rstrip(". ")
        begin = f"{folder}/{stem}" if folder else stem
        path = f"{begin}{end}"
        while (key := path.casefold()) in self._taken:
            self._taken[key] += 1
            path = f"{begin} ({self._taken[key]}){end}"
        self._taken[key] = 1
        return path


def name_of(title: str | None, at: datetime, extension: str) -> str:
    """What a file is called that somebody gets: its title, else when it was taken. The name under
    which it is stored stands in its own address, which may answer others than who was let in here.
    """
    return f"{fit(title or '') or f'{at:%Y-%m-%d %H.%M.%S}'}.{extension}"


def fit(name: str) -> str:
    """A name without what some system refuses."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = _UNFIT.sub("_", _TURNS.sub("", name)).strip(". ")
    return f"_{name}" if _DEVICE.fullmatch(name) else name
