"""Look again at uploads with damage, and repair what can be repaired now: a backup may hold what
was missing.
"""

from __future__ import annotations

from models import Job, KnownDamage, Payload, db, utcnow
from models.filed import filed
from services.doctor import Mender, Sources, files, known
from services.jobs.kind import Turn
from services.site import Site

_AT_ONCE = 20
KEY = "repair"  # of the one job


def add() -> None:
    """In the caller's transaction."""
    Job.add("repair", key=KEY)


def run(site: Site, turn: Turn) -> Payload | None:
    """Raises StorageMissing, StorageFull and OSError."""
    site.check_ready()
    mender = Mender(site, Sources([site.config.backups] if site.config.backups else []))
    after = int(turn.payload.get("after", 0))
    while rows := KnownDamage.open_rows(after, _AT_ONCE):
        db.session.rollback()
        for row in rows:
            since, upload = utcnow(), filed(row)
            db.session.rollback()
            found = files.examine(site, upload, lambda count: None) if upload else []
            known.note(site, mender(upload, found) if found else [], [row], since)
            after = row
            if turn.is_over():
                return {"after": after}
    return None
