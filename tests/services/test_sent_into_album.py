"""Sent into an album, a file has the album's visibility as it is when the row is written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from models import Album, AlbumVisibility, Category, Upload, User, db
from services.albums import change_album
from services.categories import create_category
from tests.conftest import Person, make_person


@pytest.fixture
def album_id(ann: Person) -> str:
    with ann.app.app_context():
        user = User.by_name("ann")
        assert user
        album = Album.create(user, "Rome", AlbumVisibility.PUBLIC)
        db.session.commit()
        return album.public_id


def sent_while(
    ann: Person, album_id: str, happens: Callable[[Flask], object], **fields: str
) -> Upload:
    """The upload, of which something happened when its files had been stored."""
    storage = ann.app.extensions["keepsake"].storage
    publish, done = storage.publish, list[bool]()

    def publish_then(*given: object) -> None:
        publish(*given)
        if not done:
            done.append(True)
            with ann.app.app_context():
                happens(ann.app)
                db.session.commit()

    storage.publish = publish_then
    try:
        image = ann.uploaded("plain.jpg", album_id=album_id, **fields)
    finally:
        storage.publish = publish
    upload = db.session.query(Upload).filter_by(public_id=image["id_encoded"]).one()
    assert (ann.app.extensions["keepsake"].config.data / upload.root / upload.files[0]).exists()
    return upload


def close(app: Flask) -> None:
    album = db.session.query(Album).one()
    change_album(album, {"visibility": AlbumVisibility.PRIVATE})


def delete_and_let_bob_have_the_next(app: Flask) -> None:
    db.session.query(Album).one().delete_row()
    db.session.commit()
    bob = User.by_name("bob")
    assert bob
    Album.create(bob, "Roma", AlbumVisibility.PUBLIC)
    db.session.commit()


def test_an_album_that_is_closed_meanwhile(ann: Person, album_id: str) -> None:
    with ann.app.app_context():
        upload = sent_while(ann, album_id, close)
        assert (upload.visibility, upload.root, upload.album_count) == ("private", "private", 1)
        said = sent_while(ann, album_id, lambda app: None, visibility="public")
        assert (said.visibility, said.root) == ("public", "public")


def test_a_category_that_is_deleted_meanwhile(ann: Person, album_id: str) -> None:
    with ann.app.app_context():
        category = create_category("Trips", "")
        number = str(category.id)

        def delete_it(_app: Flask) -> None:
            db.session.delete(db.session.query(Category).one())

        upload = sent_while(ann, album_id, delete_it, category_id=number)
        assert upload.category_id is None and upload.album_count == 1


def test_an_album_that_is_deleted_meanwhile(ann: Person, album_id: str) -> None:
    make_person(ann.app, "bob")
    with ann.app.app_context():
        upload = sent_while(ann, album_id, delete_and_let_bob_have_the_next)
        assert (upload.visibility, upload.root, upload.album_count) == ("private", "private", 0)
        db.session.expire_all()
        assert db.session.query(Album).one().upload_count == 0
