"""An album that is deleted with its files, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models import Album, AlbumMember, Journal, Payload, Upload, User, db
from models.album_contents import Contents
from models.album_tree import MAX_CHILDREN, children
from models.visitor import Visitor
from server.worker import Worker
from services import delete_album as recipe
from services.albums import change_album
from services.arrange import Move, move, set_cover
from services.bin import restore, rows_in_bin
from services.delete_album import delete_album, empty_and_delete, remove_all
from services.errors import Busy
from services.remove import remove
from tests.conftest import Person, existing, make_person


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """On a site without a bin; with one, they go there as by any other change."""
    return make_app(BIN_DAYS=0)


@pytest.fixture
def album(ann: Person) -> Album:
    """With three files."""
    with ann.app.app_context():
        user = User.by_name("ann")
        assert user
        album = Album.create(user, "Rome")
        db.session.commit()
    for _ in range(3):
        ann.uploaded("pixel.png", album_id=album.public_id)
    return album


def left(app: Flask) -> tuple[int, int]:
    """Albums and uploads."""
    db.session.expire_all()
    return db.session.query(Album).count(), db.session.query(Upload).count()


def test_all_of_it_goes(album: Album, ann: Person) -> None:
    with ann.app.app_context():
        site = ann.app.extensions["keepsake"]
        assert delete_album(site, db.session.get_one(Album, album.id), with_uploads=True)
        assert left(ann.app) == (0, 0)


def test_what_takes_long_is_done_by_jobs(
    album: Album, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what was in it. The album is gone; another's that comes next is none of their business."""
    monkeypatch.setattr(recipe, "SECONDS", -1.0)
    bob = make_person(ann.app, "bob")
    with ann.app.app_context():
        site = ann.app.extensions["keepsake"]
        assert not delete_album(site, db.session.get_one(Album, album.id), with_uploads=True)
        assert left(ann.app) == (1, 3)
        assert db.session.query(Album).one().visibility == "private"
        Worker(ann.app, site).run_due(["albums"])
        assert left(ann.app) == (0, 3)
        user = User.by_name("bob")
        assert user
        another = Album.create(user, "Roma")
        db.session.commit()
        assert another.id != album.id
    bob.uploaded("plain.jpg", album_id=another.public_id, title="new")
    with ann.app.app_context():
        Worker(ann.app, site).run_due(["remove"])
        assert left(ann.app) == (1, 1)
        kept = Contents(db.session.query(Album).one()).page()
        assert [shown.upload.title for shown in kept] == ["new"]


def test_an_album_is_emptied_some_at_a_time(album: Album, ann: Person) -> None:
    with ann.app.app_context():
        row = db.session.get_one(Album, album.id)
        assert row.take_out_some(2) and row.take_out_some(2) and not row.take_out_some(2)
        db.session.rollback()
        turns = iter([False, True])
        assert not empty_and_delete(album.public_id, lambda: next(turns))
        assert left(ann.app) == (1, 3) and Contents(row).public_ids() == []
        assert empty_and_delete(album.public_id, lambda: False)
        assert left(ann.app) == (0, 3)


def test_a_job_goes_on_where_it_was_killed(album: Album, ann: Person) -> None:
    with ann.app.app_context():
        site = ann.app.extensions["keepsake"]
        row = db.session.get_one(Album, album.id)
        ids = Contents(row).public_ids()
        payload: Payload = {"uploads": ids, "user": row.user_id}
        turns = iter([False, True])
        rest = remove_all(site, payload, lambda: next(turns))
        assert rest == {**payload, "uploads": ids[1:]} and left(ann.app) == (1, 2)
        assert remove_all(site, payload, lambda: False) is None  # killed: from the beginning
        assert left(ann.app) == (1, 0)


MEANWHILE: dict[str, Callable[[Flask, Album], object]] = {
    "a file goes": lambda app, album: remove(
        app.extensions["keepsake"], db.session.query(Upload).order_by(Upload.id.desc()).all()[0]
    ),
    "files go": lambda app, album: [
        remove(app.extensions["keepsake"], upload) for upload in db.session.query(Upload).all()
    ],
}


