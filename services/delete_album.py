"""Delete an album, and what is in it where that is wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from media.errors import UploadError
from models import Album, Job, Payload, Upload, db
from models.album_contents import Contents
from models.album_tree import make_room
from services.remove import remove
from services.site import Site

SECONDS = 4.0  # that somebody waits for it; a job does the rest
KIND = "albums"
_BATCH = 100  # public ids in memory at a time


def delete_album(site: Site, album: Album, *, with_uploads: bool = False) -> bool:
    """False where a job goes on with it: the album goes last, and what is put into it meanwhile
    stays, and so does the album then.
    """
    make_room(album)
    if not with_uploads:
        album.delete_row()
        db.session.commit()
        return True
    payload: Payload = {"album": album.id, "last": Contents(album).last_position()}
    ends = time.monotonic() + SECONDS
    try:
        if go_on(site, payload, lambda: time.monotonic() > ends):
            return True
    except UploadError:
        db.session.rollback()  # such as one that is being moved; the job comes back to it
    Job.add(KIND, payload)
    db.session.commit()
    return False


def go_on(site: Site, payload: Payload, is_over: Callable[[], bool]) -> bool:
    """Whether all is done. Others may delete the same meanwhile. Raises StorageMissing or Busy."""
    while ids := _some_of(payload):
        for public_id in ids:
            if is_over():
                return False
            upload = Upload.find_for_admins(public_id)
            if upload:
                remove(site, upload)
        db.session.expire_all()
    Album.delete_if_empty(payload["album"])
    db.session.commit()
    return True


def _some_of(payload: Payload) -> Sequence[str]:
    return Contents.ids_up_to(payload["album"], payload["last"], _BATCH)
