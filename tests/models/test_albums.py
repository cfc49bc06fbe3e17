"""What is in an album: its order, its pages, what follows when uploads come, change and go."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from models import Album, AlbumMember, Contents, Upload, User, Visitor, db, utcnow
from models.album_contents import ORDERS
from models.album_listing import (
    albums_of_others,
    all_shared,
    choosable,
    covers,
    own_albums,
    place_of,
    shared_albums,
)
from models.album_uploads import album_upload
from models.upload.library import Place
from tests.conftest import make_person
from tests.models.test_listing import NOW, plans, put

TITLES = ["Zoo", "apple", "Äpfel", "IMG_10", "IMG_9", None, "北京"]


@pytest.fixture
def ann(app: Flask) -> Flask:
    """An application with ann and her album, whose row id is 1."""
    make_person(app, "ann")
    with app.app_context():
        Album.create(user(), "Rome")
        db.session.commit()
    return app


def user(name: str = "ann") -> User:
    found = User.by_name(name)
    assert found
    return found


def album(number: int = 1) -> Album:
    found = db.session.get(Album, number)
    assert found
    return found


def put_in(app: Flask, number: int = 1, **columns: Any) -> int:
    row = put(app, user_id=1, **columns)
    with app.app_context():
        Album.append(number, [row])
        db.session.commit()
    return row


def shown(sort: str, limit: int, *, is_backwards: bool = False) -> list[int]:
    """All pages of the album, from one end to the other."""
    found: list[int] = []
    contents, place = Contents(album()), None
    contents.album.sort = sort
    while page := contents.page(place, is_backwards=is_backwards, limit=limit):
        rows = [one.upload.id for one in page]
        found = rows + found if is_backwards else found + rows
        place = page[0 if is_backwards else -1].place
    return found


def furnish(app: Flask) -> None:
    chance = random.Random(3)
    for _ in range(30):
        put_in(
            app,
            title=chance.choice(TITLES),
            received_at=NOW - timedelta(days=chance.randrange(9)),
            taken_at=NOW - timedelta(days=4000 + chance.randrange(3))
            if chance.random() < 0.5
            else None,
            expires_at=chance.choice(
                [None, None, utcnow() + timedelta(days=1), NOW - timedelta(9)]
            ),
        )


@pytest.mark.parametrize("sort", ORDERS)
def test_every_order_is_whole_whatever_the_page(sort: str, ann: Flask) -> None:
    furnish(ann)
    order = ORDERS[sort]
    with ann.app_context():
        alive = db.session.scalars(db.select(Upload).where(Upload.alive())).all()
        position = {
            row.upload_id: row.position for row in db.session.execute(db.select(album_upload))
        }

        def key(upload: Upload) -> tuple[Any, int]:
            place = position[upload.id]
            return (place if sort == "hand" else order.place_of(upload).value), place

        wanted = [one.id for one in sorted(alive, key=key, reverse=order.is_descending)]
        assert 3 < len(wanted) < 30
        for limit in (1, 4, 100):
            assert shown(sort, limit) == wanted
            assert shown(sort, limit, is_backwards=True) == wanted


@pytest.mark.parametrize("sort", ORDERS)
def test_a_page_is_read_in_its_order(sort: str, ann: Flask) -> None:
    order = ORDERS[sort]
    value = utcnow() if order.is_of_dates else "a" if order.column == "name_key" else 7
    with ann.app_context():
        contents = Contents(album())
        contents.album.sort = sort
        db.session.flush()
        for is_backwards in (False, True):
            for place in (None, Place(value, 7)):
                with plans(ann) as found:
                    contents.page(place, is_backwards=is_backwards)
                (steps,) = found
                index = (
                    f"SEARCH album_upload USING INDEX ix_album_upload_{order.column} (album_id=?"
                )
                assert steps[0].startswith(index) and (">" in steps[0] or "<" in steps[0]) == bool(
                    place
                )
                row = "USING INTEGER PRIMARY KEY (rowid=?)"
                assert steps[1:] == [
                    f"SEARCH upload {row}",
                    f"SEARCH user_1 {row} LEFT-JOIN",
                    f"SEARCH contribution_1 {row} LEFT-JOIN",
                ]


QUERIES: dict[str, Callable[[User], Any]] = {
    "find": lambda user: Album.find("abcdefgh", Visitor(user, frozenset({"key"}))),
    "find closed": lambda user: Album.find_closed("abcdefgh"),
    "find of": lambda user: Album.find_of(user, "abcdefgh"),
    "own": lambda user: own_albums(Visitor(user), Place(utcnow(), 7)),
    "of others": lambda user: albums_of_others(Visitor(user), Place(utcnow(), 7)),
    "shared": lambda user: shared_albums(Visitor(user), Place(utcnow(), 7)),
    "all shared": all_shared,
    "to choose from": choosable,
    "find to add": lambda user: Album.find_to_add(user, "abcdefgh"),
    "those to add": lambda user: Album.those_to_add(user, ["abcdefgh", "bcdefghi"], 7),
    "members": lambda user: AlbumMember.of(1),
    "own in it": lambda user: Album.ids_of_person(1, user.id, 7, 7),
    "how many go": lambda user: album().how_many_go(),
    "has of others": lambda user: album().has_of_others(),
    "covers": lambda user: covers([album()]),
    "upload": lambda user: Contents(album()).find("abcdefgh"),
    "summary": lambda user: Contents(album()).summary(),
    "append": lambda user: Album.append(1, [7]),
    "remove": lambda user: Album.remove(1, [7]),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_reads_what_it_gives(name: str, ann: Flask) -> None:
    with ann.app_context():
        asker = user()
        album()
        with plans(ann) as found:
            QUERIES[name](asker)
        db.session.rollback()
    steps = [step for plan in found for step in plan]
    assert [step for step in steps if step.startswith("SEARCH ")]
    scans = ("SCAN upload", "SCAN album", "SCAN user")
    assert not [step for step in steps if step.startswith(scans)], steps
    # of no more albums than a person is a member of or names, and members that one album has
    sorts = ("of others", "shared", "all shared", "to choose from", "those to add", "members")
    assert len([step for step in steps if "B-TREE" in step]) <= 2 * (name in sorts), steps


def test_what_a_person_has_in_an_album_is_read_from_the_album(ann: Flask) -> None:
    """Not from all that they have."""
    with ann.app_context():
        person = user().id
        with plans(ann) as found:
            Album.ids_of_person(1, person, 7, 7)
    for plan, table in zip(found, ("album_upload", "album_wish"), strict=True):
        first, second = plan
        assert first.startswith(f"SEARCH {table} ") and "(album_id=? AND upload_id>?)" in first
        assert second == "SEARCH upload USING INTEGER PRIMARY KEY (rowid=?)"


def test_what_follows_when_uploads_come_change_and_go(ann: Flask) -> None:
    first, second = put_in(ann, title="b"), put_in(ann, title="a")
    with ann.app_context():
        assert album().upload_count == 2 and album().changed_at > NOW
        assert shown("name", 9) == [second, first]
        upload = db.session.get(Upload, first)
        assert upload
        upload.title, upload.taken_at = "A", NOW - timedelta(days=9)
        db.session.commit()
        assert shown("name", 9) == shown("taken", 9) == [first, second]
        album().cover_id = second
        db.session.commit()
        assert covers([album()])[1].id == second
        Album.append(1, [first, second])  # again
        assert album().upload_count == 2
        Album.remove(1, [second])
        db.session.commit()
        db.session.expire_all()
        assert album().upload_count == 1 and album().cover_id is None
        assert covers([album()])[1].id == first
        upload.delete_row()
        db.session.commit()
        db.session.expire_all()
        assert album().upload_count == 0 and covers([album()]) == {}
        assert Contents(album()).summary() == (0, 0, 0, None, None, 0)


def test_deleting_an_album_leaves_what_is_in_it(ann: Flask) -> None:
    row = put_in(ann)
    with ann.app_context():
        album().delete_row()
        db.session.commit()
        upload = db.session.get(Upload, row)
        assert upload and upload.album_count == 0
        Album.append(1, [row])  # to one that is gone
        Album.append(1, [row + 1])
        assert not db.session.scalars(db.select(album_upload.c.upload_id)).all()


def test_what_could_not_be_cleaned_is_in_no_album(ann: Flask) -> None:
    put_in(ann, leftovers="place", visibility="private")
    with ann.app_context():
        assert album().upload_count == 0 and not Contents(album()).page()


def test_the_summary_leaves_out_what_has_expired(ann: Flask) -> None:
    put_in(ann, taken_at=NOW - timedelta(days=3))
    put_in(ann, taken_at=NOW - timedelta(days=1))
    put_in(ann, taken_at=NOW - timedelta(days=9), expires_at=utcnow() - timedelta(seconds=1))
    with ann.app_context():
        days = NOW - timedelta(days=3), NOW - timedelta(days=1)
        assert Contents(album()).summary()[:5] == (2, 0, 0, *days)


@pytest.mark.parametrize(("sort", "expected"), [("taken", 2), ("uploaded", 1), ("name", 3)])
def test_the_cover_is_the_first_in_the_order(sort: str, expected: int, ann: Flask) -> None:
    put_in(ann, title="c", taken_at=NOW - timedelta(days=1))
    put_in(ann, title="b", taken_at=NOW - timedelta(days=2), received_at=NOW + timedelta(1))
    put_in(ann, title="a", taken_at=NOW, received_at=NOW + timedelta(2))
    with ann.app_context():
        album().sort = sort
        db.session.commit()
        assert covers([album()])[1].id == expected


def test_lists_have_the_latest_change_first(ann: Flask) -> None:
    make_person(ann, "bob")
    with ann.app_context():
        for number in range(2, 5):
            one = Album.create(user(), f"Album {number}", "public")
            one.changed_at = NOW + timedelta(days=number % 3)
        db.session.commit()
        mine, bob = own_albums(Visitor(user())), Visitor(user("bob"))
        assert [one.id for one in mine] == [1, 2, 4, 3]
        assert [one.id for one in own_albums(Visitor(user()), place_of(mine[1]))] == [4, 3]
        assert albums_of_others(bob) == [] and own_albums(bob) == []  # nothing in them
    put_in(ann, 2)
    put_in(ann, 1)
    with ann.app_context():
        for visitor, expected in ((bob, [2]), (Visitor.GUEST, [2]), (Visitor(user()), [])):
            assert [one.id for one in albums_of_others(visitor)] == expected
        assert albums_of_others(bob, place_of(album(2))) == []
