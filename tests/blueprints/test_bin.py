"""The bin: its page, what comes back, what goes for good."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

import services.bin
from blueprints.documents.wire import size_formatted
from blueprints.http.share_address import share_token
from blueprints.http.site_host import HOST
from models import (
    Album,
    AlbumMember,
    Contribution,
    Job,
    Notice,
    Space,
    Tally,
    Upload,
    User,
    db,
    utcnow,
)
from models.api_key import Scope
from models.link_listing import how_many_files
from models.notice_list import News, those_with_waiting
from models.role import Role
from models.upload import PAGE
from models.upload.shelf import IN_BIN
from services.bin import purge
from services.jobs.kind import Turn
from services.jobs.kinds import KINDS
from services.keys import issue_key
from services.place import reserve_all
from services.share_links import LinkWishes, share_files
from tests.bins import throw_away
from tests.conftest import Person, csrf_token, existing, log_in, make_person, path_of, sample

HTML = {"Accept": "text/html"}


def not_over() -> bool:
    return False


class Bin:
    """Somebody's, in a browser."""

    def __init__(self, person: Person) -> None:
        self.person, self.app, self.client = person, person.app, person.client
        log_in(self.client, person.name)
        self.token = csrf_token(self.client.get("/settings").text)

    def put(self, *images: dict[str, Any]) -> None:
        with self.app.test_request_context():
            user = existing(User.by_name(self.person.name))
            rows = Upload.row_ids_of(user, [one["id_encoded"] for one in images])
            throw_away(self.app.extensions["keepsake"], user, rows)

    @property
    def ids(self) -> list[str]:
        return re.findall(r'name="ids" value="(\w+)"', self.client.get("/bin").text)

    def says(self, what: str, *ids: str, **more: str) -> Any:
        form = {"csrf_token": self.token, "ids": list(ids), **more}
        return self.client.post(f"/bin/{what}", data=form)


@pytest.fixture
def box(ann: Person) -> Bin:
    return Bin(ann)


def files_of(app: Flask) -> Sequence[str]:
    data = app.extensions["keepsake"].config.data
    return [path.name for path in data.glob("p*/images/**/*.*")]


def test_what_is_in_it(box: Bin) -> None:
    assert "The bin is empty" in box.client.get("/bin").text
    images = [box.person.uploaded(name, title=f"<{name}>") for name in ("pixel.png", "plain.jpg")]
    box.put(*images)
    page = box.client.get("/bin").text
    assert box.ids == [images[1]["id_encoded"], images[0]["id_encoded"]]
    assert (
        "&lt;pixel.png&gt;" in page and "Deleted for good in 30 days" in page and "2 files" in page
    )
    thumb = f"/bin/{images[0]['id_encoded']}/thumb"
    answer = box.client.get(thumb)
    assert answer.status_code == 200 and answer.mimetype == "image/png"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    make_person(box.app, "bob", admin=True)
    bob = box.app.test_client()
    assert bob.get(thumb).status_code == 302
    log_in(bob, "bob")
    assert bob.get(thumb).status_code == 404 and box.ids
    assert "The bin is empty" in bob.get("/bin").text


