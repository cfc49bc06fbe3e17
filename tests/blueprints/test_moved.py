"""The addresses of a merged file lead to the one that was kept, for who may open it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.http.share_address import share_token, under
from blueprints.http.site_host import HOST
from models import Album, Change, Upload, User, db
from services.changes import begin, undo, work_a_while
from services.remove import remove
from services.share_links import LinkWishes, share_files
from services.site import Site
from tests.conftest import Person, existing, log_in, make_person, path_of

Images = list[dict[str, Any]]


@pytest.fixture
def images(ann: Person) -> Images:
    """The same photo twice: the second one is to be kept."""
    return [ann.uploaded("plain.jpg", visibility="public", title=one) for one in ("One", "Two")]


def merge(app: Flask, keep: int = 2, row: int = 1) -> str:
    site: Site = app.extensions["keepsake"]
    with app.test_request_context():
        user = existing(User.by_name("ann"))
        change = work_a_while(site, begin(user, "merge", {"keep": keep}, [row]))
        assert change.done == 1, change.failures(1)[0].error
        return change.public_id


def paths(image: dict[str, Any]) -> list[str]:
    urls = [image["url"], image["thumb"]["url"], image["medium"]["url"]]
    return [*(path_of(url) for url in urls), path_of(image["url_short"]), image["path_viewer"]]


def others(image: dict[str, Any]) -> list[str]:
    """What else has its id in the address."""
    one = image["id_encoded"]
    return [f"/live/{one}.jpg", f"/live/{one}.th.jpg", f"/qr/{one}.svg", f"/qr/{one}"]


def oembed(client: FlaskClient, image: dict[str, Any]) -> Any:
    return client.get("/oembed", query_string={"url": image["url_viewer"]})


def places(client: FlaskClient, image: dict[str, Any]) -> list[Any]:
    answers = [client.get(path) for path in paths(image)]
    return [answer.headers.get("Location", answer.status_code) for answer in answers]


def test_each_leads_to_the_same_of_the_other(ann: Person, images: Images) -> None:
    merge(ann.app)
    url, thumb, medium, _short, page = paths(images[1])
    for client in (ann.app.test_client(), ann.client):
        assert places(client, images[0]) == [url, thumb, medium, page, page]
        answer = client.get(paths(images[0])[0])
        assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "private, no-cache")
        assert client.get(images[0]["path_viewer"], follow_redirects=True).status_code == 200
    assert ann.app.test_client().get(path_of(images[0]["delete_url"])).status_code == 404


def test_live_links_codes_and_embeds_lead_there_too(ann: Person, images: Images) -> None:
    merge(ann.app)
    for client in (ann.app.test_client(), ann.client):
        answers = [client.get(path) for path in others(images[0])]
        assert [answer.headers.get("Location") for answer in answers] == others(images[1])
        assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-cache"}
        assert {client.get(path).status_code for path in others(images[1])} == {200}
    assert oembed(ann.client, images[0]).json == oembed(ann.client, images[1]).json
    assert ann.app.test_client().get("/live/nothing1.jpg").status_code == 404


def test_an_extension_that_it_never_had(ann: Person, images: Images) -> None:
    merge(ann.app)
    client, path = ann.app.test_client(), paths(images[0])[0]
    for wrong in (path.replace(".jpg", ".png"), path.replace(".jpg", ".xx.jpg"), path + ".jpg"):
        assert client.get(wrong).status_code == 404, wrong


@pytest.mark.parametrize("visibility", ["private", "members"])
def test_not_for_who_may_not_open_it(ann: Person, images: Images, visibility: str) -> None:
    """They are told the same as of what was never there."""
    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    log_in(ann.client)
    merge(ann.app)
    with ann.app.app_context():
        db.session.get_one(Upload, 2).visibility = visibility
        db.session.commit()
    guest = ann.app.test_client()
    assert places(guest, images[0]) == [410] * 5  # programs: it was public
    html = {"Accept": "text/html"}
    ids = images[0]["id_encoded"], "nothing1"
    told = [guest.get(f"/image/{one}", headers=html) for one in ids]
    texts = {answer.text.replace(answer.headers["X-Request-Id"], "") for answer in told}
    assert len(texts) == 1
    assert {guest.get(path).status_code for path in others(images[0])} == {410}
    assert oembed(bob.client, images[0]).status_code == 410  # it is for everybody, or nobody
    is_for_bob = visibility == "members"
    assert (places(bob.client, images[0]) == [410] * 5) != is_for_bob
    assert not {404, 410} & set(places(ann.client, images[0]))


def test_also_when_the_bin_was_emptied(ann: Person, images: Images) -> None:
    merge(ann.app)
    with ann.app.app_context():
        remove(ann.app.extensions["keepsake"], Upload.load([1])[0])
    assert 404 not in places(ann.app.test_client(), images[0])
    with ann.app.app_context():
        remove(ann.app.extensions["keepsake"], Upload.load([2])[0])
    assert places(ann.app.test_client(), images[0]) == [404] * 5


def test_undone_they_are_its_own(ann: Person, images: Images) -> None:
    public_id = merge(ann.app)
    with ann.app.app_context():
        change = existing(Change.find(public_id))
        assert undo(change)
        work_a_while(ann.app.extensions["keepsake"], change)
    answers = [ann.app.test_client().get(path).status_code for path in paths(images[0])]
    assert answers == [200, 200, 200, 302, 200]


def test_in_albums_and_under_links(ann: Person, images: Images) -> None:
    """Where both were shown by other addresses than their own, the old ones show the kept one."""
    app = ann.app
    with app.test_request_context(environ_overrides={HOST: "localhost"}):
        user = existing(User.by_name("ann"))
        album = Album.create(user, "Trips", "public")
        db.session.flush()
        Album.append(album.id, [1])
        album_id = album.public_id
        for row in (1, 2):
            db.session.get_one(Upload, row).visibility = "unlisted"
        db.session.commit()
        link = share_files(user, [images[0]["id_encoded"]], share_token, LinkWishes())
        old_page = under(link).viewer_path(Upload.load([1])[0])
    client = app.test_client()
    ids = [image["id_encoded"] for image in images]
    files = [f"/album/{album_id}/file/{one}/thumb" for one in ids]
    assert [client.get(path).status_code for path in files] == [200, 404]
    assert client.get(old_page).status_code == 200
    merge(app)
    assert [client.get(path).status_code for path in files] == [200, 200]
    assert client.get(f"/album/{album_id}/{ids[0]}").headers["Location"].endswith(ids[1])
    answer = client.get(old_page)
    assert answer.status_code == 200 and "Two" in answer.text
