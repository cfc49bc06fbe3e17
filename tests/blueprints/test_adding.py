"""Files that people without an account send by a share link."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from blueprints import takes_upload
from blueprints.http.share_address import share_token
from media.privacy.cleaning import clean
from models import Album, Contribution, ShareLink, Upload, User, db, utcnow
from models.link_contents import contents_of
from services.share_links import change_link, revoke_link, share_album, share_files, share_tag
from tests.conftest import Person, csrf_token, existing, log_in, make_person, sample, stored_files
from tests.shares import name_under, upload_under

PNG = sample("alpha.png").read_bytes()
JPEG = sample("plain.jpg").read_bytes()


def album_link(person: Person, *, visibility: str = "private", **wishes: Any) -> str:
    """The path of a new link to an album of this person, which takes files."""
    with person.app.app_context():
        owner = existing(User.by_name(person.name))
        album = Album.create(owner, "Holiday", visibility)
        db.session.flush()
        link = share_album(owner, album, share_token, {"may_add": True})
        change_link(link, wishes)  # type: ignore[arg-type]
        return f"/s/{share_token(link.public_id)}"


def the_link() -> ShareLink:
    rows = list(db.session.scalars(db.select(ShareLink).order_by(ShareLink.id)))
    link: ShareLink = rows[-1]
    return link


def changed(app: Flask, **wishes: Any) -> None:
    with app.app_context():
        change_link(the_link(), wishes)  # type: ignore[arg-type]


class Guest:
    """Who has a link, in a browser of their own."""

    def __init__(self, app: Flask, link: str, name: str = "Tom") -> None:
        self.client = app.test_client()
        self.path, self.name = f"{link}/add", name
        self.token = csrf_token(self.client.get(self.path).text)

    def sends(
        self, data: bytes = JPEG, filename: str = "beach.jpg", key: str = "", **fields: Any
    ) -> Any:
        """As the page's script does."""
        headers = {"Accept": "application/json", "X-CSRFToken": self.token}
        if key:
            headers["Idempotency-Key"] = key
        source = {"source": (io.BytesIO(data), filename)}
        form = {"sender": self.name, **fields, **source}
        return self.client.post(self.path, data=form, headers=headers)

    def sent(self, *args: Any, **fields: Any) -> dict[str, Any]:
        answer = self.sends(*args, **fields)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json
        return document

    def posts(self, *files: tuple[bytes, str], **fields: Any) -> Any:
        """As a browser without a script does."""
        source = [(io.BytesIO(data), name) for data, name in files]
        form = {"csrf_token": self.token, "sender": self.name, "source": source, **fields}
        return self.client.post(self.path, data=form)

    @property
    def secret(self) -> str:
        """Of the link."""
        return self.path.split("/")[2]

    def sent_id(self, *args: Any, **fields: Any) -> str:
        """The public id of a file that is sent, which the sender isn't told."""
        name = self.sent(*args, **fields)["id"]
        return existing(upload_under(self.client.application, self.secret, name)).public_id

    def takes_back(self, upload_id: str) -> Any:
        form = {"csrf_token": self.token}
        return self.client.post(f"{self.path}/{upload_id}/take-back", data=form)


def uploads(app: Flask) -> list[Upload]:
    return list(db.session.scalars(db.select(Upload).order_by(Upload.id)))


def counted() -> tuple[int, int]:
    db.session.expire_all()
    return the_link().added_files, the_link().added_bytes


def test_a_file_is_the_owners_and_in_the_album(app: Flask, ann: Person) -> None:
    document = Guest(app, album_link(ann)).sent()
    with app.app_context():
        link, (upload,) = the_link(), uploads(app)
        assert existing(upload.user).name == "ann" and upload.guest is None
        assert contents_of(link).find(upload.id)
        assert (upload.visibility, upload.root) == ("private", "private")
        how = existing(Contribution.of(upload.id))
        assert (how.name, how.is_waiting, how.link) == ("Tom", False, link)
        assert counted() == (1, len(JPEG))
    assert document["name"] == "beach.jpg" and document["said"]
    assert set(document) == {"id", "name", "sha256", "size", "url", "thumb", "said"}
    assert document["url"].startswith("/s/") and document["thumb"].startswith("/s/")


