"""Share links as their owner has them: made, shown, changed, revoked, turned on again, deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.http.share_address import share_token
from models import (
    Album,
    Contribution,
    ShareKind,
    ShareLink,
    Tag,
    Upload,
    User,
    begin_write,
    contents_of,
    db,
    utcnow,
)
from models.base import hash_secret
from models.limits import MAX_LINK_FILES, MAX_LINK_VIEWS
from services import share_links as recipe
from services.delete_album import delete_album
from services.tags import edit_tag
from tests.conftest import Person, csrf_token, existing, log_in, make_person
from tests.statements import statements

ADDRESS = re.compile(r'value="(http://localhost/s/[A-Za-z0-9]{22})"')
ZONE = "Pacific/Auckland"  # far from UTC: the day is another one there


@pytest.fixture
def ann(app: Flask) -> Person:
    person = make_person(app)
    log_in(person.client)
    return person


@pytest.fixture
def album(ann: Person) -> str:
    """With one private file."""
    with ann.app.app_context():
        album = Album.create(existing(User.by_name("ann")), "Lake Como")
        db.session.commit()
        public_id = album.public_id
    ann.uploaded("pixel.png", album_id=public_id, visibility="private")
    return public_id


def send(client: FlaskClient, path: str, **fields: Any) -> Any:
    token = csrf_token(client.get("/login", follow_redirects=True).text)
    return client.post(path, data={"csrf_token": token, **fields})


def made(person: Person, **fields: Any) -> str:
    """A new share link's page."""
    answer = send(person.client, "/links/new", **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def link(app: Flask) -> ShareLink:
    """The only one there is, as it is now."""
    db.session.expire_all()
    return db.session.query(ShareLink).one()


# --- a new one


def test_a_link_to_an_album(album: str, ann: Person) -> None:
    form = ann.client.get(f"/links/new?album={album}").text
    assert "Album: Lake Como" in form and 'placeholder="Lake Como"' in form
    shown = ann.client.get(made(ann, album=album))
    address = existing(ADDRESS.search(shown.text))[1]
    assert "Lake Como" in shown.text and "data:image/svg+xml" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    with ann.app.test_request_context():
        found = existing(ShareLink.find(address.rpartition("/")[2]))
        assert (found.kind, found.name, found.download) == (ShareKind.ALBUM, "Lake Como", "file")
        assert not found.asks_first and not found.may_add and found.expires_at is None
        assert contents_of(found).count() == 1


def test_a_link_to_files_keeps_their_order(ann: Person) -> None:
    ids = [ann.uploaded("pixel.png", visibility="private")["id_encoded"] for _ in range(3)]
    wanted = [ids[2], ids[0]]
    made(ann, uploads=",".join([*wanted, "nothing", ids[2]]), title="Some")
    with ann.app.app_context():
        assert [one.public_id for one in contents_of(link(ann.app)).page()] == wanted
        assert link(ann.app).name == "Some"


def test_a_link_to_a_tag_has_what_is_ones_own(ann: Person) -> None:
    mine = ann.uploaded("pixel.png", tags="sea", visibility="private")["id_encoded"]
    make_person(ann.app, "bob").uploaded("pixel.png", tags="sea", visibility="public")
    assert "Tag: sea" in ann.client.get("/links/new?tag=SEA").text
    made(ann, tag="sea")
    with ann.app.app_context():
        assert [one.public_id for one in contents_of(link(ann.app)).page()] == [mine]


def test_nothing_of_others_is_shared(album: str, ann: Person) -> None:
    """Nor is it told that there is such an album, file or tag."""
    upload = ann.uploaded("pixel.png", tags="attic")["id_encoded"]
    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    for named, unknown in (
        ({"album": album}, {"album": "nothing1"}),
        ({"uploads": upload}, {"uploads": "nothing1"}),
        ({"tag": "attic"}, {"tag": "nothing1"}),
    ):
        pages = [bob.client.get("/links/new", query_string=one) for one in (named, unknown)]
        assert [one.status_code for one in pages] == [404, 404]
        assert "attic" not in pages[0].text and "Lake" not in pages[0].text
        for one in (named, unknown):
            assert send(bob.client, "/links/new", **one).status_code == 404
    with ann.app.app_context():
        assert db.session.query(ShareLink).count() == 0


def test_all_that_a_link_may_be(album: str, ann: Person) -> None:
    made(
        ann, album=album, title=" The lake ", ends="7", password="open water", download="none",
        max_views="5", may_add="y", max_files="10", max_mb="20", needs_approval="y",
    )  # fmt: skip
    with ann.app.app_context():
        it = link(ann.app)
        assert (it.name, it.download, it.max_views) == ("The lake", "none", 5)
        assert (it.may_add, it.max_files, it.max_mb, it.needs_approval) == (True, 10, 20, True)
        assert it.is_opened_by("open water") and not it.is_opened_by("")


@pytest.mark.parametrize(
    ("ends", "days"), [("1", 1), ("7", 7), ("30", 30), ("365", 365), ("date", 3)]
)
def test_it_works_until_the_end_of_a_day_where_its_owner_is(
    ends: str, days: int, album: str, ann: Person
) -> None:
    with ann.app.app_context():
        existing(User.by_name("ann")).time_zone = ZONE
        db.session.commit()
    last = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days)
    made(ann, album=album, ends=ends, end_date=last.isoformat())
    with ann.app.app_context():
        end = existing(link(ann.app).expires_at).astimezone(ZoneInfo(ZONE))
        assert (end.date(), end.hour, end.minute) == (last + timedelta(1), 0, 0)


