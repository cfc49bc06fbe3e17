"""What came and what went, and what is kept of each kind, whatever changes."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import delete

from models import Flow, KindTally, Space, Upload, db, utcnow
from models.flow import SECONDS, Sums, begin_of
from models.overview import largest_holders
from tests.models.test_library import furnish
from tests.models.test_listing import NOW, put


def same() -> None:
    """The bytes that came less those that went are what is kept, and so are all kinds together."""
    db.session.commit()
    kept = Space.of(None).all
    rows = db.session.scalars(db.select(Flow).execution_options(populate_existing=True)).all()
    assert sum(row.bytes - row.freed for row in rows) == kept
    kinds = KindTally.all()
    assert sum(one.files + one.derivatives + one.originals for one in kinds) == kept
    by_hand: dict[str, list[int]] = {}
    for upload in db.session.scalars(db.select(Upload)):
        kind = "video" if upload.is_video else "animation" if upload.is_animated else "photo"
        count = by_hand.setdefault(kind, [0, 0, 0, 0])
        made = (upload.thumb_size, upload.medium_size, upload.tile_size, upload.frame_size)
        count[0] += 1
        count[1] += upload.size
        count[2] += sum(size or 0 for size in (*made, upload.preview_size))
        count[3] += upload.sent_size + upload.scrubbed_size
    assert {one.kind: list(one[1:]) for one in kinds} == by_hand


def test_the_counts_say_what_is_there_whatever_changes(app: Flask) -> None:
    furnish(app)
    put(app, user_id=None, size=77, kind="video")
    put(app, user_id=None, size=78, is_animated=True, preview_size=0)
    with app.app_context():
        same()
        uploads = db.session.scalars(db.select(Upload)).all()
        came = came_ever()
        assert came == len(uploads)
        for row in uploads[::2]:
            row.preview_size, row.tile_size, row.sent_size, row.scrubbed_size = 5000, 900, 70, 6
        same()
        for row in uploads[::2]:
            row.sent_size = row.scrubbed_size = 0
        same()
        for row in uploads[::3]:
            db.session.delete(row)
        same()
        db.session.execute(delete(Upload))
        same()
        assert KindTally.all() == [] and largest_holders(10) == []
        # what came stays counted
        assert came_ever() == came


def came_ever() -> int:
    (sums,) = Flow.within([(NOW - timedelta(days=9999), utcnow() + timedelta(days=1))])
    return sums.uploads


def test_a_quarter_is_the_one_that_it_was_received_in(app: Flask) -> None:
    at = NOW.replace(hour=12, minute=14, second=59, microsecond=999_999)
    put(app, received_at=at, size=10, thumb_size=1)
    put(app, received_at=at + timedelta(microseconds=1), size=10, thumb_size=1)
    with app.app_context():
        first, quarter = NOW.replace(hour=12, minute=0), timedelta(seconds=SECONDS)
        spans = [(first + n * quarter, first + (n + 1) * quarter) for n in range(-1, 3)]
        assert Flow.within(spans) == [Sums(), Sums(1, 11), Sums(1, 11), Sums()]
        assert Flow.within([(first, first + 2 * quarter)]) == [Sums(2, 22)]
        db.session.execute(delete(Upload))
        db.session.commit()
        last = db.session.scalars(db.select(Flow).order_by(Flow.quarter.desc())).first()
        assert last and last.freed == 22
        assert utcnow() - begin_of(last.quarter) < 2 * quarter
