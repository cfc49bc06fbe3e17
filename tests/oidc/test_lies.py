"""A provider that lies, is slow or says too much: nobody is logged in; a page says what to do."""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import os
import select
import struct
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RD, SO_LINGER, SOL_SOCKET
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from app import StartError
from models import Attempt, db
from services.openid import asking
from services.openid.asking import check_url
from services.openid.faults import NotThere, NotTrue
from services.openid.provider import AT_ONCE, provider_of
from tests.conftest import applications, free_port, make_person

KEYS: dict[str, Any] = {
    "rsa": RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}),
    "other": RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}),
    "ec": ECKey.generate_key("P-256", {"kid": "2", "use": "sig"}),
}
CLIENT, SECRET = "keepsake", "a secret"


class Liar:
    """Its answers by path; a test changes them. ``nonce`` is of the log-in that was begun."""

    def __init__(self) -> None:
        handler = type("Handler", (Handler,), {"liar": self})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.nonce, self.asked = "", list[str]()
        self.tell()

    def tell(self, **changed: Any) -> None:
        """The truth, but for what is changed."""
        at = int(time.time())
        self.facts = {
            "issuer": self.issuer,
            "authorization_endpoint": self.issuer + "/auth",
            "token_endpoint": self.issuer + "/token",
            "jwks_uri": self.issuer + "/jwks",
            "userinfo_endpoint": self.issuer + "/me",
            **changed.pop("facts", {}),
        }
        self.claims = {
            "iss": self.issuer, "sub": "1234", "aud": CLIENT, "iat": at, "exp": at + 60,
            **changed.pop("claims", {}),
        }  # fmt: skip
        self.without = changed.pop("without", "")
        self.key, self.header = changed.pop("key", "rsa"), {"alg": "RS256", "kid": "1"}
        self.header |= changed.pop("header", {})
        self.me: Any = {"sub": "1234", "preferred_username": "carl"}
        self.instead = changed  # of a whole answer: a status and a body

    def id_token(self) -> str:
        claims = {"nonce": self.nonce, **self.claims}
        claims.pop(self.without, None)
        if self.header["alg"] in ("none", "HS256"):
            # with what everybody knows, or what both sides know
            secret = KEYS["rsa"].as_pem(private=False) if self.key == "rsa" else self.key.encode()
            said = ".".join(in_base64(json.dumps(one).encode()) for one in (self.header, claims))
            digest = hmac.digest(secret, said.encode(), "sha256")
            return f"{said}.{in_base64(digest) if self.header['alg'] == 'HS256' else ''}"
        return jwt.encode(self.header, claims, KEYS[self.key], algorithms=[self.header["alg"]])

    def answer(self, path: str) -> tuple[int, Any]:
        name = path.rpartition("/")[2].partition("?")[0].replace("-", "_")
        if name in self.instead:
            return self.instead[name]  # type: ignore[no-any-return]
        if name == "openid_configuration":
            return 200, self.facts
        if name == "jwks":
            return 200, {"keys": [KEYS[one].as_dict(private=False) for one in ("rsa", "ec")]}
        if name == "token":
            return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token()}
        return 200, self.me


