"""Who is logged in by the header of a reverse proxy, which is believed from there alone."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from app import StartError
from blueprints.http.header_log_in import parse_header_name
from models import Upload, User, Visitor, db
from models.role import State
from tests.conftest import (
    PASSWORD,
    ROOT,
    Server,
    csrf_token,
    free_port,
    key_on,
    lacks,
    log_in,
    make_person,
    path_of,
    sample,
    until,
)

SETTINGS = {"AUTH_HEADER": "Remote-User", "TRUSTED_PROXIES": 1}
ANN = {"Remote-User": "ann"}
PORTAL = "https://auth.home.example/?rd=x"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    app = make_app(**SETTINGS)
    for name in ("ann", "bob"):
        make_person(app, name)
    return app


def asked(client: FlaskClient, name: str | None, path: str = "/settings", **rest: Any) -> Any:
    headers = {} if name is None else {"Remote-User": name}
    return client.get(path, headers=headers, **rest)


def who(client: FlaskClient, name: str | None, **rest: Any) -> str:
    """Who is logged in, as a page says it."""
    page = asked(client, name, "/login" if name is None else "/explore", **rest).text
    return next((one for one in ("ann", "bob", "carl") if f'data-account="{one}"' in page), "")


def test_the_header_says_who_it_is(app: Flask) -> None:
    client = app.test_client()
    assert who(client, "ann") == "ann" and who(client, "ANN") == "ann"
    assert asked(client, "ann").status_code == 200
    assert asked(client, "nobody").status_code == 302
    assert "as nobody, which no account" in asked(client, "nobody", "/login").text


def test_without_the_setting_it_says_nothing(make_app: Callable[..., Flask]) -> None:
    app = make_app(TRUSTED_PROXIES=1)
    make_person(app)
    assert asked(app.test_client(), "ann").status_code == 302


@pytest.mark.parametrize(
    "known, address, believed",
    [
        ("127.0.0.1, ::1", "127.0.0.1", True),
        ("127.0.0.1, ::1", "::1", True),
        ("127.0.0.1, ::1", "::ffff:127.0.0.1", True),
        ("127.0.0.1, ::1", "192.168.1.9", False),
        ("172.18.0.0/16", "172.18.3.4", True),
        ("172.18.0.0/16", "172.19.3.4", False),
        ("172.18.0.0/16", "127.0.0.1", False),
        ("172.18.0.0/16", "", False),
        ("::1", "unix:", False),
    ],
)
def test_only_the_proxy_is_believed(
    known: str, address: str, believed: bool, make_app: Callable[..., Flask]
) -> None:
    """By the address that connects; what others say in X-Forwarded-For is no matter."""
    app = make_app(**SETTINGS, AUTH_HEADER_FROM=known)
    make_person(app)
    environ = {"REMOTE_ADDR": address}
    for forwarded in ({}, {"X-Forwarded-For": "127.0.0.1, 172.18.0.1"}):
        answer = app.test_client().get(
            "/settings", headers={**ANN, **forwarded}, environ_overrides=environ
        )
        assert (answer.status_code == 200) is believed


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"AUTH_HEADER": "Remote-User"}, "TRUSTED_PROXIES"),
        ({**SETTINGS, "AUTH_HEADER": "Remote_User"}, "AUTH_HEADER must be the name"),
        ({**SETTINGS, "AUTH_HEADER_FROM": "everyone"}, "AUTH_HEADER_FROM must be addresses"),
        ({**SETTINGS, "AUTH_HEADER_FROM": ""}, "AUTH_HEADER_FROM must be addresses"),
        ({**SETTINGS, "AUTH_LOGOUT_URL": "javascript:x"}, "AUTH_LOGOUT_URL"),
        ({**SETTINGS, "AUTH_LOGOUT_URL": "//else.example"}, "AUTH_LOGOUT_URL"),
    ],
)
def test_settings_that_could_open_the_door(
    settings: dict[str, Any], said: str, make_app: Callable[..., Flask]
) -> None:
    with pytest.raises(StartError, match=said):
        make_app(**settings)


@pytest.mark.parametrize(
    "text, domain, name",
    [
        ("ann", "", "ann"),
        (" ann ", "", "ann"),
        ("ann, bob", "", None),
        ("ann,ann", "", None),
        ("ann bob", "", None),
        ("", "", None),
        ("ann@home.example", "", None),
        ("ann@home.example", "home.example", "ann"),
        ("ann@HOME.example", "home.example", "ann"),
        ("ann@else.example", "home.example", None),
        ("ann@home.example@else.example", "home.example", None),
        ("ann", "home.example", None),
        ("@home.example", "home.example", None),
        ("a" * 500, "", None),
        ("a", "", None),
        ("\xa0ann", "", None),
        ("ann\x85", "", None),
        ("\tann ", "", "ann"),
        ("ann\x00", "", None),
        ("änn", "", None),
    ],
)
def test_names(text: str, domain: str, name: str | None) -> None:
    assert parse_header_name(text, domain) == name


def test_the_session_follows_the_header(app: Flask) -> None:
    client = app.test_client()
    asked(client, "ann", "/settings")
    token = csrf_token(asked(client, "ann").text)
    assert who(client, "bob") == "bob"
    # a form of ann's is not one of bob's
    form = {"csrf_token": token, "visibility": "private"}
    assert client.post("/settings", data=form, headers={"Remote-User": "bob"}).status_code == 400
    assert asked(client, None).status_code == 302 and who(client, None) == ""


def test_a_form_still_needs_its_token(app: Flask) -> None:
    client = app.test_client()
    asked(client, "ann")
    assert client.post("/settings", data={"visibility": "private"}, headers=ANN).status_code == 400


def test_another_name_ends_a_session_that_began_by_password(app: Flask) -> None:
    client = app.test_client()
    log_in(client, "bob")
    cookie = client.get_cookie("session")
    assert cookie and who(client, "ann") == "ann"
    copied = app.test_client()
    copied.set_cookie("session", cookie.value)
    assert asked(copied, None).status_code == 302  # over on the server, too


@pytest.mark.parametrize("name", ["carl", "bob", "ann, bob", "a", "x" * 400, "\xe4nn"])
@pytest.mark.parametrize("path", ["/settings", "/account", "/image/x", "/images/x.png"])
def test_a_name_of_nobody_here_ends_a_session_by_password_too(
    name: str, path: str, app: Flask
) -> None:
    """Somebody else sits there, whether they have an account, are banned or neither."""
    with app.app_context():
        db.session.execute(db.update(User).where(User.name == "bob").values(state=State.BANNED))
        db.session.commit()
    client = app.test_client()
    log_in(client, "ann")
    assert client.get("/account", headers={"Remote-User": name}).json == {"account": ""}
    assert asked(client, None).status_code == 302  # it is over
    log_in(client, "ann")
    asked(client, name, path)
    assert asked(client, name).status_code == 302
    log_in(client, "ann")
    for nothing in ("", " "):
        assert asked(client, nothing).status_code == 200


def test_who_logs_in_beside_a_name_of_nobody_stays_so_while_it_is_the_same(app: Flask) -> None:
    """Else an admin whom the proxy calls otherwise could not log in."""
    client = app.test_client()
    carl = {"Remote-User": "carl"}
    page = client.get("/login", headers=carl).text
    form = {"csrf_token": csrf_token(page), "name": "ann", "password": PASSWORD}
    assert client.post("/login", data=form, headers=carl).status_code == 302
    assert asked(client, "carl").status_code == 200 and asked(client, None).status_code == 200
    assert asked(client, "dora").status_code == 302 and asked(client, "carl").status_code == 302


def test_a_name_that_no_account_may_have_makes_none(make_app: Callable[..., Flask]) -> None:
    app = make_app(**SETTINGS, AUTH_HEADER_CREATES=True)
    make_person(app, "ann", admin=True)
    for name in ("a", "-x", "_", "x" * 33, "a b", "", "ann\xa0"):
        assert asked(app.test_client(), name).status_code == 302
    with app.app_context():
        assert [one.name for one in User.ordered()] == ["ann"]


def test_a_session_by_password_of_the_same_name_stays(app: Flask) -> None:
    client = app.test_client()
    log_in(client, "ann")
    assert who(client, "ann") == "ann" and who(client, None, follow_redirects=True) == "ann"


def test_files_follow_it_too_and_get_no_cookie(app: Flask) -> None:
    """Also where an older session of somebody else is still there."""
    with app.app_context():
        key = make_person(app, "dora").key
    data = {"source": sample("pixel.png").open("rb"), "visibility": "private"}
    answer: Any = app.test_client().post("/api/1/upload", data=data, headers={"X-API-Key": key})
    path = path_of(answer.json["image"]["url"])
    found = app.test_client().get(path, headers={"Remote-User": "dora"})
    assert found.status_code == 200 and "Set-Cookie" not in found.headers
    client = app.test_client()
    log_in(client, "bob")
    assert client.get(path, headers={"Remote-User": "dora"}).status_code == 200
    assert client.get(path, headers=ANN).status_code == 404
    assert client.get(path).status_code == 404


def test_a_ban_holds(app: Flask) -> None:
    client = app.test_client()
    assert who(client, "ann") == "ann"
    with app.app_context():
        db.session.execute(db.update(User).values(state=State.BANNED))
        db.session.commit()
    assert asked(client, "ann").status_code == 302


def test_accounts_are_made_where_that_is_wished(make_app: Callable[..., Flask]) -> None:
    app = make_app(**SETTINGS, AUTH_HEADER_CREATES=True)
    assert asked(app.test_client(), "carl").status_code == 302  # the first is an admin's
    make_person(app, "ann", admin=True)
    assert asked(app.test_client(), "carl").status_code == 200
    assert asked(app.test_client(), "CARL").status_code == 200
    assert asked(app.test_client(), "x, carl").status_code == 302
    with app.app_context():
        made = [(one.name, one.role) for one in User.ordered()]
    assert made == [("ann", "admin"), ("carl", "user")]
    for password in ("", PASSWORD):
        client = app.test_client()
        form = {"csrf_token": csrf_token(client.get("/login").text), "name": "carl"}
        client.post("/login", data={**form, "password": password})
        assert client.get("/settings").status_code == 302


def test_a_name_that_somebody_shows_is_no_obstacle(make_app: Callable[..., Flask]) -> None:
    app = make_app(**SETTINGS, AUTH_HEADER_CREATES=True)
    make_person(app, "ann", admin=True)
    with app.app_context():
        db.session.execute(db.update(User).values(display_name="Carl"))
        db.session.commit()
    assert asked(app.test_client(), "carl").status_code == 200


def test_log_out_says_where(make_app: Callable[..., Flask]) -> None:
    app = make_app(**SETTINGS, AUTH_LOGOUT_URL="https://auth.home.example/logout")
    make_person(app)
    client = app.test_client()
    form = {"csrf_token": csrf_token(asked(client, "ann").text)}
    page = client.post("/logout", data=form, headers=ANN).text
    assert 'content="0; url=https://auth.home.example/logout"' in page
    log_in(client, "ann")
    form = {"csrf_token": csrf_token(client.get("/settings").text)}
    assert client.post("/logout", data=form).headers["Location"] == "/"


def test_a_page_as_a_stranger_is_one(app: Flask) -> None:
    client = app.test_client()
    dora = make_person(app, "dora")
    image = dora.uploaded("pixel.png", visibility="private", title="Secret boat")
    page = asked(client, "dora", f"/manage/{image['id_encoded']}/stranger").text
    assert "Secret boat" not in page
    with app.app_context():
        assert Upload.find(image["id_encoded"], Visitor.GUEST) is None


# --- as it really runs


class Behind(NamedTuple):
    """``base`` is nginx's, ``key`` one of ann's."""

    server: Server
    base: str
    key: str


class Authelia(BaseHTTPRequestHandler):
    """Says of each request who it is of, as Authelia's address for nginx does: by a cookie."""

    def do_GET(self) -> None:
        who = SimpleCookie(self.headers.get("Cookie", "")).get("who")
        self.send_response(200 if who else 401)
        self.send_header(*(("Remote-User", who.value) if who else ("Location", PORTAL)))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def behind(
    make_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Behind]:
    """A server, and nginx before it as docs/log-in.md puts it there."""
    program = shutil.which("nginx") or lacks("nginx")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    base = f"http://127.0.0.1:{port}"
    server = make_server(PUBLIC_URL=base, **SETTINGS)
    authelia = ThreadingHTTPServer(("127.0.0.1", 0), Authelia)
    threading.Thread(target=authelia.serve_forever, daemon=True).start()
    text = (ROOT / "docs" / "log-in.md").read_text()
    block = text.partition("### nginx with Authelia\n")[2].partition("\nIn the last part")[0]
    block = block.replace("http://127.0.0.1:9091", f"http://127.0.0.1:{authelia.server_port}")
    block = block.replace("http://127.0.0.1:8000", server.base)
    (folder / "proxy_params").write_text(
        "proxy_set_header Host $http_host;\n"
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
        "proxy_set_header X-Forwarded-Proto $scheme;\n"
    )
    temps = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "nginx.conf"
    conf.write_text(f"""daemon off; {"user root;" if os.geteuid() == 0 else ""}
pid {folder}/pid; error_log {folder}/errors;
events {{}}
http {{ access_log off; underscores_in_headers on; {temps}
server {{ listen 127.0.0.1:{port};
{block} }} }}
""")
    with subprocess.Popen([program, "-p", folder, "-c", conf]) as nginx:
        until(lambda: answers(base + "/static/"))
        yield Behind(server, base, key_on(server))
        nginx.send_signal(signal.SIGQUIT)
    authelia.shutdown()
    authelia.server_close()


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 404  # a page of Keepsake's
    except requests.ConnectionError:
        return False


