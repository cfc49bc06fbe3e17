"""Reports of uploads: sent by whoever may open one, ended by moderators."""

from __future__ import annotations

from models import Album, Journal, Reason, Report, Upload, User, Visibility, db
from services.audit import Act, record_file
from services.place import give_up, move, reserve_all
from services.site import Site


def send_report(upload: Upload, user: User | None, sender: str, reason: Reason, text: str) -> None:
    """``sender`` is a keyed hash: a second report of the same sender changes nothing, and isn't
    told apart from the first.
    """
    Report.add(upload, user.id if user else None, sender, reason, text)
    db.session.commit()


def dismiss(report: Report, by: User) -> bool:
    """False where somebody else just did."""
    gone = report.end()
    if gone:
        record_file(Act.DISMISS_REPORT, by.name, report.upload)
    db.session.commit()
    return gone


def hide(site: Site, upload: Upload, by: User) -> bool:
    """Nobody but its owner and moderators sees it from now on, in albums neither, until a moderator
    approves it. That answers all reports of it. False where it was not seen by others any more.
    Raises StorageMissing or Busy, with nothing changed.
    """
    site.storage.check(site.id)
    files = reserve_all(site, upload)
    if not files:
        return False
    try:
        is_private = upload.visibility == Visibility.PRIVATE
        is_seen = not is_private or Album.is_shown_by_one(upload.id)
        if is_seen:
            upload.hide()
            db.session.flush()
            db.session.refresh(upload, ["waits_as"])  # its albums may be what it waits for
            move(site, upload, upload.belongs_in, files)
            Report.end_all_of(upload.id)
            record_file(Act.HIDE_UPLOAD, by.name, upload)
        Journal.strike(files)
        db.session.commit()
    except BaseException:
        give_up(site, files)
        raise
    return is_seen