TOMORROW = (datetime.now(UTC) + timedelta(1)).date()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ends": "date"}, "Choose a day."),
        ({"ends": "date", "end_date": "2026-02-30"}, "Choose a day."),
        ({"ends": "date", "end_date": "9999-12-31"}, "Choose a day."),
        ({"ends": "date", "end_date": "2020-01-01"}, "Choose today or a later day."),
        ({"ends": "soon"}, "Not a valid choice."),
        ({"password": "short"}, "Use 6 to 256 characters."),
        ({"max_views": "0"}, f"Use a number from 1 to {MAX_LINK_VIEWS}."),
        ({"max_views": "many"}, "Not a valid integer value."),
        ({"may_add": "y", "max_files": "-1"}, "Use a number from 1 to"),
        ({"title": "x" * 101}, "Use at most 100 characters."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    fields: dict[str, str], said: str, album: str, ann: Person
) -> None:
    typed = {"title": "Typed", "max_mb": "77", **fields}
    answer = send(ann.client, "/links/new", album=album, **typed)
    assert answer.status_code == 400
    assert said in answer.text and "Not saved" in answer.text
    assert f'value="{typed["title"]}"' in answer.text and 'value="77"' in answer.text
    assert f'name="album" value="{album}"' in answer.text
    with ann.app.app_context():
        assert db.session.query(ShareLink).count() == 0


@pytest.mark.parametrize("wrong", [
    {"max_files": "0", "may_add": "y"}, {"password": "abc"}, {"ends": "date"}, {"max_views": "x"},
    {"title": "x" * 101}, {"ends": "soon"},
])  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(wrong: dict[str, str], album: str, ann: Person) -> None:
    """One field doesn't hide the others."""
    others = {"max_mb": "0", "password": "abc", "ends": "date"}
    page = send(ann.client, "/links/new", album=album, **{**others, **wrong}).text
    wrong_fields = set(re.findall(r'aria-describedby="(\w+)-help" aria-invalid="true"', page))
    expected = {*others, *wrong} - {"may_add", "ends"}
    assert wrong_fields - {"ends", "end_date"} == expected
    assert wrong_fields & {"ends", "end_date"}


def test_today_is_a_day_to_end_on(album: str, ann: Person) -> None:
    made(ann, album=album, ends="date", end_date=utcnow().date().isoformat())
    with ann.app.app_context():
        assert not link(ann.app).has_ended


def test_far_too_many_files(ann: Person) -> None:
    ids = ",".join(f"abc{n:05}" for n in range(10_000))
    answer = send(ann.client, "/links/new", uploads=ids)
    assert answer.status_code == 400
    assert f"At most {MAX_LINK_FILES} files can be chosen for a link." in answer.text
    with ann.app.app_context():
        user = existing(User.by_name("ann"))
        with pytest.raises(recipe.TooManyFiles):
            recipe.share_files(user, ids.split(","), str, {})


def test_as_many_links_as_one_may_have(
    album: str, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "MAX_SHARE_LINKS", 1)
    made(ann, album=album)
    answer = send(ann.client, "/links/new", album=album)
    assert answer.status_code == 409 and "as many as one can have" in answer.text
    with ann.app.app_context():
        assert db.session.query(ShareLink).count() == 1


