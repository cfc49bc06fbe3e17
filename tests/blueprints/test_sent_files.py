"""What people sent by a share link, for its owner: seen, approved, refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from blueprints.documents.export import of_upload
from blueprints.http.addresses import Addresses
from models import Contribution, Notice, Upload, User, db
from models.link_contents import contents_of
from services.share_links import change_link, revoke_link
from tests.blueprints.test_adding import JPEG, PNG, Guest, album_link, counted, the_link, uploads
from tests.conftest import Person, csrf_token, existing, log_in, make_person
from tests.shares import name_under
from tests.statements import statements

MOST_QUERIES = 8  # of a page, as tests/test_query_budget.py has it of all others


class Owner:
    def __init__(self, person: Person) -> None:
        self.client = person.client
        log_in(self.client, person.name)
        with person.app.app_context():
            self.path = f"/links/{the_link().public_id}/sent"
        self.token = csrf_token(self.client.get("/settings").text)

    @property
    def page(self) -> str:
        answer = self.client.get(self.path)
        assert answer.status_code == 200
        return answer.text

    def says(self, answer: str, *ids: str, **more: str) -> Any:
        form = {"csrf_token": self.token, "answer": answer, "upload": list(ids), **more}
        return self.client.post(self.path, data=form)


def test_who_sent_what(app: Flask, ann: Person) -> None:
    """The newest first, by sender; two who have one name are two."""
    path = album_link(ann)
    tom, eve, other = (
        Guest(app, path, "<b>Tom</b>"),
        Guest(app, path, "Eve"),
        Guest(app, path, "Eve"),
    )
    tom.sent()
    tom.sent(PNG, "a.png")
    eve.sent()
    other.sent()
    owner = Owner(ann)
    heads = re.findall(r"<h2>(.*?) <span class=\"quiet small\">(.*?) ·", owner.page)
    assert heads == [("Eve", "1 file"), ("Eve", "1 file"), ("&lt;b&gt;Tom&lt;/b&gt;", "2 files")]
    make_person(app, "bob")
    stranger = app.test_client()
    assert stranger.get(owner.path).status_code == 302
    log_in(stranger, "bob")
    assert stranger.get(owner.path).status_code == 404
    token = csrf_token(stranger.get("/settings").text)
    form = {"csrf_token": token, "answer": "approve", "all": "1"}
    assert stranger.post(owner.path, data=form).status_code == 404


def test_pages(app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    guest = Guest(app, album_link(ann))
    ids = [guest.sent_id(JPEG, f"{n}.jpg") for n in range(5)][::-1]
    monkeypatch.setattr("blueprints.sent_files.PAGE_OF_SENT", 2)
    owner = Owner(ann)
    seen, path = [], owner.path
    while path:
        text = owner.client.get(path).text
        seen += re.findall(r'class="rows.*?</ul>', text, re.DOTALL)
        following = re.search(r'href="(\?after=\d+)"', text)
        path = f"{owner.path}{following[1]}" if following else ""
    shown = [one for one in re.findall(r"/image/[\w.-]*?(\w{8})\"", "".join(seen)) if one in ids]
    assert list(dict.fromkeys(shown)) == ids
    assert owner.client.get(f"{owner.path}?after=x").status_code == 400


def test_approved_files_are_where_they_were_sent(app: Flask, ann: Person) -> None:
    guest = Guest(app, album_link(ann, visibility="unlisted", needs_approval=True))
    first, second = guest.sent_id(), guest.sent_id(PNG, "a.png")
    owner = Owner(ann)
    assert "Waiting for you: 2 files" in owner.page and "from Tom" in owner.page
    answer = owner.says("approve", first)
    assert "Approved: beach.jpg." in answer.text and "Waiting for you: 1 file" in answer.text
    with app.app_context():
        upload = existing(Upload.find_any(first))
        assert (upload.visibility, upload.root) == ("unlisted", "public")
        assert [row.public_id for row in contents_of(the_link()).page()] == [first]
        assert not existing(Contribution.of(upload.id)).is_waiting
    link = guest.path.removesuffix("/add")
    assert guest.client.get(f"{link}/{name_under(app, guest.secret, first)}").status_code == 200
    assert guest.client.get(f"{link}/{name_under(app, guest.secret, second)}").status_code == 404
    assert "No longer waiting" not in owner.says("approve", second).text
    again = owner.says("approve", second)
    assert "Some files no longer wait" in again.text
    with app.app_context():
        assert counted() == (2, len(JPEG) + len(PNG))


def test_refused_files_are_deleted_and_asked_about_first(app: Flask, ann: Person) -> None:
    guest = Guest(app, album_link(ann, needs_approval=True, max_files=2))
    first, second = guest.sent_id(), guest.sent_id(PNG, "a.png")
    owner = Owner(ann)
    assert "Refuse 1 file?" in owner.says("refuse", first).text
    with app.app_context():
        assert len(uploads(app)) == 2
    assert "Refused and deleted: beach.jpg." in owner.says("refuse", first, sure="1").text
    with app.app_context():
        assert [row.public_id for row in uploads(app)] == [second]
        assert counted() == (1, len(PNG))
    assert "beach.jpg" not in guest.client.get(guest.path).text
    assert guest.sends().status_code == 200  # its room is there again
    assert owner.says("refuse").status_code == 400
    assert owner.says("keep", second).status_code == 400


def test_all_at_once(app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a page shows."""
    guest = Guest(app, album_link(ann, needs_approval=True))
    for n in range(12):
        guest.sent_id(JPEG, f"{n}.jpg")
    monkeypatch.setattr("blueprints.sent_files.PAGE_OF_SENT", 5)
    owner = Owner(ann)
    assert "Approve all 12 files" in owner.page
    assert "Refuse 12 files?" in owner.says("refuse", all="1").text
    assert "Approved: 12 files." in owner.says("approve", all="1").text
    with app.app_context():
        assert contents_of(the_link()).count() == 12


