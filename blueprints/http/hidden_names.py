"""What the program says of files, without their names: people typed these, and an admin doesn't
learn them of what others keep for themselves.
"""

from __future__ import annotations

import re

from media.storage import ROOTS

_FOLDERS = tuple(f"{root}/images/" for root in ROOTS)
_BETWEEN = re.compile(r"(\s)")
_AROUND = "'\"()[],:;."  # what stands around a path in a sentence


def without_names(text: str) -> str:
    """Paths of files of uploads, which have no spaces, become the folder of all of them."""
    return "".join(_without_name(word) for word in _BETWEEN.split(text))


def _without_name(word: str) -> str:
    if not any(folder in word for folder in _FOLDERS):
        return word
    behind = word[len(word.rstrip(_AROUND)) :]
    return f"images/…{behind.lstrip(_AROUND[:2])}"