def asks(url: str, who: str = "", **headers: str) -> requests.Response:
    cookies = {"who": who} if who else {}
    return requests.get(url, cookies=cookies, headers=headers, timeout=10, allow_redirects=False)


FORGED = ("Remote-User", "remote-user", "REMOTE_USER", "Remote_User", "Remote-user")


def test_behind_nginx(behind: Behind) -> None:
    base = behind.base
    url = base + "/settings"
    assert asks(url, "ann").status_code == 200
    assert asks(url).headers["Location"] == PORTAL
    for name in FORGED:
        assert asks(url, **{name: "ann"}).headers["Location"] == PORTAL, name
        assert asks(url, "ann", **{name: "nobody"}).status_code == 200, name
        assert asks(url, "nobody", **{name: "ann"}).status_code == 302, name
    with requests.Session() as ann:
        ann.cookies.set("who", "ann")
        form = {"csrf_token": csrf_token(ann.get(url, timeout=10).text)}
        assert ann.post(base + "/settings/sessions/end", data=form, timeout=10).ok
        assert ann.post(base + "/settings/sessions/end", timeout=10).status_code == 400


def test_what_nginx_lets_pass(behind: Behind) -> None:
    """Links and keys work without a log-in, and a forged header is worth nothing there."""
    base, key = behind.base, behind.key
    files = {"source": sample("pixel.png").open("rb")}
    private = {"visibility": "private"}
    image = requests.post(
        base + "/api/1/upload", files=files, data=private, headers={"X-API-Key": key}, timeout=30
    ).json()["image"]
    for url in (image["url"], image["url_viewer"]):
        assert asks(url).status_code == 404
        for name in FORGED:
            assert asks(url, **{name: "ann"}).status_code == 404, (url, name)


