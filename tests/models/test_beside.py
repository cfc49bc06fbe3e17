"""Previous and next: in the owner's listing, of what the visitor may find there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from models import Album, Contents, Upload, User, Visitor, db
from tests.conftest import existing, make_person
from tests.models.test_listing import NOW, put

LEVELS = ("public", "private", "members", "unlisted", "public", "members", "private", "public")


@pytest.fixture
def rows(app: Flask) -> list[int]:
    """Uploads of ann, the oldest first; between them one of bob's and one that expires."""
    people = {}
    for name in ("ann", "bob", "boss"):
        make_person(app, name, admin=name == "boss")
        with app.app_context():
            people[name] = existing(User.by_name(name)).id
    made = [
        put(
            app, user_id=people["ann"], visibility=level, created_at=NOW + timedelta(minutes=number)
        )
        for number, level in enumerate(LEVELS)
    ]
    at = NOW + timedelta(minutes=3, seconds=30)
    put(app, user_id=people["bob"], created_at=at)
    put(app, user_id=people["ann"], created_at=at, expires_at=NOW + timedelta(days=9000))
    return made


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("", [0, 4, 7]),
        ("bob", [0, 2, 4, 5, 7]),
        ("boss", [0, 2, 3, 4, 5, 7]),
        ("ann", [0, 1, 2, 3, 8, 4, 5, 6, 7]),
    ],
)
def test_beside(name: str, seen: list[int], app: Flask, rows: list[int]) -> None:
    """All that this visitor may find, one after the other."""
    ids = [*rows, rows[-1] + 2]
    with app.app_context():
        visitor = Visitor(User.by_name(name)) if name else Visitor.GUEST
        upload = existing(db.session.get(Upload, ids[seen[0]]))
        assert upload.beside(visitor).behind is None
        walked = [upload.id]
        while newer := upload.beside(visitor).before:
            assert newer.beside(visitor).behind.id == upload.id
            upload = newer
            walked.append(upload.id)
        assert walked == [ids[number] for number in seen]


def test_beside_what_is_not_listed_itself(app: Flask, rows: list[int]) -> None:
    """Who has the link of an unlisted one sees what is public around it."""
    with app.app_context():
        unlisted = existing(db.session.get(Upload, rows[3]))
        before, behind = unlisted.beside(Visitor.GUEST)
        assert (before.id, behind.id) == (rows[4], rows[0])
        unlisted.user_id = None
        assert unlisted.beside(Visitor.GUEST) == (None, None)


def test_within_an_album(app: Flask, rows: list[int]) -> None:
    with app.app_context():
        ann = existing(User.by_name("ann"))
        album = Album.create(ann, "Trip", "public")
        db.session.flush()
        Album.append(album.id, [rows[4], rows[1], rows[6]])
        album.sort = "hand"
        db.session.commit()
        middle = existing(db.session.get(Upload, rows[1]))
        before, behind = Contents(album).beside(middle)
        assert (before.id, behind.id) == (rows[4], rows[6])
        first = existing(db.session.get(Upload, rows[4]))
        assert Contents(album).beside(first).before is None
        outside = existing(db.session.get(Upload, rows[0]))
        assert Contents(album).beside(outside) == (None, None)