def test_who_sent_it_is_named_to_its_owner_alone(app: Flask, ann: Person) -> None:
    """And nobody else in the place of them: not its owner, whose photo it isn't."""
    link = album_link(ann, visibility="unlisted")
    guest = Guest(app, link)
    guest.sent()
    with app.app_context():
        the_link().title = "Ours"
        db.session.commit()
        (upload,) = uploads(app)
        number = name_under(app, guest.secret, upload.public_id)
        album = f"/album/{existing(the_link().album).public_id}"
    log_in(ann.client)
    tile, page = (
        r'class="caption"><strong>[^<]*</strong>\s*<span>([^<]*)</span>',
        f"{link}/{number}",
    )
    for path in (link, album):
        assert re.findall(tile, ann.client.get(path, follow_redirects=True).text) == ["Sent by Tom"]
        text = app.test_client().get(path, follow_redirects=True).text
        assert re.findall(tile, text) == [""] and "Tom" not in text
    assert "Sent by Tom" in ann.client.get(page).text
    text = app.test_client().get(page).text
    assert "by ann" not in text and "Tom" not in text


def test_it_takes_the_visibility_of_the_album(app: Flask, ann: Person) -> None:
    Guest(app, album_link(ann, visibility="unlisted")).sent()
    with app.app_context():
        (upload,) = uploads(app)
        assert (upload.visibility, upload.root) == ("unlisted", "public")


def test_chosen_files_and_tags_get_it_too(app: Flask, ann: Person) -> None:
    """Private, whatever the owner's default is: it opens by the link alone."""
    image = ann.uploaded(tags="sea")
    with app.app_context():
        owner = existing(User.by_name("ann"))
        owner.visibility = "public"
        files = share_files(owner, [image["id_encoded"]], share_token, {"may_add": True})
        first = f"/s/{share_token(files.public_id)}"
    Guest(app, first).sent(PNG, "a.png")
    with app.app_context():
        assert [row.original_filename for row in contents_of(the_link()).page()] == [
            "plain.jpg", "a.png",
        ]  # fmt: skip
        upload = existing(Upload.by_row(uploads(app)[0].id))
        owner = existing(User.by_name("ann"))
        tag = share_tag(owner, upload.tags[0], share_token, {"may_add": True})
        second = f"/s/{share_token(tag.public_id)}"
    Guest(app, second).sent(PNG, "b.png")
    with app.app_context():
        names = {row.original_filename for row in contents_of(the_link()).page()}
        assert names == {"plain.jpg", "b.png"}
        assert {row.visibility for row in uploads(app)[1:]} == {"private"}


def test_a_form_sends_several_and_says_what_became_of_each(app: Flask, ann: Person) -> None:
    guest = Guest(app, album_link(ann))
    answer = guest.posts((JPEG, "one.jpg"), (b"nothing", "two.jpg"), (PNG, "three.png"))
    assert answer.status_code == 200
    assert "two.jpg</strong>: This isn&#39;t a photo" in answer.text
    assert "one.jpg</strong>: Sent." in answer.text and "three.png</strong>: Sent." in answer.text
    assert 'value="Tom"' in guest.client.get(guest.path).text  # asked once
    assert guest.posts((b"nothing", "two.jpg")).status_code == 400
    with app.app_context():
        assert counted() == (2, len(JPEG) + len(PNG))


@pytest.mark.parametrize("name", ["", "  \r\n ", "\u202e\u2066", "\u200b"])
def test_a_name_is_needed(app: Flask, ann: Person, name: str) -> None:
    guest = Guest(app, album_link(ann))
    answer = guest.sends(sender=name)
    assert answer.status_code == 400
    assert answer.json["words"] == {"text": "Enter your name first.", "may_help": True}
    assert guest.posts((JPEG, "one.jpg"), sender=name).status_code == 400
    assert stored_files(app) == []


def test_names_are_one_line_of_text(app: Flask, ann: Person) -> None:
    guest = Guest(app, album_link(ann), "<b>Tom</b>\r\nSet-Cookie: x=1\u202e" + "x" * 5000)
    guest.sent()
    page = guest.client.get(guest.path).text
    assert "<b>Tom" not in page and "&lt;b&gt;Tom" in page
    with app.app_context():
        name = existing(Contribution.of(uploads(app)[0].id)).name
        assert name == ("<b>Tom</b> Set-Cookie: x=1" + "x" * 100)[:60]


def test_a_limit_in_the_middle_of_a_batch(app: Flask, ann: Person) -> None:
    """Each file says why, and those before it are there."""
    guest = Guest(app, album_link(ann, max_files=2))
    answer = guest.posts(*((JPEG, f"{n}.jpg") for n in range(4)))
    assert answer.text.count("Too many: this link takes 2 files. Ask whoever ") == 2
    assert answer.text.count("</strong>: Sent.") == 2
    refused = guest.sends()
    assert refused.status_code == 400 and refused.json["words"]["may_help"] is False
    with app.app_context():
        assert counted() == (2, 2 * len(JPEG)) and len(uploads(app)) == 2
        upload_id = uploads(app)[0].public_id
    upload_id = name_under(app, guest.secret, upload_id)
    assert guest.takes_back(upload_id).status_code == 303  # which gives its room back
    assert guest.sends().status_code == 200


