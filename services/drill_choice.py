"""What a drill restores of a copy: what each restore needs, and some files, chosen by chance."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from media.storage import ROOTS
from media.storage.mark import MARKER
from services.backup.folder import Copy
from services.restore.checked import SMALL, listed

FILES = 200  # read each time: with one in fifty damaged, a drill finds one in 98 of 100 cases
NEEDED = (*SMALL, *(f"{root}/{MARKER}" for root in ROOTS))


class Choice(NamedTuple):
    """SHA-256 by path of what each restore needs; pairs of these of some files, and how many files
    of uploads the list has.
    """

    needed: dict[str, str]
    some: list[tuple[str, str]]
    listed: int


def choose(copy: Copy, *needed: str) -> Choice:
    """Each file as likely as any other (Vitter's algorithm R), of a list that may be long. Raises
    CannotRestore.
    """
    chance, always, chosen = secrets.SystemRandom(), {}, list[tuple[str, str]]()
    seen = of_uploads = 0
    for path, digits in listed(copy):
        if path in (*NEEDED, *needed):
            always[path] = digits
            continue
        seen, of_uploads = seen + 1, of_uploads + is_of_upload(path)
        if len(chosen) < FILES:
            chosen.append((path, digits))
        elif (place := chance.randrange(seen)) < FILES:
            chosen[place] = (path, digits)
    return Choice(always, chosen, of_uploads)


def is_of_upload(path: str) -> bool:
    return path.split("/", 2)[1:2] == ["images"]
