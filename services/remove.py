"""An upload's end: its row, its files and every count that it was part of go together, or not at
all.
"""

from __future__ import annotations

from media.storage import PRIVATE
from models import Upload, begin_write, db
from services.audit import Act, record
from services.place import give_up, move, reserve_all, settle_or_give_up
from services.site import Site


def remove(site: Site, upload: Upload, moderator: str = "") -> bool:
    """Delete an upload for good; False where somebody else just did. ``moderator``: who deletes
    what is another's, for the audit log.

    Its files go where nobody has them before its row goes: whatever fails until then changes
    nothing, and whatever fails afterwards is done by upkeep. Nobody is told that it is done before
    the disk has it. Raises StorageMissing or Busy.
    """
    site.storage.check(site.id)
    files = reserve_all(site, upload)
    if not files:
        return False
    try:
        move(site, upload, PRIVATE, files)
        with site.writing:
            begin_write()
            gone = upload.delete_row()
            if gone and moderator:
                owner = upload.user.name if upload.user else ""
                record(Act.DELETE_UPLOAD, moderator, upload.public_id, owner=owner)
            db.session.commit()
    except BaseException:
        give_up(site, files)
        raise
    settle_or_give_up(site, files)  # the row is gone, so the delete was a success
    return gone
