"""What was found, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Damage(StrEnum):
    """The kinds of it. README and `docs/running.md` have the same words."""

    MISSING = "missing"  # a file of a row isn't there
    CHANGED = "changed"  # its bytes are not what the row says
    BROKEN = "broken"  # a derivative can't be shown, or isn't there
    WRONG_FOLDER = "wrong_folder"  # it lies in the other root, or there, too
    WITHOUT_ROW = "without_row"  # a file that belongs to no upload
    TOO_OPEN = "too_open"  # others on this machine may read or write it
    LINK = "link"  # a link, where a file should be
    NOT_OURS = "not_ours"  # something else in the folders of the site; never touched
    LEFTOVER = "leftover"  # of work that ended midway
    COUNT = "count"  # a number is not what it counts
    REFERENCE = "reference"  # a row refers to nothing
    WORDS = "words"  # the index of words
    DATABASE = "database"  # SQLite's own check


# Mended from what is there, by a rule: nothing that anybody sent is decided about.
HARMLESS = frozenset(
    {
        Damage.BROKEN, Damage.WRONG_FOLDER, Damage.TOO_OPEN, Damage.COUNT, Damage.REFERENCE,
        Damage.WORDS,
    }
)  # fmt: skip
# What the owner of a file has lost until it is repaired.
LOST = frozenset({Damage.MISSING, Damage.CHANGED})


@dataclass(frozen=True)
class Finding:
    """``path`` is relative to the data folder, or the name of a count or reference. ``upload`` is a
    public id. ``source`` says where the good bytes came from, ``fault`` why it can't be repaired.
    """

    damage: Damage
    path: str
    upload: str = ""
    number: int = 1  # of rows, where it is about these
    is_repaired: bool = False
    source: str = ""
    fault: str = ""
