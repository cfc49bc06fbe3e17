from __future__ import annotations

import errno
import select
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from media.errors import FetchRefused, FileTooBig, NotPublic, OwnHost
from media.intake import fetch
from media.intake.public_address import is_public
from media.intake.spool import Spool
from tests.conftest import sample


def refused(url: str, tmp_path: Path, own: tuple[str, ...] = ("home.example",)) -> str:
    spool = Spool(tmp_path, 1_000_000)
    try:
        with pytest.raises(FetchRefused) as caught:
            fetch.fetch(url, spool, own_hosts=own)
    finally:
        spool.discard()
    return caught.value.message


@pytest.mark.parametrize("url", [
    "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://127.1/", "http://0/", "http://[::1]/",
    "http://[::ffff:127.0.0.1]/", "http://127.0.0.1.:8000/", "http://１２７.０.０.１/",
])  # fmt: skip
def test_every_spelling_of_this_machine(url: str, tmp_path: Path) -> None:
    assert refused(url, tmp_path) == NotPublic.message


def test_own_host_and_schemes(tmp_path: Path) -> None:
    assert refused("https://HOME.example./a.jpg", tmp_path) == OwnHost.message
    assert refused("ftp://a.example/b.jpg", tmp_path) == "Unsupported URL scheme `ftp`"
    assert refused("file:///etc/passwd", tmp_path) == "Unsupported URL scheme `file`"
    assert "malformed" in refused("http://a.example:99999/", tmp_path)
    assert "malformed" in refused("http://a b/", tmp_path)
    assert "unknown" in refused("http://nowhere.invalid/a.jpg", tmp_path)


