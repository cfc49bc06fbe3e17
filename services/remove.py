"""An upload's end: its row, its files and every count that it was part of go together, or not at all."""

from __future__ import annotations

from models import Journal, Upload, begin_write, db
from services.errors import Busy
from services.place import give_up, settle
from services.site import Site


def remove(site: Site, upload: Upload) -> bool:
    """Delete an upload for good; False where somebody else just did.

    The commit that takes the row writes down its files, so that they go whatever happens afterwards. Nobody is told
    that it is done before the disk has it. Raises StorageMissing or Busy, with nothing changed.
    """
    site.storage.check(site.id)
    site.storage.check_writable()
    files = list(upload.places)
    with site.writing:
        try:
            begin_write()
            gone = upload.delete_row()
            if gone and not Journal.add(files, site.running.id):
                raise Busy()  # they are just being moved
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
    if gone:
        try:
            settle(site, files)
        except BaseException:
            give_up(site, files)
            raise
    return gone
