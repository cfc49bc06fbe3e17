"""Hard links from one copy to the next."""

from __future__ import annotations

import errno
import os
from pathlib import Path

# Of one file: it has too many, or is somebody else's (`fs.protected_hardlinks`). What the disk can
# do is known before (`can_link`).
_NO_LINK = (
    errno.EPERM, errno.EACCES, errno.EMLINK, errno.EXDEV, errno.EOPNOTSUPP, errno.ENOTSUP,
    errno.ENOSYS,
)  # fmt: skip


def link(source: Path, target: Path) -> bool:
    """Give a file another name. False where this one can't have it. Raises OSError."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        return False
    return True


def can_link(folder: Path) -> bool:
    """Whether files in ``folder`` can have two names."""
    one, two = folder / ".link-1", folder / ".link-2"
    for path in (one, two):
        path.unlink(missing_ok=True)
    one.touch()
    try:
        os.link(one, two)
    except OSError:
        return False
    else:
        return True
    finally:
        for path in (one, two):
            path.unlink(missing_ok=True)