def test_others_uploads_are_not_decided_on(app: Flask, ann: Person) -> None:
    """Neither one's own that nobody sent, nor those of another link."""
    other = Guest(app, album_link(ann, needs_approval=True)).sent_id()
    album_link(ann, needs_approval=True)
    own = ann.uploaded()["id_encoded"]
    owner = Owner(ann)
    for one in (own, other):
        for answer in ("approve", "refuse"):
            assert "Some files no longer wait" in owner.says(answer, one, sure="1").text
    with app.app_context():
        assert len(uploads(app)) == 2
        assert existing(Contribution.of(existing(Upload.find_any(other)).id)).is_waiting


def test_what_waits_can_be_taken_back(app: Flask, ann: Person) -> None:
    guest = Guest(app, album_link(ann, needs_approval=True))
    sent = guest.sent_id()
    owner = Owner(ann)
    assert guest.takes_back(name_under(app, guest.secret, sent)).status_code == 303
    assert "Some files no longer wait" in owner.says("approve", sent).text
    with app.app_context():
        assert uploads(app) == [] and counted() == (0, 0)


def test_the_owner_decides_when_the_link_has_ended(app: Flask, ann: Person) -> None:
    sent = Guest(app, album_link(ann, needs_approval=True)).sent_id()
    with app.app_context():
        revoke_link(the_link())
    assert "Approved: beach.jpg." in Owner(ann).says("approve", sent).text
    with app.app_context():
        assert [album.name for album in uploads(app)[0].albums] == ["Holiday"]


@pytest.mark.parametrize(("review", "waits"), [("guests", False), ("everybody", True)])
def test_what_the_owner_approves_counts_as_theirs(
    make_app: Callable[..., Flask], review: str, waits: bool
) -> None:
    """It waits for a moderator where that member's own uploads do."""
    app = make_app(REVIEW="guests" if review == "guests" else "guests,members")
    ann = make_person(app)
    sent = Guest(app, album_link(ann, visibility="public", needs_approval=True)).sent_id()
    with app.app_context():
        (upload,) = uploads(app)
        assert (upload.is_approved, upload.waits) == (False, False)  # for nobody but its owner
    assert "Approved: beach.jpg." in Owner(ann).says("approve", sent).text
    with app.app_context():
        (upload,) = uploads(app)
        assert (upload.is_approved, upload.waits) == (not waits, waits)
        assert contents_of(the_link()).count() == (0 if waits else 1)
        assert upload.root == ("private" if waits else "public")


def test_the_owner_is_told(app: Flask, ann: Person) -> None:
    guest = Guest(app, album_link(ann, needs_approval=True))
    guest.sent_id()
    guest.sent(PNG, "a.png")
    with app.app_context():
        (notice,) = db.session.scalars(db.select(Notice))
        assert (notice.by_name, notice.count) == ("Tom", 2)
        assert notice.user_id == existing(User.by_name("ann")).id


def test_the_page_of_a_file_says_who_sent_it(app: Flask, ann: Person) -> None:
    """To its owner alone."""
    path = album_link(ann, visibility="unlisted")
    guest = Guest(app, path, "<b>Tom</b>")
    sent = guest.sent_id()
    under = f"{path}/{name_under(app, guest.secret, sent)}"
    owner, stranger = Owner(ann), app.test_client()
    page = owner.client.get(f"/image/{sent}", follow_redirects=True).text
    assert "Sent by &lt;b&gt;Tom&lt;/b&gt;, by" in page and owner.path in page
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    for client in (stranger, boss.client):
        for address in (f"/image/{sent}", path, under):
            answer = client.get(address, follow_redirects=True)
            assert answer.status_code == 200 and "Tom" not in answer.text


def test_the_export_says_who_sent_it(app: Flask, ann: Person) -> None:
    Guest(app, album_link(ann)).sent()
    ann.uploaded("alpha.png")
    with app.app_context():
        rows = Upload.all_of(existing(User.by_name("ann")), 0, 9)
        said = {
            row.original_filename: of_upload(row, "x", Addresses("http://localhost"))["sent_by"]
            for row in rows
        }
    assert said == {"beach.jpg": "Tom", "alpha.png": None}


def test_pages_take_few_queries_however_much_was_sent(app: Flask, ann: Person) -> None:
    guest = Guest(app, album_link(ann))
    for n in range(3):
        guest.sent(JPEG, f"{n}.jpg")
    with app.app_context():
        change_link(the_link(), {"needs_approval": True})
    for n in range(3, 6):
        guest.sent(JPEG, f"{n}.jpg")
    owner = Owner(ann)
    for client, path in ((guest.client, guest.path), (owner.client, owner.path)):
        client.get(path)  # templates that are compiled, and settings that are read
        with statements(app) as sent:
            assert client.get(path).status_code == 200
        assert len(sent) <= MOST_QUERIES, sent
