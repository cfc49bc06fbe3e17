"""Ask for a backup on a page: a job makes it."""

from __future__ import annotations

from models import Job, begin_write, db, utcnow
from services.audit import Act, record
from services.site import Site

KIND = "backup_now"  # of job


def ask(site: Site, by: str) -> None:
    """Have a copy made that is begun after now. Asked twice, it is made once."""
    with site.writing:
        begin_write()
        Job.drop_given_up(KIND)
        Job.add(KIND, {"asked": utcnow().isoformat()}, key=KIND)
        record(Act.BACK_UP, by)
        db.session.commit()