@pytest.mark.parametrize("limit", ["files", "bytes"])
def test_a_full_link_says_so_and_offers_nothing(app: Flask, ann: Person, limit: str) -> None:
    link = album_link(ann, max_files=2, max_mb=1)
    guest, other = Guest(app, link), app.test_client()
    number = name_under(app, guest.secret, guest.sent_id())
    page = other.get(f"{link}/add").text
    assert "takes 1 more file." in page and 'type="file"' in page
    assert "Add files" in other.get(link).text
    if limit == "files":
        guest.sent(PNG, "a.png")
    else:
        with app.app_context():
            the_link().added_bytes += 1_000_000
            db.session.commit()
    for client, advice in ((guest.client, "room, or take something back."), (other, "room.")):
        pages = client.get(f"{link}/add").text, client.get(link).text
        assert f"This link is full. Ask ann for more {advice}" in pages[0]
        assert "This link is full" in pages[1] and "Add files" not in pages[1]
        for one in pages:
            assert 'type="file"' not in one and "data-adding" not in one and "adding.js" not in one
    assert f"{number}/take-back" in guest.client.get(f"{link}/add").text
    if limit == "files":
        assert guest.takes_back(number).status_code == 303
        assert "Add files" in other.get(link).text


def test_megabytes_are_limited(app: Flask, ann: Person) -> None:
    guest = Guest(app, album_link(ann, max_mb=1))
    with app.app_context():
        the_link().added_bytes = 1_000_000 - len(JPEG)
        db.session.commit()
    guest.sent()
    answer = guest.sends(PNG, "a.png")
    assert answer.json["words"]["text"] == (
        "Too much: this link takes 1 MB in all. Ask whoever gave it to you for more room."
    )
    with app.app_context():
        assert len(uploads(app)) == 1


def test_what_waits_is_its_owners_alone(app: Flask, ann: Person) -> None:
    guest = Guest(app, album_link(ann, visibility="public", needs_approval=True))
    document = guest.sent()
    assert (document["url"], document["thumb"]) == (None, None)
    assert document["said"] == "Waits for the approval of ann."
    with app.app_context():
        (upload,) = uploads(app)
        assert (upload.visibility, upload.root, upload.waits) == ("private", "private", False)
        assert not contents_of(the_link()).count() and not upload.albums
        assert existing(Contribution.of(upload.id)).is_waiting


