"""Delete an album, and what is in it where that is wanted."""

from __future__ import annotations

import time
from collections.abc import Callable

from media.errors import UploadError
from models import Album, Job, Payload, Upload, db
from models.album_contents import Contents
from models.album_tree import make_room
from services.remove import remove
from services.site import Site

SECONDS = 4.0  # that somebody waits for the files to go; jobs do the rest
KIND = "remove"
_BATCH = 100  # uploads of one job


def delete_album(site: Site, album: Album, *, with_uploads: bool = False) -> bool:
    """The album goes at once. What was in it goes by jobs, which are there when this returns; of
    their work this does as much as anybody likes to wait for. False where some is left.
    """
    ids = Contents(album).public_ids() if with_uploads else []
    owner = album.user_id
    make_room(album)
    album.delete_row()
    for at in range(0, len(ids), _BATCH):
        Job.add(KIND, {"uploads": ids[at : at + _BATCH], "user": owner})
    db.session.commit()
    ends = time.monotonic() + SECONDS
    try:
        for public_id in ids:
            if time.monotonic() > ends:
                return False
            remove_of(site, public_id, owner)
    except UploadError:  # such as one that is being moved; its job comes back to it
        db.session.rollback()
        return False
    return True


def remove_of(site: Site, public_id: str, owner: int) -> None:
    """Unless it is gone, or another's: public ids, unlike row ids, are never used again. Raises
    StorageMissing or Busy.
    """
    upload = Upload.find_for_admins(public_id)
    if upload and upload.user_id == owner:
        remove(site, upload)


def remove_all(site: Site, payload: Payload, is_over: Callable[[], bool]) -> Payload | None:
    """What is left of a job."""
    left = list(payload["uploads"])
    while left:
        if is_over():
            return {**payload, "uploads": left}
        remove_of(site, left[0], payload["user"])
        left.pop(0)
    return None
