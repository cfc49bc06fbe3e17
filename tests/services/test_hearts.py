"""Hearts: one of each member, counted, told to the owner, and gone with who gave it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from models import Album, AlbumMember, Heart, Notice, Upload, User, Visitor, db
from models.heart import MOST_NAMED
from models.role import Role, State
from services.delete_account import delete_account
from services.hearts import give_heart, take_heart_back
from services.site import Site
from tests.conftest import existing, make_person
from tests.models.test_listing import put


@pytest.fixture
def lake(app: Flask) -> Flask:
    """Ann has two files, 1 and 2; ben and cleo like things."""
    for name in ("ann", "ben", "cleo"):
        make_person(app, name)
    for _ in range(2):
        put(app, user_id=1, visibility="public")
    return app


def user(name: str) -> User:
    return existing(User.by_name(name))


def file(row: int = 1) -> Upload:
    return existing(db.session.get(Upload, row))


def do(app: Flask, act: Callable[[Upload, User], None], name: str, row: int = 1) -> int:
    """How many hearts the file has then."""
    with app.app_context():
        upload = file(row)
        act(upload, user(name))
        return upload.likes


def givers() -> list[User]:
    """As their owner sees them."""
    return Heart.givers(file(), Visitor(user("ann")))


def told(app: Flask) -> list[tuple[int, str, int, int | None, bool]]:
    with app.app_context():
        rows = db.session.scalars(select(Notice).order_by(Notice.id))
        return [(one.user_id, one.by_name, one.count, one.upload_id, one.is_seen) for one in rows]


def test_each_gives_one_and_takes_it_back(lake: Flask) -> None:
    assert do(lake, give_heart, "ben") == 1
    assert do(lake, give_heart, "ben") == 1
    assert do(lake, give_heart, "cleo") == 2
    assert do(lake, take_heart_back, "ben") == 1
    assert do(lake, take_heart_back, "ben") == 1
    with lake.app_context():
        assert [one.name for one in givers()] == ["cleo"]
        assert Heart.is_given(user("cleo").id, 1) and not Heart.is_given(user("ben").id, 1)


def test_its_owner_is_told_once_for_each_person(lake: Flask) -> None:
    do(lake, give_heart, "ben", 1)
    do(lake, give_heart, "ben", 2)
    do(lake, give_heart, "cleo", 1)
    do(lake, give_heart, "ann", 1)  # one's own
    assert told(lake) == [(1, "ben", 2, 2, False), (1, "cleo", 1, 1, False)]
    do(lake, give_heart, "ben", 2)  # again: nothing new
    assert told(lake)[0] == (1, "ben", 2, 2, False)


def test_taking_it_back_is_silent(lake: Flask) -> None:
    do(lake, give_heart, "ben", 1)
    do(lake, give_heart, "ben", 2)
    do(lake, take_heart_back, "ben", 2)
    assert told(lake) == [(1, "ben", 1, 1, False)]
    do(lake, take_heart_back, "ben", 1)
    assert told(lake) == []


def test_one_that_was_seen_is_not_counted_off_what_is_new(lake: Flask) -> None:
    do(lake, give_heart, "ben", 1)
    with lake.app_context():
        db.session.execute(update(Notice).values(is_seen=True))
        db.session.commit()
    do(lake, give_heart, "ben", 2)
    do(lake, take_heart_back, "ben", 1)
    assert told(lake) == [(1, "ben", 1, 2, False)]


def test_a_deleted_account_takes_its_hearts_along(lake: Flask) -> None:
    """The database's own triggers count, also where rows go with another one."""
    do(lake, give_heart, "ben")
    do(lake, give_heart, "cleo")
    with lake.app_context():
        site: Site = lake.extensions["keepsake"]
        assert delete_account(site, user("ben"), "ben")
        assert file().likes == 1 and [one.name for one in givers()] == ["cleo"]
    assert told(lake) == [(1, "cleo", 1, 1, False)]


def test_hearts_stay_on_what_is_given_away(lake: Flask) -> None:
    do(lake, give_heart, "cleo")
    with lake.app_context():
        site: Site = lake.extensions["keepsake"]
        assert delete_account(site, user("ann"), "ann", user("ben"))
        assert (file().user_id, file().likes) == (2, 1)


def test_a_deleted_file_takes_its_hearts_along(lake: Flask) -> None:
    do(lake, give_heart, "ben")
    with lake.app_context():
        file().delete_row()
        db.session.commit()
        assert db.session.scalars(select(Heart)).all() == []
        assert Heart.give(2, 1) is False  # while it is gone


def test_everybody_at_once(lake: Flask) -> None:
    """And each twice: the number is that of the rows."""
    for number in range(8):
        make_person(lake, f"p{number}")
    start = threading.Barrier(16)

    def give(name: str) -> None:
        start.wait()
        do(lake, give_heart, name)

    threads = [threading.Thread(target=give, args=(f"p{n % 8}",)) for n in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with lake.app_context():
        assert file().likes == 8 == len(db.session.scalars(select(Heart)).all())
    assert sorted(one[1:3] for one in told(lake)) == [(f"p{n}", 1) for n in range(8)]


def test_what_somebody_likes_is_what_they_may_still_open(lake: Flask) -> None:
    private = put(lake, user_id=1, visibility="private")
    shown = put(lake, user_id=1, visibility="private")
    with lake.app_context():
        album = Album.create(user("ann"), "Lake", "members")
        db.session.flush()
        Album.append(album.id, [shown])
        for row in (private, 1, shown, 2):
            Heart.give(user("ben").id, row)
        db.session.commit()

        def liked(**how: Any) -> list[int]:
            return [one.id for one, _ in Heart.page_of(Visitor(user("ben")), **how)]

        assert liked() == [2, shown, 1]
        (_, place), *_ = Heart.page_of(Visitor(user("ben")), limit=1)
        assert liked(after=place) == [shown, 1]
        album.visibility = "private"
        db.session.commit()
        assert liked() == [2, 1]
        db.session.add(AlbumMember(album_id=album.id, user_id=user("ben").id))


def test_the_last_givers_are_named(lake: Flask) -> None:
    for number in range(MOST_NAMED + 2):
        make_person(lake, f"p{number}")
        do(lake, give_heart, f"p{number}")
    with lake.app_context():
        names = [one.name for one in givers()]
    assert names == [f"p{number}" for number in range(MOST_NAMED + 1, 1, -1)]


def test_givers_are_named_to_whom_they_are_shown(lake: Flask) -> None:
    """And counted for everybody."""
    for name in ("ben", "cleo"):
        do(lake, give_heart, name)
    make_person(lake, "dora")
    make_person(lake, "meg", role=Role.MANAGER)
    names = ("ann", "ben", "cleo", "dora", "meg")

    def seen() -> list[str]:
        """By whom each is seen."""
        db.session.expire_all()
        views = {name: Heart.givers(file(), Visitor(user(name))) for name in names}
        return [
            " ".join(name for name in names if giver in (one.name for one in views[name]))
            for giver in ("ben", "cleo")
        ]

    with lake.app_context():
        assert seen() == ["ann ben cleo dora meg"] * 2
        user("ben").has_private_profile = True  # is on ann's page of notifications
        db.session.commit()
        assert seen() == ["ann ben meg", "ann ben cleo dora meg"]
        user("ben").has_private_profile, user("cleo").state = False, State.BANNED
        db.session.commit()
        assert seen() == ["ann ben cleo dora meg", ""]
        assert file().likes == 2
