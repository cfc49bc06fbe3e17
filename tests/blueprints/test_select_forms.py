"""What forms of acts say, and what is refused: then nothing has changed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from models import Album, AlbumMember, Change, Contents, Upload, User, db
from services.categories import create_category
from tests.blueprints.test_select import send
from tests.conftest import Person, existing, log_in, make_person


@pytest.fixture
def ann(app: Flask) -> Person:
    ann = make_person(app)
    log_in(ann.client)
    with app.app_context():
        Album.create(existing(User.by_name("ann")), "Rome")
        Album.create(existing(User.by_name("ann")), "Lake", "public")
        db.session.commit()
        create_category("Trips", "", "ann")
    return ann


def album_id(name: str) -> str:
    return db.session.query(Album).filter_by(name=name).one().public_id


ACTS: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    ("tags", {"add": "sea, a<b", "remove": "x"}, {"add": ["sea"], "remove": ["x"]}),
    ("category", {"category_id": "1"}, {"category_id": 1}),
    ("category", {"category_id": ""}, {"category_id": None}),
    ("visibility", {"visibility": "members"}, {"visibility": "members"}),
    ("expiration", {"expiration": ""}, {"expiration": {"ends": None, "unused_days": None}}),
    ("nsfw", {"nsfw": "1"}, {"nsfw": True}),
    ("nsfw", {"nsfw": "0"}, {"nsfw": False}),
    ("like", {"heart": "1"}, {"heart": True}),
    ("shift", {"way": "earlier", "days": "1", "hours": "2", "minutes": ""}, {"seconds": -93_600}),
    (
        "shift",
        {"way": "zone", "from_zone": "Europe/Berlin", "to_zone": "Asia/Tokyo"},
        {"from_zone": "Europe/Berlin", "to_zone": "Asia/Tokyo", "zone": "UTC"},
    ),
    (
        "edit",
        {"title": "Lake", "add": "sea", "category_id": "keep", "visibility": ""},
        {"title": "Lake", "tag_changes": {"add": ["sea"], "remove": []}},
    ),
    ("edit", {"category_id": "1", "nsfw": "1"}, {"category_id": 1, "nsfw": True}),
    ("rotate", {"turns": "3"}, {"turns": 3}),
    ("bin", {}, {}),
]


@pytest.mark.parametrize(("act", "fields", "wishes"), ACTS)
def test_what_a_form_wants(
    app: Flask, ann: Person, act: str, fields: dict[str, str], wishes: dict[str, Any]
) -> None:
    id_ = ann.uploaded("plain.jpg")["id_encoded"]
    answer = send(ann, f"/select/{act}", ids=id_, **fields)
    assert answer.status_code == 200, answer.text
    assert answer.json["done"] == 1 or answer.json["failures"]
    assert answer.json["said"]
    with app.app_context():
        change = existing(Change.find(answer.json["change"]))
        assert (change.act, change.wishes) == (act, wishes)


def test_in_how_long_it_expires(app: Flask, ann: Person) -> None:
    id_ = ann.uploaded("plain.jpg")["id_encoded"]
    for text, days in (("P3D", None), ("unused:P90D", 90)):
        send(ann, "/select/expiration", ids=id_, expiration=text)
        with app.app_context():
            (upload,) = Upload.load(Upload.row_ids_of(existing(User.by_name("ann")), [id_]))
            assert upload.expires_at and upload.unused_days == days


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("tags", {}),
        ("tags", {"add": " , <"}),
        ("category", {}),
        ("category", {"category_id": "99"}),
        ("category", {"category_id": "x"}),
        ("visibility", {}),
        ("visibility", {"visibility": "nobody"}),
        ("expiration", {"expiration": "soon"}),
        ("expiration", {}),
        ("nsfw", {}),
        ("nsfw", {"nsfw": "perhaps"}),
        ("like", {"heart": "2"}),
        ("shift", {}),
        ("shift", {"days": "-1"}),
        ("shift", {"days": "9" * 30}),
        ("shift", {"way": "sideways", "days": "1"}),
        ("shift", {"way": "zone", "from_zone": "UTC", "to_zone": "Atlantis"}),
        ("shift", {"way": "zone", "from_zone": "UTC", "to_zone": "UTC"}),
        ("rotate", {"turns": "5"}),
        ("rotate", {}),
        ("edit", {"category_id": "keep"}),
        ("add", {}),
        ("add", {"album_id": "Nothing0"}),
        ("add", {"album_id": "{bobs}"}),
        ("move", {"album_id": "{Rome}", "from_album_id": "{Rome}"}),
        ("move", {"album_id": "{Rome}", "from_album_id": "Nothing0"}),
        ("remove", {}),
        ("remove", {"album_id": "{bobs}"}),
    ],
)
def test_what_is_refused(app: Flask, ann: Person, act: str, fields: dict[str, str]) -> None:
    id_ = ann.uploaded("plain.jpg")["id_encoded"]
    make_person(app, "bob")
    with app.app_context():
        Album.create(existing(User.by_name("bob")), "Secret")
        db.session.commit()
        names = {"Rome": album_id("Rome"), "bobs": album_id("Secret")}
    sent = {name: text.format(**names) for name, text in fields.items()}
    answer = send(ann, f"/select/{act}", ids=id_, **sent)
    assert answer.status_code == 400
    assert "Secret" not in answer.text
    with app.app_context():
        assert db.session.query(Change).count() == 0


def test_albums(app: Flask, ann: Person) -> None:
    ids = [ann.uploaded(name)["id_encoded"] for name in ("pixel.png", "plain.jpg")]
    with app.app_context():
        rome = album_id("Rome")

    def inside(name: str) -> list[str]:
        with app.app_context():
            album = db.session.query(Album).filter_by(name=name).one()
            return sorted(Contents(album).public_ids())

    told = send(ann, "/select/add", ids=ids, album_id=rome).json
    assert told["said"] == "2 files added to the album" and inside("Rome") == sorted(ids)
    send(ann, "/select/move", ids=ids[0], from_album_id=rome, name="New")
    assert inside("Rome") == ids[1:] and inside("New") == ids[:1]
    with app.app_context():
        page = f"/album/{rome}"
    told = send(ann, "/select/remove", all="1", album_id=rome, **{"from": page}).json
    assert told["done"] == 1 and inside("Rome") == []
    send(ann, told["undo"])
    assert inside("Rome") == ids[1:]


def test_an_albums_owner_takes_out_what_others_put_there(app: Flask, ann: Person) -> None:
    bob = make_person(app, "bob")
    log_in(bob.client, "bob")
    image = bob.uploaded("pixel.png", visibility="public")["id_encoded"]
    with app.app_context():
        lake, owner = db.session.query(Album).filter_by(name="Lake").one(), User.by_name("bob")
        public_id = lake.public_id
        db.session.add(AlbumMember(album_id=lake.id, user_id=existing(owner).id, may_add=True))
        db.session.flush()
        Album.append(lake.id, Upload.row_ids_of(existing(owner), [image]))
        db.session.commit()
    assert send(ann, "/select/tags", ids=image, add="x").json["failed"] == 1
    assert send(ann, "/select/remove", ids=image, album_id=public_id).json["done"] == 1
    again = send(bob, "/select/remove", ids="Nothing0", album_id=public_id).json
    assert again["failures"][0]["why"] == "gone"
