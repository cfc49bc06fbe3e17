"""Another file behind a page: rotated, ``{"turns": quarter turns clockwise}``, replaced or rolled
back. Each is undone by rolling back, as long as nothing else took its place since.

A replacement and a roll-back are done when they are asked for, of one file: they are written down
by `Noted`, in the same transaction.
"""

from __future__ import annotations

from contextlib import suppress

from media.errors import StorageFull, StorageMissing, UploadError
from models import Change, ChangeItem, ChangeState, ItemState, Upload, User
from services.acts.act import Done, Failed, Note, OneByOne, Why
from services.errors import Busy, NoSuchVersion, QuotaReached
from services.rotate import rotate
from services.site import Site
from services.versions import delete_version, roll_back


class Noted:
    """For `services.versions`: have it among what this person changed, with a way back."""

    def __init__(self, user: User, act: str, upload: Upload) -> None:
        self._user, self._act, self._upload = user, act, upload
        self.change_id = ""

    def __call__(self, version: Upload) -> None:
        upload = self._upload
        change = Change.create(self._user.id, self._act, {}, [upload.id])
        item = change.next_items(1)[0]
        item.state, item.after = ItemState.DONE, _put(upload, version)
        change.done, change.state = 1, ChangeState.DONE
        self.change_id = change.public_id


def _put(upload: Upload, version: Upload) -> dict[str, object]:
    """What tells whether the upload still has the file that a change put there, and the version
    the one that was there.
    """
    return {"version": version.id, "file": upload.files[0], "before": version.files[0]}


def _rotate(site: Site, change: Change, upload: Upload, note: Note) -> None:
    row, turns = upload.id, int(change.wishes["turns"])
    try:
        rotate(site, upload, turns, lambda version: note(Done(after=_put(upload, version))))
    except StorageMissing:
        raise
    except Busy:
        note(Failed(Why.BUSY))
    except (QuotaReached, StorageFull):
        note(Failed(Why.FULL))
    except (UploadError, OSError):
        note(Failed(Why.CANNOT_ROTATE if Upload.reload(row) else Why.GONE))


def _back(site: Site, change: Change, upload: Upload, item: ChangeItem, note: Note) -> None:
    after = item.after or {}
    version = Upload.by_row(int(after.get("version", 0)))
    if upload.files[0] != after.get("file"):
        note(Failed(Why.CHANGED_SINCE))
    elif version is None or version.version_of_id != upload.id:
        note(Failed(Why.GONE))
    elif version.files[0] != after.get("before"):  # they have changed places since
        note(Failed(Why.CHANGED_SINCE))
    else:
        _roll_back(site, change, upload, version, note)


def _roll_back(site: Site, change: Change, upload: Upload, version: Upload, note: Note) -> None:
    is_rotated = change.act == "rotate"
    try:
        roll_back(site, upload, version, lambda _: note(Done()), shows_another=not is_rotated)
    except (Busy, NoSuchVersion) as error:
        note(Failed(Why.BUSY if isinstance(error, Busy) else Why.GONE))
        return
    if is_rotated:  # anybody can make it again
        with suppress(UploadError):
            delete_version(site, upload, version)


def _at_once(site: Site, change: Change, upload: Upload, note: Note) -> None:
    raise ValueError(f"{change.act} is done when it is asked for")


ROTATE = OneByOne(_rotate, _back)
REPLACE = OneByOne(_at_once, _back)
ROLL_BACK = OneByOne(_at_once, _back)