def test_the_link_is_asked_when_the_file_is_there(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been changed while the body came."""
    guest = Guest(app, album_link(ann, visibility="public"))
    whole: list[Callable[[], None]] = []

    def meanwhile(*args: Any) -> Any:
        for one in whole:
            one()
        return clean(*args)

    monkeypatch.setattr("services.ingest.clean", meanwhile)
    whole[:] = [lambda: changed(app, needs_approval=True)]
    guest.sent()
    with app.app_context():
        (upload,) = uploads(app)
        assert (upload.visibility, upload.root, upload.albums) == ("private", "private", [])
    whole[:] = [lambda: changed(app, may_add=False)]
    changed(app, needs_approval=False)
    assert guest.sends(PNG).status_code == 404

    def revoke() -> None:
        with app.app_context():
            revoke_link(the_link())

    whole[:] = [revoke]
    changed(app, may_add=True)
    assert guest.sends(PNG).status_code == 404
    with app.app_context():
        assert len(uploads(app)) == 1 and counted() == (1, len(JPEG))


def test_who_takes_back_and_who_does_not(app: Flask, ann: Person) -> None:
    path = album_link(ann)
    guest, other = Guest(app, path), Guest(app, path, "Eve")
    document = guest.sent()
    own = ann.uploaded("alpha.png")["id_encoded"]
    take_back = f"{guest.path}/{document['id']}/take-back"
    assert other.client.get(take_back).status_code == 404
    assert other.takes_back(document["id"]).status_code == 404
    assert guest.takes_back(own).status_code == 404
    second = album_link(ann)  # the same browser by another link
    with app.app_context():
        assert len(uploads(app)) == 2
    form = {"csrf_token": guest.token}
    by_other_link = f"{second}/add/{document['id']}/take-back"
    assert guest.client.post(by_other_link, data=form).status_code == 404
    assert take_back in guest.client.get(guest.path).text
    assert "Take back beach.jpg?" in guest.client.get(take_back).text
    assert guest.client.post(take_back).status_code == 400  # no token
    with app.app_context():
        assert len(uploads(app)) == 2
    assert guest.takes_back(document["id"]).status_code == 303
    assert guest.takes_back(document["id"]).status_code == 404
    with app.app_context():
        assert [row.public_id for row in uploads(app)] == [own]
        first = db.session.scalar(db.select(ShareLink).order_by(ShareLink.id))
        assert (existing(first).added_files, existing(first).added_bytes) == (0, 0)


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_a_link_that_ended_accepts_nothing_and_shows_nothing(
    app: Flask, ann: Person, end: str
) -> None:
    guest = Guest(app, album_link(ann))
    document = guest.sent()
    with app.app_context():
        if end == "revoked":
            revoke_link(the_link())
        else:
            change_link(the_link(), {"expires_at": utcnow()})
    assert guest.client.get(guest.path).status_code == 404
    answer = guest.sends()
    assert answer.status_code == 404 and answer.json["words"]["text"].startswith("This link takes")
    assert guest.posts((JPEG, "a.jpg")).status_code == 404
    assert guest.takes_back(document["id"]).status_code == 404
    with app.app_context():
        assert len(uploads(app)) == 1


def test_a_link_that_takes_no_more_still_gives_back(app: Flask, ann: Person) -> None:
    path = album_link(ann)
    guest, other = Guest(app, path), Guest(app, path)
    document = guest.sent()
    changed(app, may_add=False)
    assert other.client.get(other.path).status_code == 404
    page = guest.client.get(guest.path).text
    assert "This link takes no more files." in page and 'type="file"' not in page
    assert guest.sends().status_code == 404
    assert guest.takes_back(document["id"]).status_code == 303


def test_a_password_comes_first(app: Flask, ann: Person) -> None:
    guest = Guest(app, album_link(ann))
    changed(app, password="open sesame")
    assert 'type="file"' not in guest.client.get(guest.path).text
    assert guest.sends().status_code == 403
    guest.posts((JPEG, "a.jpg"))
    with app.app_context():
        assert uploads(app) == []


def test_urls_and_texts_are_no_files(app: Flask, ann: Person) -> None:
    """Nobody without an account lets the server fetch."""
    guest = Guest(app, album_link(ann))
    headers = {"Accept": "application/json", "X-CSRFToken": guest.token}
    for source in ("https://example.com/a.jpg", "iVBORw0KGgo=", ""):
        form = {"sender": "Tom", "source": source}
        answer = guest.client.post(guest.path, data=form, headers=headers)
        assert existing(answer.json)["words"]["text"] == "The file is empty."


def test_nothing_else_is_theirs_to_say(app: Flask, ann: Person) -> None:
    album_link(ann)
    with app.app_context():
        others = existing(the_link().album).public_id
    guest = Guest(app, album_link(ann))
    with app.app_context():
        asked = existing(the_link().album).public_id
    guest.sent(
        title="Mine", visibility="public", album_id=others, expiration="PT5M", tags="x", nsfw="1"
    )
    with app.app_context():
        (upload,) = uploads(app)
        assert (upload.title, upload.visibility, upload.nsfw) == ("beach", "private", False)
        assert upload.expires_at is None and not upload.tags
        assert [album.public_id for album in upload.albums] == [asked]


def test_the_same_key_is_one_file(app: Flask, ann: Person) -> None:
    guest = Guest(app, album_link(ann))
    first, again = guest.sent(key="k1"), guest.sent(key="k1")
    assert first == again
    headers = {"Accept": "application/json", "X-CSRFToken": guest.token}
    asked = guest.client.post(f"{guest.path}/arrived", data={"key": "k1"}, headers=headers)
    assert asked.json == {"state": "arrived", **first}
    other = Guest(app, guest.path.removesuffix("/add"), "Eve")
    headers["X-CSRFToken"] = other.token
    asked = other.client.post(f"{guest.path}/arrived", data={"key": "k1"}, headers=headers)
    assert asked.json == {"state": "unknown"}
    assert other.sent(key="k1")["id"] != first["id"]
    with app.app_context():
        assert counted() == (2, 2 * len(JPEG))
    assert ann.upload(PNG, "a.png").status_code == 200  # the key says nothing to its owner


def test_a_full_quota_says_nothing_of_it(make_app: Callable[..., Flask]) -> None:
    app = make_app(QUOTA_MB=1)
    ann = make_person(app)
    guest = Guest(app, album_link(ann))
    with app.app_context():
        existing(User.by_name("ann")).quota_mb = 1
        db.session.commit()
    guest.sent()
    big = JPEG + b"\0" * 999_000
    for answer in (guest.sends(big), guest.sends(JPEG + b"\0" * 4_000_000)):
        assert answer.status_code == 507
        assert answer.json["words"]["text"] == "No space left for more files. Tell ann."
        assert "MB" not in json.dumps(answer.json)
    page = guest.posts((big, "big.jpg")).text
    assert (
        "big.jpg</strong>: No space left for more files." in page
        and "your space" not in page.lower()
    )


def test_floods_are_the_senders_alone(make_app: Callable[..., Flask]) -> None:
    """The owner may upload as before, and nothing that is taken back is forgotten."""
    app = make_app(FLOOD_PER_HOUR=2, ALLOW_DUPLICATES=True)
    ann = make_person(app)
    path = album_link(ann)
    guest, other = Guest(app, path), Guest(app, path, "Eve")
    guest.takes_back(guest.sent()["id"])
    other.sent()
    for one in (guest, other):
        answer = one.sends()
        assert answer.json["error"]["message"].startswith("Flooding detected")
        assert 0 < int(answer.headers["Retry-After"]) <= 3601
    assert ann.upload().status_code == 200 and ann.upload("alpha.png").status_code == 200
    assert ann.upload().status_code == 400


def test_nobody_learns_what_the_owner_has(make_app: Callable[..., Flask]) -> None:
    app = make_app(ALLOW_DUPLICATES=False)
    ann = make_person(app)
    ann.uploaded()
    path = album_link(ann)
    guest, other = Guest(app, path), Guest(app, path, "Eve")
    guest.sent()
    other.sent()
    assert guest.sends().json["error"]["code"] == 101
    assert ann.upload().json["error"]["code"] == 101
    assert ann.upload("alpha.png").status_code == 200
    guest.sent(PNG, "a.png")  # nor the other way round


def test_moderators_look_at_it_as_at_a_guests(make_app: Callable[..., Flask]) -> None:
    app = make_app(REVIEW="guests")
    ann = make_person(app)
    for visibility in ("private", "public"):
        document = Guest(app, album_link(ann, visibility=visibility)).sent()
        assert document["url"] is None and "moderator" in document["said"]
        with app.app_context():
            upload = uploads(app)[-1]
            assert (upload.is_approved, upload.waits, upload.root) == (False, True, "private")
            assert contents_of(the_link()).count() == 0


def test_uploads_that_are_off(make_app: Callable[..., Flask]) -> None:
    """For everybody: by links, too. That guests may not upload is another matter."""
    for settings, status in (({"GUEST_UPLOADS": False}, 200), ({"ALLOW_UPLOADS": False}, 400)):
        app = make_app(**settings)
        guest = Guest(app, album_link(make_person(app)))
        assert guest.sends().status_code == status


def test_odd_requests(app: Flask, ann: Person) -> None:
    """None leaves anything behind."""
    guest = Guest(app, album_link(ann))
    headers = {"Accept": "application/json", "X-CSRFToken": guest.token}
    asked: list[tuple[dict[str, Any], int]] = [
        ({"headers": {"Accept": "application/json"}}, 403),
        ({"headers": {**headers, "X-CSRFToken": "x"}}, 403),
        ({"headers": headers, "data": b"--x", "content_type": "multipart/form-data"}, 400),
        ({"headers": headers, "json": {"sender": "Tom", "source": "aGk="}}, 400),
        ({"headers": {**headers, "Idempotency-Key": "x" * 256}}, 400),
        ({"headers": headers, "data": {"sender": ["Tom"] * 2000}}, 400),
        ({"data": {"sender": "Tom"}}, 400),  # a form without its token
    ]
    for given, status in asked:
        assert guest.client.post(guest.path, **given).status_code == status, given
    name = "<script>x\u202e" + "x" * 3000 + ".jpg"
    guest.sent(filename=name)
    page = guest.client.get(guest.path)
    assert "<script>x" not in page.text and "&lt;script&gt;x" in page.text
    with app.app_context():
        assert counted() == (1, len(JPEG)) and len(uploads(app)) == 1
    assert guest.client.head(guest.path).status_code == 200


def test_the_server_knows_an_upload_by_its_address() -> None:
    """For its lane, and to ask before it takes a large body."""
    token = "x" * 22
    assert takes_upload("POST", f"/s/{token}/add") and takes_upload("POST", f"/s/{token}/add/")
    for method, path in (
        ("POST", f"/s/{token}/add/arrived"), ("POST", f"/s/{token}/password"), ("POST", "/s//add"),
        ("GET", f"/s/{token}/add"), ("POST", f"/s/{token}/x/add"), ("POST", f"/x/s/{token}/add"),
    ):  # fmt: skip
        assert not takes_upload(method, path), (method, path)
