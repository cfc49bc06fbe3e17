"""Keepsake behind nginx and Caddy as `deploy/` configures them: what they serve by themselves, and
what they must not.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import socket
import ssl
from pathlib import Path

import pytest
import requests
from PIL import Image

from blueprints.http.stored_file import FOR_EVERYBODY, HARMLESS
from media.formats import MIME_BY_EXTENSION
from tests.conftest import PASSWORD, csrf_token, path_of, picture_paths, sample, until
from tests.deploy.conftest import Echo, Home
from tests.deploy.proxies import DEPLOY, IS_ROOT, NAME

OF_EVERY_FILE = dict([*HARMLESS, FOR_EVERYBODY])
# What only says which program answered, and how.
OF_PROGRAMS = {
    "server", "via", "alt-svc", "connection", "date", "etag", "accept-ranges", "x-request-id",
}  # fmt: skip


def is_from_proxy(answer: requests.Response) -> bool:
    """Keepsake's own answers have an id, or an ETag with nanoseconds, and Caddy leaves its name."""
    is_ours = re.match(r'"[0-9a-f]{14,}-', answer.headers.get("ETag", ""))
    return (
        not is_ours
        and not {"X-Request-Id"} & {*answer.headers}
        and ("Keepsake" not in answer.headers["Server"])
    )


# --- what they serve


@pytest.mark.parametrize("file", ["nginx.conf", "Caddyfile"])
def test_every_format_is_served_with_its_type(file: str) -> None:
    text = (DEPLOY / file).read_text()
    named = re.search(r"\.\(\??:?([a-z0-9|]+)\)\$", text)
    assert named and sorted(named[1].split("|")) == sorted(MIME_BY_EXTENSION)
    rows = re.findall(r"^\t{3}(\w+) (\w+/[\w-]+)$", text, re.MULTILINE)  # Caddy
    for mime, names in re.findall(r"^ {12}(\w+/[\w-]+) ([\w ]+);$", text, re.MULTILINE):
        rows += [(name, mime) for name in names.split()]
    assert dict(rows) == MIME_BY_EXTENSION and len(rows) == len(MIME_BY_EXTENSION)


@pytest.mark.parametrize("name", ["plain.jpg", "alpha.png", "still.webp",
                                  "still.avif", "iphone.heic", "clip.mp4"])  # fmt: skip
def test_public_files_come_from_the_proxy_as_from_keepsake(home: Home, name: str) -> None:
    image = home.upload(name, sample(name).read_bytes())
    for size in ("image", "thumb", "medium"):
        if image.get(size) and image[size]["url"]:
            path = path_of(image[size]["url"])
            there, here = home.get(path), requests.get(home.server.base + path, timeout=30)
            assert there.status_code == 200 and is_from_proxy(there), there.headers
            assert there.content == here.content
            same = {*OF_EVERY_FILE, "Content-Type", "Content-Length", "Last-Modified"}
            assert {one: there.headers.get(one) for one in same} == {
                one: here.headers.get(one) for one in same
            }
            assert {one: there.headers[one] for one in OF_EVERY_FILE} == OF_EVERY_FILE
            names, ours = ({name.lower() for name in one.headers} for one in (there, here))
            assert names ^ ours <= OF_PROGRAMS  # none more, and none less


def test_60_mb_go_in_and_come_out(home: Home) -> None:
    side, buffer = 4400, io.BytesIO()
    noise = Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))
    noise.save(buffer, "JPEG", quality=100, subsampling=0)
    data = buffer.getvalue()
    assert len(data) > 60_000_000
    answer = home.get(path_of(home.upload("noise.jpg", data)["image"]["url"]))
    assert is_from_proxy(answer) and answer.content == data


@pytest.fixture(scope="module")
def path(home: Home) -> str:
    """Of a public photo."""
    return path_of(home.upload("plain.jpg", sample("plain.jpg").read_bytes())["image"]["url"])


def test_ranges_head_and_unchanged_files(home: Home, path: str) -> None:
    whole = home.get(path)
    part = home.get(path, headers={"Range": "bytes=100-199"})
    assert part.status_code == 206 and part.content == whole.content[100:200]
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.content)}"
    assert home.get(path, headers={"Range": "bytes=99999999-"}).status_code == 416
    head = home.session.head(home.proxy.base + path, timeout=20)
    assert head.headers["Content-Length"] == str(len(whole.content)) and not head.content
    again = home.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304 and is_from_proxy(again)
    assert again.headers["Cache-Control"] == FOR_EVERYBODY[1]


