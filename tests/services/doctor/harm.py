"""Damage done by hand."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import text

from models import db
from tests.services.doctor.conftest import Ward


def flip(path: Path, at: int = -20) -> None:
    """One bit, and neither size nor time."""
    state, data = path.stat(), bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def sql(ward: Ward, *statements: str) -> None:
    with ward.ann.app.app_context():
        for statement in statements:
            db.session.execute(text(statement))
        db.session.commit()