def test_what_could_not_be_cleaned_is_in_no_link(ann: Person) -> None:
    good, bad = (ann.uploaded("pixel.png")["id_encoded"] for _ in range(2))
    with ann.app.app_context():
        existing(Upload.find_any(bad)).leftovers = '["GPS"]'
        db.session.commit()
    assert ann.client.get(f"/links/new?uploads={bad}").status_code == 404
    made(ann, uploads=f"{good},{bad}")
    with ann.app.app_context():
        assert contents_of(link(ann.app)).count() == 1


# --- the list


def test_the_list_has_the_newest_first_by_pages(
    album: str, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.share_links.LINK_PAGE", 2)
    monkeypatch.setattr("models.link_listing.LINK_PAGE", 2)
    upload = ann.uploaded("pixel.png")["id_encoded"]
    made(ann, album=album, title="One")
    made(ann, uploads=upload)
    made(ann, album=album, title="Three")
    first = ann.client.get("/links").text
    assert re.findall(r"<strong>(.*?)</strong>", first) == ["Three", "1 file"]
    more = existing(re.search(r'href="(\?before=\d+)"', first))[1]
    second = ann.client.get(f"/links{more}").text
    assert re.findall(r"<strong>(.*?)</strong>", second) == ["One"] and "before=" not in second
    of_album = ann.client.get(f"/links?album={album}").text
    assert re.findall(r"<strong>(.*?)</strong>", of_album) == ["Three", "One"]


def test_nobody_else_sees_or_changes_a_link(album: str, ann: Person, app: Flask) -> None:
    path = made(ann, album=album, title="Attic")
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    before = existing(link_row(app))
    assert "Attic" not in boss.client.get("/links").text
    assert boss.client.get(f"/links?album={album}").status_code == 404
    for what in ("", "/edit", "/print", "/delete"):
        assert boss.client.get(path + what).status_code == 404
        assert app.test_client().get(path + what).status_code == 302
        assert send(app.test_client(), path + (what or "/revoke")).status_code in (302, 405)
    for what in ("/edit", "/revoke", "/restore", "/delete"):
        assert send(boss.client, path + what, title="Mine").status_code == 404
    assert link_row(app) == before


def link_row(app: Flask) -> Any:
    with app.app_context():
        return db.session.execute(db.text("SELECT * FROM share_link")).one()


STATES: list[tuple[dict[str, Any], str, bool]] = [
    ({}, "Works", True),
    ({"max_views": 3, "views": 3}, "Used up", True),
    ({"expires_at": utcnow() - timedelta(1)}, "Expired", False),
    ({"is_revoked": True}, "Revoked", False),
]


@pytest.mark.parametrize(("values", "said", "has_address"), STATES)
def test_states(
    values: dict[str, Any], said: str, has_address: bool, album: str, ann: Person
) -> None:
    path = made(ann, album=album)
    with ann.app.app_context():
        for name, value in values.items():
            setattr(link(ann.app), name, value)
            db.session.commit()
    for page in (ann.client.get("/links").text, ann.client.get(path).text):
        assert re.search(rf'<li class="state \w+">{said}</li>', page)
        assert bool(ADDRESS.search(page)) is has_address


def test_an_address_of_another_secret_key_is_not_shown(album: str, ann: Person) -> None:
    """A wrong one would be: whoever got it would find nothing there."""
    path = made(ann, album=album)
    with ann.app.app_context():
        link(ann.app).token_hash = hash_secret("of another key")
        db.session.commit()
    for page in ("/links", path, path + "/print"):
        text = ann.client.get(page).text
        assert "/s/" not in text and "can't be shown any more" in text, page


def test_a_link_of_another_secret_key_still_opens_with_its_files(album: str, ann: Person) -> None:
    made(ann, album=album)
    token = "a" * 22
    with ann.app.app_context():
        link(ann.app).token_hash = hash_secret(token)
        db.session.commit()
    stranger = ann.app.test_client()
    page = stranger.get(f"/s/{token}").text
    files = re.findall(r'<img src="(/s/[^"]+)"', page)
    assert files and all(one.startswith(f"/s/{token}/file/") for one in files)
    assert stranger.get(files[0]).status_code == 200


# --- made once

FORM = re.compile(r'name="form_id"[^>]*value="([A-Za-z0-9]{22})"')


def test_a_second_click_makes_no_second_link(album: str, ann: Person) -> None:
    """Nor does going back and sending the same; what was changed there is another link."""
    form = existing(FORM.search(ann.client.get(f"/links/new?album={album}").text))[1]
    first = made(ann, album=album, title="Lake", form_id=form)
    assert made(ann, album=album, title="Lake", form_id=form) == first
    assert made(ann, album=album, title="Pond", form_id=form) != first
    another = existing(FORM.search(ann.client.get(f"/links/new?album={album}").text))[1]
    assert made(ann, album=album, title="Lake", form_id=another) != first
    with ann.app.app_context():
        assert db.session.query(ShareLink).count() == 3


def test_clicks_at_the_same_moment_make_one_link(album: str, ann: Person) -> None:
    form = existing(FORM.search(ann.client.get(f"/links/new?album={album}").text))[1]
    clients = [ann.app.test_client() for _ in range(6)]
    for one in clients:
        log_in(one)

    def click(client: FlaskClient) -> str:
        return str(send(client, "/links/new", album=album, form_id=form).headers["Location"])

    with ThreadPoolExecutor(len(clients)) as threads:
        assert len(set(threads.map(click, clients))) == 1
    with ann.app.app_context():
        assert db.session.query(ShareLink).count() == 1


def test_what_was_deleted_does_not_come_back_by_its_form(album: str, ann: Person) -> None:
    form = "a" * 22
    first = made(ann, album=album, form_id=form)
    send(ann.client, first + "/delete")
    assert made(ann, album=album, form_id=form) != first


def test_forms_without_an_id_make_links_as_before(album: str, ann: Person) -> None:
    for form in ("", "short", "ü" * 22, "a" * 23):
        made(ann, album=album, form_id=form)
    made(ann, album=album)
    with ann.app.app_context():
        assert db.session.query(ShareLink).count() == 5
        assert not any(one.form_hash for one in db.session.query(ShareLink))


def test_a_form_of_somebody_else_makes_a_link_of_ones_own(album: str, ann: Person) -> None:
    made(ann, album=album, form_id="a" * 22)
    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    assert send(bob.client, "/links/new", album=album, form_id="a" * 22).status_code == 404
    file = bob.uploaded("pixel.png")["id_encoded"]
    made(bob, uploads=file, form_id="a" * 22)


def test_editing_is_not_making(album: str, ann: Person) -> None:
    path = made(ann, album=album, form_id="a" * 22)
    with ann.app.app_context():
        before = link(ann.app).form_hash
    assert send(ann.client, path + "/edit", title="New", form_id="b" * 22).status_code == 303
    with ann.app.app_context():
        assert link(ann.app).form_hash == before


# --- changed, ended

ACTS: dict[str, Callable[[ShareLink], None]] = {
    "edit": lambda it: recipe.change_link(it, {"title": "New"}),
    "revoke": recipe.revoke_link,
    "restore": recipe.restore_link,
}


@pytest.mark.parametrize("act", ACTS)
def test_a_link_that_another_tab_has_deleted(
    act: str, album: str, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look for it and the change."""
    path = made(ann, album=album)

    def deleted_first() -> None:
        db.session.execute(db.text("DELETE FROM share_link"))
        db.session.commit()
        begin_write()

    monkeypatch.setattr(recipe, "begin_write", deleted_first)
    answer = send(ann.client, f"{path}/{act}", title="New")
    assert answer.status_code == 404 and "You have no such link." in answer.text


def test_a_change_keeps_what_another_tab_has_changed(album: str, ann: Person) -> None:
    """An act changes what it is about, whatever it has read before."""
    made(ann, album=album)
    with ann.app.app_context():
        it = link(ann.app)
        assert it.title == "" and not it.is_revoked
        db.session.commit()
        with db.engine.begin() as other:
            other.execute(db.text("UPDATE share_link SET title = 'Other tab', is_revoked = 1"))
        recipe.restore_link(it)
        assert (link(ann.app).title, link(ann.app).is_revoked) == ("Other tab", False)


@pytest.mark.parametrize("kind", ["album", "tag"])
def test_what_is_gone_meanwhile_is_not_shared(
    kind: str, album: str, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann.uploaded("pixel.png", tags="sea")

    def deleted_first() -> None:
        db.session.execute(db.text(f"DELETE FROM {kind}"))  # noqa: S608
        db.session.commit()
        begin_write()

    monkeypatch.setattr(recipe, "begin_write", deleted_first)
    fields = {"album": album} if kind == "album" else {"tag": "sea"}
    answer = send(ann.client, "/links/new", **fields)
    assert answer.status_code == 404 and "nothing of yours to share" in answer.text
    with ann.app.app_context():
        assert db.session.query(ShareLink).count() == 0


def waiting_by(app: Flask) -> None:
    """What ann has uploaded came by her link, and waits."""
    with app.app_context():
        for row in db.session.scalars(db.select(Upload.id)):
            it = Contribution(upload_id=row, link_id=link(app).id, name="Tom", browser="b")
            it.is_waiting = True
            db.session.add(it)
        db.session.commit()


@pytest.mark.parametrize("goes", ["the link", "its album"])
def test_nothing_waits_for_ever_once_a_link_is_deleted(goes: str, album: str, ann: Person) -> None:
    """It is a private file of its owner's then, to be used or deleted as any other."""
    path = made(ann, album=album, may_add="y", needs_approval="y")
    assert "for your approval" not in ann.client.get("/links").text
    waiting_by(ann.app)
    assert "1 file waits for your approval" in ann.client.get("/links").text
    page = ann.client.get(path + "/delete").text
    assert "1 file waits for your approval." in page and f'href="{path}/sent"' in page
    if goes == "the link":
        send(ann.client, path + "/delete")
    else:
        with ann.app.app_context():
            assert delete_album(ann.app.extensions["keepsake"], existing(Album.find_closed(album)))
    with ann.app.app_context():
        it = db.session.query(Contribution).one()
        assert (it.is_waiting, it.link_id) == (False, None)
        upload = db.session.query(Upload).one()
        assert upload.visibility == "private"
    shown = ann.client.get(f"/image/{upload.public_id}", follow_redirects=True).text
    assert "Sent by Tom, by a share link." in shown and "waits for your" not in shown


def test_a_merge_that_revokes_a_link_is_told_its_owner(ann: Person) -> None:
    """Until they have turned it on again, or revoked it themselves."""
    for tag in ("sea", "attic"):
        ann.uploaded("pixel.png", tags=tag, visibility="private")
    path, other = made(ann, tag="sea"), made(ann, tag="attic")
    send(ann.client, other + "/revoke")
    with ann.app.app_context():
        edit_tag(existing(Tag.find("sea")), "attic", "", merges=True)
    why = "has merged the tag with another one"
    assert ann.client.get("/links").text.count(why) == 1
    assert why in ann.client.get(path).text and why not in ann.client.get(other).text
    send(ann.client, path + "/restore")
    assert why not in ann.client.get("/links").text
    send(ann.client, path + "/revoke")
    assert why not in ann.client.get("/links").text


def test_edit_shows_what_it_is_and_changes_that(album: str, ann: Person) -> None:
    path = made(ann, album=album, title="Old", ends="7", password="open water", max_views="9")
    form = ann.client.get(path + "/edit").text
    assert 'value="Old"' in form and 'value="9"' in form and "open water" not in form
    assert re.search(r'<option selected value="date">', form)
    with ann.app.app_context():
        it = link(ann.app)
        end, key = it.expires_at, it.password_key
    day = existing(re.search(r'name="end_date"[^>]*value="([^"]+)"', form))[1]
    same = {"ends": "date", "end_date": day, "password_is": "keep", "title": "New", "max_views": ""}
    assert send(ann.client, path + "/edit", **same, password="ignored").status_code == 303
    with ann.app.app_context():
        it = link(ann.app)
        assert (it.title, it.expires_at, it.password_key) == ("New", end, key)
        assert it.max_views is None
    assert send(ann.client, path + "/edit", ends="", password_is="none").status_code == 303
    with ann.app.app_context():
        it = link(ann.app)
        assert (it.expires_at, it.password_hash, it.password_key) == (None, None, None)


def test_another_password_has_another_key(album: str, ann: Person) -> None:
    """So that whoever is in has to enter it."""
    path = made(ann, album=album, password="open water")
    with ann.app.app_context():
        key = link(ann.app).password_key
    for password in ("", "short"):
        answer = send(ann.client, path + "/edit", password_is="change", password=password)
        assert answer.status_code == 400 and "Use 6 to 256 characters." in answer.text
    answer = send(ann.client, path + "/edit", password_is="change", password="other water")
    assert answer.status_code == 303
    with ann.app.app_context():
        assert link(ann.app).password_key not in (key, None)
        assert link(ann.app).is_opened_by("other water")


def test_a_link_that_has_expired_can_be_edited_and_stays_so(album: str, ann: Person) -> None:
    path = made(ann, album=album, ends="1")
    with ann.app.app_context():
        ended = utcnow() - timedelta(days=3)
        link(ann.app).expires_at = ended
        db.session.commit()
    day = (ended - timedelta(microseconds=1)).date().isoformat()
    assert send(ann.client, path + "/edit", ends="date", end_date=day, title="x").status_code == 303
    with ann.app.app_context():
        assert link(ann.app).expires_at == ended and link(ann.app).title == "x"


def test_revoke_and_undo(album: str, ann: Person) -> None:
    path = made(ann, album=album)
    with ann.app.test_request_context():
        token = share_token(link(ann.app).public_id)
        assert ShareLink.find(token)
    assert send(ann.client, path + "/revoke").headers["Location"] == "/links"
    with ann.app.app_context():
        assert ShareLink.find(token) is None
    page = ann.client.get("/links").text
    assert "is revoked: the link no longer opens." in page and "Undo" in page
    assert "Undo" not in ann.client.get("/links").text
    send(ann.client, path + "/restore")
    with ann.app.app_context():
        assert ShareLink.find(token)


def test_delete_asks_first(album: str, ann: Person) -> None:
    path = made(ann, album=album)
    assert "Delete share link?" in ann.client.get(path + "/delete").text
    with ann.app.app_context():
        assert link(ann.app)
    assert send(ann.client, path + "/delete").status_code == 303
    assert ann.client.get(path).status_code == 404
    with ann.app.app_context():
        assert db.session.query(ShareLink).count() == 0 and db.session.query(Upload).count() == 1


def test_a_get_ends_nothing(album: str, ann: Person) -> None:
    path = made(ann, album=album)
    for what in ("/revoke", "/restore"):
        assert ann.client.get(path + what).status_code == 405
    assert ann.client.post(path + "/revoke").status_code == 400  # no token
    with ann.app.app_context():
        assert not link(ann.app).is_revoked


# --- on paper


@pytest.mark.parametrize("may_add", [False, True])
def test_print(may_add: bool, album: str, ann: Person) -> None:
    path = made(
        ann,
        album=album,
        ends="date",
        end_date="2999-01-02",
        **({"may_add": "y"} if may_add else {}),
    )
    page = ann.client.get(path + "/print").text
    assert ("to add yours" in page) is may_add
    assert "Lake Como" in page and "It works until 2 Jan 2999." in page and "data-print" in page
    with ann.app.test_request_context():
        assert f"http://localhost/s/{share_token(link(ann.app).public_id)}" in page


def test_a_page_of_links_takes_as_many_queries_as_one(
    ann: Person, make_app: Callable[..., Flask]
) -> None:
    ids = [ann.uploaded("pixel.png")["id_encoded"] for _ in range(4)]
    counts = []
    for one in ids:
        made(ann, uploads=one)
        with statements(ann.app) as sent:
            ann.client.get("/links")
        counts.append(len(sent))
    assert len(set(counts)) == 1 and counts[0] <= 8


# --- ways to it


def test_an_albums_page_tells_its_owner_of_its_links(album: str, ann: Person) -> None:
    def page(person: Person) -> str:
        return person.client.get(f"/album/{album}", follow_redirects=True).text

    assert f"/links/new?album={album}" in page(ann) and "1 share link<" not in page(ann)
    path = made(ann, album=album)
    assert f'href="/links?album={album}"' in page(ann) and "1 share link<" in page(ann)
    send(ann.client, path + "/revoke")
    assert "1 share link<" not in page(ann)
    made(ann, album=album)
    with ann.app.app_context():
        existing(Album.find_of(existing(User.by_name("ann")), album)).visibility = "public"
        db.session.commit()
    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    assert "/links/new" not in page(bob) and "share link<" not in page(bob)


def test_a_file_and_a_tag_lead_there(ann: Person) -> None:
    image = ann.uploaded("pixel.png", tags="sea", visibility="public")
    way = f"/links/new?uploads={image['id_encoded']}"
    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    for client, is_own in ((ann.client, True), (bob.client, False)):
        page = client.get(image["path_viewer"]).text
        assert (way in page) is is_own
        page = client.get("/tag/sea").text
        assert ("/links/new?tag=sea" in page) is is_own
        assert ("Create share link to your 1 file" in page) is is_own
        assert 'href="/links"' in page


def test_guests_are_offered_no_links(make_app: Callable[..., Flask]) -> None:
    app = make_app(GUEST_UPLOADS=True, EXPLORE="everyone")
    image = make_person(app).uploaded("pixel.png", visibility="public", tags="sea")
    client = app.test_client()
    for path in ("/", image["path_viewer"], "/tag/sea", "/albums"):
        page = client.get(path).text
        assert "/links" not in page and "share-all" not in page, path
