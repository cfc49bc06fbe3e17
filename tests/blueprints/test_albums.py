"""Pages of albums: made, shown, changed, opened with a password, deleted."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import BadRequest

from blueprints.http.album_form import LATEST, parse_album_place, parse_list_place
from models import Album, Attempt, Upload, User, db, utcnow
from models.album_contents import ORDERS
from models.album_listing import ALBUM_PAGE
from models.upload.library import Place
from tests.conftest import Person, csrf_token, log_in, make_person, path_of, sample
from tests.models.test_listing import NOW, plans, put

BEGIN = "63870508800000000"  # as addresses have a date


@pytest.fixture
def owner(make_app: Callable[..., Any]) -> Person:
    person = make_person(make_app(EXPLORE="everyone"), "ann")
    log_in(person.client)
    return person


def made(person: Person, **fields: str) -> str:
    """The path of a new album."""
    answer = send(person.client, "/albums/new", {"name": "Rome", **FIELDS, **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


FIELDS = {"visibility": "unlisted", "sort": "taken"}


def send(client: FlaskClient, path: str, fields: dict[str, str], form: str = "") -> Any:
    token = csrf_token(client.get(form or path).text)
    return client.post(path, data={"csrf_token": token, **fields})


def id_of(path: str) -> str:
    return path.rpartition(".")[2]


def count(person: Person) -> int:
    with person.app.app_context():
        return db.session.query(Upload).filter(Upload.alive()).count()


def test_an_album_is_made_shown_and_changed(owner: Person) -> None:
    path = made(owner, description="Spring <b>")
    assert path == f"/album/Rome.{id_of(path)}"
    assert "Nothing in this album yet" in owner.client.get(path).text
    owner.uploaded(album_id=id_of(path), title="Forum")
    page = owner.app.test_client().get(path).text
    assert "Forum" in page and "Spring &lt;b&gt;" in page and "1 file" in page
    answer = send(owner.client, f"{path}/edit", {"name": "Roma", **FIELDS, "sort": "name"})
    assert answer.headers["Location"] == f"/album/Roma.{id_of(path)}"
    moved = owner.app.test_client().get(path)
    assert moved.status_code == 302 and moved.headers["Location"].endswith("/Roma." + id_of(path))
    assert "Roma" in owner.client.get("/albums").text


@pytest.mark.parametrize("fields", [
    {"name": ""}, {"name": " \x00 "}, {"visibility": "secret"}, {"visibility": ""}, {"sort": "x"},
    {"visibility": "password"}, {"visibility": "password", "password": "short"},
])  # fmt: skip
def test_a_form_that_is_wrong_makes_nothing(fields: dict[str, str], owner: Person) -> None:
    answer = send(owner.client, "/albums/new", {"name": "Rome", **FIELDS, **fields})
    assert answer.status_code == 400 and 'role="alert"' in answer.text
    with owner.app.app_context():
        assert not db.session.query(Album).count()


def test_a_form_says_all_that_is_wrong_at_once(owner: Person) -> None:
    fields = {"name": "", "visibility": "password", "password": "abc", "sort": "x"}
    page = send(owner.client, "/albums/new", fields).text
    assert page.count('aria-invalid="true"') == 3


@pytest.mark.parametrize(("album", "own", "expected"), [
    ("private", "", "private"), ("members", "", "members"), ("public", "", "public"),
    ("password", "", "private"), ("private", "public", "public"), ("public", "private", "private"),
])  # fmt: skip
def test_what_is_sent_into_an_album_takes_its_visibility(
    album: str, own: str, expected: str, owner: Person
) -> None:
    path = made(owner, visibility=album, password="lighthouse")
    image = owner.uploaded(album_id=id_of(path), **({"visibility": own} if own else {}))
    with owner.app.app_context():
        upload = Upload.find_any(image["id_encoded"])
        assert upload and upload.visibility == expected


def test_uploads_have_their_own_addresses_where_those_open(owner: Person) -> None:
    path = made(owner)
    image = owner.uploaded("plain.jpg", album_id=id_of(path))
    client = owner.app.test_client()
    page = client.get(path).text
    assert path_of(image["url_viewer"]) in page and "/file/" not in page
    answer = client.get(f"{path}/{image['id_encoded']}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == path_of(image["url_viewer"])
    send(owner.client, f"/manage/{image['id_encoded']}/edit", {"visibility": "private"})
    page = client.get(path).text
    assert path_of(image["url"]).rpartition(".")[0] not in page
    sources = re.findall(r'<img src="([^"]+)"', page)
    assert sources[-1].endswith(f"/album/{id_of(path)}/file/{image['id_encoded']}/tile")
    assert client.get(path_of(sources[-1])).mimetype == "image/jpeg"
    below = client.get(f"{path}/{image['id_encoded']}")
    assert below.status_code == 200
    assert f'href="/album/{id_of(path)}/file/{image["id_encoded"]}/file"' in below.text


def test_a_preview_shows_what_everybody_may_open(owner: Person) -> None:
    for visibility, is_shown in (("public", True), ("unlisted", True), ("members", False)):
        path = made(owner, visibility=visibility, description="By the sea")
        image = owner.uploaded("plain.jpg", album_id=id_of(path), visibility="private")
        page = owner.client.get(path).text
        tags = dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)"', page))
        assert ("og:image" in tags) == ("og:title" in tags) == is_shown
        assert ("robots" in tags) == (visibility != "public")
        if is_shown:
            assert tags["og:description"] == "By the sea"
            picture = f"/album/{id_of(path)}/file/{image['id_encoded']}/medium"
            assert path_of(tags["og:image"]) == picture
            assert owner.app.test_client().get(picture).status_code == 200


def test_codes_put_the_cover_into_a_post(owner: Person) -> None:
    path = made(owner, name="Rome [b] <i> & *more*", visibility="public")
    page = "http://localhost" + path

    def codes() -> list[str]:
        text = owner.client.get(path).text.partition("Embed codes")[2].partition("</details>")[0]
        return [html.unescape(value) for value in re.findall(r'readonly value="([^"]*)"', text)]

    assert codes() == [
        page, f'<a href="{page}">Rome [b] &lt;i&gt; &amp; *more*</a>',
        f"[Rome \\[b\\] \\<i\\> & \\*more\\*]({page})", f"[url={page}]Rome b <i> & *more*[/url]",
    ]  # fmt: skip
    image = owner.uploaded("plain.jpg", album_id=id_of(path), visibility="private")
    cover = f"http://localhost/album/{id_of(path)}/file/{image['id_encoded']}/medium"
    link, as_html, markdown, bbcode = codes()
    assert link == page and bbcode == f"[url={page}][img]{cover}[/img][/url]"
    assert as_html.startswith(f'<a href="{page}"><img src="{cover}" alt="Rome')
    assert markdown == f"[![Rome \\[b\\] \\<i\\> & \\*more\\*]({cover})]({page})"
    send(owner.client, f"{path}/edit", {"name": "Rome", **FIELDS, "visibility": "members"})
    path = f"/album/Rome.{id_of(path)}"
    assert not [code for code in codes() if "/file/" in code]  # it would show nothing to others


def test_a_password_opens_until_it_changes(owner: Person) -> None:
    path = made(owner, visibility="password", password="lighthouse")
    owner.uploaded(album_id=id_of(path), title="Forum")
    client, short = owner.app.test_client(), f"/album/{id_of(path)}"
    asked = client.get(short)
    assert asked.status_code == 403 and "Rome" not in asked.text and "Forum" not in asked.text
    wrong = send(client, f"{short}/password", {"password": "seashell"}, short)
    assert wrong.status_code == 403 and "Wrong password" in wrong.text and "Rome" not in wrong.text
    right = send(client, f"{short}/password", {"password": "lighthouse"}, short)
    assert right.headers["Location"] == path and "lighthouse" not in right.headers["Set-Cookie"]
    assert "Forum" in client.get(path).text
    kept = {"name": "Rome", **FIELDS, "visibility": "password", "password": ""}
    assert send(owner.client, f"{path}/edit", kept).status_code == 303
    assert client.get(path).status_code == 200
    changed = {**kept, "password": "lighthouse"}  # the same again, on purpose
    assert send(owner.client, f"{path}/edit", changed).status_code == 303
    assert client.get(path).status_code == 403


def test_ten_wrong_passwords_an_hour(owner: Person) -> None:
    path = made(owner, visibility="password", password="lighthouse")
    other = made(owner, visibility="password", password="lighthouse")
    client = owner.app.test_client()
    for _ in range(10):
        answer = send(client, f"{path}/password", {"password": "seashell"}, path)
        assert answer.status_code == 403
    answer = send(client, f"{path}/password", {"password": "lighthouse"}, path)
    assert answer.status_code == 429 and 3500 < int(answer.headers["Retry-After"]) <= 3601
    assert send(client, f"{other}/password", {"password": "lighthouse"}, other).status_code == 303
    with owner.app.app_context():
        assert db.session.query(Attempt).count() == 20  # of the network and of the album
    send(owner.client, f"{path}/edit", {"name": "Rome", **FIELDS})
    assert client.get(path).status_code == 200  # it has no password any more
    with owner.app.app_context():
        album = Album.find_closed(id_of(path))
        assert album and album.password_hash is None and album.password_key is None


def test_a_file_is_put_into_albums_and_taken_out(owner: Person) -> None:
    one, two = made(owner), made(owner, name="Trip", visibility="private")
    image = owner.uploaded("plain.jpg", visibility="private", title="Forum")
    form = f"/manage/{image['id_encoded']}/albums"
    shown = {"shown": [id_of(one), id_of(two), "x' --"]}
    token = csrf_token(owner.client.get(form).text)
    answer = owner.client.post(form, data={"csrf_token": token, **shown, "album": [id_of(one)]})
    assert answer.headers["Location"] == image["path_viewer"]
    page = owner.client.get(image["path_viewer"]).text
    assert one in page and two not in page
    assert "Private, but everyone with the link to its album can see it there." in page
    assert "Forum" in owner.app.test_client().get(one).text
    assert owner.app.test_client().get(path_of(image["url"])).status_code == 404
    assert re.search(rf'value="{id_of(one)}" checked', owner.client.get(form).text)
    fields = {**shown, "album": [id_of(two)], "name": " Winter "}
    owner.client.post(form, data={"csrf_token": token, **fields})
    page = owner.client.get(image["path_viewer"]).text
    assert one not in page and two in page and "Winter" in page
    owner.client.post(form, data={"csrf_token": token})  # nothing was shown, so nothing changes
    assert two in owner.client.get(image["path_viewer"]).text
    found = owner.client.get(f"{form}?q=roM").text
    assert "Rome" in found and "Trip" in found and 'value="roM"' in found  # and those it is in
    bob = make_person(owner.app, "bob")
    log_in(bob.client, "bob")
    elsewhere = made(bob, name="Bob's")
    fields = {"shown": id_of(elsewhere), "album": id_of(elsewhere)}
    owner.client.post(form, data={"csrf_token": token, **fields})
    assert "Forum" not in bob.client.get(elsewhere).text
    assert bob.client.get(form).status_code == 404


def test_a_page_names_the_albums_that_its_visitor_may_come_upon(owner: Person) -> None:
    """Not those that open to whoever has the link, which it would give away."""
    paths = {
        visibility: made(owner, visibility=visibility, name=visibility, password="lighthouse")
        for visibility in ("private", "password", "members", "unlisted", "public")
    }
    image = owner.uploaded("plain.jpg")
    form = f"/manage/{image['id_encoded']}/albums"
    ids = [id_of(path) for path in paths.values()]
    token = csrf_token(owner.client.get(form).text)
    owner.client.post(form, data={"csrf_token": token, "shown": ids, "album": ids})
    bob, guest = make_person(owner.app, "bob"), owner.app.test_client()
    log_in(bob.client, "bob")
    locked = paths["password"]
    with_password = owner.app.test_client()
    send(with_password, f"{locked}/password", {"password": "lighthouse"}, locked)
    for client, shown in (
        (owner.client, set(paths)), (bob.client, {"members", "public"}), (guest, {"public"}),
        (with_password, {"password", "public"}),
    ):  # fmt: skip
        page = client.get(image["path_viewer"]).text
        assert {name for name, path in paths.items() if path in page} == shown


def test_what_could_not_be_cleaned_goes_into_no_album(owner: Person) -> None:
    number = put(owner.app, user_id=1, leftovers="place", visibility="private")
    form = f"/manage/id{number:06}/albums"
    page = owner.client.get(form).text
    assert "can&#39;t be in an album" in page or "can't be in an album" in page
    path = made(owner)
    send(owner.client, form, {"shown": id_of(path), "album": id_of(path), "name": "Winter"}, path)
    with owner.app.app_context():
        assert {album.upload_count for album in db.session.query(Album)} == {0}


def test_albums_are_in_albums(owner: Person) -> None:
    top = made(owner, name="Italy", visibility="public")
    below = made(owner, name="Rome", visibility="public", parent=id_of(top))
    hidden = made(owner, name="Naples", visibility="unlisted", parent=id_of(top))
    owner.uploaded("plain.jpg", album_id=id_of(below))
    guest = owner.app.test_client()
    page = guest.get(top).text
    assert below in page and "Rome" in page and hidden not in page
    assert hidden in owner.client.get(top).text
    crumbs = guest.get(below).text.partition("Breadcrumbs")[2].partition("</nav>")[0]
    assert 'href="/albums"' in crumbs and f'href="{top}"' in crumbs
    assert "Rome" not in owner.client.get("/albums").text
    form = owner.client.get(f"/albums/new?parent={id_of(top)}").text
    assert re.search(rf'<option selected value="{id_of(top)}">', form)
    answer = send(owner.client, f"{top}/edit", {"name": "Italy", **FIELDS, "parent": id_of(below)})
    assert answer.status_code == 400  # a circle
    assert "The albums in it move up" in owner.client.get(f"{top}/delete").text
    send(owner.client, f"{top}/delete", {})
    assert "Rome" in owner.client.get("/albums").text and guest.get(below).status_code == 200


def test_an_album_of_what_was_uploaded(owner: Person) -> None:
    ids = [owner.uploaded(name)["id_encoded"] for name in ("plain.jpg", "pixel.png", "alpha.png")]
    some = ",".join([ids[1], ids[0], "x", ids[1]])
    fields = {"name": "Forty", **FIELDS, "sort": "hand", "uploads": some}
    answer = send(owner.client, "/albums/new", fields)
    path = answer.headers["Location"]
    page = owner.app.test_client().get(path).text
    assert page.index(ids[1]) < page.index(ids[0]) and ids[2] not in page
    token = csrf_token(owner.client.get("/albums/new").text)
    json = {"Accept": "application/json", "X-CSRFToken": token}
    answer = owner.client.post(f"{path}/add", data={"uploads": ids[2]}, headers=json)
    assert answer.get_json() == {
        "id": id_of(path), "name": "Forty", "visibility": "unlisted", "url": path,
    }  # fmt: skip
    assert ids[2] in owner.client.get(path).text
    wrong = owner.client.post("/albums/new", data={"name": ""}, headers=json)
    assert wrong.status_code == 400 and "Enter a name" in wrong.get_json()["words"]


@pytest.mark.parametrize(
    ("of_album", "shown", "chosen", "expected"),
    [
        ("private", "unlisted", "unlisted", "private"),
        ("private", "unlisted", "public", "public"),
        ("public", "unlisted", "unlisted", "unlisted"),
        ("public", "private", "private", "private"),
        ("members", "private", "public", "public"),
    ],
)
def test_a_form_without_scripts_opens_a_file_to_no_more_than_it_says(
    of_album: str, shown: str, chosen: str, expected: str, owner: Person
) -> None:
    """The album's visibility where fewer people are let in by that."""
    path = made(owner, visibility=of_album)
    form = owner.client.get(f"/?album={id_of(path)}").text
    assert re.search(rf'value="{id_of(path)}" data-visibility="{of_album}" selected>Rome', form)
    assert 'name="visibility_was" value="unlisted"' in form
    data = {
        "csrf_token": csrf_token(form), "visibility": chosen, "visibility_was": shown,
        "album_id": id_of(path), "source": (io.BytesIO(sample("pixel.png").read_bytes()), "a.png"),
    }  # fmt: skip
    assert owner.client.post("/upload", data=data).status_code == 200
    with owner.app.app_context():
        (upload,) = db.session.scalars(db.select(Upload))
        assert upload.visibility == expected and upload.album_count == 1


