"""Files without a row are put away, for whoever goes back to an older database: they are the newer
uploads, which upkeep would delete.
"""

from __future__ import annotations

from models import Upload, db
from services.site import Site


def set_aside(site: Site, kept_in: str) -> int:
    """Move them to the same paths below a folder in the data folder, and tell how many. Nobody may
    be uploading. Again after a kill, it goes on. Raises StorageMissing, OSError.
    """
    site.storage.check(site.id)
    count = 0
    for name in site.storage.folders():
        rows = Upload.files_in(name)
        for root, path in list(site.storage.list(name)):
            if path not in rows:
                site.storage.set_aside(kept_in, root, path)
                count += 1
        db.session.rollback()
    return count
