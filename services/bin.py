"""The bin: where what members delete stays for `BIN_DAYS`, and what empties it.

What is in it is away (`models.upload.away`); the acts `bin` and `restore` bring it there and back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from media.errors import UploadError
from media.storage import PRIVATE
from models import Change, Job, Journal, Payload, Upload, User, begin_write, db, utcnow
from services.acts.bin import put_in
from services.changes import MOST_FILES, begin, work_a_while
from services.errors import Busy
from services.place import give_up, move, reserve_all
from services.remove import remove
from services.site import Site

SECONDS = 4.0  # that somebody waits for it; a job does the rest
BIN = "bin"  # kind of job
_BATCH = 100  # rows read at a time


def has_bin(site: Site) -> bool:
    """Whether what a member deletes can be restored."""
    return site.settings.bin_days > 0


def restore(site: Site, user: User, row_ids: Sequence[int]) -> Change:
    """Bring these of a member's own out of their bin, as many as somebody waits for; a job does the
    rest. Commits.
    """
    return work_a_while(site, begin(user, "restore", {}, row_ids))


def delete_own(
    site: Site, upload: Upload, owner: User, condition: Callable[[], None] = lambda: None
) -> Change | None:
    """What a member deletes of their own is in their bin when this returns, as a change that can be
    undone. None: it is gone for good, as there is no bin, or somebody else just put it there.
    ``condition`` as of `begin`. Raises StorageMissing, StorageFull or Busy, with nothing changed.
    """
    if not has_bin(site):
        remove(site, upload, condition=condition)
        return None
    site.storage.check(site.id)
    files = reserve_all(site, upload)
    if not files:
        raise Busy()  # it has been deleted: who asks again is told so
    try:
        begin_write()
        condition()
        change = None
        if upload.refresh() and not upload.is_binned and upload.user_id == owner.id:
            after = put_in([upload], utcnow())[upload.id].after or {}
            move(site, upload, PRIVATE, files)
            change = Change.create_done(owner.id, "bin", upload.id, {}, after)
        Journal.strike(files)
        db.session.commit()
    except BaseException:
        give_up(site, files)
        raise
    return change


def is_in_bin(upload: Upload) -> bool:
    """By now, whoever put it there."""
    return upload.refresh() and upload.is_binned


def delete_by_link(site: Site, upload: Upload) -> bool:
    """What somebody deletes who has its delete link: for good, or into its owner's bin where the
    site says so. What is there already stays there then: a lost answer may be asked for again.
    Whether it is gone. Raises as `delete_own`.
    """
    if not goes_to_bin_by_link(site, upload):
        return remove(site, upload)
    if upload.is_binned or upload.user is None:
        return True
    delete_own(site, upload, upload.user)
    return True


def offered_back(upload: Upload, user: User | None) -> Upload | None:
    """What this member has in their bin of the bytes that they just sent: they may rather restore
    that one. Nobody is told of what others have.
    """
    if user is None or upload.user_id != user.id:
        return None
    return Upload.binned_with(upload.source_sha256, user.id)


def restore_instead(site: Site, upload: Upload, owner: User) -> Upload | None:
    """Restore what is in the bin of the same bytes, and put this one there in its place: nothing is
    lost if only half of it is done. None where there is nothing to restore. Raises as `delete_own`.
    """
    older = offered_back(upload, owner)
    if older is None or not restore(site, owner, [older.id]).done:
        return None
    delete_own(site, upload, owner)
    return Upload.by_row(older.id)


def goes_to_bin_by_link(site: Site, upload: Upload) -> bool:
    """Guests have no bin."""
    return has_bin(site) and site.settings.delete_url_to_bin and upload.user_id is not None


def rows_in_bin(user: User, public_ids: Sequence[str] | None = None) -> Sequence[int]:
    """Row ids of these, or of all, as many as one change may have."""
    if public_ids is None:
        return Upload.rows_in_bin(user.id, utcnow(), MOST_FILES)
    return [upload.id for upload in Upload.in_bin_of(user.id, public_ids)]


def delete_for_good(site: Site, user: User, public_ids: Sequence[str] | None = None) -> bool:
    """These, or all that is in this person's bin now. False where a job does some of it, which is
    there when this returns.
    """
    which = {} if public_ids is None else {"uploads": list(public_ids)}
    payload = {"user": user.id, "until": utcnow().isoformat(), **which}
    Job.add(BIN, payload)
    db.session.commit()
    ends = time.monotonic() + SECONDS
    try:
        left = empty_some(site, payload, lambda: time.monotonic() > ends)
    except (UploadError, OSError):  # such as one that is being restored; its job comes back to it
        db.session.rollback()
        return False
    return left is None


def empty_some(site: Site, payload: Payload, is_over: Callable[[], bool]) -> Payload | None:
    """What is left of a job. Raises what kept one from going, when all others are gone."""
    user, until = payload["user"], datetime.fromisoformat(payload["until"])
    faults = list[Exception]()
    for row in _rows(user, until, payload.get("uploads")):
        if is_over():
            return payload
        try:
            _remove(site, row, until, user)
        except (UploadError, OSError) as error:
            db.session.rollback()
            faults.append(error)
    if faults:
        raise faults[0]
    return None


def _rows(user_id: int, until: datetime, public_ids: Sequence[str] | None) -> Sequence[int]:
    if public_ids is not None:
        return [upload.id for upload in Upload.in_bin_of(user_id, public_ids)]
    return Upload.rows_in_bin(user_id, until)


def oldest_kept(site: Site) -> datetime:
    """What was put into a bin before goes for good."""
    return utcnow() - timedelta(days=site.settings.bin_days)


def purge(site: Site, is_over: Callable[[], bool]) -> bool:
    """Delete what has been in a bin for long enough, or would have expired by now; whether some is
    left. Raises what kept one from going, when all others are gone.
    """
    until, faults = oldest_kept(site), list[Exception]()
    for find, at in ((Upload.binned_before, until), (Upload.binned_and_over, utcnow())):
        kept = 0  # which this finds again
        while rows := find(at, _BATCH, skip=kept):
            for row in rows:
                if is_over():
                    return True
                try:
                    _remove(site, row, until)
                except (UploadError, OSError) as error:
                    db.session.rollback()
                    faults.append(error)
                    kept += 1
            db.session.expire_all()
    if faults:
        raise faults[0]
    return False


def has_to_go(site: Site) -> bool:
    """Whether there is anything to `purge`."""
    long_there = Upload.binned_before(oldest_kept(site), 1)
    return bool(long_there or Upload.binned_and_over(utcnow(), 1))


def _remove(site: Site, row: int, until: datetime, user_id: int | None = None) -> None:
    """Unless it was restored, or deleted, in between."""
    upload = Upload.by_row(row)

    def still() -> bool:
        assert upload is not None
        is_theirs = user_id is None or upload.user_id == user_id
        if not is_theirs or upload.binned_at is None:
            return False
        return upload.binned_at <= until or not upload.comes_back

    if upload and still():
        remove(site, upload, still=still)
