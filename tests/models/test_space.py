"""The sums of bytes, whatever changes."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import delete

from models import Space, Upload, User, Visibility, Visitor, db
from models.space import EVERYBODY, GUESTS, Held
from tests.models.test_library import furnish, owner, rows_of
from tests.models.test_listing import put


def kept(row: Upload) -> int:
    """By hand."""
    sizes = (
        row.size, row.thumb_size, row.medium_size, row.tile_size, row.frame_size, row.preview_size,
        row.sent_size, row.scrubbed_size,
    )  # fmt: skip
    return sum(size or 0 for size in sizes)


def by_hand() -> dict[int, int]:
    """Of all holders that have anything."""
    found: dict[int, int] = {}
    for row in db.session.scalars(db.select(Upload)):
        for holder in (EVERYBODY, row.user_id or GUESTS):
            found[holder] = found.get(holder, 0) + kept(row)
    return found


def stored() -> dict[int, int]:
    """All rows, but for the one of everybody where nothing is kept."""
    rows = db.session.scalars(db.select(Space))
    return {row.holder: row.bytes for row in rows if row.bytes or row.holder != EVERYBODY}


def same() -> None:
    db.session.commit()
    db.session.expire_all()
    assert stored() == by_hand()


def test_the_sums_say_what_is_kept_whatever_changes(app: Flask) -> None:
    furnish(app)
    put(app, user_id=None, size=77)
    with app.app_context():
        visitor, other = owner(), owner("bob")
        assert by_hand()[GUESTS] > 0
        same()
        for row in rows_of(visitor)[::2]:  # what jobs make later, and what changes nothing
            row.preview_size, row.tile_size, row.visibility = 5000, 900, Visibility.PRIVATE
            row.sent_size, row.scrubbed_size = 700, 60
        same()
        for row in rows_of(visitor)[::3]:
            db.session.delete(row)
        same()
        for row in rows_of(other):  # handed over
            row.user_id = visitor.user_id
        same()
        assert Space.of(other.user_id) == Held(0, stored()[EVERYBODY], None)
        assert Space.of(None).own == stored()[GUESTS]
        for row in rows_of(Visitor(visitor.user))[:2]:
            row.user_id = None
        same()
        db.session.execute(delete(User).where(User.id == visitor.user_id))
        same()
        assert stored().keys() == {EVERYBODY, GUESTS}
        db.session.execute(delete(Upload))
        same()
        assert stored() == {}