@pytest.mark.parametrize("what", MEANWHILE)
def test_others_delete_the_same_meanwhile(
    what: str, album: Album, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []

    def remove_after_others(site: Any, upload: Upload) -> bool:
        if not happened:
            happened.append(what)
            with ann.app.app_context():
                MEANWHILE[what](ann.app, album)
                db.session.commit()
        return remove(site, upload)

    monkeypatch.setattr(recipe, "remove", remove_after_others)
    with ann.app.app_context():
        site = ann.app.extensions["keepsake"]
        delete_album(site, db.session.get_one(Album, album.id), with_uploads=True)
        Worker(ann.app, site).run_due(["albums", "remove"])
        assert left(ann.app) == (0, 0) and happened


def test_a_change_of_an_album_that_is_gone(album: Album, ann: Person) -> None:
    with ann.app.app_context():
        row = db.session.get_one(Album, album.id)
        with ann.app.app_context():
            db.session.get_one(Album, album.id).delete_row()
            db.session.commit()
        assert not change_album(row, {"name": "Roma"})
        assert not set_cover(row, db.session.query(Upload).all()[0])
        assert not move(row, db.session.query(Upload).all()[0], Move.LAST)


def test_albums_of_a_full_album_go_to_the_top(ann: Person) -> None:
    with ann.app.app_context():
        user = User.by_name("ann")
        assert user

        def new(name: str, parent: Album | None = None) -> Album:
            album = Album.create(user, name)
            album.parent_id = parent.id if parent else None
            db.session.flush()
            return album

        above = new("above")
        middle = new("middle", above)
        for number in range(MAX_CHILDREN - 1):
            new(f"beside {number}", above)
        lowest = [new("one", middle), new("two", middle)]
        db.session.commit()
        delete_album(ann.app.extensions["keepsake"], middle)
        db.session.expire_all()
        assert len(children(above, Visitor(user))) == MAX_CHILDREN - 1
        assert [album.parent_id for album in lowest] == [None, None]
        delete_album(ann.app.extensions["keepsake"], above)
        db.session.expire_all()
        assert db.session.query(Album).filter(Album.parent_id.is_not(None)).count() == 0


def test_one_that_is_on_its_way_keeps_no_other(album: Album, ann: Person) -> None:
    with ann.app.app_context():
        site = ann.app.extensions["keepsake"]
        row = db.session.get_one(Album, album.id)
        ids = Contents(row).public_ids()
        payload: Payload = {"uploads": ids, "user": row.user_id}
        first = Upload.find_any(ids[0])
        assert first and Journal.add(first.files, "another process")
        db.session.commit()
        with pytest.raises(Busy):
            remove_all(site, payload, lambda: False)
        assert left(ann.app) == (1, 1)
        Journal.strike(first.files)
        db.session.commit()
        assert remove_all(site, payload, lambda: False) is None and left(ann.app) == (1, 0)


def test_into_the_bin_with_what_others_added_left(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by a job, where it takes long; restored, they are in no album."""
    ann = make_person(make_app())
    bob = make_person(ann.app, "bob")
    with ann.app.app_context():
        album = Album.create(existing(User.by_name("ann")), "Rome")
        db.session.commit()
        public_id, row = album.public_id, album.id
        member = existing(User.by_name("bob")).id
        db.session.add(AlbumMember(album_id=row, user_id=member, may_add=True))
        db.session.commit()
    ids = [ann.uploaded("pixel.png", album_id=public_id)["id_encoded"] for _ in range(2)]
    bob.uploaded("plain.jpg", album_id=public_id)
    monkeypatch.setattr(recipe, "SECONDS", -1.0)
    with ann.app.app_context():
        site = ann.app.extensions["keepsake"]
        assert not delete_album(site, db.session.get_one(Album, row), with_uploads=True)
        Worker(ann.app, site).run_due(["albums", "change"])
        assert left(ann.app) == (0, 3)
        user = existing(User.by_name("ann"))
        assert {one.public_id for one in Upload.in_bin(user.id)} == set(ids)
        restore(site, user, rows_in_bin(user))
        assert not Upload.in_bin(user.id)
        assert not any(one.albums for one in Upload.load([1, 2, 3]))