def test_other_methods_change_nothing(home: Home, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = home.session.request(method, home.proxy.base + path, data=b"x", timeout=20)
        assert answer.status_code in (403, 404, 405), (method, answer.status_code)
    assert home.get(path).status_code == 200


def test_what_the_proxy_does_not_know_is_a_download_from_keepsake(home: Home, path: str) -> None:
    folder = home.server.data / "public" / Path(path[1:]).parent
    for name in ("page.html", "drawing.svg", "noname", "script.js", "x.jpeg.php"):
        (folder / name).write_text("<script>alert(1)</script>")
        answer = home.get(f"{Path(path).parent}/{name}")
        assert not is_from_proxy(answer)
        assert answer.status_code == 404 or (
            answer.headers["Content-Disposition"] == "attachment"
            and answer.headers["X-Content-Type-Options"] == "nosniff"
            and "sandbox" in answer.headers["Content-Security-Policy"]
        )


# --- what they must not serve


def private_file(home: Home) -> tuple[str, bytes]:
    """Its path, and its bytes."""
    data = sample("screenshot.png").read_bytes()
    image = home.upload("screenshot.png", data, visibility="private")
    path = path_of(image["image"]["url"])
    return path, (home.server.data / "private" / path[1:]).read_bytes()


def test_no_path_leads_to_a_private_file(home: Home, path: str) -> None:
    """Sent as they stand here, as every client tidies them up."""
    secret, content = private_file(home)
    rest = secret.removeprefix("/images/")
    folder = Path(path).parent.as_posix()
    up = "/".join([".."] * folder.count("/"))
    tries = [
        secret,
        f"/images/../private{secret}",
        f"/images/..%2fprivate{secret}",
        f"/images/%2e%2e/private{secret}",
        f"/images/%2e%2e%2fprivate%2fimages%2f{rest.replace('/', '%2f')}",
        f"/images/..%5cprivate{secret}",
        f"/images/..;/private{secret}",
        f"/images//../../private{secret}",
        f"{folder}/{up}/private{secret}",
        f"{folder}/{up}/../private{secret}",
        f"{folder}/%2e%2e/%2e%2e/%2e%2e/%2e%2e/private{secret}",
        f"/images/%252e%252e/private{secret}",
        f"/images/.%00./private{secret}",
        f"/private{secret}",
        f"//private{secret}",
        f"/images/./../../private{secret}",
        "/images/../../keepsake.sqlite3",
        "/images/../../secret_key",
        "/images/../.keepsake",
        "/images/../../config.toml#.jpeg",
        f"/images/../../private{secret}%00.jpeg",
    ]
    for one in tries:
        request = (
            f"GET {one} HTTP/1.1\r\nHost: {NAME}:{home.proxy.port}\r\nConnection: close\r\n\r\n"
        )
        answer = home.proxy.raw(request.encode())
        head = answer.partition(b"\r\n\r\n")[0]
        assert content[:2000] not in answer, one
        assert re.match(rb"HTTP/1.1 (30[1278]|400|403|404|405) ", head), (one, head)


@pytest.mark.skipif(not IS_ROOT, reason="the proxy would run as who runs the tests")
def test_no_link_in_the_public_folder_leads_to_a_private_file(home: Home, path: str) -> None:
    secret, _ = private_file(home)
    link = home.server.data / "public" / Path(path[1:]).parent / "link.png"
    link.symlink_to(home.server.data / "private" / secret[1:])
    answer = home.get(f"{Path(path).parent}/link.png")
    assert not is_from_proxy(answer)
    link.unlink()


def test_made_private_or_deleted_it_is_gone_at_once(home: Home) -> None:
    image = home.upload("lake.jpg", sample("iphone-gps-8mp.jpg").read_bytes())
    managed = f"{home.proxy.base}/api/2/uploads/{image['id_encoded']}"
    key = {"X-API-Key": home.key}
    for visibility, is_open in (("private", False), ("unlisted", True), ("members", False)):
        changed = home.session.patch(managed, json={"visibility": visibility}, headers=key)
        assert changed.status_code == 200, changed.text
        for path in picture_paths(image):
            answer = home.get(path)
            assert (answer.status_code == 200, is_from_proxy(answer)) == (is_open, is_open), path
    home.session.patch(managed, json={"visibility": "public"}, headers=key)
    paths = picture_paths(image)
    assert all(is_from_proxy(home.get(path)) for path in paths)
    assert home.session.delete(managed, headers=key).status_code == 204
    assert all(home.get(path).status_code in (404, 410) for path in paths)


@pytest.mark.skipif(not IS_ROOT, reason="the proxy would run as who runs the tests")
def test_of_a_private_site_nothing_is_served(home: Home, path: str) -> None:
    home.server.command("settings", "set", "PRIVATE_SITE", "true")
    try:
        _until_status(home, path, 404)
        assert not is_from_proxy(home.get(path))
    finally:
        home.server.command("settings", "set", "PRIVATE_SITE", "false")
    _until_status(home, path, 200)
    assert is_from_proxy(home.get(path))


def _until_status(home: Home, path: str, status: int) -> None:
    until(lambda: home.get(path).status_code == status)


# --- what Keepsake hears


FORGED = "198.51.100.77"


def test_what_strangers_say_of_themselves_is_not_believed(echo: Echo) -> None:
    fields = echo.heard(
        X_Forwarded_For=FORGED,
        X_Forwarded_Proto="http",
        X_Forwarded_Host="evil.example",
        X_Forwarded_Prefix="/evil",
        X_Forwarded_Port="1",
        X_Request_Id="chosen-by-them",
    )
    own = f"{NAME}:{echo.proxy.port}"
    assert fields["host"] == own and fields["x-forwarded-host"] == own
    assert fields["x-forwarded-proto"] == "https"
    assert fields["x-forwarded-for"].rpartition(",")[2].strip() in ("127.0.0.1", "::1")
    assert "x-forwarded-prefix" not in fields
    assert re.fullmatch(r"[0-9a-f-]{32,36}", fields["x-request-id"])


def test_a_path_is_handed_on_as_it_is(echo: Echo) -> None:
    for path in ("/tag/a%2Fb?x=%20y&z", "/image/a.b~c", "/api/1/upload/?source=http%3A%2F%2Fa"):
        answer = echo.proxy.session().get(echo.proxy.base + path, timeout=20)
        assert answer.json()["path"] == path


def test_many_connections_of_one_address_are_refused_by_nginx(echo: Echo) -> None:
    """Caddy, as Debian has it, has no such limit; docs/deploying.md says so."""
    if echo.proxy.name != "nginx":
        return
    context = ssl.create_default_context(cafile=str(echo.proxy.trust))
    ask = f"GET /wait HTTP/1.1\r\nHost: {NAME}:{echo.proxy.port}\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        for _ in range(260):
            plain = socket.create_connection((NAME, echo.proxy.port), 20)
            secure = stack.enter_context(context.wrap_socket(plain, server_hostname=NAME))
            secure.sendall(ask)
        assert echo.proxy.session().get(echo.proxy.base + "/", timeout=20).status_code == 429
        echo.go.set()


# --- all of it


def test_http_leads_to_https(home: Home) -> None:
    address = f"http://{NAME}:{home.proxy.http_port}/image/x?y=z"
    answer = requests.get(address, allow_redirects=False, timeout=20)
    assert answer.status_code in (301, 308)
    assert re.fullmatch(rf"https://{NAME}(:\d+)?/image/x\?y=z", answer.headers["Location"])


def test_nobody_is_given_another_protocol(home: Home) -> None:
    fields = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "eA=="}
    answer = home.get("/login", headers=fields)
    assert answer.status_code in (200, 400) and "Upgrade" not in answer.headers


def log_in(home: Home) -> requests.Session:
    session = home.proxy.session()
    form = session.get(home.proxy.base + "/login", timeout=30).text
    fields = {"csrf_token": csrf_token(form), "name": "ann", "password": PASSWORD}
    headers = {"Referer": home.proxy.base + "/login"}
    done = session.post(home.proxy.base + "/login", data=fields, headers=headers, timeout=30)
    assert done.status_code == 200, done.text
    return session


def test_the_check_of_the_site_finds_nothing_wrong(home: Home, path: str) -> None:
    session, address = log_in(home), home.proxy.base + "/admin/check"
    fields = {"csrf_token": csrf_token(session.get(address, timeout=30).text), "wait": "0"}
    done = session.post(address, data=fields, headers={"Referer": address}, timeout=120)
    part = done.text.partition('id="outside"')[2].partition("</section>")[0]
    rows = re.findall(r'<li class="(\w+)">.*?<strong>([^<]*)</strong>', part, re.DOTALL)
    found = {title: verdict for verdict, title in rows}
    assert found.pop("From HTTP to HTTPS") == "hint"  # it asks port 80
    assert len(found) == 16 and {*found.values()} == {"good"}, found
    assert done.text.count("Everything it reads is there.") == 5