def test_the_album_of_an_address_is_offered_however_old(owner: Person) -> None:
    path = made(owner)
    with owner.app.app_context():
        user = User.by_name("ann")
        assert user
        for number in range(ALBUM_PAGE + 1):
            Album.create(user, f"Newer {number}").changed_at = utcnow() + timedelta(days=1)
        db.session.commit()
    chosen = f'value="{id_of(path)}" data-visibility="unlisted" selected'
    for page in ("/", "/upload/form"):
        assert chosen in owner.client.get(f"{page}?album={id_of(path)}").text
        assert id_of(path) not in owner.client.get(page).text
    for wrong in ("nothing1", "x'"):
        assert owner.client.get("/", query_string={"album": wrong}).status_code == 200


def test_deleting_asks_what_becomes_of_the_files(owner: Person) -> None:
    for is_all, left in (("0", 2), ("1", 0)):
        path = made(owner)
        for name in ("plain.jpg", "pixel.png"):
            owner.uploaded(name, album_id=id_of(path))
        assert "Delete all 2 files" in owner.client.get(f"{path}/delete").text
        before = count(owner)
        answer = send(owner.client, f"{path}/delete", {"with_uploads": is_all})
        assert answer.headers["Location"] == "/albums"
        assert owner.client.get(path).status_code == 404
        assert count(owner) == before - 2 + left


