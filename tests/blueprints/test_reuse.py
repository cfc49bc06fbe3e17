"""`duplicate=reuse`: the same bytes of the same person are answered with what is there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from models import Album, ApiKey, Upload, User, db, utcnow
from tests.conftest import Person, csrf_token, log_in, make_person, path_of, sample


def reuse(person: Person, name: str = "alpha.png", **fields: Any) -> Any:
    answer = person.upload(name, **{"duplicate": "reuse", **fields})
    assert answer.status_code == 200, answer.text
    return answer.json


def ids(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(Upload.public_id).order_by(Upload.id)))


def test_it_is_answered_with_what_is_there(ann: Person) -> None:
    first = reuse(ann, title="Rome")["image"]
    again = reuse(ann, title="Paris")
    assert ids(ann.app) == [first["id_encoded"]]
    assert again["success"] == {"message": "file uploaded before", "code": 200}
    image = {**again["image"], "delete_url": first["delete_url"]}
    assert {name: image[name] for name in first} == {**first, "how_long_ago": image["how_long_ago"]}
    assert "delete_url" not in again["image"]
    # the link of the first time goes on to work
    assert ann.app.test_client().delete(path_of(first["delete_url"])).status_code == 200
    assert "delete_url" in reuse(ann)["image"]


def test_nobody_gets_what_another_one_has(make_app: Callable[..., Flask]) -> None:
    app = make_app(GUEST_UPLOADS=True)
    people = [make_person(app, name) for name in ("ann", "bob")]
    people.append(make_person(app, "root", admin=True))
    assert len({reuse(person)["image"]["id_encoded"] for person in people}) == 3
    log_in(people[0].client)
    guest, other = app.test_client(), app.test_client()
    told: dict[str, list[str]] = {}
    for name, client in {"ann": people[0].client, "guest": guest, "other": other}.items():
        for _ in range(2):
            token = csrf_token(client.get("/").text)
            headers = {"Accept": "application/json", "X-CSRFToken": token}
            data = {"source": sample("alpha.png").open("rb"), "duplicate": "reuse"}
            answer: Any = client.post("/upload", data=data, headers=headers)
            told.setdefault(name, []).append(answer.json["image"]["id_encoded"])
    assert all(len(set(found)) == 1 for found in told.values())
    assert told["ann"] == ids(app)[:1] * 2 and len(ids(app)) == 5


@pytest.mark.parametrize(
    ("has", "asks", "is_reused"),
    [
        ({}, {"expiration": "P1D"}, True),
        ({"expiration": "P1D"}, {}, False),
        ({"expiration": "P1D"}, {"expiration": "P1D"}, True),
        ({"expiration": "PT5M"}, {"expiration": "P1D"}, False),
        ({"expiration": "P1D"}, {"expiration": "PT5M"}, True),
        ({"width": "100"}, {}, False),
        ({"width": "100"}, {"width": "100"}, True),
        ({}, {"width": "100"}, False),
        ({}, {"width": "20000"}, True),
        ({"visibility": "private"}, {"visibility": "public"}, True),
    ],
)
def test_one_that_does(
    has: dict[str, str], asks: dict[str, str], is_reused: bool, ann: Person
) -> None:
    assert ann.upload("plain.jpg", **has).status_code == 200
    reuse(ann, "plain.jpg", **asks)
    assert len(ids(ann.app)) == (1 if is_reused else 2)


def test_what_has_ended_is_not_there(ann: Person) -> None:
    reuse(ann)
    with ann.app.app_context():
        db.session.query(Upload).update({Upload.expires_at: utcnow() - timedelta(seconds=1)})
        db.session.commit()
    reuse(ann)
    assert len(ids(ann.app)) == 2


def test_a_key_with_an_album_knows_no_more_than_that(ann: Person) -> None:
    inside, outside = reuse(ann)["image"], reuse(ann, "pixel.png")["image"]
    with ann.app.app_context():
        user = User.by_name("ann")
        assert user
        album = Album.create(user, "Rome")
        db.session.flush()
        Album.append(album.id, [Upload.row_ids_of(user, [inside["id_encoded"]])[0]])
        limited = ApiKey.issue(user, "limited", album_id=album.public_id)[1]
        db.session.commit()
    program = Person(ann.app, "ann", limited, ann.client)
    assert reuse(program)["image"]["id_encoded"] == inside["id_encoded"]
    own = [reuse(program, "pixel.png")["image"]["id_encoded"] for _ in range(2)]
    assert own[0] == own[1] != outside["id_encoded"]


@pytest.mark.parametrize("word", ["yes", "Reuse", "reuse,", "1"])
def test_another_word_is_refused(word: str, ann: Person) -> None:
    answer = ann.upload("alpha.png", duplicate=word)
    assert (answer.status_code, answer.json["error"]) == (
        400,
        {"message": "Invalid duplicate", "code": 400},
    )


def test_where_the_site_forbids_duplicates_it_helps(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(ALLOW_DUPLICATES=False))
    first = reuse(ann)["image"]["id_encoded"]
    assert ann.upload("alpha.png").status_code == 400
    assert reuse(ann)["image"]["id_encoded"] == first


def test_many_at_once_are_one(ann: Person) -> None:
    threads = [threading.Thread(target=reuse, args=(ann,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids(ann.app)) == 1


@pytest.mark.parametrize("format", ["txt", "redirect"])
def test_in_every_format_and_dialect(format: str, ann: Person) -> None:
    first = reuse(ann)["image"]
    answer = ann.upload("alpha.png", duplicate="reuse", format=format)
    assert (answer.text or answer.location) in (first["url"], first["path_viewer"])
    headers = {"X-API-Key": ann.key}
    data = {"image": sample("alpha.png").open("rb"), "duplicate": "reuse"}
    imgbb: Any = ann.app.test_client().post("/1/upload", data=data, headers=headers)
    assert imgbb.json["data"]["id"] == first["id_encoded"]


def test_with_an_idempotency_key_too(ann: Person) -> None:
    reuse(ann)
    headers = {"X-API-Key": ann.key, "Idempotency-Key": "x"}
    answers = [
        ann.app.test_client().post(
            "/api/1/upload",
            data={"source": sample("alpha.png").open("rb"), "duplicate": "reuse"},
            headers=headers,
        )
        for _ in range(2)
    ]
    assert answers[0].data == answers[1].data and len(ids(ann.app)) == 1


def test_what_stays_while_used_stands_for_the_same_alone(ann: Person) -> None:
    """And for what ends no later; one that is put off by nothing doesn't stand for it."""
    fixed = ann.uploaded("alpha.png", expiration="P1Y")["id_encoded"]
    used = reuse(ann, expiration="unused:P90D")["image"]["id_encoded"]
    assert used != fixed and reuse(ann, expiration="unused:P90D")["image"]["id_encoded"] == used
    assert reuse(ann, expiration="P30D")["image"]["id_encoded"] == used
    assert reuse(ann)["image"]["id_encoded"] not in (used, fixed)
