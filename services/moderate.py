"""What admins do with other people's uploads."""

from __future__ import annotations

import logging

from models import Album, OpenedAsAdmin, Upload, User, db

log = logging.getLogger("keepsake")


def open_as_admin(admin: User, upload: Upload) -> None:
    """Let the admin see somebody's private upload for a while, and say so in the log and in the
    database, where its owner sees it.
    """
    db.session.add(OpenedAsAdmin(user_id=admin.id, name=admin.name, public_id=upload.public_id))
    db.session.commit()
    log.warning("Admin %s opened the private upload %s", admin.name, upload.public_id)


def open_album_as_admin(admin: User, album: Album) -> None:
    """The same with an album, and so with what is in it."""
    db.session.add(OpenedAsAdmin(user_id=admin.id, name=admin.name, public_id=album.public_id))
    db.session.commit()
    log.warning("Admin %s opened the album %s of somebody else", admin.name, album.public_id)