@pytest.mark.parametrize(
    "lines, is_ann",
    [
        ([b"Remote-User: ann"], True),
        ([b"remote-user:ann"], True),
        ([b"Remote_User: ann"], False),
        ([b"REMOTE_USER: ann"], False),
        ([b"Remote-User: ann", b"Remote-User: bob"], False),
        ([b"Remote-User: bob", b"Remote-User: ann"], False),
        ([b"Remote-User: ann", b"Remote-User: ann"], False),
        ([b"Remote-User: bob", b"Remote_User: ann"], False),
        ([b"Remote-User: ann", b"Remote_User: bob"], True),
        ([b"Remote-User: ann, bob"], False),
        ([b"Remote-User:"], False),
        ([b"Remote-User : ann"], False),
        ([b"X: y\nRemote-User: ann"], False),
    ],
)
def test_lines_as_they_come(lines: list[bytes], is_ann: bool, behind: Behind) -> None:
    """From the address of the proxy itself, where a proxy passes on what it should not have."""
    server = behind.server
    host, _, port = server.base.removeprefix("http://").partition(":")
    head = [b"GET /settings HTTP/1.1", b"Host: x", b"Connection: close", *lines, b"", b""]
    with socket.create_connection((host, int(port)), timeout=10) as sent:
        sent.sendall(b"\r\n".join(head))
        with sent.makefile("rb") as answer:
            assert (b" 200 " in answer.readline()) is is_ann


def test_nothing_of_it_is_kept(app: Flask) -> None:
    """The header has to come again with each request: the cookie alone opens nothing."""
    client = app.test_client()
    assert asked(client, "ann").status_code == 200
    assert asked(client, None).status_code == 302