def test_an_admin_opens_it_by_a_button_that_is_logged(owner: Person) -> None:
    path = made(owner, visibility="password", password="lighthouse")
    admin = make_person(owner.app, "root", admin=True)
    log_in(admin.client, "root")
    assert "Open as moderator" in admin.client.get(path).text
    answer = send(admin.client, f"{path}/open", {}, path)
    assert answer.status_code == 303 and admin.client.get(path).status_code == 200
    assert "Opened by the moderator root" in owner.client.get(path).text


def test_views_are_counted_once_and_not_the_owners(owner: Person) -> None:
    path = made(owner)
    client = owner.app.test_client()
    for one in (owner.client, client, client):
        one.get(path, headers={"User-Agent": "Firefox"})
    client.get(path, headers={"User-Agent": "Slackbot"})
    assert "1 view<" in owner.client.get(path).text
    with owner.app.app_context():
        owner.app.extensions["keepsake"].views.flush()
        album = Album.find_closed(id_of(path))
        assert album and album.views == 1


def test_long_albums_have_pages(owner: Person) -> None:
    path = made(owner, sort="name")
    rows = [put(owner.app, user_id=1, title=f"T{number:03}") for number in range(70)]
    with owner.app.app_context():
        album = Album.find_closed(id_of(path))
        assert album
        Album.append(album.id, rows)
        db.session.commit()
    first = owner.client.get(path).text
    link = re.search(r'data-next href="([^"]+)"', first)
    assert link and ">T059<" in first and ">T060<" not in first
    second = owner.client.get(path + link[1]).text
    assert ">T060<" in second and ">T069<" in second and "Previous page" in second
    back = re.search(r'href="([^"]+)">Previous page', second)
    assert back and ">T000<" in owner.client.get(path + back[1]).text
    send(owner.client, f"{path}/edit", {"name": "Rome", **FIELDS})
    assert ">T000<" in owner.client.get(path + link[1]).text  # of the order before: the beginning


