"""Delete an album, and what is in it where that is wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from media.errors import UploadError
from models import Album, Job, Payload, Upload, User, begin_write, db
from models.album_contents import Contents
from models.album_tree import make_room
from services.bin import has_bin
from services.changes import MOST_FILES, work, write_down
from services.remove import remove
from services.site import Site

SECONDS = 4.0  # that somebody waits for it; jobs do the rest
CLOSED, REMOVE = "albums", "remove"  # kinds of jobs
_BATCH = 100  # uploads of one job, or of one commit


def delete_album(
    site: Site,
    album: Album,
    *,
    with_uploads: bool = False,
    condition: Callable[[], None] | None = None,
) -> bool:
    """From now on it is private, and goes by a job, which is there when this returns; so do the
    files in it, where that is wanted, with those that come into it once they are approved: into its
    owner's bin, if there is one. Of their work this does as much as anybody likes to wait for.
    False where some is left. ``condition`` is asked when nobody else can change it any more.
    """
    begin_write()
    if not album.refresh():  # somebody else just did
        db.session.rollback()
        return True
    if condition:
        condition()
    ids = [*Contents(album).public_ids(), *album.ids_that_wait()] if with_uploads else []
    public_id, owner = album.public_id, album.user_id
    make_room(album)
    album.close()
    Job.add(CLOSED, {"album": public_id})
    changes = _to_bin(album.user, ids) if has_bin(site) else []
    if not has_bin(site):
        for at in range(0, len(ids), _BATCH):
            Job.add(REMOVE, {"uploads": ids[at : at + _BATCH], "user": owner})
    db.session.commit()
    ends = time.monotonic() + SECONDS
    try:
        for change in changes:
            if not work(site, change, lambda: time.monotonic() > ends):
                return False
        for one in ids if not has_bin(site) else ():
            if time.monotonic() > ends:
                return False
            remove_of(site, one, owner)
    except (UploadError, OSError):  # such as one that is being moved; its job comes back to it
        db.session.rollback()
        return False
    return empty_and_delete(public_id, lambda: time.monotonic() > ends)


def _to_bin(owner: User, public_ids: Sequence[str]) -> list[str]:
    """As changes, by their ids, which their owner can undo. Others' files stay."""
    rows = Upload.row_ids_of(owner, public_ids)
    parts = (rows[at : at + MOST_FILES] for at in range(0, len(rows), MOST_FILES))
    return [write_down(owner.id, "bin", {}, part).public_id for part in parts]


def empty_and_delete(public_id: str, is_over: Callable[[], bool]) -> bool:
    """Whether it is gone. What is in it is indexed anew, which takes its time: some at a time, so
    that others write between.
    """
    while not is_over():
        album = Album.find_closed(public_id)
        if album is None:
            return True
        if not album.take_out_some(_BATCH):
            album.delete_row()
        db.session.commit()
    return False


def remove_of(site: Site, public_id: str, owner: int) -> None:
    """Unless it is gone, or another's: public ids, unlike row ids, are never used again. Raises
    StorageMissing or Busy.
    """
    upload = Upload.find_any(public_id)
    if upload and upload.user_id == owner:
        remove(site, upload)


def remove_all(site: Site, payload: Payload, is_over: Callable[[], bool]) -> Payload | None:
    """What is left of a job. Raises what kept one from going, when all others are gone."""
    faults: dict[str, Exception] = {}
    for number, public_id in enumerate(payload["uploads"]):
        if is_over():
            return {**payload, "uploads": [*payload["uploads"][number:], *faults]}
        try:
            remove_of(site, public_id, payload["user"])
        except (UploadError, OSError) as error:
            db.session.rollback()
            faults[public_id] = error
    if faults:
        raise next(iter(faults.values()))
    return None
