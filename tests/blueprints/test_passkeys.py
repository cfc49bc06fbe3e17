"""Passkeys, with one in software: what a browser does with a real one is in
tests/e2e/test_passkeys.py.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Passkey, SecondFactor, User, db
from models.passkey import MOST
from services import factors
from tests.authenticator import PRESENT, Authenticator
from tests.blueprints.test_second_step import codes_on, confirm, copied, enter, is_in, post, set_up
from tests.conftest import PASSWORD, Person, csrf_token, existing, log_in, make_person

NEW = "/settings/passkeys/new"


def options_on(client: FlaskClient) -> dict[str, Any]:
    page = client.get(NEW).text
    found = existing(re.search(r'data-new-passkey="([^"]+)"', page))
    options: dict[str, Any] = json.loads(html.unescape(found[1]))
    return options


def send_new(client: FlaskClient, answer: str, name: str = "Laptop") -> Any:
    """Without asking for the page again, which has another challenge."""
    token = csrf_token(client.get("/settings/security").text)
    return client.post(NEW, data={"csrf_token": token, "name": name, "answer": answer})


def add(client: FlaskClient, device: Authenticator | None = None) -> Authenticator:
    device = device or Authenticator()
    confirm(client)
    answer = send_new(client, device.create(options_on(client)))
    assert answer.status_code == 303, answer.text
    return device


def ask(client: FlaskClient, path: str = "/login/passkey") -> dict[str, Any]:
    form = {"csrf_token": csrf_token(client.get("/settings/confirm", follow_redirects=True).text)}
    where = f"{path}/options" if path == "/login/passkey" else path.replace("passkey", "options")
    options: dict[str, Any] = existing(client.post(where, data=form).json)
    return options


def send(client: FlaskClient, answer: str, path: str = "/login/passkey", **fields: str) -> Any:
    token = csrf_token(client.get("/settings/confirm", follow_redirects=True).text)
    return client.post(path, data={"csrf_token": token, "answer": answer, **fields})


def log_in_by(client: FlaskClient, device: Authenticator, path: str = "/login/passkey") -> Any:
    return send(client, device.get(ask(client, path)), path)


@pytest.fixture
def device(ann: Person) -> Authenticator:
    log_in(ann.client)
    return add(ann.client, Authenticator(count=5))


def test_log_in_with_a_passkey_alone(ann: Person, device: Authenticator) -> None:
    client = ann.app.test_client()
    options = ask(client)
    assert options["userVerification"] == "required" and not options.get("allowCredentials")
    answer = send(client, device.get(options), next="/mine")
    assert answer.headers["Location"] == "/mine" and is_in(client)
    assert "Last used" in client.get("/settings/security").text


def test_the_browser_is_told_whose_it_is_and_nothing_of_them(ann: Person) -> None:
    log_in(ann.client)
    first, second = add(ann.client), Authenticator()
    options = options_on(ann.client)
    assert options["rp"] == {"id": "localhost", "name": "Keepsake"}
    assert [one["id"] for one in options["excludeCredentials"]]
    add(ann.client, second)
    assert first.handle == second.handle and len(first.handle) == 32
    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    assert add(bob.client).handle != first.handle


WRONG: dict[str, Callable[[Authenticator], Authenticator]] = {
    "of another origin": lambda device: replace(device, origin="http://evil.example"),
    "of another port": lambda device: replace(device, origin="http://localhost:81"),
    "over HTTPS": lambda device: replace(device, origin="https://localhost"),
    "of another site": lambda device: replace(device, host="evil.example"),
    "with another key": lambda device: replace(device, key=Authenticator().key),
    "nobody knows": lambda device: replace(device, credential_id=b"x" * 32),
    "of nobody present": lambda device: replace(device, flags=0),
    "of who isn't verified": lambda device: replace(device, flags=PRESENT),
    "of another person": lambda device: replace(device, handle=b"x" * 32),
    "without a person": lambda device: replace(device, handle=b""),
    "that counts backwards": lambda device: replace(device, count=1),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_refused(kind: str, ann: Person, device: Authenticator) -> None:
    client = ann.app.test_client()
    answer = log_in_by(client, WRONG[kind](device))
    assert answer.status_code == 303 and answer.headers["Location"] == "/login"
    assert not is_in(client) and "not accepted" in client.get("/login").text
    assert log_in_by(client, device).status_code == 303 and is_in(client)


@pytest.mark.parametrize(
    "answer",
    ["", "x", "[]", "{}", "null", "[" * 20_000, '{"id": 1}', '{"id": "\\ud800"}', "x" * 30_000],
)
def test_what_is_no_answer(answer: str, ann: Person) -> None:
    ask(ann.client)
    assert send(ann.client, answer).headers["Location"] == "/login"
    log_in(ann.client)
    confirm(ann.client)
    options_on(ann.client)
    assert send_new(ann.client, answer).status_code == 400
    assert count(ann) == 0


def count(person: Person) -> int:
    with person.app.app_context():
        return db.session.query(Passkey).count()


def test_parts_of_a_real_answer_that_are_broken(ann: Person, device: Authenticator) -> None:
    """Nothing that the library stumbles over becomes an error of ours."""
    client = ann.app.test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for number, broken in enumerate(("", "é", "AAAA", 7)):
            client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
            value = json.loads(device.get(ask(client)))
            value["response"][part] = broken
            assert send(client, json.dumps(value)).status_code == 303
            assert not is_in(client)


def test_an_answer_works_once(ann: Person) -> None:
    """Also of a device that doesn't count, and in a copy of the browser that was asked."""
    log_in(ann.client)
    device = add(ann.client, Authenticator(count=None))
    client = ann.app.test_client()
    options = ask(client)
    thief = copied(client)
    answer = device.get(options)
    assert send(client, answer).headers["Location"] == "/" and is_in(client)
    assert send(thief, answer).headers["Location"] == "/login" and not is_in(thief)
    assert send(thief, answer).headers["Location"] == "/login"  # it isn't even asked any more