def test_an_album_is_one_of_few_queries(owner: Person) -> None:
    path = made(owner)
    for _ in range(9):
        row = put(owner.app, user_id=1, created_at=NOW)
        with owner.app.app_context():
            album = Album.find_closed(id_of(path))
            assert album
            Album.append(album.id, [row])
            db.session.commit()
    for client in (owner.client, owner.app.test_client()):
        for page in (path, "/albums", "/albums?of=others"):
            client.get(page)
            with owner.app.app_context(), plans(owner.app) as found:
                assert client.get(page).status_code == 200
            assert len(found) <= 8, found


@pytest.mark.parametrize("fields", [
    {"after": "x"}, {"after": "taken:1.1"[:5]}, {"after": "position:1"}, {"before": "position:x.1"},
    {"after": "position:1." + "9" * 19}, {"after": "position:١.1"}, {"after": "position:-1.1"},
])  # fmt: skip
def test_a_place_in_an_album_that_is_none(fields: dict[str, str]) -> None:
    with pytest.raises(BadRequest):
        parse_album_place(fields, ORDERS["hand"])


def test_places_in_albums_and_lists() -> None:
    by_hand = ORDERS["hand"]
    assert parse_album_place({}, by_hand) == (None, False)
    assert parse_album_place({"after": "position:7.9"}, by_hand) == (Place(9, 7), False)
    assert parse_album_place({"before": "position:7.9"}, by_hand) == (Place(9, 7), True)
    assert parse_album_place({"after": "name_key:7.a"}, by_hand) == (None, False)
    assert parse_list_place({}) == ("", None)
    place = parse_list_place({"of": "others", "after": f"7.{BEGIN}"})
    assert place.of == "others" and place.after and place.after.rank == 7
    assert LATEST.is_of_dates
    for fields in ({"of": "bob"}, {"after": "1"}, {"after": "x.1"}, {"after": "1." + "9" * 18}):
        with pytest.raises(BadRequest):
            parse_list_place(fields)