def in_base64(data: bytes) -> str:
    """For addresses, without padding (RFC 7515, 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Handler(BaseHTTPRequestHandler):
    liar: Liar

    def do_GET(self) -> None:
        self.liar.asked.append(self.path)
        status, body = self.liar.answer(self.path)
        if callable(body):
            body(self)
            return
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", self.liar.issuer + "/elsewhere")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def started() -> Iterator[Liar]:
    liar = Liar()
    yield liar
    liar.http.shutdown()
    liar.http.server_close()


@pytest.fixture
def liar(started: Liar) -> Liar:
    provider_of.cache_clear()
    started.asked.clear()
    started.tell()
    return started


@pytest.fixture(scope="module")
def app(
    started: Liar, blank_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    with applications(blank_data, tmp_path_factory.mktemp("lies")) as make:
        app = make(
            OIDC_ISSUER=started.issuer,
            OIDC_CLIENT_ID=CLIENT,
            OIDC_CLIENT_SECRET=SECRET,
            OIDC_CREATES=True,
        )
        make_person(app, "ann", admin=True)
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    with app.app_context():
        db.session.execute(db.delete(Attempt))  # those of other tests
        db.session.commit()
    return app.test_client()


def answer_of(client: FlaskClient, liar: Liar) -> Any:
    begun = client.get("/login/openid")
    if begun.status_code != 302:
        return begun
    asked = parse_qs(urlsplit(begun.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and "openid" in asked["scope"][0].split()
    liar.nonce = asked["nonce"][0]
    return client.get(f"/login/openid/callback?code=x&state={asked['state'][0]}")


def test_the_truth_is_believed(client: FlaskClient, liar: Liar) -> None:
    for told in (
        {},
        {"key": "ec", "header": {"alg": "ES256", "kid": "2"}},
        {"claims": {"aud": [CLIENT]}},
    ):
        liar.tell(**told)
        assert answer_of(client.application.test_client(), liar).headers["Location"] == "/"


@pytest.mark.parametrize(
    "lie",
    [
        {"claims": {"iss": "https://else.example"}},
        {"claims": {"aud": "another"}},
        {"claims": {"aud": ["another", CLIENT], "azp": "another"}},
        {"claims": {"exp": 1}},
        {"claims": {"exp": "soon"}},
        {"claims": {"iat": 10**12, "nbf": 10**12}},
        {"claims": {"nonce": "another"}},
        {"claims": {"sub": ""}},
        {"claims": {"sub": ["1234"]}},
        {"claims": {"sub": "x" * 256}},
        {"claims": {"sub": "another"}},  # than the one that /me tells of
        *({"without": name} for name in ("iss", "sub", "aud", "exp", "nonce")),
        {"key": "other"},
        {"header": {"alg": "none"}},
        {"header": {"alg": "HS256"}},
        {"header": {"alg": "HS256"}, "key": SECRET},
        {"header": {"kid": "unknown"}},
        {"token": (200, {"access_token": "x", "token_type": "Bearer"})},
        {"token": (200, {"access_token": "x", "token_type": "Bearer", "id_token": 7})},
        {"token": (200, {"access_token": "x", "token_type": "Bearer", "id_token": "a.b.c"})},
        {"token": (400, {"error": "invalid_grant"})},
        {"token": (200, b"<html>")},
        {"token": (200, [])},
        *(
            {name: (200, b"[" * 200_000)}
            for name in ("token", "jwks", "me", "openid_configuration")
        ),
        {"jwks": (200, {"keys": []})},
        {"jwks": (200, {"keys": "x"})},
        {"jwks": (200, {})},
        {"jwks": (404, {})},
        {"me": (401, {})},
        {"me": (200, [])},
        {"me": (200, {"sub": "another"})},
        {"openid_configuration": (200, b"x")},
        {"openid_configuration": (404, {})},
        {"facts": {"issuer": "https://else.example"}},
        {"facts": {"issuer": ""}},
        {"facts": {"token_endpoint": "http://else.example/token"}},
        {"facts": {"token_endpoint": None}},
        {"facts": {"authorization_endpoint": "javascript:alert(1)"}},
        {"facts": {"jwks_uri": "file:///etc/passwd"}},
        {"facts": {"userinfo_endpoint": "http://else.example/me"}},
    ],
    ids=lambda one: str(one)[:80],
)
def test_a_lie_logs_nobody_in(
    lie: dict[str, Any], client: FlaskClient, liar: Liar, caplog: pytest.LogCaptureFixture
) -> None:
    liar.tell(**lie)
    with caplog.at_level(logging.WARNING, "keepsake"):
        answer = answer_of(client, liar)
    assert answer.status_code == 400 and "Begin it again" in answer.text
    assert client.get("/settings").status_code == 302
    assert "Log-in with OpenID Connect" in caplog.text and SECRET not in caplog.text


def test_a_provider_that_asks_nobody_confirms_nothing(client: FlaskClient, liar: Liar) -> None:
    """A cookie of weeks may be all that it looked at, whatever it was asked for."""
    assert answer_of(client, liar).headers["Location"] == "/"
    now = int(time.time())
    lies: list[dict[str, Any]] = [{}, {"auth_time": now - 3600}, {"auth_time": True}]
    for claims in lies:
        liar.tell(claims=claims)
        answer = answer_of(client, liar)
        assert answer.status_code == 403 and "without asking" in answer.text
        assert client.get("/settings").status_code == 200
        assert client.get("/settings/data").status_code == 303
    odd: list[Any] = ["soon", [now], {}]
    for said in odd:
        liar.tell(claims={"auth_time": said})
        assert answer_of(client, liar).status_code in (400, 403)
    liar.tell(claims={"auth_time": now})
    assert answer_of(client, liar).status_code == 302
    assert client.get("/settings/data").status_code == 200


def dripping(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):  # who asked has gone
        while not select.select([handler.connection], [], [], 0.01)[0]:
            handler.wfile.write(b" ")


def dripping_headers(handler: Handler) -> None:
    with contextlib.suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not select.select([handler.connection], [], [], 0.05)[0]:
            handler.wfile.write(b"X: y\r\n")


def resetting(handler: Handler) -> None:
    """In the middle of its answer."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"{")
    handler.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.shutdown(SHUT_RD)
    os.close(handler.connection.detach())


def breaking_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"{}")


