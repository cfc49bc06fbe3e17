"""A library: its orders, its shelves, and the tally of it."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from models import Album, Tally, Upload, User, Visibility, Visitor, db, utcnow
from models.album_uploads import album_upload
from models.upload.library import ORDERS, name_key
from models.upload.shelf import KINDS, VISIBILITIES, Filter
from tests.conftest import make_person
from tests.models.test_listing import NOW, put

ALL = range(48)
TITLES = ["Zoo", "apple", "Äpfel", "IMG_10", "IMG_9", "IMG_009", "b", None, "", "北京"]


def owner(name: str = "ann") -> Visitor:
    return Visitor(User.by_name(name))


def furnish(app: Flask, count: int = 40) -> None:
    """Uploads of ann's and bob's that are many different things, and often the same."""
    chance = random.Random(7)
    make_person(app, "ann")
    make_person(app, "bob")
    with app.app_context():
        people = [owner("ann").user_id, owner("bob").user_id]
        ann = owner().user
        assert ann
        album = Album.create(ann, "Album")
        db.session.commit()
        album_id = album.id
    for number in range(count):
        kind = chance.choice(KINDS)
        row = put(
            app,
            user_id=people[number % 4 == 0],
            kind="video" if kind == "video" else "image",
            is_animated=kind == "animation",
            visibility=chance.choice(VISIBILITIES),
            expires_at=NOW + timedelta(days=9000) if chance.random() < 0.3 else None,
            title=chance.choice(TITLES),
            size=chance.choice([10, 20, 3000]),
            views=chance.choice([0, 0, 5]),
            received_at=NOW - timedelta(days=chance.randrange(100)),
            taken_at=NOW - timedelta(days=4000) if chance.random() < 0.3 else None,
            created_at=NOW - timedelta(days=number),
            tile_size=chance.choice([None, 7]),
            preview_size=chance.choice([None, 0, 3]),
        )
        if chance.random() < 0.3:
            with app.app_context():
                Album.append(album_id, [row])
                db.session.commit()


def rows_of(visitor: Visitor) -> list[Upload]:
    query = db.select(Upload).where(Upload.user_id == visitor.user_id)
    return list(db.session.scalars(query))


def key_of(name: str, upload: Upload) -> Any:
    return {
        "newest": upload.received_at, "oldest": upload.received_at,
        "taken-newest": upload.taken_at or upload.received_at,
        "taken-oldest": upload.taken_at or upload.received_at,
        "name": name_key(upload.title or upload.name), "views": upload.views,
        "largest": upload.size,
    }[name]  # fmt: skip


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_gives_each_once(name: str, app: Flask) -> None:
    """Page by page, and back again, where many have the same value."""
    furnish(app)
    order = ORDERS[name]
    with app.app_context():
        visitor = owner()
        expected = sorted(rows_of(visitor), key=lambda row: (key_of(name, row), row.rank))
        expected = expected[::-1] if order.is_descending else expected
        pages, after = [], None
        while page := Upload.sent_by(visitor.user_id, ALL, order, after=after, limit=7):
            pages.append(page)
            after = order.place_of(page[-1])
        assert [row.id for page in pages for row in page] == [row.id for row in expected]
        for page, later in itertools.pairwise(pages):
            before = order.place_of(later[0])
            back = Upload.sent_by(
                visitor.user_id, ALL, order, after=before, is_backwards=True, limit=7
            )
            assert [row.id for row in back] == [row.id for row in page]


def test_a_filter_takes_what_it_says(app: Flask) -> None:
    furnish(app)
    with app.app_context():
        visitor = owner()
        loose = set(db.session.scalars(db.select(album_upload.c.upload_id)))
        for kind in ("", *KINDS):
            for visibility in ("", *VISIBILITIES):
                for is_expiring in (False, True):
                    for is_in_no_album in (False, True):
                        wanted = Filter(kind, visibility, is_expiring, is_in_no_album)
                        shelves = [shelf for shelf in ALL if wanted.takes(shelf)]
                        found = Upload.sent_by(visitor.user_id, shelves, ORDERS["newest"])
                        assert {row.id for row in found} == {
                            row.id
                            for row in rows_of(visitor)
                            if kind in ("", kind_of(row))
                            and visibility in ("", row.visibility)
                            and not (is_expiring and row.expires_at is None)
                            and not (is_in_no_album and row.id in loose)
                        }, wanted


def kind_of(upload: Upload) -> str:
    return "video" if upload.is_video else KINDS[upload.is_animated]


def test_a_year_bounds_an_order_of_dates(app: Flask) -> None:
    furnish(app)
    with app.app_context():
        visitor, year = owner(), (NOW - timedelta(days=4000)).year
        years = datetime(year, 1, 1, tzinfo=NOW.tzinfo), datetime(year + 1, 1, 1, tzinfo=NOW.tzinfo)
        found = Upload.sent_by(visitor.user_id, ALL, ORDERS["taken-newest"], years=years)
        assert {row.id for row in found} == {row.id for row in rows_of(visitor) if row.taken_at}
        assert Upload.sent_by(visitor.user_id, ALL, ORDERS["newest"], years=years) == []


def test_what_has_expired_is_not_there(app: Flask) -> None:
    make_person(app, "ann")
    with app.app_context():
        me = owner().user_id
    put(app, user_id=me, expires_at=utcnow() - timedelta(seconds=1))
    kept = put(app, user_id=me, expires_at=utcnow() + timedelta(days=1))
    with app.app_context():
        assert [row.id for row in Upload.sent_by(owner().user_id, ALL, ORDERS["newest"])] == [kept]
        assert Upload.sent_by(None, ALL, ORDERS["newest"]) == []


def tally(visitor: Visitor) -> dict[tuple[str, int, str], tuple[int, int]]:
    return {
        (by, count.shelf, count.month): (count.uploads, count.bytes)
        for by in ("received_at", "pictured_at")
        for count in Tally.of(visitor.user_id, by)
    }


def counted(visitor: Visitor) -> dict[tuple[str, int, str], tuple[int, int]]:
    """The same, by hand."""
    uploads: Counter[tuple[str, int, str]] = Counter()
    sizes: Counter[tuple[str, int, str]] = Counter()
    in_albums = set(db.session.scalars(db.select(album_upload.c.upload_id)))
    for row in rows_of(visitor):
        shelf = (
            KINDS.index(kind_of(row)) * 16
            + VISIBILITIES.index(Visibility(row.visibility)) * 4
            + (row.expires_at is not None) * 2
            + (row.id in in_albums)
        )
        for by, at in (("received_at", row.received_at), ("pictured_at", row.pictured)):
            uploads[by, shelf, f"{at:%Y-%m}"] += 1
            sizes[by, shelf, f"{at:%Y-%m}"] += (
                row.size + row.thumb_size + row.medium_size + (row.tile_size or 0)
                + row.frame_size + row.sent_size + (row.preview_size or 0) + row.scrubbed_size
            )  # fmt: skip
    return {key: (uploads[key], sizes[key]) for key in uploads}


def test_the_tally_says_what_is_there_whatever_changes(app: Flask) -> None:
    furnish(app)
    with app.app_context():
        visitor, other = owner(), owner("bob")

        def same() -> None:
            db.session.commit()
            db.session.expire_all()
            assert tally(visitor) == counted(visitor)
            assert tally(other) == counted(other)

        same()
        for row in rows_of(visitor)[::2]:
            row.visibility, row.taken_at, row.tile_size = Visibility.PRIVATE, NOW, 9
            row.preview_size = 5
            row.expires_at, row.is_animated = None, True
        same()
        for row in rows_of(visitor)[::3]:
            db.session.delete(row)
        same()
        for row in rows_of(other):
            row.user_id = visitor.user_id
        same()
        assert tally(other) == {}
        db.session.execute(delete(Album))
        same()
        assert all(shelf % 2 == 0 for _, shelf, _ in tally(visitor))
        user = visitor.user
        db.session.delete(user)
        db.session.commit()
        assert db.session.scalars(db.select(Tally)).all() == []


def test_names_are_sorted_as_people_do() -> None:
    names = ["IMG_9", "IMG_10", "äpfel", "Apfelbaum", "zoo", "Éclair"]
    assert sorted(names, key=name_key) == [
        "äpfel", "Apfelbaum", "Éclair", "IMG_9", "IMG_10", "zoo",
    ]  # fmt: skip
    assert len(name_key("1" * 500)) <= 60


def test_a_title_that_changes_moves_an_upload(app: Flask) -> None:
    make_person(app, "ann")
    with app.app_context():
        me = owner().user_id
    for title in ("b", "a", "c"):
        put(app, user_id=me, title=title)
    with app.app_context():
        db.session.get_one(Upload, 1).title = "D"
        db.session.commit()
        assert [row.id for row in Upload.sent_by(owner().user_id, ALL, ORDERS["name"])] == [2, 3, 1]
