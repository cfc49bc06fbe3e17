"""First run, log in and out, keys, the plain upload form."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.security import check_password_hash

from models import SiteFact, User, db
from models.site_fact import SETUP_TOKEN
from models.user import NOBODY
from tests.conftest import PASSWORD, Person, csrf_token, log_in, sample


def setup_token(app: Flask) -> str:
    with app.app_context():
        token = SiteFact.issue_secret(SETUP_TOKEN)
        db.session.commit()
        return token


def test_first_run(app: Flask, client: FlaskClient) -> None:
    token = setup_token(app)
    assert client.get("/setup/wrong").status_code == 404
    page = client.get(f"/setup/{token}")
    form = {
        "csrf_token": csrf_token(page.text),
        "name": "ann",
        "password": PASSWORD,
        "again": "different one",
    }
    assert "do not match" in client.post(f"/setup/{token}", data=form).text
    assert (
        "Use 8 to 256 characters."
        in client.post(f"/setup/{token}", data={**form, "password": "short", "again": "short"}).text
    )
    assert (
        "Start with a letter or digit."
        in client.post(f"/setup/{token}", data={**form, "name": "a b", "again": PASSWORD}).text
    )
    answer = client.post(f"/setup/{token}", data={**form, "again": PASSWORD})
    assert answer.status_code == 302
    assert "Log out ann" in client.get("/").text
    with app.app_context():
        user = User.by_name("ANN")
        assert user and user.is_admin and user.password_hash.startswith("scrypt:32768:8:1$")
    # never again, not even with a fresh token
    for path in (f"/setup/{token}", "/setup/", f"/setup/{setup_token(app)}"):
        stranger = app.test_client().get(path)
        assert stranger.status_code == 404
        assert ('class="button" href="/login"' in stranger.text) == (path != "/setup/")
        assert 'class="button" href="/login"' not in client.get(path).text
        assert app.test_client().post(path, data=form).status_code in (400, 404)


def test_log_in_and_out(ann: Person) -> None:
    answer = log_in(ann.client)
    assert answer.status_code == 302
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    page = ann.client.get("/").text
    assert "Log out ann" in page
    ann.client.post("/logout", data={"csrf_token": csrf_token(page)})
    assert "Log in" in ann.client.get("/").text
    assert log_in(ann.client, password="wrong").status_code == 401
    assert log_in(ann.client, "nobody").status_code == 401


def test_an_unknown_name_takes_as_long_as_a_known_one() -> None:
    """The same method and cost, and salt and hash of the same length."""
    user = User(name="ann")
    user.set_password(PASSWORD)
    shapes = [
        (method, len(salt), len(bytes.fromhex(digest)))
        for method, salt, digest in (text.split("$") for text in (NOBODY, user.password_hash))
    ]
    assert shapes[0] == shapes[1]
    assert not check_password_hash(NOBODY, "")


def test_the_cookie_is_secure_over_https(make_app: Callable[..., Flask]) -> None:
    client = make_app(TRUSTED_PROXIES=1).test_client()
    assert (
        "Secure"
        in client.get("/login", headers={"X-Forwarded-Proto": "https"}).headers["Set-Cookie"]
    )
    assert "Secure" not in client.get("/login").headers["Set-Cookie"]


def test_a_new_password_or_a_ban_ends_sessions(ann: Person) -> None:
    for change in ("password", "ban"):
        log_in(ann.client)
        assert "Log out" in ann.client.get("/").text
        with ann.app.app_context():
            user = db.session.get_one(User, 1)
            if change == "password":
                user.set_password(PASSWORD)
            else:
                user.is_banned = True
            db.session.commit()
        assert "Log out" not in ann.client.get("/").text
    assert log_in(ann.client).status_code == 401


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/settings/api", "/settings/api"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("", "/"),
    ],
)
def test_no_open_redirect(target: str, lands: str, ann: Person) -> None:
    page = ann.client.get("/login", query_string={"next": target}).text
    answer = ann.client.post(
        "/login",
        data={"csrf_token": csrf_token(page), "name": "ann", "password": PASSWORD, "next": target},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, lands)


def test_a_page_that_takes_a_form_says_what_to_do(ann: Person) -> None:
    page = ann.client.get("/logout")
    assert page.status_code == 405
    assert "Go back to the form, or to the start page." in page.text


def test_forms_need_their_token(ann: Person) -> None:
    log_in(ann.client)
    for path in ("/logout", "/settings/api", "/settings/api/x/revoke", "/upload"):
        assert ann.client.post(path, data={"label": "x"}).status_code == 400, path
    assert "Log out ann" in ann.client.get("/").text


def test_right_passwords_are_not_counted(ann: Person) -> None:
    for _ in range(8):
        assert log_in(ann.app.test_client()).status_code == 302


def test_keys_are_made_shown_once_and_revoked(ann: Person) -> None:
    assert ann.client.get("/settings/api").headers["Location"].startswith("/login?next=")
    log_in(ann.client)
    page = ann.client.get("/settings/api")
    answer = ann.client.post(
        "/settings/api", data={"csrf_token": csrf_token(page.text), "label": "<b>ShareX</b>"}
    )
    assert (answer.status_code, answer.location) == (303, "/settings/api")
    ann.client.head("/settings/api")  # shows nothing
    answer = ann.client.get("/settings/api")
    found = re.search(r"chv_[A-Za-z0-9]{6}_[A-Za-z0-9]{128}", answer.text)
    assert found and "no-store" in answer.headers["Cache-Control"]
    fresh = Person(ann.app, "ann", found[0], ann.client)
    assert fresh.upload("pixel.png").status_code == 200
    page = ann.client.get("/settings/api")
    assert found[0] not in page.text and "&lt;b&gt;ShareX" in page.text
    public_id = found[0].split("_")[1]
    assert f"chv_{public_id}_…" in page.text
    ann.client.post(f"/settings/api/{public_id}/revoke", data={"csrf_token": csrf_token(page.text)})
    assert fresh.upload("pixel.png").json["error"]["code"] == 100
    assert ann.upload("pixel.png").status_code == 200


def test_nobody_revokes_anothers_key(ann: Person) -> None:
    from tests.conftest import make_person

    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    token = csrf_token(bob.client.get("/settings/api").text)
    path = f"/settings/api/{ann.key.split('_')[1]}/revoke"
    assert bob.client.get(path).status_code == 404
    bob.client.post(path, data={"csrf_token": token})
    assert ann.upload("pixel.png").status_code == 200


def test_the_upload_form(ann: Person) -> None:
    assert "Log in to upload" in ann.client.get("/").text
    log_in(ann.client)
    token = csrf_token(ann.client.get("/").text)
    data = {
        "csrf_token": token,
        "source": (io.BytesIO(sample("gps-nikon.jpg").read_bytes()), "gps.jpg"),
    }
    answer = ann.client.post("/upload", data=data)
    assert answer.status_code == 200
    for part in ("/image/gps.", "/images/20", "/delete/"):
        assert part in answer.text
    bad = ann.client.post(
        "/upload", data={"csrf_token": token, "source": (io.BytesIO(b"text"), "x.jpg")}
    )
    assert bad.status_code == 400 and "This isn&#39;t a photo or video" in bad.text


def test_guests_upload_only_where_they_may(make_app: Callable[..., Flask]) -> None:
    for allowed in (False, True):
        client = make_app(GUEST_UPLOADS=allowed).test_client()
        page = client.get("/").text
        assert ("Choose files" in page) == allowed
        token = csrf_token(page) if allowed else "x"
        answer = client.post(
            "/upload",
            data={
                "csrf_token": token,
                "source": (io.BytesIO(sample("alpha.png").read_bytes()), "a.png"),
            },
        )
        assert answer.status_code == (200 if allowed else 302)


def test_health(ann: Person, client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    (ann.app.extensions["keepsake"].config.data / "private" / ".keepsake").unlink()
    assert client.get("/healthz").status_code == 503
    assert ann.upload("alpha.png").status_code == 503
