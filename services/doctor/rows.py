"""The database: whether it is whole, its counts right, and all that rows refer to there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from models import Job, Snapshot, db
from models.dangling import REFERENCES, dangling, of_keys
from models.integrity import are_words_whole, faults
from models.recount import COUNTS, WORDS, differing
from services.data_folder import DATABASE
from services.doctor.finding import Damage, Finding
from services.site import Site

_COPIES = 3  # of the database, free: one is made, and uploads go on
Answer = TypeVar("Answer")


def database(_site: Site, *, quick: bool) -> Iterator[Finding]:
    """What SQLite says. Raises DatabaseFault where it can't even be asked."""
    for line in _read(partial(faults, quick=quick)):
        yield Finding(Damage.DATABASE, DATABASE, fault=line)


def counts(site: Site) -> Iterator[Finding]:
    """Each is one question, of one moment: nobody's upload in between makes it wrong."""
    for name in COUNTS:
        if number := _read(partial(differing, name)):
            yield Finding(Damage.WORDS if name == WORDS else Damage.COUNT, name, number=number)
        elif name == WORDS and not _words_are_whole(site):
            yield Finding(Damage.WORDS, name)


def references(_site: Site, kinds: frozenset[str]) -> Iterator[Finding]:
    """``kinds`` of jobs are those that there are."""
    for table, parent, number in _read(of_keys):
        yield Finding(Damage.REFERENCE, f"{table} → {parent}", number=number)
    for name in REFERENCES:
        if number := _read(partial(dangling, name)):
            yield Finding(Damage.REFERENCE, name, number=number)
    for kind in sorted(_read(Job.kinds) - kinds) if kinds else ():
        yield Finding(Damage.REFERENCE, f"job {kind}")


def _read(question: Callable[[], Answer]) -> Answer:
    try:
        return question()
    finally:
        db.session.rollback()


def _words_are_whole(site: Site) -> bool:
    """In a copy: in the database itself, the question would keep all writers out. Where there is no
    room for one, nothing is said.
    """
    if site.storage.space().bytes < _COPIES * (site.config.data / DATABASE).stat().st_size:
        return True
    handle, name = tempfile.mkstemp(dir=site.storage.temp.path, prefix="doctor-")
    os.close(handle)
    copy = Path(name)
    try:
        snapshot = Snapshot.take(site.config.data / DATABASE, copy)
        snapshot.close()
        return are_words_whole(copy)
    finally:
        for leftover in copy.parent.glob(copy.name + "*"):
            leftover.unlink(missing_ok=True)
