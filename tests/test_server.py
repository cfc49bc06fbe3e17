"""A server as it really runs: started by its command, spoken to over HTTP."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import AS_IT_RUNS, PASSWORD, ROOT, Server, sample, until

SOAK = os.environ.get("SOAK") == "1"

needs_curl = pytest.mark.skipif(
    not shutil.which("curl") and os.environ.get("CI") != "true", reason="no curl here"
)


@pytest.fixture(scope="module")
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(how=AS_IT_RUNS)


def curl(*words: str) -> str:
    return subprocess.run(
        ["curl", "-sS", *words], capture_output=True, text=True, check=True, timeout=60
    ).stdout


def rss_kb(server: Server) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


@needs_curl
def test_curl_as_on_the_api_page(server: Server, server_key: str) -> None:
    photo = sample("iphone-gps-8mp.jpg")  # over 1 MB: curl sends Expect: 100-continue
    answer = json.loads(
        curl(
            "--fail-with-body",
            "-X",
            "POST",
            "-H",
            f"X-API-Key: {server_key}",
            "-H",
            "Content-Type: multipart/form-data",
            "-F",
            f"source=@{photo}",
            server.base + "/api/1/upload",
        )
    )
    assert answer["status_code"] == 200
    assert answer["image"]["url"].startswith(server.base + "/images/")
    text = curl(
        "-F", f"source=@{photo}", "-F", "format=txt", f"{server.base}/api/1/upload?key={server_key}"
    )
    assert requests.head(text, timeout=10).status_code == 200
    followed = curl(
        "-L",
        "-o",
        os.devnull,
        "-w",
        "%{url_effective} %{http_code}",
        "-F",
        f"source=@{photo}",
        "-F",
        f"key={server_key}",
        "-F",
        "format=redirect",
        server.base + "/api/1/upload",
    )
    assert followed.startswith(server.base + "/image/") and followed.endswith(" 200")
    broken = subprocess.run(
        [
            "curl",
            "-sS",
            "--fail-with-body",
            "-F",
            f"source=@{sample('text-as.jpg')}",
            "-H",
            f"X-API-Key: {server_key}",
            server.base + "/api/1/upload",
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert broken.returncode == 22 and json.loads(broken.stdout)["error"]["code"] == 610
    assert curl("-X", "DELETE", answer["image"]["delete_url"]).startswith('{"status_code":200')


def test_sixteen_clients_at_once(server: Server, server_key: str) -> None:
    names = [
        "pixel.png",
        "alpha.png",
        "canon-40d.jpg",
        "plain.jpg",
        "still.webp",
        "animated.gif",
        "iphone-gps-8mp.jpg",
        "screenshot.png",
    ]
    jobs = [names[n % len(names)] for n in range(32)]
    session = threading.local()

    def send(name: str) -> dict[str, Any]:
        if not hasattr(session, "http"):
            session.http = requests.Session()
        answer = session.http.post(
            server.base + "/api/1/upload",
            files={"source": (name, sample(name).open("rb"))},
            headers={"X-API-Key": server_key},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        image: dict[str, Any] = answer.json()["image"]
        return image

    with ThreadPoolExecutor(16) as pool:
        images = list(pool.map(send, jobs))
    assert (
        len({image["id_encoded"] for image in images})
        == len({image["url"] for image in images})
        == 32
    )
    for name, image in zip(jobs, images, strict=True):
        served = requests.get(image["url"], timeout=10).content
        assert hashlib.md5(served).hexdigest() == image["checksum"] and len(served) == image["size"]
        if image["source_checksum"] is None:
            assert served == sample(name).read_bytes()
        assert (
            server.data / "public" / image["url"].partition(server.base + "/")[2]
        ).read_bytes() == served
        assert requests.get(image["thumb"]["url"], timeout=10).status_code == 200
    assert not [path for path in (server.data / "tmp").iterdir() if path.name.startswith("spool")]


def test_memory_stays_flat_while_much_arrives(make_server: Callable[..., Server]) -> None:
    """500 MB with SOAK=1."""
    server = make_server()
    server.command("user", "create", "ann", "--password-stdin", stdin=PASSWORD + "\n")
    key = server.command("key", "create", "ann")
    photo = sample("plain.jpg").read_bytes()
    requests.post(
        server.base + "/api/1/upload",
        files={"source": ("a.jpg", photo)},
        headers={"X-API-Key": key},
        timeout=30,
    )
    before = rss_kb(server)
    size = 500_000_000 if SOAK else 200_000_000

    def body(head: bytes, tail: bytes) -> Any:
        yield head + photo
        left = size - len(photo)
        while left > 0:
            yield bytes(min(left, 1 << 20))
            left -= 1 << 20
        yield tail

    head = b'--b\r\nContent-Disposition: form-data; name="source"; filename="big.jpg"\r\n\r\n'
    answer = requests.post(
        server.base + "/api/1/upload",
        data=body(head, b"\r\n--b--\r\n"),
        timeout=120,
        headers={"X-API-Key": key, "Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code in (200, 400), answer.text
    text = requests.post(
        server.base + "/api/1/upload",
        data=(b"source=" if n == 0 else b"QUFB" * 250_000 for n in range(300 if SOAK else 120)),
        timeout=120,
        headers={"X-API-Key": key, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert text.json()["error"]["code"] == 610
    added = rss_kb(server) - before
    assert added < 64 * 1024, f"{added} kB more at the peak"


@pytest.mark.parametrize("how", ["declared", "chunked", "expect"])
def test_a_body_over_the_limit_is_cut_off_as_it_arrives(
    how: str, make_server: Callable[..., Server]
) -> None:
    server = make_server(MAX_UPLOAD_MB=1)
    host, port = server.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as sock:
        head = (
            f"POST /api/1/upload HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; "
            "boundary=b\r\n"
        )
        head += {
            "declared": "Content-Length: 900000000\r\n\r\n",
            "chunked": "Transfer-Encoding: chunked\r\n\r\n",
            "expect": "Content-Length: 900000000\r\nExpect: 100-continue\r\n\r\n",
        }[how]
        sock.sendall(head.encode())
        sent = 0
        if how != "expect":
            piece = bytes(65536)
            while sent < 5_000_000:  # more than the limit, far less than what was announced
                sock.sendall(b"10000\r\n" + piece + b"\r\n" if how == "chunked" else piece)
                sent += len(piece)
        answer = b""
        while part := sock.recv(65536):
            answer += part
    status, _, rest = answer.partition(b"\r\n")
    assert status == b"HTTP/1.1 413 Request Entity Too Large", answer[:200]
    assert json.loads(rest.partition(b"\r\n\r\n")[2]) == {
        "status_code": 413,
        "error": {"message": "File too big - max 1 MB", "code": 400},
        "status_txt": "Request Entity Too Large",
    }
    assert b"access-control-allow-origin: *" in rest.lower()
    temp = [path for path in (server.data / "tmp").iterdir() if path.name[:7] != "doctor-"]
    assert sum(path.stat().st_size for path in temp) == 0


def test_a_body_that_waits_on_disk_waits_on_the_right_one(
    make_server: Callable[..., Server],
) -> None:
    server = make_server()
    host, port = server.base.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port))
    connection.putrequest("POST", "/api/1/upload")
    connection.putheader("Content-Length", "20000000")
    connection.endheaders()
    connection.send(bytes(10_000_000))

    def waits_in_tmp() -> bool:
        open_files = [
            str(path.readlink())
            for path in Path(f"/proc/{server.process.pid}/fd").iterdir()
            if path.is_symlink()
        ]
        return any(path.startswith(str(server.data / "tmp")) for path in open_files)

    until(waits_in_tmp)
    connection.close()


def test_files_over_http(server: Server, server_key: str) -> None:
    image = requests.post(
        server.base + "/api/1/upload",
        files={"source": sample("screenshot.png").open("rb")},
        headers={"X-API-Key": server_key},
        timeout=30,
    ).json()["image"]
    data = sample("screenshot.png").read_bytes()
    # one connection: a wrong length would break the next answer
    with requests.Session() as http_session:
        whole = http_session.get(image["url"], timeout=10)
        assert whole.content == data
        for asked, expected in (
            ("bytes=0-99", data[:100]),
            ("bytes=700000-", data[700_000:]),
            ("bytes=-1", data[-1:]),
        ):
            part = http_session.get(image["url"], headers={"Range": asked}, timeout=10)
            assert (part.status_code, part.content) == (206, expected)
        assert (
            http_session.get(
                image["url"], headers={"Range": "bytes=99999999-"}, timeout=10
            ).status_code
            == 416
        )
        assert (
            http_session.get(
                image["url"], headers={"If-None-Match": whole.headers["ETag"]}, timeout=10
            ).status_code
            == 304
        )
        head = http_session.head(image["url"], timeout=10)
        assert head.headers["Content-Length"] == str(len(data)) and head.content == b""
        assert http_session.get(image["url"], timeout=10).content == data


def test_commands_beside_the_server(server: Server, server_key: str) -> None:
    assert "ann\tadmin" in server.command("user", "list")
    server.flask("user", "create", "bob", "--password-stdin", stdin=PASSWORD + "\n")
    key = server.command("key", "create", "bob", "--label", "laptop")
    assert key.startswith("chv_") and len(key.split("_")[2]) == 128
    key_id = key.split("_")[1]
    assert f"{key_id}\tbob\tlaptop\tnever" in server.command("key", "list")
    album = server.command("album", "create", "bob", "Rome 2026")
    category = server.command("category", "create", "Holidays")

    def send() -> Any:
        return requests.post(
            server.base + "/api/1/upload",
            data={"album_id": album, "category_id": category},
            files={"source": sample("alpha.png").open("rb")},
            headers={"X-API-Key": key},
            timeout=10,
        )

    assert send().json()["image"]["category_id"] == int(category)
    server.command("key", "revoke", key_id)
    assert send().json()["error"]["code"] == 100
    assert "0 expired uploads" in server.command("upkeep")


def test_the_set_up_link_is_printed_while_there_is_no_account(
    make_server: Callable[..., Server],
) -> None:
    server = make_server(how=AS_IT_RUNS)
    link = server.log.partition("(works once): ")[2].split()[0]
    assert (
        link.startswith(server.base + "/setup/")
        and requests.get(link, timeout=10).status_code == 200
    )
    server.command("user", "create", "ann", "--password-stdin", stdin=PASSWORD + "\n")
    assert requests.get(link, timeout=10).status_code == 404
    server.stop()
    assert "/setup/" not in make_server(server.data).log


def test_no_secret_is_kept_in_clear_or_logged(server: Server, server_key: str) -> None:
    image = requests.post(
        server.base + "/api/1/upload",
        files={"source": sample("alpha.png").open("rb")},
        headers={"X-API-Key": server_key},
        timeout=10,
    ).json()["image"]
    token = image["delete_url"].rpartition("/")[2]
    requests.get(image["delete_url"] + "x", timeout=10)
    kept = (
        b"".join(path.read_bytes() for path in server.data.rglob("*") if path.is_file())
        + server.log.encode()
    )
    for secret in (server_key, token, PASSWORD):
        assert secret.encode() not in kept
    assert (server.data / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_bad_setting_stops_the_start(tmp_path: Path) -> None:
    for name, value in (("KEEPSAKE_PROT", "1"), ("KEEPSAKE_PORT", "many")):
        done = subprocess.run(
            [sys.executable, "app.py"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "KEEPSAKE_DATA": str(tmp_path), name: value},
        )
        assert (
            done.returncode == 1
            and name.removeprefix("KEEPSAKE_") in done.stderr
            and len(done.stderr.splitlines()) == 1
        )


def test_a_crash_leaves_no_row_without_its_file(make_server: Callable[..., Server]) -> None:
    """Killed in the middle of many uploads: whatever was answered is there, and nothing is there by
    half.
    """
    server = make_server(how=AS_IT_RUNS)
    server.command("user", "create", "ann", "--password-stdin", stdin=PASSWORD + "\n")
    key = server.command("key", "create", "ann")
    answered: list[dict[str, Any]] = []

    def send(name: str) -> None:
        try:
            answer = requests.post(
                server.base + "/api/1/upload",
                files={"source": sample(name).open("rb")},
                headers={"X-API-Key": key},
                timeout=20,
            )
            answered.append(answer.json()["image"])
        except requests.RequestException:
            pass

    with ThreadPoolExecutor(8) as pool:
        for n in range(60):
            pool.submit(send, ("plain.jpg", "alpha.png", "gps-nikon.jpg")[n % 3])
        until(lambda: bool(answered))
        server.process.kill()
    again = make_server(server.data)
    for image in answered:
        path = image["url"].partition("/images/")[2]
        served = requests.get(f"{again.base}/images/{path}", timeout=10)
        assert hashlib.md5(served.content).hexdigest() == image["checksum"]
    import sqlite3

    with sqlite3.connect(server.data / "keepsake.sqlite3") as database:
        rows = database.execute(
            "SELECT root, folder, name, extension, checksum FROM upload"
        ).fetchall()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for root, folder, name, extension, checksum in rows:
        path = server.data / root / "images" / folder / f"{name}.{extension}"
        assert hashlib.md5(path.read_bytes()).hexdigest() == checksum


def test_seeking_in_a_file_of_a_gigabyte(server: Server, server_key: str) -> None:
    path = server.data / "public/images/2026/01/01/huge.mp4"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.truncate(1_000_000_000)  # sparse: it takes no room
        file.seek(900_000_000)
        file.write(b"right here")
    before = rss_kb(server)
    url = f"{server.base}/images/2026/01/01/huge.mp4"
    part = requests.get(url, headers={"Range": "bytes=900000000-900000009"}, timeout=10)
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (
        206,
        b"right here",
        "bytes 900000000-900000009/1000000000",
    )
    two = requests.get(
        url, headers={"Range": "bytes=900000000-900000004,900000006-900000009"}, timeout=10
    )
    assert (
        two.status_code == 206
        and b"\r\n\r\nright\r\n--" in two.content
        and b"\r\n\r\nhere\r\n--" in two.content
    )
    assert requests.get(url, headers={"Range": "bytes=1000000000-"}, timeout=10).status_code == 416
    with requests.get(url, headers={"Range": "bytes=100-"}, timeout=10, stream=True) as rest:
        assert rest.headers["Content-Length"] == "999999900"
        sum(len(piece) for piece, _ in zip(rest.iter_content(1 << 20), range(300), strict=False))
    assert rss_kb(server) - before < 64 * 1024
    path.unlink()
