"""No row gets the number of one that is gone: who knows it may be about to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models import Album, ApiKey, Category, Tag, Upload, User, UserSession, db
from tests.conftest import Person, make_person


def ann() -> User:
    user = User.by_name("ann")
    assert user
    return user


def session() -> UserSession:
    UserSession.begin(ann(), "")
    return db.session.query(UserSession).order_by(UserSession.id.desc()).all()[0]


def sent(app: Flask) -> Upload:
    with app.app_context():
        _, key = ApiKey.issue(ann(), "key")
        db.session.commit()
    image = Person(app, "ann", key, app.test_client()).uploaded("pixel.png")
    return db.session.query(Upload).filter_by(public_id=image["id_encoded"]).one()


NEW: dict[str, Callable[[Flask, int], Any]] = {
    "upload": lambda app, n: sent(app),
    "album": lambda app, n: Album.create(ann(), "Rome"),
    "user": lambda app, n: User.create(f"bob{n}", "correct horse", site_name=""),
    "tag": lambda app, n: Tag.named([f"tag{n}"])[0],
    "category": lambda app, n: Category.create(f"Trips {n}"),
    "session": lambda app, n: session(),
    "key": lambda app, n: ApiKey.issue(ann(), "key")[0],
}


@pytest.mark.parametrize("kind", NEW)
def test_row_ids_are_never_used_again(kind: str, app: Flask) -> None:
    make_person(app, "ann")
    with app.app_context():
        numbers = []
        for n in range(3):
            row = NEW[kind](app, n)
            db.session.commit()
            numbers.append(row.id)
            db.session.delete(row)
            db.session.commit()
        assert numbers == sorted(set(numbers))
        assert db.session.execute(db.text("PRAGMA integrity_check")).scalar() == "ok"
