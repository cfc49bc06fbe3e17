"""Which data folder makes a backup. A site that was restored beside the other one, to look for a
file, has the same id and settings, and must not put its old state into the backup of the other.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from media.storage.durable import write_whole

NAME = "backup_writer"  # in the data folder; in no copy, so that none brings it along


def writer_of(data: Path) -> str:
    """A name for this data folder, at this place: one that was copied is another one."""
    path = data / NAME
    own = path.read_text().strip() if path.exists() else ""
    if not own:
        own = secrets.token_hex(16)
        write_whole(path, own + "\n")
    return hashlib.sha256(f"{own} {data.resolve()}".encode()).hexdigest()[:32]
