"""Look again at uploads with damage, and repair what can be repaired now: a backup may hold what
was missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from models import KnownDamage, Payload, db, utcnow
from models.filed import filed, rows_of
from services.doctor import Mender, Sources, files, known
from services.jobs.kind import Turn
from services.site import Site

_AT_ONCE = 20
KIND = "repair"  # and the key: there is one such job


def run(site: Site, turn: Turn) -> Payload | None:
    """``uploads`` are some that somebody else found a fault with; else all with known damage.
    Raises StorageMissing, StorageFull and OSError.
    """
    site.check_ready()
    mender = Mender(site, sources(site))
    after = int(turn.payload.get("after", 0))
    if public_ids := turn.payload.get("uploads"):
        return _some(site, turn, mender, public_ids)
    while rows := KnownDamage.open_rows(after, _AT_ONCE):
        db.session.rollback()
        for row in rows:
            _examine(site, mender, row)
            after = row
            if turn.is_over():
                return {"after": after}
    return None


def _some(site: Site, turn: Turn, mender: Mender, public_ids: Sequence[str]) -> Payload | None:
    for at, public_id in enumerate(public_ids, 1):
        for row in rows_of([public_id]):
            _examine(site, mender, row)
        if turn.is_over() and at < len(public_ids):
            return {"uploads": list(public_ids[at:])}
    return None


def sources(site: Site) -> Sources:
    return Sources([site.config.backups] if site.config.backups else [])


def _examine(site: Site, mender: Mender, row: int) -> None:
    since, upload = utcnow(), filed(row)
    db.session.rollback()
    found = files.examine(site, upload, lambda count: None) if upload else []
    known.note(site, mender(upload, found) if found else [], [row], since)
