"""/settings/uploaders: who may see what of it, where the key is and is not, what *Test it* says."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.clients.tools import TOOLS
from models import Album, ApiKey, ShownOnce, Upload, User, db
from tests.conftest import PASSWORD, Person, csrf_token, existing, log_in, make_person, sample

KEY = re.compile(r"chv_\w{6}_\w{128}")


@pytest.fixture
def bob(app: Flask) -> Person:
    return make_person(app, "bob")


def made(person: Person, slug: str = "python", **options: str) -> str:
    """The page with a new configuration."""
    form = person.client.get(f"/settings/uploaders/{slug}")
    if form.status_code == 302:
        log_in(person.client, person.name)
        form = person.client.get(f"/settings/uploaders/{slug}")
    answer = person.client.post(
        f"/settings/uploaders/{slug}",
        data={"csrf_token": csrf_token(form.text), "link": "url", **options},
        follow_redirects=True,
    )
    assert answer.status_code == 200 and (answer.headers["Cache-Control"] == "no-store") == is_made(
        answer.text
    )
    return html.unescape(answer.text)


def is_made(page: str) -> bool:
    return "data-trial=" in page


def key_in(page: str) -> str:
    found = KEY.search(page)
    assert found
    return found[0]


def send(app: Flask, key: str, name: str = "plain.jpg", **fields: str) -> Any:
    return app.test_client().post(
        "/api/1/upload",
        data={**fields, "source": (io.BytesIO(sample(name).read_bytes()), name)},
        headers={"X-API-Key": key},
    )


def trial(client: FlaskClient, key: str) -> Any:
    return client.get(f"/settings/trial/{key.split('_')[1]}")


# --- who


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/settings/uploaders"),
        ("GET", "/settings/uploaders/sharex"),
        ("POST", "/settings/uploaders/sharex"),
        ("POST", "/settings/uploaders/sharex/sharex.sxcu"),
        ("GET", "/settings/trial/{key}"),
    ],
)
def test_a_guest_is_asked_to_log_in(method: str, path: str, app: Flask, ann: Person) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().open(
        path.format(key=ann.key.split("_")[1]), method=method, data={"link": "url", "key": ann.key}
    )
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login")
    with app.app_context():
        assert len(ApiKey.all_with_users()) == 1  # no key was made


@pytest.mark.parametrize(
    "path", ["/settings/uploaders/sharex", "/settings/uploaders/sharex/sharex.sxcu"]
)
def test_another_site_can_make_none(path: str, ann: Person) -> None:
    log_in(ann.client)
    answer = ann.client.post(path, data={"link": "url", "key": ann.key})
    assert (
        answer.status_code == 400 and "open too long" in answer.text and not KEY.search(answer.text)
    )
    with ann.app.app_context():
        assert len(ApiKey.all_with_users()) == 1


def test_a_reload_makes_no_other_key_and_shows_none(ann: Person) -> None:
    """Nor does a copy of the cookie from before the page was shown."""
    log_in(ann.client)
    path = "/settings/uploaders/python"
    form = {"csrf_token": csrf_token(ann.client.get(path).text), "link": "url_viewer"}
    answer = ann.client.post(path, data={**form, "expiration": "P1D"})
    assert (answer.status_code, answer.location) == (303, path)
    copy = ann.app.test_client()
    cookie = ann.client.get_cookie("session")
    assert cookie
    copy.set_cookie("session", cookie.value)
    assert copy.get("/settings/uploaders/curl").text.count("data-trial=") == 0  # of another tool
    page = html.unescape(ann.client.get(path).text)
    assert is_made(page) and "P1D" in page and "url_viewer" in page
    for client in (ann.client, copy):
        again = client.get(path)
        assert again.status_code == 200 and not KEY.search(again.text) and "<form" in again.text
    with ann.app.app_context():
        assert len(ApiKey.all_with_users()) == 2
        assert db.session.query(ShownOnce).count() == 0


@pytest.mark.parametrize(
    "path", ["/settings/uploaders/nothing", "/settings/uploaders/__base", "/settings/trial/unknwn"]
)
def test_what_is_not_there(path: str, ann: Person) -> None:
    log_in(ann.client)
    assert ann.client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["keepsake.py", "nothing", "../index.html", "_pick.js"])
def test_a_tool_gives_its_own_files_only(name: str, ann: Person) -> None:
    page = made(ann, "sharex")
    data = {"csrf_token": csrf_token(page), "key": key_in(page), "link": "url"}
    assert ann.client.post(f"/settings/uploaders/sharex/{name}", data=data).status_code == 404


def test_a_download_is_for_a_key_of_one_s_own(ann: Person, bob: Person) -> None:
    page = made(ann)
    token, key = csrf_token(page), key_in(page)

    def download(key: str, **fields: str) -> Any:
        return ann.client.post(
            "/settings/uploaders/python/keepsake.py",
            data={"csrf_token": token, "key": key, "link": "url", **fields},
        )

    assert key in download(key).text
    for wrong in (bob.key, "", "x", key[:-1] + "-", "chv_'; drop_table"):
        answer = download(wrong)
        assert answer.status_code == 400 and "urllib" not in answer.text
        assert "Create the configuration again" in answer.text
    assert download(key, link="url\nimport os").status_code == 400
    with ann.app.app_context():
        ApiKey.revoke(key.split("_")[1])
        db.session.commit()
    assert download(key).status_code == 400


@pytest.mark.parametrize(
    "options",
    [
        {"album_id": "bobs"},
        {"album_id": "x'; rm"},
        {"expiration": "PT1S; rm"},
        {"link": "delete_url"},
    ],
)
def test_options_are_from_the_list(options: dict[str, str], ann: Person, bob: Person) -> None:
    with ann.app.app_context():
        album = Album.create(existing(User.by_name("bob")), "Bob's")
        db.session.commit()
        options = {
            name: album.public_id if value == "bobs" else value for name, value in options.items()
        }
    assert not is_made(made(ann, **options))  # the form again
    with ann.app.app_context():
        assert [key.label for key in ApiKey.of(existing(User.by_name("ann")))] == ["tests"]


# --- the key


@pytest.mark.parametrize("slug", TOOLS)
def test_the_key_is_in_no_address(slug: str, ann: Person) -> None:
    """Addresses stay in histories and logs. A bookmark and a forum's line are read by other sites:
    no key at all.
    """
    page = (
        made(ann, slug)
        if TOOLS[slug].has_key
        else ann.client.get(f"/settings/uploaders/{slug}").text
    )
    assert is_made(page) == bool(KEY.search(page)) == TOOLS[slug].has_key
    attributes = re.findall(r'\s(?:href|action|src|data-trial)="([^"]*)"', page)
    assert attributes and not any(
        KEY.search(unquote(address)) for address in attributes if not address.startswith("data:")
    )
    assert not re.search(r"[?&/](?:key=)?chv_", page)


def test_a_new_key_each_time_named_after_its_tool(ann: Person) -> None:
    keys = {key_in(made(ann, "sharex")), key_in(made(ann, "sharex")), key_in(made(ann, "curl"))}
    assert len(keys) == 3
    with ann.app.app_context():
        assert [key.label for key in ApiKey.of(existing(User.by_name("ann")))] == [
            "curl",
            "ShareX",
            "ShareX",
            "tests",
        ]
    assert not any(
        KEY.search(ann.client.get(path).text)
        for path in ("/settings/api", "/settings/uploaders", "/settings/uploaders/sharex")
    )


# --- Test it


def test_the_trial_shows_the_first_upload_of_its_key_to_its_owner(ann: Person, bob: Person) -> None:
    page = made(ann)
    key = key_in(page)
    send(ann.app, ann.key, title="With another key")
    assert "as soon as it arrives" in trial(ann.client, key).text
    assert send(ann.app, key, "text-as.jpg").status_code == 400
    refused = trial(ann.client, key).text
    assert "was refused. The API answered:" in refused
    assert "<code>Can&#39;t get target upload source info</code>" in refused
    first = send(ann.app, key, title="First <b>").json["image"]
    send(ann.app, key, title="Second")
    text = trial(ann.client, key).text
    assert (
        "It works" in text
        and "First &lt;b&gt;" in text
        and "Second" not in text
        and "With another key" not in text
    )
    log_in(bob.client, "bob")
    assert trial(bob.client, key).status_code == 404
    ann.app.test_client().delete(first["delete_url"]).get_data()
    assert "Second" in trial(ann.client, key).text  # what is gone is not shown


def test_the_trial_ends_with_its_key(ann: Person) -> None:
    key = key_in(made(ann))
    send(ann.app, key)
    with ann.app.app_context():
        ApiKey.revoke(key.split("_")[1])
        db.session.commit()
    assert trial(ann.client, key).status_code == 404
    with ann.app.app_context():
        # the upload stays, and what it came with
        assert Upload.newest_of(existing(User.by_name("ann")), 1)[0].key_id == key.split("_")[1]


def test_a_refusal_is_the_key_s_own(ann: Person, bob: Person) -> None:
    key = key_in(made(ann))
    send(ann.app, bob.key, "text-as.jpg")
    send(ann.app, key[:-1] + "-", "text-as.jpg")
    ann.app.test_client().post("/api/1/upload", data={"source": (io.BytesIO(b"text"), "a.jpg")})
    assert "as soon as it arrives" in trial(ann.client, key).text


# --- the address, and what should be known of it


@pytest.mark.parametrize(
    ("settings", "host", "warning"),
    [
        ({}, "localhost:5000", "works on this computer only"),
        ({}, "127.0.0.1", "works on this computer only"),
        ({}, "[::1]:5000", "works on this computer only"),
        ({}, "nas.local", "not encrypted"),
        ({"PUBLIC_URL": "http://pics.example"}, "localhost", "not encrypted"),
        ({"PUBLIC_URL": "https://pics.example/k"}, "localhost", ""),
    ],
)
def test_the_address(
    settings: dict[str, str], host: str, warning: str, make_app: Callable[..., Flask]
) -> None:
    app = make_app(**settings)
    make_person(app)
    client = app.test_client()
    base = f"http://{host}"
    form = client.get("/login", base_url=base).text
    client.post(
        "/login",
        data={"csrf_token": csrf_token(form), "name": "ann", "password": PASSWORD},
        base_url=base,
    )
    page = client.get("/settings/uploaders/forum", base_url=base).text
    assert warning in page and ('<p class="notice warn">' in page) == bool(warning)
    assert f'src="{settings.get("PUBLIC_URL", f"http://{host}")}/sdk/pup.js"' in html.unescape(page)


@pytest.mark.parametrize("strip", ["nothing", "location", "everything"])
def test_no_page_promises_what_the_site_does_not_do(
    strip: str, make_app: Callable[..., Flask]
) -> None:
    ann = make_person(make_app(STRIP=strip))
    log_in(ann.client)
    paths = ["/", "/settings/api", "/settings/uploaders"]
    said = [ann.client.get(path).text for path in paths]
    for slug in TOOLS:
        page = f"/settings/uploaders/{slug}"
        token = csrf_token(ann.client.get("/settings/api").text)
        form = {"csrf_token": token, "link": "url"}
        said.append(ann.client.post(page, data=form, follow_redirects=True).text)
    promised = [re.search(r"[^.>]*removes[^.<]*location", page) for page in said]
    assert any(promised) == (strip != "nothing")
    assert any("This site keeps its location." in page for page in said) == (strip == "nothing")