class Site(BaseHTTPRequestHandler):
    host = ""  # that the last request was for
    head = b""  # of the answer at /raw

    def do_GET(self) -> None:
        Site.host = self.headers["Host"]
        kind, _, rest = self.path.strip("/").partition("/")
        if kind == "hop":
            left = int(rest)
            self.redirect(f"/hop/{left - 1}" if left else "/file/My%20photo.jpg")
        elif kind == "inside":
            self.redirect("http://192.168.1.1/secret.jpg")
        elif kind == "scheme":
            self.redirect("file:///etc/passwd")
        elif kind == "raw":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" + Site.head + b"\r\n\r\nzz\r\nx")
        elif kind == "to":
            self.redirect(unquote(rest))
        elif kind == "named":
            self.send_response(200)
            self.send_header(
                "Content-Disposition", unquote(rest.partition("/")[0]).encode().decode("latin-1")
            )
            self.end_headers()
            self.wfile.write(b"x")
        elif kind == "circle":
            self.redirect("/circle")
        elif kind in ("file", "host"):
            data = sample("plain.jpg").read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        elif kind == "endless":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                pass
        elif kind == "short":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"x" * 10)
        elif kind == "drip":
            self.send_response(200)
            try:
                for _ in range(100):
                    self.wfile.write(b"X: y\r\n")
                    self.wfile.flush()
                    select.select([self.connection], [], [], 0.1)  # until nobody reads any more
            except OSError:
                pass
        else:
            self.send_error(404)

    def redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to.encode().decode("latin-1"))
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A site on this machine, which counts as a public address here: no other is to be had."""
    really_public = is_public
    monkeypatch.setattr(
        fetch, "is_public", lambda address: str(address) == "127.0.0.1" or really_public(address)
    )
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


def test_a_file_through_five_redirects(base: str, tmp_path: Path) -> None:
    spool = fetch.fetch(f"{base}/hop/4", Spool(tmp_path, 1_000_000), own_hosts=())
    assert spool.path.read_bytes() == sample("plain.jpg").read_bytes()
    assert spool.filename == "My photo.jpg"


def test_a_sixth_redirect_is_one_too_many(base: str, tmp_path: Path) -> None:
    assert "more than 5 redirects" in refused(f"{base}/hop/5", tmp_path)


def test_each_hop_is_checked(base: str, tmp_path: Path) -> None:
    assert refused(f"{base}/inside", tmp_path) == NotPublic.message
    assert refused(f"{base}/scheme", tmp_path) == "Unsupported URL scheme `file`"


@pytest.mark.parametrize("location", [
    "", "http://[::1", "//[", "http://ä..example/", "http://user@a.example/",
    "http://a.example:99999/", "http://" + "a" * 64 + ".example/", "http://xn--.example:x/",
    "/to/..%2F..", "http://[::1]:x/",
])  # fmt: skip
def test_a_redirect_that_leads_nowhere_is_refused(base: str, tmp_path: Path, location: str) -> None:
    assert refused(f"{base}/to/{quote(location, safe='')}", tmp_path)


def test_redirects_in_a_circle(base: str, tmp_path: Path) -> None:
    assert "more than 5 redirects" in refused(f"{base}/circle", tmp_path)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("/file/a b.jpg", "a b.jpg"),
        ("/file/ä.jpg?x=/y", "ä.jpg"),
        ("/file/..%2F..%5Cetc%2Fpasswd", "passwd"),
        ("/file/a%0D%0AX:%20b.jpg", "aX: b.jpg"),
        ("/file/a%00.jpg", "a.jpg"),
        ("/file/%ff.jpg", "\ufffd.jpg"),
        ("/file/", ""),
        ("/named/" + quote('attachment; filename="../../x y.jpg"', safe=""), "x y.jpg"),
        ("/named/" + quote('inline; filename="ä.jpg"'), "ä.jpg"),
        ("/named/" + quote("attachment; filename*=UTF-8''a%2F%C3%A4%0D.jpg"), "ä.jpg"),
        ("/named/" + quote("attachment"), "attachment"),
        ("/named/" + quote("attachment; filename*=nonsense''%E4.jpg") + "/z", "ä.jpg"),
    ],
)
def test_the_name_of_a_fetched_file(base: str, tmp_path: Path, url: str, name: str) -> None:
    spool = fetch.fetch(base + url, Spool(tmp_path, 1_000_000), own_hosts=())
    assert spool.filename == name


def test_a_name_in_another_script_is_asked_for_as_punycode(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    real = socket.getaddrinfo

    def resolve(host: str, *args: Any, **kwargs: Any) -> object:
        if not host.endswith(".example"):
            return real(host, *args, **kwargs)
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    port = base.rpartition(":")[2]
    fetch.fetch(f"http://bücher.example:{port}/host", Spool(tmp_path, 1_000_000), own_hosts=())
    assert asked == ["xn--bcher-kva.example"] and Site.host == f"xn--bcher-kva.example:{port}"


def test_broken_answers(base: str, tmp_path: Path) -> None:
    assert "answers 404" in refused(f"{base}/missing", tmp_path)
    assert "ends too early" in refused(f"{base}/short", tmp_path)


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: x",
        b"Content-Length: -1",
        b"Content-Length: " + b"9" * 5000,
        b"Transfer-Encoding: chunked\r\nX: y",
        b"X: " + b"y" * 70_000,
        b"\r\n".join(b"X: y" for _ in range(200)),
        b"\xff\xfe: \x00",
        b"Content-Length: 1\r\nTransfer-Encoding: chunked",
    ],
)
def test_any_answer_is_taken_or_refused(base: str, tmp_path: Path, head: bytes) -> None:
    spool = Spool(tmp_path, 1_000_000)
    Site.head = head
    try:
        fetch.fetch(f"{base}/raw", spool, own_hosts=())
    except (FetchRefused, FileTooBig):
        pass
    spool.discard()


def test_a_fault_of_the_disk_is_not_told_as_one_of_the_address(base: str, tmp_path: Path) -> None:
    class Failing(Spool):
        def write(self, data: bytes) -> None:
            raise OSError(errno.EIO, "I/O error")

    with pytest.raises(OSError, match="I/O error"):
        fetch.fetch(f"{base}/file/a.jpg", Failing(tmp_path, 1_000_000), own_hosts=())


def test_the_limit_holds_while_streaming(base: str, tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1_000_000)
    with pytest.raises(FileTooBig):
        fetch.fetch(f"{base}/endless", spool, own_hosts=())
    spool.discard()
    with pytest.raises(FileTooBig):  # by its declared length, before a byte is read
        fetch.fetch(f"{base}/file/a.jpg", Spool(tmp_path, 1000), own_hosts=())


def test_an_answer_that_drips_is_cut_off(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "TOTAL_SECONDS", 0.5)
    started = time.monotonic()
    refused(f"{base}/drip", tmp_path)
    assert time.monotonic() - started < 3


def test_a_name_is_resolved_once_and_that_address_used(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers with a public address first and a private one after
    (rebinding).
    """
    answers = iter([[(2, 1, 6, "", ("127.0.0.1", 0))], [(2, 1, 6, "", ("192.168.1.1", 0))]])
    asked = []
    real = socket.getaddrinfo

    def resolve(host: str, *args: Any, **kwargs: Any) -> object:
        if host == "rebind.example":
            asked.append(host)
            return next(answers)
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    port = base.rpartition(":")[2]
    spool = fetch.fetch(
        f"http://rebind.example:{port}/file/a.jpg", Spool(tmp_path, 1_000_000), own_hosts=()
    )
    assert spool.size == sample("plain.jpg").stat().st_size
    assert asked == ["rebind.example"]


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *a, **k: [(2, 1, 6, "", ("1.1.1.1", 0)), (2, 1, 6, "", ("10.0.0.1", 0))],
    )
    with pytest.raises(FetchRefused, match="non-public"):
        fetch.public_addresses("mixed.example", 80)