def silent(handler: Handler) -> None:
    handler.rfile.read()  # until who asked has gone


@pytest.mark.parametrize(
    "trouble",
    [
        {"openid_configuration": (500, {})},
        {"openid_configuration": (302, {})},
        {"token": (307, {})},
        {"jwks": (302, {})},
        {"jwks": (200, {"keys": ["x" * asking.MAX_BYTES]})},
        {"token": (200, b"x" * (asking.MAX_BYTES + 1))},
        {"me": (200, dripping)},
        {"openid_configuration": (200, dripping)},
        {"openid_configuration": (200, dripping_headers)},
        {"token": (200, dripping_headers)},
        {"token": (200, resetting)},
        {"jwks": (200, breaking_off)},
        {"me": (200, dripping_headers)},
        {"token": (200, silent)},
    ],
    ids=lambda one: next(iter(one)),
)
def test_who_does_not_answer_holds_nobody_up(
    trouble: dict[str, Any], client: FlaskClient, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.2)
    monkeypatch.setattr(asking, "READ_SECONDS", 0.2)
    liar.tell(**trouble)
    begun = time.monotonic()
    answer = answer_of(client, liar)
    assert answer.status_code == 502 and "answer" in answer.text
    assert time.monotonic() - begun < 2 and "/elsewhere" not in liar.asked


def test_where_nobody_listens(make_app: Callable[..., Flask]) -> None:
    issuer = f"http://127.0.0.1:{free_port()}"
    app = make_app(OIDC_ISSUER=issuer, OIDC_CLIENT_ID=CLIENT)
    assert app.test_client().get("/login/openid").status_code == 502


def test_nobody_waits_twice_for_who_is_away(client: FlaskClient, liar: Liar) -> None:
    liar.tell(openid_configuration=(500, {}))
    assert [client.get("/login/openid").status_code for _ in range(3)] == [502] * 3
    assert len(liar.asked) == 1


@pytest.mark.parametrize("answer", [silent, dripping, dripping_headers])
def test_strangers_leave_the_site_its_threads(
    answer: Callable[[Handler], None],
    app: Flask,
    client: FlaskClient,
    liar: Liar,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Few wait for a provider that doesn't answer; all others are told so at once."""
    monkeypatch.setattr(asking, "SECONDS", 0.6)
    monkeypatch.setattr(asking, "READ_SECONDS", 0.6)
    liar.tell(openid_configuration=(200, answer))
    held: list[float] = []

    def ask(_: int) -> int:
        begun = time.monotonic()
        status = app.test_client().get("/login/openid").status_code
        held.append(time.monotonic() - begun)
        return status

    with ThreadPoolExecutor(24) as strangers:
        assert set(strangers.map(ask, range(24))) == {502}
    assert len(liar.asked) <= AT_ONCE and max(held) < 5


def test_few_hold_a_thread_while_they_are_answered(
    app: Flask, client: FlaskClient, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "READ_SECONDS", 0.6)
    provider = provider_of(liar.issuer, CLIENT, SECRET)
    _, begun = provider.begin("http://localhost/x")
    liar.tell(token=(200, silent))
    liar.asked.clear()

    def answered(_: int) -> None:
        with pytest.raises(NotThere):
            provider.finish("http://localhost/x", "code", "", begun)

    with ThreadPoolExecutor(12) as strangers:
        list(strangers.map(answered, range(12)))
    assert len(liar.asked) <= AT_ONCE


@pytest.mark.parametrize(
    "url, is_safe",
    [
        ("https://auth.home.example/x", True),
        ("http://127.0.0.1:8/x", True),
        ("http://[::1]:8/x", True),
        ("http://localhost/x", True),
        ("http://auth.home.example/x", False),
        ("http://127.0.0.1.else.example/x", False),
        ("ftp://127.0.0.1/x", False),
        ("//127.0.0.1/x", False),
        ("", False),
    ],
)
def test_what_is_sent_is_encrypted(url: str, is_safe: bool) -> None:
    if is_safe:
        check_url(url)
    else:
        with pytest.raises(NotTrue):
            check_url(url)


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"OIDC_ISSUER": "http://auth.home.example", "OIDC_CLIENT_ID": "x"}, "https"),
        ({"OIDC_ISSUER": "https://auth.home.example"}, "OIDC_CLIENT_ID"),
        ({"OIDC_ISSUER": "auth.home.example", "OIDC_CLIENT_ID": "x"}, "OIDC_ISSUER"),
    ],
)
def test_settings(settings: dict[str, str], said: str, make_app: Callable[..., Flask]) -> None:
    with pytest.raises(StartError, match=said):
        make_app(**settings)
