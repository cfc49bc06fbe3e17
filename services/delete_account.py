"""Delete an account, with all its files or handing them to another one.

The row says it first: from then on nobody gets in by it. The work is done in turns, by who asked
and by a job, which begins where the last turn ended, however that ended. The row goes last.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from media.errors import UploadError
from models import (
    Album,
    AlbumMember,
    ApiKey,
    Change,
    Job,
    Offer,
    Portrait,
    Space,
    Upload,
    User,
    begin_write,
    db,
    utcnow,
)
from models.role import State
from services.audit import Act, record
from services.delete_album import empty_and_delete
from services.errors import NoLongerThere, QuotaReached
from services.quota import rooms
from services.remove import remove
from services.roles import LastAdmin, end_links_of_admins
from services.site import Site

log = logging.getLogger("keepsake")

SECONDS = 4.0  # that somebody waits for it; the job does the rest
ACCOUNTS = "accounts"  # the kind of job
_HEAD_START = timedelta(seconds=10)  # of who asked, before the job: not both at the same file
BATCH = 100  # rows of one commit
CHANGED_FILES = 2000  # of a change, in one commit: small rows


class NoTaker(Exception):
    """Who should get the files can't: gone, not active, or the same person."""


class Receiving(Exception):
    """Files of somebody else are on their way to this account."""


def delete_account(
    site: Site,
    user: User,
    by: str,
    give_to: User | None = None,
    *,
    offered: bool = False,
    over_quota: bool = False,
) -> bool:
    """``by`` is who does it, for the log; the audit log has what others do. ``offered``: only if
    the offer still stands. ``over_quota``: also where the files don't fit. False where some is left
    to the job.

    Raises NoLongerThere, LastAdmin, NoTaker, Receiving or QuotaReached, and then nothing has
    changed.
    """
    begin_write()
    try:
        _check(user, give_to)
        if give_to and not over_quota:
            _check_space(site, user, give_to)
        if offered and not (give_to and user.is_active and Offer.is_between(user, give_to)):
            raise NoLongerThere()
    except BaseException:
        db.session.rollback()
        raise
    name, was_admin = user.name, user.is_admin
    user.leave()
    ApiKey.end_all(user)
    Offer.end_all(user)
    Portrait.clear(user)
    AlbumMember.end_all_of_user(user.id)
    if was_admin:
        end_links_of_admins()
    to = give_to.id if give_to else None
    user_id, key = user.id, _key(user.id)
    later = utcnow() + _HEAD_START
    Job.add(ACCOUNTS, {"user": user_id, "to": to}, key=key, run_at=later)
    if by != name:
        record(Act.DELETE_ACCOUNT, by, name, given_to=give_to.name if give_to else "")
    db.session.commit()
    kept = f", its files go to {give_to.name}" if give_to else ""
    log.warning("%s deleted the account %s%s", by, name, kept)
    ends = time.monotonic() + SECONDS
    try:
        is_gone = clear(site, user_id, to, lambda: time.monotonic() > ends)
    except (UploadError, OSError):  # such as a file that is being moved; the job comes back to it
        db.session.rollback()
        is_gone = False
    wake(user_id)
    return is_gone


def wake(user_id: int) -> None:
    """Let the job of an account that is being deleted go on now, also one that was given up."""
    Job.bring_forward(utcnow(), key=_key(user_id))
    db.session.commit()


def _check(user: User, give_to: User | None) -> None:
    if not user.refresh() or user.state == State.LEAVING:
        raise NoLongerThere()
    if user.is_last_admin():
        raise LastAdmin()
    if give_to and (not give_to.refresh() or not give_to.is_active or give_to.id == user.id):
        raise NoTaker()
    if _givers(user):
        raise Receiving()


def _givers(taker: User) -> list[int]:
    """Whose files are on their way to somebody."""
    jobs = (job.payload for job in Job.of_kind(ACCOUNTS))
    return [one["user"] for one in jobs if one["to"] == taker.id and User.leaving(one["user"])]


def _check_space(site: Site, user: User, taker: User) -> None:
    room = rooms(site.settings, taker).own
    if not room.takes(sum(Space.of(one).own for one in (user.id, *_givers(taker)))):
        raise QuotaReached(room.quota, is_guest=False)


def clear(site: Site, user_id: int, to: int | None, is_over: Callable[[], bool]) -> bool:
    """Whether the account is gone, with all that was its own. Raises what kept a file from going,
    when all others are gone.
    """
    while User.leaving(user_id):
        done = _give(user_id, to, is_over) if to else _delete_all(site, user_id, is_over)
        if not done or is_over() or not _forget_changes(user_id, is_over):
            return False
        _delete_row(user_id)  # unless an upload came in between
    return True


def _give(user_id: int, to: int, is_over: Callable[[], bool]) -> bool:
    """With them go the albums that they are in, but those of people who never let ``to`` in."""
    while ids := Upload.some_of(user_id, 0, BATCH):
        begin_write()
        Album.take_out_of_others(ids, (user_id, to))
        Upload.give_some(user_id, to, BATCH)
        db.session.commit()
        if is_over():
            return False
    Album.give_all(user_id, to)
    db.session.commit()
    return True


def _delete_all(site: Site, user_id: int, is_over: Callable[[], bool]) -> bool:
    after, faults = 0, list[Exception]()
    while ids := Upload.some_of(user_id, after, BATCH):
        for after in ids:
            if is_over():
                return False
            try:
                _remove(site, after)
            except (UploadError, OSError) as error:
                db.session.rollback()
                faults.append(error)
    if faults:
        raise faults[0]
    while album := Album.first_of(user_id):
        album.close()
        db.session.commit()
        if not empty_and_delete(album.public_id, is_over):
            return False
    return True


def _remove(site: Site, upload_id: int) -> None:
    """Unless somebody else just did."""
    if upload := Upload.by_row(upload_id):
        remove(site, upload)


def _forget_changes(user_id: int, is_over: Callable[[], bool]) -> bool:
    """Nobody undoes them any more."""
    while Change.forget_some_of(user_id, CHANGED_FILES):
        db.session.commit()
        if is_over():
            return False
    return True


def _delete_row(user_id: int) -> None:
    begin_write()
    user = User.leaving(user_id)
    if user and not Upload.some_of(user_id, 0, 1) and not Album.first_of(user_id):
        user.delete()
    db.session.commit()


def _key(user_id: int) -> str:
    return f"account {user_id}"
