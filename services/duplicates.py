"""Files of the same bytes: one of them is kept, and stands for all."""

from __future__ import annotations

from models import Change, Twin, Upload, User
from services.changes import MOST_FILES, begin, work_a_while
from services.site import Site

MERGE = "merge"  # the act


def keep_one(site: Site, user: User, upload: Upload) -> Change | None:
    """Merge what this person has of the same bytes with this upload of theirs, as much as somebody
    waits for; a job does the rest. Commits. None: there is no other. Raises StorageMissing or
    StorageFull.
    """
    rows = Twin.others(upload, MOST_FILES)
    return work_a_while(site, begin(user, MERGE, {"keep": upload.id}, rows)) if rows else None


def keep_best(site: Site, user: User) -> Change | None:
    """The same of everything that they have more than once: the best of each stays
    (`Twin.best`).
    """
    rows = Twin.surplus(user.id, MOST_FILES)
    return work_a_while(site, begin(user, MERGE, {}, rows)) if rows else None
