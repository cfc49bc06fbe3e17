"""An upload's end: its row, its files and every count that it was part of go together, or not at all."""

from __future__ import annotations

from models import Upload, db
from services.site import Site


def remove(site: Site, upload: Upload) -> bool:
    """Delete an upload for good; False where somebody else just did.

    The files leave their places first, so that no moment has a row without files that would stay so: after a
    crash `upkeep.recover` brings them back while the row is there, and ends them when it is not.
    Raises StorageMissing, with nothing changed.
    """
    site.storage.check(site.id)
    name, root, files = upload.public_id, upload.root, upload.files
    site.storage.withdraw(name, root, files)
    try:
        gone = upload.delete_row()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        site.storage.restore(name)
        raise
    site.storage.destroy(name)
    return gone
