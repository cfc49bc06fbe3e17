"""What moderators do with other people's uploads."""

from __future__ import annotations

import logging

from models import Album, OpenedAsModerator, Upload, User, begin_write, db
from services.audit import Act, record, record_file

log = logging.getLogger("keepsake")


def open_as_moderator(moderator: User, upload: Upload) -> None:
    """Let a moderator see somebody's private upload for a while, and say so in the log and in the
    database, where its owner sees it. While they may see it, nothing is to be done.
    """
    if _is_open(moderator, upload.public_id):
        return
    record_file(Act.OPEN_UPLOAD, moderator.name, upload)
    _write_down(moderator, upload.public_id)
    log.warning("Moderator %s opened the private upload %s", moderator.name, upload.public_id)


def open_album_as_moderator(moderator: User, album: Album) -> None:
    """The same with an album, and so with what is in it."""
    if _is_open(moderator, album.public_id):
        return
    record(Act.OPEN_ALBUM, moderator.name, album.public_id, owner=album.user.name)
    _write_down(moderator, album.public_id)
    log.warning("Moderator %s opened somebody's album %s", moderator.name, album.public_id)


def _is_open(moderator: User, public_id: str) -> bool:
    """From here on as the one writer, where it isn't."""
    begin_write()  # a button may be pressed twice
    if is_open := OpenedAsModerator.is_open(public_id, moderator.id):
        db.session.rollback()
    return is_open


def _write_down(moderator: User, public_id: str) -> None:
    row = OpenedAsModerator(user_id=moderator.id, name=moderator.name, public_id=public_id)
    db.session.add(row)
    db.session.commit()
