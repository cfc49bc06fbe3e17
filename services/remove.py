"""An upload's end: its row, its files and every count that it was part of go together, or not at
all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from media.storage import PRIVATE
from models import Upload, begin_write, db
from services.audit import Act, record_file
from services.place import give_up, move, reserve_all, settle_or_give_up
from services.site import Site


def remove(
    site: Site,
    upload: Upload,
    moderator: str = "",
    *,
    still: Callable[[], bool] = lambda: True,
    also: Callable[[], None] = lambda: None,
    condition: Callable[[], None] = lambda: None,
) -> bool:
    """Delete an upload for good, with its versions; False where somebody else just did, or where
    ``still`` says no, which is asked once nobody else can change it. ``moderator``: who deletes
    what is another's, for the audit log. ``also`` is done in the transaction in which the row goes;
    before, ``condition`` is asked there, and raises what keeps it from going.

    Its files go where nobody has them before its row goes: whatever fails until then changes
    nothing, and whatever fails afterwards is done by upkeep. Nobody is told that it is done before
    the disk has it. Raises StorageMissing or Busy.
    """
    site.storage.check(site.id)
    files = reserve_all(site, upload)
    if not files:
        return False
    files += _of_versions(site, upload, files)
    if not still():
        give_up(site, files)
        return False
    try:
        move(site, upload, PRIVATE, files)
        with site.writing:
            begin_write()
            condition()
            gone = upload.delete_row()
            if gone and moderator:
                record_file(Act.DELETE_UPLOAD, moderator, upload)
            if gone:
                also()
            db.session.commit()
    except BaseException:
        give_up(site, files)
        raise
    settle_or_give_up(site, files)  # the row is gone, so the delete was a success
    return gone


def _of_versions(site: Site, upload: Upload, files: Sequence[str]) -> list[str]:
    """Their files, written down, which lie in the private root. Their rows go with the upload's
    (migration 0067). While its own ``files`` are written down, it gets no other version.
    """
    written: list[str] = []
    try:
        for version in Upload.versions_of(upload.id):
            if version.refresh():  # while this waited for another, it may have gone
                written += reserve_all(site, version)
    except BaseException:
        give_up(site, [*files, *written])
        raise
    return written
