"""Where members alone explore, the link of one thing gives away no other. Sites below a path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import AlbumVisibility, User
from services.albums import AlbumWishes, create_album
from tests.conftest import Person, csrf_token, log_in, make_person


def new_album(ann: Person, name: str, visibility: str, parent: str = "") -> str:
    with ann.app.app_context():
        user = User.by_name("ann")
        assert user
        wishes: AlbumWishes = {"name": name, "visibility": AlbumVisibility(visibility)}
        album = create_album(ann.app.extensions["keepsake"].settings, user, name, wishes)
        public_id = album.public_id
    if parent:
        log_in(ann.client)
        page = ann.client.get(f"/album/{public_id}/edit").text
        fields = {"name": name, "visibility": visibility, "sort": "taken", "parent": parent}
        form = {**fields, "csrf_token": csrf_token(page)}
        answer = ann.client.post(f"/album/{public_id}/edit", data=form)
        assert answer.status_code == 303, answer.text
    return public_id


@pytest.mark.parametrize("explore", ["members", "everyone"])
def test_a_link_gives_away_what_may_be_explored(
    explore: str, make_app: Callable[..., Flask]
) -> None:
    ann = make_person(make_app(EXPLORE=explore))
    above = new_album(ann, "Attic", "public")
    inside = new_album(ann, "Cellar", "unlisted", parent=above)
    image = ann.uploaded("plain.jpg", album_id=above, visibility="unlisted")
    ann.uploaded("pixel.png", title="Hidden", album_id=above, visibility="private")
    guest, is_open = ann.app.test_client(), explore == "everyone"
    assert ("Attic" in guest.get(image["path_viewer"]).text) is is_open
    page = guest.get(f"/album/Cellar.{inside}")
    assert page.status_code == 200 and ("Attic" in page.text) is is_open
    assert guest.get(f"/album/Attic.{above}").status_code == 200  # who has the link opens it
    make_person(ann.app, "bob")
    bob = ann.app.test_client()
    log_in(bob, "bob")
    assert "Attic" in bob.get(image["path_viewer"]).text
    assert "Attic" in bob.get(f"/album/Cellar.{inside}").text


@pytest.mark.parametrize("settings", [{}, {"PUBLIC_URL": "http://localhost/pics"}])
def test_pages_have_one_address_below_a_path_too(
    settings: dict[str, Any], make_app: Callable[..., Flask]
) -> None:
    ann = make_person(make_app(EXPLORE="everyone", **settings))
    album = new_album(ann, "Süd see", "public")
    image = ann.uploaded("plain.jpg", title="Süd see", album_id=album, visibility="private")
    open_one = ann.uploaded("pixel.png", title="Süd see", album_id=album, visibility="public")
    guest = ann.app.test_client()
    pages = [
        f"/album/{album}", f"/album/{album}/{image['id_encoded']}",
        f"/image/{open_one['id_encoded']}", "/user/ANN",
    ]  # fmt: skip
    for page in pages:
        assert settled(guest, page, settings.get("PUBLIC_URL", "")) == 200, page


def settled(client: FlaskClient, path: str, public_url: str) -> int:
    """The status at the end of its redirects, of which there is one at most; what stands in front
    takes the site's own path away.
    """
    prefix = public_url.removeprefix("http://localhost")
    answer = client.get(path)
    if answer.status_code == 302:
        target = answer.headers["Location"].removeprefix("http://localhost")
        assert target.startswith(f"{prefix}/")
        answer = client.get(target.removeprefix(prefix))
    return answer.status_code
