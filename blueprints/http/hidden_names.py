"""What the program says of files, without their names: people typed these, and an admin doesn't
learn them of what others keep for themselves.
"""

from __future__ import annotations

import re

_ROOT = r"(?:public|private)/images/"
_PATH = re.compile(
    rf"""(?P<quote>['"])[^'"]*{_ROOT}.*?(?P=quote)|[^\s'"]*{_ROOT}[^\s'"]+""", re.DOTALL
)


def without_names(text: str) -> str:
    """Paths of files of uploads become the folder of all of them."""
    return _PATH.sub("images/…", text)