def test_a_challenge_ends(ann: Person, device: Authenticator) -> None:
    client = ann.app.test_client()
    answer = device.get(ask(client))
    with client.session_transaction() as session:
        purpose, challenge, at, handle = session["passkey"]
        session["passkey"] = [purpose, challenge, at - 601, handle]
    assert send(client, answer).headers["Location"] == "/login" and not is_in(client)


def test_a_challenge_has_one_purpose(ann: Person, device: Authenticator) -> None:
    """What the log-in asked for isn't proof of anything else, and the other way round."""
    answer = device.get(ask(ann.client, "/settings/confirm/passkey"))
    token = csrf_token(ann.client.get("/").text)
    ann.client.post("/logout", data={"csrf_token": token})
    assert send(ann.client, answer).headers["Location"] == "/login" and not is_in(ann.client)


def test_a_ban_holds(ann: Person, device: Authenticator) -> None:
    with ann.app.app_context():
        existing(User.by_name("ann")).state = "banned"
        db.session.commit()
    client = ann.app.test_client()
    assert log_in_by(client, device).headers["Location"] == "/login" and not is_in(client)


def test_as_a_second_factor(ann: Person, device: Authenticator) -> None:
    codes = codes_on(post(ann.client, "/settings/passkeys/second", "/settings/security").text)
    assert len(codes) == 10
    client = ann.app.test_client()
    assert log_in(client).headers["Location"] == "/login/second"
    page = client.get("/login/second").text
    assert "Use a passkey" in page and 'name="code"' not in page
    options = ask(client, "/login/second/passkey")
    assert len(options["allowCredentials"]) == 1
    assert send(client, device.get(options), "/login/second/passkey").headers["Location"] == "/"
    assert is_in(client)
    other = ann.app.test_client()
    log_in(other)
    assert enter(other, recovery=codes[0]).status_code == 303


def test_a_passkey_of_another_person_is_no_second_factor(
    ann: Person, device: Authenticator
) -> None:
    post(ann.client, "/settings/passkeys/second", "/settings/security")
    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    of_bob = add(bob.client)
    client = ann.app.test_client()
    log_in(client)
    answer = log_in_by(client, of_bob, "/login/second/passkey")
    assert answer.headers["Location"] == "/login/second" and not is_in(client)
    # nor does it confirm that it is still ann
    log_in_by(client, device, "/login/second/passkey")
    assert client.get(NEW).status_code == 200  # who has just shown both isn't asked again
    with client.session_transaction() as session:
        session["confirmed"] = 1  # long ago
    log_in_by(client, of_bob, "/settings/confirm/passkey")
    assert client.get(NEW).status_code == 303
    log_in_by(client, device, "/settings/confirm/passkey")
    assert client.get(NEW).status_code == 200


def test_beside_an_app(ann: Person, device: Authenticator) -> None:
    """Alone it is both factors: its device has made sure whose it is."""
    set_up(ann.client)
    client = ann.app.test_client()
    assert log_in_by(client, device).headers["Location"] == "/" and is_in(client)


