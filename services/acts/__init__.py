"""What can be done to many files at once, and undone: one act a file.

Whoever adds one gives it its sentences in `blueprints/http/change_words.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.acts import albums, bin, edit, files, hearts, merge, shift, tags
from services.acts.act import Act, Done, Failed, OneByOne, Why

ACTS: Mapping[str, Act | OneByOne] = {
    "add": albums.ADD,
    "remove": albums.REMOVE,
    "move": albums.MOVE,
    "category": edit.EDIT,
    "nsfw": edit.EDIT,
    "visibility": edit.EDIT,
    "expiration": edit.EDIT,
    "shift": shift.SHIFT,
    "like": hearts.LIKE,
    "bin": bin.TO_BIN,
    "edit": edit.EDIT,
    "restore": bin.RESTORE,
    "merge": merge.MERGE,
    "tags": tags.TAGS,
    "rotate": files.ROTATE,
    "replace": files.REPLACE,
    "roll_back": files.ROLL_BACK,
}

__all__ = ["ACTS", "Act", "Done", "Failed", "OneByOne", "Why"]
