from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from media import fetch
from media.errors import FetchRefused, FileTooBig
from media.source import Spool
from tests.conftest import sample


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
    "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:192.168.1.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::c0a8:101", "64:ff9b:1::1",
    "2002:7f00:1::", "2002:c0a8:101::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
])
def test_addresses_that_are_not_public(address: str) -> None:
    assert not fetch.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_public_addresses(address: str) -> None:
    assert fetch.is_public(ipaddress.ip_address(address))


def refused(url: str, tmp_path: Path, own: tuple[str, ...] = ("home.example",)) -> str:
    spool = Spool(tmp_path, 1_000_000)
    try:
        with pytest.raises(FetchRefused) as caught:
            fetch.fetch(url, spool, own_hosts=own)
    finally:
        spool.discard()
    return caught.value.message


@pytest.mark.parametrize("url", [
    "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/",
    "http://0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://user@127.0.0.1:80/", "http://127.0.0.1.:8000/",
])
def test_every_spelling_of_this_machine(url: str, tmp_path: Path) -> None:
    assert refused(url, tmp_path) == fetch.NOT_PUBLIC


def test_own_host_and_schemes(tmp_path: Path) -> None:
    assert refused("https://HOME.example./a.jpg", tmp_path) == fetch.OWN_HOST
    assert refused("ftp://a.example/b.jpg", tmp_path) == "Unsupported URL scheme `ftp`"
    assert refused("file:///etc/passwd", tmp_path) == "Unsupported URL scheme `file`"
    assert "malformed" in refused("http://a.example:99999/", tmp_path)
    assert "malformed" in refused("http://a b/", tmp_path)
    assert "unknown" in refused("http://nowhere.invalid/a.jpg", tmp_path)


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, _, rest = self.path.strip("/").partition("/")
        if kind == "hop":
            left = int(rest)
            self.redirect(f"/hop/{left - 1}" if left else "/file/My%20photo.jpg")
        elif kind == "inside":
            self.redirect("http://192.168.1.1/secret.jpg")
        elif kind == "scheme":
            self.redirect("file:///etc/passwd")
        elif kind == "file":
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
                    time.sleep(0.1)
            except OSError:
                pass
        else:
            self.send_error(404)

    def redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A site on this machine, which counts as a public address here: no other is to be had."""
    really_public = fetch.is_public
    monkeypatch.setattr(fetch, "is_public", lambda address: str(address) == "127.0.0.1" or really_public(address))
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
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
    assert refused(f"{base}/inside", tmp_path) == fetch.NOT_PUBLIC
    assert refused(f"{base}/scheme", tmp_path) == "Unsupported URL scheme `file`"


def test_broken_answers(base: str, tmp_path: Path) -> None:
    assert "answers 404" in refused(f"{base}/missing", tmp_path)
    assert "ends too early" in refused(f"{base}/short", tmp_path)


def test_the_limit_holds_while_streaming(base: str, tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1_000_000)
    with pytest.raises(FileTooBig):
        fetch.fetch(f"{base}/endless", spool, own_hosts=())
    spool.discard()
    with pytest.raises(FileTooBig):  # by its declared length, before a byte is read
        fetch.fetch(f"{base}/file/a.jpg", Spool(tmp_path, 1000), own_hosts=())


def test_an_answer_that_drips_is_cut_off(base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "TOTAL_SECONDS", 0.5)
    started = time.monotonic()
    refused(f"{base}/drip", tmp_path)
    assert time.monotonic() - started < 3


def test_a_name_is_resolved_once_and_that_address_used(base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers with a public address first and a private one after (rebinding)."""
    answers = iter([[(2, 1, 6, "", ("127.0.0.1", 0))], [(2, 1, 6, "", ("192.168.1.1", 0))]])
    asked = []
    real = fetch.socket.getaddrinfo

    def resolve(host: str, *args: object, **kwargs: object) -> object:
        if host == "rebind.example":
            asked.append(host)
            return next(answers)
        return real(host, *args, **kwargs)

    monkeypatch.setattr(fetch.socket, "getaddrinfo", resolve)
    port = base.rpartition(":")[2]
    spool = fetch.fetch(f"http://rebind.example:{port}/file/a.jpg", Spool(tmp_path, 1_000_000), own_hosts=())
    assert spool.size == sample("plain.jpg").stat().st_size
    assert asked == ["rebind.example"]


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch.socket, "getaddrinfo",
                        lambda *a, **k: [(2, 1, 6, "", ("1.1.1.1", 0)), (2, 1, 6, "", ("10.0.0.1", 0))])
    with pytest.raises(FetchRefused, match="non-public"):
        fetch.public_addresses("mixed.example", 80)
