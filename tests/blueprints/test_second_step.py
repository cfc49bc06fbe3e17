"""A second factor: set up, asked for, lost, switched off; and what its first step is worth."""

from __future__ import annotations

import html
import http.cookiejar
import re
import threading
import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from models import Attempt, RecoveryCode, SecondFactor, Spent, User, UserSession, db
from models.recovery_code import CODES
from services import factors
from services.vault import Vault
from tests.conftest import PASSWORD, Person, Server, csrf_token, existing, log_in, make_person

STEP = factors.STEP


def post(client: FlaskClient, path: str, form: str = "", **fields: str) -> Any:
    """A form of the page at ``form``, else at ``path``."""
    token = csrf_token(client.get(form or path).text)
    return client.post(path, data={"csrf_token": token, **fields})


def confirm(client: FlaskClient, password: str = PASSWORD) -> Any:
    return post(client, "/settings/confirm", password=password)


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li><code>([a-z2-9-]{19})</code>", page)


class App:
    """Somebody's authenticator app."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    def code(self, steps: int = 0) -> str:
        """That of so many steps from now."""
        return self.totp.at(int(time.time()) + steps * STEP)


def set_up(client: FlaskClient) -> tuple[App, list[str]]:
    """An app that was set up a while ago: no code of now has been used."""
    confirm(client)
    page = client.get("/settings/codes").text
    uri = html.unescape(existing(re.search(r'href="(otpauth:[^"]+)"', page))[1])
    app = App(pyotp.parse_uri(uri).secret)
    answer = post(client, "/settings/codes", code=app.code())
    assert answer.status_code == 200, answer.text
    with client.application.app_context():
        db.session.query(SecondFactor).update({SecondFactor.last_step: 0})
        db.session.commit()
    return app, codes_on(answer.text)


def is_in(client: FlaskClient) -> bool:
    return bool(client.get("/settings").status_code == 200)


def enter(client: FlaskClient, **fields: str) -> Any:
    return post(client, "/login/second", **fields)


def copied(client: FlaskClient) -> FlaskClient:
    """Another browser with the same cookie."""
    other = client.application.test_client()
    other.set_cookie("session", existing(client.get_cookie("session")).value)
    return other


@pytest.fixture
def with_factor(ann: Person) -> tuple[Person, App, list[str]]:
    log_in(ann.client)
    return ann, *set_up(ann.client)


def test_the_password_is_asked_again(ann: Person) -> None:
    log_in(ann.client)
    answer = ann.client.get("/settings/codes")
    assert answer.headers["Location"] == "/settings/confirm?next=/settings/codes"
    assert confirm(ann.client, "wrong").status_code == 400
    assert ann.client.get("/settings/codes").status_code == 303
    answer = post(ann.client, "/settings/confirm?next=/settings/codes", password=PASSWORD)
    assert answer.status_code == 303
    page = ann.client.get("/settings/codes")
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    with ann.client.session_transaction() as session:
        session["confirmed"] -= 601
    assert ann.client.get("/settings/codes").status_code == 303
    assert post(ann.client, "/settings/recovery-codes", "/settings/security").status_code == 303
    with ann.app.app_context():
        assert RecoveryCode.left(existing(User.by_name("ann"))) == 0


def test_guesses_at_the_password_are_counted(ann: Person) -> None:
    log_in(ann.client)
    assert [confirm(ann.client, "wrong").status_code for _ in range(6)] == [400] * 5 + [429]
    assert confirm(ann.client).status_code == 429


def test_it_is_on_when_a_code_was_right(ann: Person) -> None:
    log_in(ann.client)
    confirm(ann.client)
    page = ann.client.get("/settings/codes").text
    again = ann.client.get("/settings/codes").text
    shown = re.findall(r'id="secret" readonly value="([^"]+)"', page)
    assert shown == re.findall(r'id="secret" readonly value="([^"]+)"', again)
    assert "<svg" in page and "style=" not in page
    assert post(ann.client, "/settings/codes", code="000000x").status_code == 400
    assert not is_asked(ann.app)
    answer = post(ann.client, "/settings/codes", code=App(shown[0].replace(" ", "")).code())
    assert len(set(codes_on(answer.text))) == CODES and is_asked(ann.app)
    assert answer.headers["Cache-Control"] == "no-store"
    assert all(
        code not in ann.client.get("/settings/security").text for code in codes_on(answer.text)
    )
    assert is_in(ann.client)


def is_asked(app: Flask) -> bool:
    with app.app_context():
        return SecondFactor.of(existing(User.by_name("ann"))) is not None


def test_nothing_of_it_can_be_read_in_the_database(
    with_factor: tuple[Person, App, list[str]],
) -> None:
    ann, app, codes = with_factor
    log_in(ann.app.test_client())
    data = ann.app.extensions["keepsake"].config.data
    database = b"".join(path.read_bytes() for path in data.glob("keepsake.sqlite3*"))
    secret = app.totp.secret
    for text in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert text.encode() not in database


def test_log_in_takes_two_steps(with_factor: tuple[Person, App, list[str]]) -> None:
    ann, app, _ = with_factor
    client = ann.app.test_client()
    answer = post(
        client, "/login?next=/mine", "/login", name="ann", password=PASSWORD, next="/mine"
    )
    assert answer.headers["Location"] == "/login/second" and not is_in(client)
    with ann.app.app_context():
        assert db.session.query(UserSession).count() == 1  # of the browser that set it up
        assert db.session.query(Attempt).count() == 0
    assert enter(client, code="").status_code == 400
    assert enter(client, code="12345").status_code == 401
    assert enter(client, code=app.code(-2)).status_code == 401
    assert not is_in(client)
    code = app.code()
    answer = enter(client, code=f"{code[:3]} {code[3:]}")
    assert answer.headers["Location"] == "/mine" and is_in(client)
    with ann.app.app_context():
        assert db.session.query(Attempt).count() == 3  # the wrong ones


def test_a_clock_may_be_off_by_a_step(
    with_factor: tuple[Person, App, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, app, _ = with_factor
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # the step must not change meanwhile
    for steps in (-1, 1):
        client = ann.app.test_client()
        log_in(client)
        assert enter(client, code=app.code(steps)).status_code == 303


def test_a_code_works_once(with_factor: tuple[Person, App, list[str]]) -> None:
    ann, app, _ = with_factor
    first, second = ann.app.test_client(), ann.app.test_client()
    earlier, code = app.code(-1), app.code()
    for client in (first, second):
        log_in(client)
    assert enter(first, code=code).status_code == 303
    assert enter(second, code=code).status_code == 401
    assert enter(second, code=earlier).status_code == 401  # nor one from before
    assert not is_in(second)


def test_a_recovery_code_works_once(with_factor: tuple[Person, App, list[str]]) -> None:
    ann, _, codes = with_factor
    first, second = ann.app.test_client(), ann.app.test_client()
    for client in (first, second):
        log_in(client)
    assert enter(first, recovery=codes[0].upper().replace("-", " ")).status_code == 303
    assert enter(second, recovery=codes[0]).status_code == 401
    assert enter(second, code=codes[1]).status_code == 303  # in the other field, too
    assert "8 recovery codes are left." in first.get("/settings/security").text
    assert post(first, "/settings/confirm", password=PASSWORD, code=codes[3]).status_code == 303
    new = codes_on(post(first, "/settings/recovery-codes", "/settings/security").text)
    assert len(new) == CODES and not set(new) & set(codes)
    third = ann.app.test_client()
    log_in(third)
    assert enter(third, recovery=codes[2]).status_code == 401
    assert enter(third, recovery=new[2]).status_code == 303


def test_the_first_step_is_worth_nothing_afterwards(
    with_factor: tuple[Person, App, list[str]],
) -> None:
    ann, app, codes = with_factor
    client = ann.app.test_client()
    log_in(client)
    thief = copied(client)
    assert enter(client, code=app.code()).status_code == 303
    assert not is_in(thief)
    assert enter(thief, recovery=codes[0]).status_code == 401  # with a code that is right
    with ann.app.app_context():
        assert RecoveryCode.left(existing(User.by_name("ann"))) == CODES
        assert db.session.query(Spent).count() == 1


def test_both_factors_just_given_are_not_asked_for_again(
    with_factor: tuple[Person, App, list[str]],
) -> None:
    """For as long as a confirmation holds; the password alone is none."""
    ann, app, recovery = with_factor
    for proof in ({"code": app.code()}, {"recovery": recovery[0]}):
        client = ann.app.test_client()
        log_in(client)
        assert enter(client, **proof).status_code == 303
        is_lost = "recovery" in proof  # perhaps: then the page for a new phone comes first
        assert ("is used up" in client.get("/settings/security").text) is is_lost
        assert client.get("/settings/passkeys/new").status_code == 200
        with client.session_transaction() as session:
            session["confirmed"] -= 601
        assert client.get("/settings/passkeys/new").status_code == 303
    bob = make_person(ann.app, "bob").client
    log_in(bob, "bob")
    assert bob.get("/settings/passkeys/new").status_code == 303


def test_the_first_step_ends(with_factor: tuple[Person, App, list[str]]) -> None:
    """By itself, with a new password, and with a ban."""
    ann, _, codes = with_factor
    client = ann.app.test_client()
    log_in(client)
    old, other = copied(client), copied(client)
    with old.session_transaction() as session:
        session["first_step"] = [
            *session["first_step"][:2], int(time.time()) - 601, "x" * 16, "", True,
        ]  # fmt: skip
    assert old.get("/login/second").headers["Location"] == "/login"
    runner = ann.app.test_cli_runner()
    password = ["user", "password", "ann", "--password-stdin"]
    assert runner.invoke(args=password, input="another good one\n").exit_code == 0
    assert other.get("/login/second").headers["Location"] == "/login"
    # the password is new, the factor is the same
    assert log_in(client, password="another good one").headers["Location"] == "/login/second"
    with ann.app.app_context():
        assert RecoveryCode.left(existing(User.by_name("ann"))) == CODES
    assert enter(client, recovery=codes[0]).status_code == 303


def test_a_session_that_somebody_else_began_is_not_gone_on_with(
    with_factor: tuple[Person, App, list[str]],
) -> None:
    ann, app, _ = with_factor
    bob = make_person(ann.app, "bob")
    planted = ann.app.test_client()
    planted.get("/login")
    victim = copied(planted)
    log_in(victim)
    assert enter(victim, code=app.code()).status_code == 303
    assert is_in(victim) and not is_in(planted)
    assert planted.get("/login/second").status_code == 303
    # nor does a half log-in of bob's become one of ann's
    log_in(bob.client, "bob")
    set_up(bob.client)
    half = ann.app.test_client()
    log_in(half, "bob")
    assert enter(half, code=app.code(1)).status_code == 401
    with half.session_transaction() as session:
        assert session["first_step"][0] != 1 and "_user_id" not in session


def test_guesses_at_codes_are_counted_by_person(make_app: Callable[..., Flask]) -> None:
    """Also from many addresses, and the right code, too; a recovery code lets its owner in."""
    ann = make_person(make_app(TRUSTED_PROXIES=1))
    log_in(ann.client)
    app, codes = set_up(ann.client)
    answers = []
    for n in range(12):
        client = ann.app.test_client()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{n}"
        log_in(client)
        answers.append(enter(client, code="000000" if n < 11 else app.code()).status_code)
    assert answers == [401] * 10 + [429] * 2
    assert enter(client, recovery=codes[0]).status_code == 303


def test_guesses_at_recovery_codes_are_counted_by_address(
    with_factor: tuple[Person, App, list[str]],
) -> None:
    ann, app, codes = with_factor
    client = ann.app.test_client()
    log_in(client)
    answers = [enter(client, recovery="abcd-efgh-jkmn-pqrs").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    assert enter(client, recovery=codes[0]).status_code == 429
    assert enter(client, code=app.code()).status_code == 429


def test_what_needs_the_password_needs_the_second_factor_too(
    with_factor: tuple[Person, App, list[str]],
) -> None:
    """Else who has the password and an open browser makes new codes, and is in for good."""
    ann, app, codes = with_factor
    with ann.client.session_transaction() as session:
        del session["confirmed"]
    for code in ("", "000000"):
        assert (
            post(ann.client, "/settings/confirm", password=PASSWORD, code=code).status_code == 400
        )
    assert ann.client.get("/settings/codes/off").status_code == 303
    wrong = post(ann.client, "/settings/confirm", password="wrong", code=codes[0])
    assert wrong.status_code == 400  # and the code was not used up
    right = post(ann.client, "/settings/confirm", password=PASSWORD, code=codes[0])
    assert right.status_code == 303 and ann.client.get("/settings/codes/off").status_code == 200
    with ann.client.session_transaction() as session:
        del session["confirmed"]
    post(ann.client, "/settings/confirm", password=PASSWORD, code=app.code())
    assert is_asked(ann.app)
    assert post(ann.client, "/settings/codes/off").status_code == 303
    assert not is_asked(ann.app)
    assert log_in(ann.app.test_client()).headers["Location"] == "/"
    with ann.app.app_context():
        assert RecoveryCode.left(existing(User.by_name("ann"))) == 0
    assert ann.client.get("/settings/codes/off").status_code == 303


def test_who_lost_it_is_let_in_by_a_command(
    with_factor: tuple[Person, App, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    ann, _, _ = with_factor
    with caplog.at_level("INFO", "keepsake"):
        result = ann.app.test_cli_runner().invoke(args=["user", "reset-factors", "ann"])
    assert (
        result.exit_code == 0
        and "The command line switched the second factor of ann off" in caplog.text
    )
    assert not is_in(ann.client)
    assert log_in(ann.client).headers["Location"] == "/" and is_in(ann.client)


def test_with_another_secret_key_recovery_codes_still_work(
    with_factor: tuple[Person, App, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    ann, app, codes = with_factor
    ann.app.secret_key = "another"
    client = ann.app.test_client()
    log_in(client)
    assert enter(client, code=app.code()).status_code == 401
    assert "secret_key" in caplog.text
    assert enter(client, recovery=codes[0]).status_code == 303


def test_what_is_sealed() -> None:
    vault = Vault("a")
    sealed = vault.seal("text")
    assert vault.open(sealed) == "text" and sealed != vault.seal("text")
    for wrong in ("", "x", sealed[:-2], "é", "\ud800"):
        assert vault.open(wrong) is None
    assert Vault("b").open(sealed) is None


def test_uploads_by_key_need_no_second_factor(with_factor: tuple[Person, App, list[str]]) -> None:
    ann, _, _ = with_factor
    assert ann.upload("pixel.png").status_code == 200


def test_eight_at_once_with_one_code(server: Server) -> None:
    """One gets in: with a code of the app, and with a recovery code."""
    server.command("user", "create", "ann", "--password-stdin", stdin=PASSWORD + "\n")
    browser = Browser(server.base)
    browser.log_in()
    browser.post("/settings/confirm", password=PASSWORD)
    page = browser.get("/settings/codes")
    uri = html.unescape(existing(re.search(r'href="(otpauth:[^"]+)"', page))[1])
    app = App(pyotp.parse_uri(uri).secret)
    codes = codes_on(browser.post("/settings/codes", code=app.code(-1)))
    for code in (app.code(1), codes[0]):
        browsers = [Browser(server.base) for _ in range(4)]
        for one in browsers:
            one.log_in()
        barrier = threading.Barrier(len(browsers))

        def try_it(one: Browser, code: str = code, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            one.post("/login/second", code=code)

        threads = [threading.Thread(target=try_it, args=(one,)) for one in browsers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(one.is_in() for one in browsers) == 1


class Browser:
    """With cookies as the standard library keeps them."""

    def __init__(self, base: str) -> None:
        self.base, self.session = base, requests.Session()
        self.session.cookies = http.cookiejar.CookieJar()  # type: ignore[assignment]
        self.token = ""

    def get(self, path: str) -> str:
        page = self.session.get(self.base + path, timeout=30).text
        self.token = csrf_token(page)
        return page

    def post(self, path: str, **fields: str) -> str:
        data = {"csrf_token": self.token, **fields}
        page = self.session.post(self.base + path, data=data, timeout=30).text
        if "csrf_token" in page:
            self.token = csrf_token(page)
        return page

    def log_in(self) -> None:
        self.get("/login")
        self.post("/login", name="ann", password=PASSWORD)

    def is_in(self) -> bool:
        answer = self.session.get(self.base + "/settings", timeout=30, allow_redirects=False)
        return answer.status_code == 200
