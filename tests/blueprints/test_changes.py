"""Recent changes: what they say, who sees them, and the way back, also without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Album, Change, Job, Upload, User, db
from services import changes
from services.changes import begin, work_a_while
from tests.conftest import Person, csrf_token, existing, log_in, make_person

SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def ann(app: Flask) -> Person:
    person = make_person(app)
    log_in(person.client)
    return person


def post(client: FlaskClient, path: str, *, script: bool = False, **fields: str) -> Any:
    token = csrf_token(client.get("/settings").text)
    data = {"csrf_token": token, "from": fields.pop("back", ""), **fields}
    return client.post(path, data=data, headers=SCRIPT if script else {})


def act(ann: Person, name: str, *images: dict[str, Any], **fields: str) -> str:
    ids = ",".join(image["id_encoded"] for image in images)
    answer = post(ann.client, f"/select/{name}", script=True, ids=ids, **fields)
    public_id: str = answer.get_json()["change"]
    return public_id


def test_an_edit_is_undone_from_its_toast(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="Old")
    path = f"/manage/{image['id_encoded']}/edit"
    answer = post(ann.client, path, title="New", tags="lake")
    page = ann.client.get(answer.headers["Location"]).text
    (change,) = recent(ann)
    undo = f"/changes/{change.public_id}/undo"
    assert f'<form method="post" action="{undo}">' in page
    answer = post(ann.client, undo, back=image["path_viewer"])
    assert (answer.status_code, answer.headers["Location"]) == (303, image["path_viewer"])
    page = ann.client.get(image["path_viewer"]).text
    assert ">Old<" in page and "lake" not in page
    assert '<div class="toast">Undone</div>' in page


def recent(ann: Person) -> list[Change]:
    with ann.app.app_context():
        return Change.recent(existing(User.by_name("ann")).id)


def test_nothing_to_undo_where_nothing_changed(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="Old")
    answer = post(ann.client, f"/manage/{image['id_encoded']}/edit", title="Old")
    assert '/undo"' not in ann.client.get(answer.headers["Location"]).text
    assert recent(ann) == []


def test_the_page_of_recent_changes(ann: Person) -> None:
    images = [ann.uploaded(name, title=name) for name in ("plain.jpg", "pixel.png")]
    act(ann, "tags", images[0], add="sea")
    binned = act(ann, "bin", *images)
    page = ann.client.get("/changes").text
    assert page.index("2 files moved to the bin") < page.index("Tags of 1 file changed")
    assert page.count(f'src="/bin/{images[0]["id_encoded"]}/thumb"') == 2
    assert 'href="/bin">plain.jpg</a>' in page
    assert page.count('/undo"') == 2
    answer = post(ann.client, f"/changes/{binned}/undo", back="/changes")
    assert answer.headers["Location"] == "/changes"
    page = ann.client.get("/changes").text
    assert page.count('/undo"') == 1 and "Undone" in page
    assert f'<a href="{images[0]["path_viewer"]}">plain.jpg</a>' in page


def test_what_stayed_is_named(ann: Person) -> None:
    images = [ann.uploaded(name, title=name) for name in ("plain.jpg", "pixel.png")]
    binned = act(ann, "bin", images[0])
    act(ann, "bin", images[1])
    change = act(ann, "tags", *images, add="sea")
    answer = ann.client.get(f"/changes/{change}", headers=SCRIPT).get_json()
    assert (answer["done"], answer["failed"], len(answer["failures"])) == (0, 2, 2)
    page = ann.client.get(f"/changes/{change}").text
    assert '<a href="/bin">plain.jpg</a>' in page and "In the bin. Restore it first." in page
    assert "2 files stayed as they were" in ann.client.get("/changes").text
    post(ann.client, f"/changes/{binned}/undo")
    page = ann.client.get(f"/changes/{change}").text
    assert f'<a href="{images[0]["path_viewer"]}">plain.jpg</a>' in page


def test_undone_twice(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", tags="sun")
    change = act(ann, "tags", image, add="sea")
    for _ in range(2):
        answer = post(ann.client, f"/changes/{change}/undo", script=True).get_json()
        assert (answer["state"], answer["done"], answer["failed"]) == ("undone", 1, 0)


def test_others_changes_are_nowhere(app: Flask, ann: Person) -> None:
    change = act(ann, "tags", ann.uploaded("plain.jpg", title="Secret"), add="sea")
    bob = make_person(app, "bob", admin=True)
    log_in(bob.client, "bob")
    assert "Secret" not in bob.client.get("/changes").text
    assert bob.client.get(f"/changes/{change}").status_code == 404
    for path in ("undo", "go-on"):
        assert post(bob.client, f"/changes/{change}/{path}").status_code == 404
    assert recent(ann)[0].state == "done"


def test_one_that_works_and_one_that_stopped(app: Flask, ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    with app.test_request_context():
        user = existing(User.by_name("ann"))
        rows = Upload.row_ids_of(user, [image["id_encoded"]])
        public_id = begin(user, "tags", {"add": ["sea"]}, rows).public_id
    page = ann.client.get("/changes").text
    assert f'data-change="/changes/{public_id}"' in page
    assert "Done so far: 0 of 1" in page and "recent.js" in page and 'http-equiv="refresh"' in page
    with app.app_context():
        db.session.execute(db.update(Job).where(Job.kind == "change").values(run_at=None))
        db.session.commit()
    page = ann.client.get("/changes").text
    assert "data-change" not in page and "Try again" in page
    answer = post(ann.client, f"/changes/{public_id}/go-on", script=True).get_json()
    assert (answer["state"], answer["done"]) == ("done", 1)
    assert "Try again" not in ann.client.get("/changes").text


def test_pages_of_changes(app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.changes.PAGE_OF_CHANGES", 2)
    images = [ann.uploaded("plain.jpg")]
    ids = [act(ann, "tags", *images, add=tag) for tag in "abc"]
    first = ann.client.get("/changes").text
    assert [one in first for one in ids] == [False, True, True]
    path = first.partition('data-next href="')[2] or first.partition('href="?after=')[2]
    second = ann.client.get("/changes?after=" + path.partition('"')[0]).text
    assert [one in second for one in ids] == [True, False, False]
    assert "No more changes here." in ann.client.get("/changes?after=1.1").text


def test_a_way_back_leads_nowhere_else(ann: Person) -> None:
    change = act(ann, "tags", ann.uploaded("plain.jpg"), add="sea")
    answer = post(ann.client, f"/changes/{change}/undo", back="//elsewhere.example")
    assert answer.headers["Location"] == "/changes"


def test_work_goes_on_elsewhere(app: Flask, ann: Person) -> None:
    """Two processes at one change do each file once."""
    image = ann.uploaded("plain.jpg")
    with app.test_request_context():
        site = app.extensions["keepsake"]
        user = existing(User.by_name("ann"))
        rows = Upload.row_ids_of(user, [image["id_encoded"]])
        change = begin(user, "tags", {"add": ["sea"]}, rows)
        with app.test_request_context():
            work_a_while(site, existing(Change.find(change.public_id)))
        changes.work(site, change.public_id, lambda: False)
        assert (existing(Change.find(change.public_id)).done, change.total) == (1, 1)


def test_albums_of_a_file_are_undone(app: Flask, ann: Person) -> None:
    """Chosen on its page, put in and taken out on the album's."""
    image = ann.uploaded("plain.jpg")
    id_ = image["id_encoded"]
    with app.app_context():
        user = existing(User.by_name("ann"))
        album, other = Album.create(user, "Rome", "public"), Album.create(user, "Sea", "public")
        db.session.commit()
        ids, rows = [album.public_id, other.public_id], [album.id, other.id]

    def places() -> list[int]:
        with app.app_context():
            row = Upload.row_ids_of(existing(User.by_name("ann")), [id_])[0]
            return [place.album_id for place in Album.places_of(row)]

    def undo() -> None:
        path = f"/changes/{recent(ann)[0].public_id}/undo"
        assert f'action="{path}"' in ann.client.get("/mine").text
        assert post(ann.client, path, script=True).get_json()["failed"] == 0

    answer = post(ann.client, f"/manage/{id_}/albums", shown=ids[1], album=ids[1], name="")
    assert answer.status_code == 303
    assert places() == rows[1:]
    undo()
    assert places() == []
    assert post(ann.client, f"/album/{ids[0]}/add", uploads=id_).status_code == 303
    assert places() == rows[:1]
    fields = {"upload": id_, "do": "remove"}
    assert post(ann.client, f"/album/{ids[0]}/arrange", **fields).status_code == 303
    assert places() == []
    undo()
    assert places() == rows[:1]
    assert post(ann.client, f"/album/{ids[0]}/{id_}/remove").status_code == 303
    assert places() == []
    undo()
    assert places() == rows[:1]


def test_a_change_says_what_it_was_about(ann: Person) -> None:
    """Five changes of the same files are told from each other."""
    image = ann.uploaded("pixel.png")
    token = csrf_token(ann.client.get("/settings").text)
    for act, fields in (
        ("tags", {"add": "lake, sun"}),
        ("tags", {"remove": "sun"}),
        ("visibility", {"visibility": "members"}),
        ("add", {"name": "Trip to Rome"}),
    ):
        form = {"csrf_token": token, "ids": image["id_encoded"], **fields}
        assert ann.client.post(f"/select/{act}", data=form).status_code == 303, act
    page = ann.client.get("/changes").text
    for said in ("lake, sun", "removed: sun", "Members", "Trip to Rome"):
        assert f"<span>{said}</span>" in page, said
