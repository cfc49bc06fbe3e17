"""Hearts: given to files, and taken back."""

from __future__ import annotations

from models import Heart, Upload, User, begin_write, db
from services.notices import tell_heart, untell_heart


def give_heart(upload: Upload, user: User) -> None:
    """A second time it changes nothing. Its owner is told."""
    begin_write()
    if Heart.give(user.id, upload.id):
        tell_heart(upload, user)
    db.session.commit()
    upload.refresh()


def take_heart_back(upload: Upload, user: User) -> None:
    """As if it had never been given."""
    begin_write()
    if given_at := Heart.take_back(user.id, upload.id):
        untell_heart(upload, user, given_at)
    db.session.commit()
    upload.refresh()