def test_new_ones_need_the_password(ann: Person, device: Authenticator) -> None:
    other = Authenticator()
    options = options_on(ann.client)
    with ann.client.session_transaction() as session:
        del session["confirmed"]
    assert send_new(ann.client, other.create(options)).status_code == 303
    assert count(ann) == 1


@pytest.mark.parametrize("kind", ["of another origin", "of another site", "of nobody present"])
def test_new_ones_that_are_refused(kind: str, ann: Person) -> None:
    log_in(ann.client)
    confirm(ann.client)
    wrong = WRONG[kind](Authenticator())
    assert send_new(ann.client, wrong.create(options_on(ann.client))).status_code == 400
    assert count(ann) == 0


def test_one_that_is_there_already_stays_whose_it_is(ann: Person, device: Authenticator) -> None:
    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    confirm(bob.client)
    assert send_new(bob.client, device.create(options_on(bob.client))).status_code == 400
    assert count(ann) == 1


def test_there_are_not_too_many(ann: Person, device: Authenticator) -> None:
    with ann.app.app_context():
        user = existing(User.by_name("ann"))
        for number in range(MOST - 1):
            Passkey.add(user, "x", b"", f"x{number}", b"", 0)
        db.session.commit()
    answer = send_new(ann.client, Authenticator().create(options_on(ann.client)))
    assert answer.status_code == 400 and "as many passkeys" in answer.text


def test_removing(ann: Person, device: Authenticator) -> None:
    post(ann.client, "/settings/passkeys/second", "/settings/security")
    page = ann.client.get("/settings/security").text
    path = existing(re.search(r"/settings/passkeys/\w+/remove", page))[0]
    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    confirm(bob.client)
    assert bob.client.get(path).status_code == 404
    assert "Laptop" in ann.client.get(path).text and count(ann) == 1
    assert post(ann.client, path).status_code == 303 and count(ann) == 0
    client = ann.app.test_client()
    assert log_in_by(client, device).headers["Location"] == "/login"
    assert log_in(client).headers["Location"] == "/"  # nothing is left that could be asked for
    assert ann.client.get(path).status_code == 404


def test_a_lost_phone_is_forgotten_as_a_whole(ann: Person, device: Authenticator) -> None:
    with ann.app.app_context():
        factors.reset(existing(User.by_name("ann")), "a test")
        assert SecondFactor.of(existing(User.by_name("ann"))) is None
    assert count(ann) == 0 and not is_in(ann.client)


@pytest.mark.parametrize(
    ("public_url", "host", "origin"),
    [
        ("https://home.example/pics", "home.example", "https://home.example"),
        ("https://home.example:443", "home.example", "https://home.example"),
        ("https://home.example:8443", "home.example", "https://home.example:8443"),
        ("http://Müller.example", "xn--mller-kva.example", "http://xn--mller-kva.example"),
    ],
)
def test_the_site_is_what_people_call_it(
    public_url: str, host: str, origin: str, make_app: Callable[..., Flask]
) -> None:
    ann = make_person(make_app(PUBLIC_URL=public_url))
    log_in(ann.client)
    device = add(ann.client, Authenticator(host, origin))
    client = ann.app.test_client()
    log_in_by(client, device)
    assert is_in(client)


def test_an_ip_address_has_no_passkeys(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(PUBLIC_URL="http://192.0.2.7:8000"))
    assert "passkey" not in ann.client.get("/login").text.partition("<main")[2]
    log_in(ann.client)
    confirm(ann.client)
    page = ann.client.get(NEW)
    assert page.status_code == 200 and "data-new-passkey" not in page.text


def test_an_answer_writes_no_line_into_the_log(
    ann: Person, device: Authenticator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="keepsake")
    log_in_by(ann.app.test_client(), replace(device, origin="x\nWARNING root did it" + "y" * 5000))
    lines = [record.getMessage() for record in caplog.records if "passkey" in record.getMessage()]
    assert any("refused" in line for line in lines)
    assert not [line for line in lines if "\n" in line or len(line) > 400]


@pytest.mark.parametrize("host, is_possible", [("localhost", True), ("192.168.1.9", False)])
def test_an_ip_address_offers_none(host: str, is_possible: bool, ann: Person) -> None:
    """Browsers make none there."""
    base = f"http://{host}"
    client = ann.app.test_client()
    token = csrf_token(client.get("/login", base_url=base).text)
    form = {"csrf_token": token, "name": "ann", "password": PASSWORD}
    client.post("/login", base_url=base, data=form)
    page = client.get("/settings/security", base_url=base).text
    assert (f'href="{NEW}"' in page) is is_possible
    assert ("not at an IP address" in page) is not is_possible