def test_its_pages_go_on_where_one_ends(box: Bin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.bin.PAGE", 2)
    images = [box.person.uploaded(name) for name in ("pixel.png", "plain.jpg", "animated.gif")]
    box.put(*images)
    first = box.client.get("/bin").text
    more = re.search(r'href="(/bin\?after=[^"]+)"', first)
    assert more and PAGE > 2
    second = box.client.get(more[1]).text
    shown = [re.findall(r'name="ids" value="(\w+)"', page) for page in (first, second)]
    newest = [image["id_encoded"] for image in reversed(images)]
    assert shown == [newest[:2], newest[2:]]
    assert "All 3 files" in first
    assert box.client.get("/bin?after=x").status_code == 400


def test_restored_under_the_same_addresses(box: Bin) -> None:
    image, other = box.person.uploaded("pixel.png"), box.person.uploaded("plain.jpg")
    box.put(image, other)
    assert box.client.get(path_of(image["url"])).status_code in (404, 410)
    assert box.says("restore").status_code == 400
    assert "Select the files first" in box.says("restore", "nothing").text
    answer = box.says("restore", image["id_encoded"], "nothing", "<")
    assert answer.status_code == 303 and answer.headers["Location"] == "/bin"
    assert "1 file restored." in box.client.get("/bin").text
    assert box.client.get(path_of(image["url"])).status_code == 200
    assert box.ids == [other["id_encoded"]]
    box.says("restore", all="1")
    assert not box.ids and box.client.get(other["path_viewer"], headers=HTML).status_code == 200


def test_only_ones_own_are_restored_or_deleted(box: Bin) -> None:
    image = box.person.uploaded("pixel.png")
    box.put(image)
    bob = Bin(make_person(box.app, "bob"))
    for what in ("restore", "delete"):
        assert bob.says(what, image["id_encoded"], sure="1").status_code == 400
    assert bob.says("restore", all="1").status_code == 400
    assert bob.says("empty").status_code == 303
    assert box.ids == [image["id_encoded"]] and files_of(box.app)


def test_deleted_for_good_after_a_question(box: Bin) -> None:
    image, other = box.person.uploaded("pixel.png"), box.person.uploaded("plain.jpg")
    box.put(image, other)
    asked = box.says("delete", image["id_encoded"])
    assert (
        asked.status_code == 200 and "Delete 1 file for good?" in asked.text and len(box.ids) == 2
    )
    assert box.says("delete", image["id_encoded"], sure="1").status_code == 303
    assert box.ids == [other["id_encoded"]]
    assert not [name for name in files_of(box.app) if name.startswith("pixel")]
    asked = box.client.get("/bin/empty")
    assert "Delete 1 file for good?" in asked.text and box.ids
    assert box.says("empty").status_code == 303
    assert not box.ids and not files_of(box.app)
    assert box.client.get("/bin/empty").status_code == 303


def test_a_job_empties_a_large_one(box: Bin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what was there then: what comes later stays."""
    images = [box.person.uploaded(name) for name in ("pixel.png", "plain.jpg")]
    box.put(*images)
    monkeypatch.setattr("services.bin.SECONDS", -1.0)
    box.says("empty")
    assert len(box.ids) == 2
    later = box.person.uploaded("animated.gif")
    box.put(later)
    with box.app.test_request_context():
        (job,) = Job.of_kind("bin")
        site = box.app.extensions["keepsake"]
        assert KINDS["bin"].run(site, Turn(job.payload, not_over)) is None
    assert box.ids == [later["id_encoded"]]


@pytest.mark.parametrize(("days", "left"), [(30, 1), (0, 0)])
def test_purged_when_its_time_is_over(make_app: Callable[..., Flask], days: int, left: int) -> None:
    box = Bin(make_person(make_app(BIN_DAYS=days)))
    images = [box.person.uploaded(name) for name in ("pixel.png", "plain.jpg")]
    box.put(*images)
    with box.app.test_request_context():
        old = existing(Upload.find_binned(images[0]["id_encoded"], 1))
        old.binned_at = utcnow() - timedelta(days=30, seconds=1)
        db.session.commit()
        site = box.app.extensions["keepsake"]
        assert KINDS["purge"].has_work(site)
        assert KINDS["purge"].run(site, Turn({}, not_over)) is None
        assert not purge(site, not_over) and not KINDS["purge"].has_work(site)
    assert box.ids == [images[1]["id_encoded"]][:left]
    assert bool(files_of(box.app)) == bool(left)


def test_what_had_an_end_goes_for_good_at_its_end(box: Bin) -> None:
    ends = {"expiration": "P1D"}
    over, later, used = (
        box.person.uploaded("pixel.png", **ends),
        box.person.uploaded("plain.jpg", **ends),
        box.person.uploaded("alpha.png", expiration="unused:P90D"),
    )
    box.put(over, later, used)
    assert "Deleted for good in 1 day" in box.client.get("/bin").text
    with box.app.test_request_context():
        site = box.app.extensions["keepsake"]
        assert not KINDS["purge"].has_work(site)
        one = existing(Upload.find_binned(over["id_encoded"], 1))
        one.ends_at = utcnow() - timedelta(seconds=1)
        db.session.commit()
        assert KINDS["purge"].has_work(site)
        assert KINDS["purge"].run(site, Turn({}, not_over)) is None
        assert Upload.by_row(one.id) is None
    assert box.ids == [used["id_encoded"], later["id_encoded"]]
    assert box.says("restore", *box.ids).status_code == 303
    with box.app.test_request_context():
        back = [existing(Upload.find_any(image["id_encoded"])) for image in (later, used)]
        assert all(one.expires_at and one.expires_at > utcnow() for one in back)
        assert [one.ends_at for one in back] == [None, None]


def test_restored_at_the_same_moment_it_stays(box: Bin, monkeypatch: pytest.MonkeyPatch) -> None:
    image = box.person.uploaded("pixel.png")
    box.put(image)
    with box.app.test_request_context():
        site = box.app.extensions["keepsake"]
        monkeypatch.setattr(
            "services.bin.oldest_kept", lambda site: utcnow() - timedelta(seconds=1)
        )
        assert not purge(site, not_over)
    assert box.ids


def sent(box: Bin) -> Any:
    headers = {"Accept": "application/json", "X-CSRFToken": box.token}
    data = {"source": sample("pixel.png").open("rb")}
    return box.client.post("/upload", data=data, headers=headers)


def test_the_same_bytes_are_stored_and_offered_back(make_app: Callable[..., Flask]) -> None:
    """To who has them in the bin alone, whatever the site says of duplicates."""
    app = make_app(ALLOW_DUPLICATES=False)
    box = Bin(make_person(app))
    first = box.person.uploaded("pixel.png", title="Old")
    box.put(first)
    again = box.person.upload("pixel.png", duplicate="reuse").json
    assert again["in_bin"] == first["id_encoded"] != again["image"]["id_encoded"]
    assert again["success"]["message"] == "file uploaded" and "delete_url" in again["image"]
    bob = make_person(app, "bob")
    assert "in_bin" not in bob.upload("pixel.png").json
    assert "in_bin" not in box.person.upload("plain.jpg").json
    box.client.delete(path_of(again["image"]["delete_url"]))
    page = sent(box).json
    assert page["in_bin"] == first["id_encoded"]
    new = page["image"]["id_encoded"]
    form = {"csrf_token": box.token}
    log_in(bob.client, "bob")
    theirs = {"csrf_token": csrf_token(bob.client.get("/settings").text)}
    assert bob.client.post(f"/bin/instead/{new}", data=theirs).status_code == 404
    answer = box.client.post(f"/bin/instead/{new}", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 303 and answer.headers["Location"] == first["path_viewer"]
    assert box.ids == [new] and "Old" in box.client.get(first["path_viewer"]).text


def test_a_key_for_one_album_is_not_told_of_the_bin(box: Bin) -> None:
    image = box.person.uploaded("pixel.png")
    box.put(image)
    with box.app.app_context():
        user = existing(User.by_name("ann"))
        album = Album.create(user, "Rome")
        db.session.commit()
        _, key = issue_key(user, album_id=album.public_id)
    answer = Person(box.app, "ann", key, box.client).upload("pixel.png").json
    assert answer["image"] and "in_bin" not in answer


def test_without_a_script_it_is_offered_in_a_form(box: Bin) -> None:
    first = box.person.uploaded("pixel.png")
    box.put(first)
    data = {"csrf_token": box.token, "source": sample("pixel.png").open("rb")}
    page = box.client.post("/upload", data=data, headers=HTML).text
    assert "You have this file in the bin." in page and "/bin/instead/" in page


@pytest.mark.parametrize("to_bin", [False, True])
def test_a_delete_link_is_final_unless_the_site_says_else(
    make_app: Callable[..., Flask], to_bin: bool
) -> None:
    """Asked again, it does no more."""
    box = Bin(make_person(make_app(DELETE_URL_TO_BIN=to_bin)))
    image = box.person.uploaded("pixel.png")
    link = path_of(image["delete_url"])
    question = box.app.test_client().get(link, headers=HTML).text
    assert ("Its owner can restore it" in question) == to_bin
    for status in (200, 200 if to_bin else 404):
        assert box.app.test_client().delete(link).status_code == status
        assert box.ids == [image["id_encoded"]][:to_bin]
    if not to_bin:
        other = box.person.uploaded("plain.jpg")
        box.put(other)
        assert box.app.test_client().delete(path_of(other["delete_url"])).status_code == 200
        assert not box.ids and not files_of(box.app)


def test_what_a_moderator_or_a_guest_deletes_is_gone_for_good(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(GUEST_UPLOADS=True)
    box, meg = Bin(make_person(app)), make_person(app, "meg", role=Role.MANAGER)
    image = box.person.uploaded("pixel.png")
    log_in(meg.client, "meg")
    page = meg.client.get(f"/manage/{image['id_encoded']}/delete").text
    assert "Delete permanently?" in page
    meg.client.post(f"/manage/{image['id_encoded']}/delete", data={"csrf_token": csrf_token(page)})
    assert not box.ids and not files_of(app)
    guest = app.test_client()
    data = {"csrf_token": csrf_token(guest.get("/").text), "source": sample("pixel.png").open("rb")}
    made = guest.post("/upload", data=data, headers=HTML).text
    found = re.search(r"/image/(\w+)/delete", made)
    assert found
    page = guest.get(f"/manage/{found[1]}/delete").text
    assert "Delete permanently?" in page
    guest.post(f"/manage/{found[1]}/delete", data={"csrf_token": csrf_token(page)})
    assert not files_of(app)


def test_it_comes_back_only_into_albums_that_its_owner_may_use(box: Bin) -> None:
    """Bob ended the membership meanwhile."""
    make_person(box.app, "bob")
    with box.app.app_context():
        mine = Album.create(existing(User.by_name("ann")), "Mine")
        album = Album.create(existing(User.by_name("bob")), "Rome")
        db.session.flush()
        ann = existing(User.by_name("ann")).id
        db.session.add(AlbumMember(album_id=album.id, user_id=ann, may_add=True))
        db.session.commit()
        own, theirs = mine.public_id, album.public_id
    image = box.person.uploaded("pixel.png", album_id=own)
    with box.app.app_context():
        rows = Upload.row_ids_of(existing(User.by_name("ann")), [image["id_encoded"]])
        Album.append(existing(Album.find_closed(theirs)).id, rows)
        db.session.commit()
    box.put(image)
    with box.app.app_context():
        AlbumMember.end_all_of_album(existing(Album.find_closed(theirs)).id)
        db.session.commit()
    box.says("restore", image["id_encoded"])
    with box.app.app_context():
        assert [album.name for album in Upload.load(rows)[0].albums] == ["Mine"]


def test_what_cannot_be_put_into_the_bin_stays_and_says_so(box: Bin) -> None:
    """With a folder gone, nothing is said to be deleted that anybody may still open."""
    image = box.person.uploaded("pixel.png", visibility="public")
    path, token = f"/manage/{image['id_encoded']}/delete", {"csrf_token": box.token}
    with box.app.test_request_context():
        key = issue_key(existing(User.by_name(box.person.name)), "x", scope=Scope.MANAGE)[1]
    managed = f"/api/2/uploads/{image['id_encoded']}", {"headers": {"X-API-Key": key}}
    stranger, address = box.app.test_client(), path_of(image["url"])
    root = box.app.extensions["keepsake"].config.data / "public"
    root.rename(root.with_name("gone"))
    try:
        assert box.client.post(path, data=token).status_code >= 500
        assert box.client.delete(managed[0], **managed[1]).status_code >= 500
    finally:
        root.with_name("gone").rename(root)
    assert stranger.get(address).status_code == 200
    assert "Undo" not in box.client.get("/changes").text
    assert box.client.delete(managed[0], **managed[1]).status_code == 204
    assert stranger.get(address).status_code in (404, 410)
    assert "Undo" in box.client.get("/changes").text


def test_what_is_in_it_counts_and_is_shown(make_app: Callable[..., Flask]) -> None:
    """Nobody else is told how much it is, but admins."""
    app = make_app(QUOTA_MB=1)
    box, boss = Bin(make_person(app)), Bin(make_person(app, "boss", admin=True))
    image = box.person.uploaded("plain.jpg")
    with app.app_context():
        before = Space.of(1).own
    box.put(image)
    with app.app_context():
        assert Space.of(1).own == before and Tally.away(1, IN_BIN) == (1, before)
        User.by_name("ann").quota_mb = 1  # type: ignore[union-attr]
        held = db.session.get_one(Space, 1)
        held.bytes = 1_000_000
        db.session.commit()
    size = size_formatted(before)
    assert f"In the bin: {size} of it" in box.client.get("/mine").text
    assert 'href="/bin">' in box.client.get("/mine").text and "(1)" in box.client.get("/mine").text
    assert f"In the bin: {size} of it" in box.client.get("/settings/uploads").text
    refused = sent(box)
    assert refused.status_code == 507
    assert f"What is in your bin takes {size} of it: empty the bin" in refused.text
    assert f"In bins: 1 file, {size} of it." in boss.client.get("/admin").text
    assert f"In the bin: {size} of it" in boss.client.get("/admin/people/ann").text
    box.says("empty")
    with app.app_context():
        assert Tally.away(1, IN_BIN) == (0, 0)


def test_what_is_in_it_is_none_of_a_links_files_and_waits_for_nothing(box: Bin) -> None:
    first, second = (box.person.uploaded("plain.jpg", title=one) for one in ("One", "Two"))
    with box.app.test_request_context(environ_overrides={HOST: "localhost"}):
        user = existing(User.by_name("ann"))
        ids = [first["id_encoded"], second["id_encoded"]]
        link = share_files(user, ids, share_token, LinkWishes())
        sent = Contribution(upload_id=2, link_id=link.id, name="Eve", browser="b", is_waiting=True)
        notice = Notice(user_id=user.id, link_id=link.id, kind="sent", by_name="Eve", count=1)
        db.session.add_all([sent, notice])
        db.session.commit()
        news = [News(notice, None)]
        assert how_many_files([link]) == {link.id: 2} and those_with_waiting(news) == {notice.id}
        box.put(second)
        assert how_many_files([link]) == {link.id: 1} and not those_with_waiting(news)


def test_a_second_tab_that_deletes_the_same_is_told_the_same(
    box: Bin, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = box.person.uploaded("plain.jpg", title="One")
    path = f"/manage/{image['id_encoded']}/delete"

    def late(site: Any, upload: Upload) -> Any:
        monkeypatch.setattr(services.bin, "reserve_all", reserve_all)
        Upload.carry_away([existing(Upload.by_row(upload.id))], utcnow())
        db.session.commit()
        return reserve_all(site, upload)

    monkeypatch.setattr(services.bin, "reserve_all", late)
    assert box.client.post(path, data={"csrf_token": box.token}).status_code == 303
    page = box.client.get("/mine").text
    assert "“One” moved to the bin." in page and "“One” deleted." not in page
