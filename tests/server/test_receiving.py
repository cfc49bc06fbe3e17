"""Bodies: received where they are wanted, and where the disk has room for them."""

from __future__ import annotations

import io
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from server.limits import Limits
from server.parser import Parser
from server.room import COPIES, STEP, Room
from tests.conftest import Server, key_on, sample
from tests.crash.break_it import small_disk
from tests.server.test_floods import with_limits
from tests.server.wire import WATCHDOG, Answer, connect, parse, read_all

LARGE = 200_000_000
SENT_AT_MOST = 30_000_000  # of it, before the answer: what lies in the buffers of two sockets


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    return key_on(server)


def announce(
    server: Server,
    method: str,
    target: str,
    headers: str = "",
    *,
    size: int = LARGE,
    chunked: bool = False,
) -> Answer:
    """Sends a large body until the server answers; what it answered."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    piece = b"10000\r\n" + bytes(65536) + b"\r\n" if chunked else bytes(65536)
    with connect(server) as sock:
        sock.sendall(f"{method} {target} HTTP/1.1\r\nHost: a\r\n{headers}{length}\r\n\r\n".encode())
        sent = 0
        sock.setblocking(False)
        answer = b""
        while not answer and sent < size:
            try:
                answer = sock.recv(12)
            except BlockingIOError:
                pass
            try:
                sent += sock.send(piece) if not chunked else _send_whole(sock, piece)
            except BlockingIOError:
                pass
        assert sent < SENT_AT_MOST, f"{sent} bytes were taken"
        sock.settimeout(WATCHDOG)
        return parse(answer + read_all(sock))


def _send_whole(sock: Any, piece: bytes) -> int:
    sock.settimeout(WATCHDOG)
    sock.sendall(piece)
    sock.setblocking(False)
    return len(piece)


def bodies_on_disk(server: Server) -> list[str]:
    """Temp files that the server holds open; they have no name."""
    paths: list[str] = []
    for descriptor in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            paths.append(str(descriptor.readlink()))
    nameless = [path for path in paths if path.endswith(" (deleted)")]
    return [path for path in nameless if Path(path).parent == server.data / "tmp"]


BAD_KEY = f"X-API-Key: chv_abcdef_{'x' * 128}\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
# (method, target, headers, status, the error's code where the answer is JSON).
UNWANTED = [
    ("POST", "/login", FORM, 413, None),
    ("POST", "/login", FORM + "Accept: application/json\r\n", 413, 400),
    ("POST", "/logout", FORM, 413, None),
    ("POST", "/setup/x", FORM, 413, None),
    ("POST", "/upload/arrived", FORM, 413, None),
    ("POST", "/nowhere", FORM, 404, None),
    ("GET", "/healthz", "", 200, None),
    ("PUT", "/images/a.png", "", 405, None),
    ("POST", "/api/2/upload", "", 400, 110),
    ("POST", "/api/1/other", "", 400, 120),
    ("POST", "/upload", "", 302, None),
    ("POST", "/upload", "Accept: application/json\r\n", 403, 403),
    ("POST", "/api/1/upload", BAD_KEY, 400, 100),
    ("POST", "/api/1/upload/", "X-API-Key: nonsense\r\n", 400, 100),
    ("POST", "/1/upload", "Authorization: Bearer nonsense\r\n", 400, 100),
    ("POST", "/api/1/upload?key=bad", FORM, 400, 100),
    ("POST", f"/1/upload?format=json&key=chv_abcdef_{'x' * 128}", "", 400, 100),
]


@pytest.mark.parametrize("how", ["declared", "chunked", "expect"])
@pytest.mark.parametrize(("method", "target", "headers", "status", "code"), UNWANTED)
def test_a_large_body_is_read_only_where_it_is_wanted(
    how: str, method: str, target: str, headers: str, status: int, code: int | None, server: Server
) -> None:
    if how == "expect":
        with connect(server) as sock:
            sock.sendall(
                f"{method} {target} HTTP/1.1\r\nHost: a\r\n{headers}Content-Length: "
                f"{LARGE}\r\nExpect: 100-continue\r\n\r\n".encode()
            )
            answer = parse(read_all(sock))
    else:
        answer = announce(server, method, target, headers, chunked=how == "chunked")
    assert answer.status == status, answer.body[:200]  # and not 100
    assert answer.headers["connection"].lower() == "close"
    if code is not None:
        assert (answer.json["error"]["code"], answer.json["status_code"]) == (code, status)
    elif status >= 400:
        assert answer.headers["content-type"].startswith("text/html")
    assert not bodies_on_disk(server)


def test_the_refusal_has_the_form_that_was_asked_for(server: Server) -> None:
    answer = announce(server, "POST", "/api/1/upload?format=txt", BAD_KEY)
    assert (answer.status, answer.body) == (400, b"Invalid API key.")


def test_no_body_is_read_while_uploads_are_off(make_server: Callable[..., Server]) -> None:
    closed = make_server(ALLOW_UPLOADS="false")
    answer = announce(closed, "POST", "/api/1/upload")
    assert (answer.status, answer.json["error"]["code"]) == (400, 401)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("expects", [False, True])
@pytest.mark.parametrize("where", ["header", "body"])
def test_a_wanted_body_arrives(
    where: str, expects: bool, chunked: bool, server: Server, key: str
) -> None:
    photo = sample("iphone-gps-8mp.jpg").read_bytes()
    assert len(photo) > 1_000_000
    body = (
        b'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n' + key.encode() + b"\r\n"
        if where == "body"
        else b""
    )
    body += (
        b'--b\r\nContent-Disposition: form-data; name="source"; filename="x.jpg"\r\n\r\n'
        + photo
        + b"\r\n--b--\r\n"
    )
    head = (
        "POST /api/1/upload HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; "
        "boundary=b\r\nConnection: close\r\n"
    )
    head += f"X-API-Key: {key}\r\n" if where == "header" else ""
    head += "Transfer-Encoding: chunked\r\n" if chunked else f"Content-Length: {len(body)}\r\n"
    head += "Expect: 100-continue\r\n" if expects else ""
    sent = (
        b"".join(
            b"%x\r\n%b\r\n" % (len(piece), piece)
            for piece in (body[at : at + 100_000] for at in range(0, len(body), 100_000))
        )
        + b"0\r\n\r\n"
        if chunked
        else body
    )
    with connect(server) as sock:
        sock.sendall(f"{head}\r\n".encode() + (b"" if expects else sent))
        if expects:
            assert sock.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
            sock.sendall(sent)
        answer = parse(read_all(sock))
    assert answer.status == 200 and answer.json["image"]["size"] == len(photo), answer.body[:300]


def test_guests_may_send_where_they_may(make_server: Callable[..., Server]) -> None:
    open_to_all = make_server(GUEST_UPLOADS="true")
    with requests.Session() as session:
        page = session.get(open_to_all.base + "/", timeout=WATCHDOG).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token
        answer = session.post(
            open_to_all.base + "/upload",
            data=sample("iphone-gps-8mp.jpg").read_bytes(),
            timeout=WATCHDOG,
            headers={
                "X-CSRFToken": token[1],
                "Accept": "application/json",
                "Content-Type": "image/jpeg",
            },
        )
    assert answer.status_code == 200, answer.text[:300]


def test_small_forms_may_come_in_chunks(server: Server) -> None:
    answer = requests.post(
        server.base + "/login",
        data=(piece for piece in (b"name=a", b"&password=b")),
        timeout=WATCHDOG,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    # it has no token, so it was read
    assert answer.status_code == 400 and "open too long" in answer.text


# --- room


def request(size: int, received: int = 0, *, chunked: bool = False, promised: int = 0) -> Parser:
    parser = Parser(None)
    (
        parser.content_length,
        parser.body_bytes_received,
        parser.chunked,
        parser.promised,
        parser.is_granted,
    ) = size, received, chunked, promised, True
    return parser


def test_room_is_promised_once() -> None:
    """What others were promised and have not written yet is not free."""
    others: list[Parser] = []
    room = Room(lambda: 10_000, 1_000, lambda: others)
    assert not room.promise(request(4_501)) and room.promise(request(4_500))
    others = [request(3_000, received=2_000, promised=6_000)]  # 4,000 of it to come
    assert not room.promise(request(2_501)) and room.promise(request(2_500))


def test_a_sender_that_dawdles_keeps_little_from_others() -> None:
    others: list[Parser] = []
    room = Room(lambda: 3_000_000_000, 0, lambda: others)
    slow = request(1_000_000_000)
    assert room.promise(slow)
    others = [slow]
    assert room.promise(request(1_490_000_000))


def test_a_body_of_unknown_length_is_promised_room_step_by_step() -> None:
    free = 3 * COPIES * STEP
    room = Room(lambda: free, 0, list)
    growing = request(0, chunked=True)
    steps = 0
    while not room.is_used_up(growing) or room.promise(growing):
        growing.body_bytes_received += STEP // 4
        free -= STEP // 4
        steps += 1
        assert steps < 100
    assert 0 <= free < 2 * COPIES * STEP


def test_a_body_larger_than_the_free_space(make_server: Callable[..., Server]) -> None:
    server = make_server(MAX_UPLOAD_MB=1_000_000)
    size = shutil.disk_usage(server.data).free // 2 + 100_000_000
    if size > 1_000_000_000_000:
        pytest.skip("more free space than an upload may have bytes")
    answer = announce(server, "POST", "/api/1/upload", size=size)
    assert (answer.status, answer.json["error"]["code"]) == (507, 507)
    assert int(answer.headers["retry-after"]) > 0 and not bodies_on_disk(server)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_disk(folder, "120m"):
        yield folder


@pytest.mark.parametrize("how", ["chunked", "declared", "two at once"])
def test_the_reserve_stays_free(how: str, disk: Path, make_server: Callable[..., Server]) -> None:
    reserve = 20_000_000
    server = make_server(disk / "data", MIN_FREE_MB=20)
    least = shutil.disk_usage(disk).free

    def body(size: int) -> Iterator[bytes]:
        nonlocal least
        for _ in range(size // 65536):
            least = min(least, shutil.disk_usage(disk).free)
            yield bytes(65536)

    def send(size: int) -> int:
        headers = {"Content-Type": "image/png", "Expect": "100-continue"}
        data: Any = body(size) if how == "chunked" else io.BytesIO(b"".join(body(size)))
        try:
            return requests.post(
                server.base + "/api/1/upload", data=data, headers=headers, timeout=WATCHDOG
            ).status_code
        except requests.ConnectionError:
            return 0  # cut off while sending

    if how == "two at once":  # each would fit alone
        with ThreadPoolExecutor(4) as pool:
            states = list(pool.map(send, [40_000_000] * 4))
        assert set(states) <= {400, 507, 0}
    else:
        assert send(90_000_000) in (507, 0)
    assert least >= reserve
    assert requests.get(server.base + "/healthz", timeout=WATCHDOG).status_code == 200
    server.stop()


def test_a_disk_that_is_gone(make_server: Callable[..., Server]) -> None:
    server = make_server()
    shutil.rmtree(server.data / "tmp")
    with connect(server) as sock:  # too large for memory, too small to be asked about
        sock.sendall(
            b"POST /api/1/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n"
            + bytes(700_000)
        )
        answer = parse(read_all(sock))
    assert (answer.status, answer.json["error"]["code"]) == (503, 503) and int(
        answer.headers["retry-after"]
    ) > 0


# --- uploads in a lane of their own


@pytest.fixture(scope="module")
def slow_picture() -> bytes:
    """Few bytes, and seconds of work."""
    file = io.BytesIO()
    Image.new("RGB", (8000, 4000)).save(file, "PNG")
    return file.getvalue()


def uploads_at_once(
    server: Server, key: str, picture: bytes, count: int
) -> tuple[list[threading.Thread], list[requests.Response]]:
    answers: list[requests.Response] = []

    def send() -> None:
        answers.append(
            requests.post(
                server.base + "/api/1/upload",
                data=picture,
                timeout=120,
                headers={"X-API-Key": key, "Content-Type": "image/png"},
            )
        )

    threads = [threading.Thread(target=send) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads, answers


def test_uploads_hold_up_nobody_else(
    make_server: Callable[..., Server], slow_picture: bytes
) -> None:
    """With more of them than threads, others are answered while the uploads still wait."""
    server = make_server(THREADS=2, UPLOADS_AT_ONCE=1)
    key = key_on(server)
    threads, answers = uploads_at_once(server, key, slow_picture, 6)
    while not answers:
        assert requests.get(server.base + "/login", timeout=WATCHDOG).status_code == 200
    before = len(answers)
    for path in ("/healthz", "/login", "/explore", "/robots.txt"):
        assert requests.get(server.base + path, timeout=WATCHDOG).status_code in (200, 302)
    assert before <= 2 and len(answers) < 6, "they were answered behind the uploads"
    for thread in threads:
        thread.join(120)
    assert [answer.status_code for answer in answers] == [200] * 6


def test_what_waits_for_its_turn_is_not_unknown(
    make_server: Callable[..., Server], slow_picture: bytes
) -> None:
    """A browser that lost the answer asks whether its file arrived, and must not send it again."""
    server = make_server(UPLOADS_AT_ONCE=1, GUEST_UPLOADS=1)
    with requests.Session() as guest:
        token = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"', guest.get(server.base, timeout=WATCHDOG).text
        )
        assert token
        headers = {"X-CSRFToken": token[1], "Accept": "application/json"}
        key = {"key": "0123"}

        def state() -> str:
            return str(
                guest.post(
                    server.base + "/upload/arrived", data=key, headers=headers, timeout=WATCHDOG
                ).json()["state"]
            )

        assert state() == "unknown"
        cookie = "; ".join(f"{c.name}={c.value}" for c in guest.cookies)
        head = (
            f"POST /upload HTTP/1.1\r\nHost: {server.base.removeprefix('http://')}\r\n"
            f"X-CSRFToken: {token[1]}\r\nAccept: application/json\r\nIdempotency-Key: 0123\r\n"
            f"Cookie: {cookie}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        )
        part = (
            b'--b\r\nContent-Disposition: form-data; name="source"; filename="a.png"\r\n\r\n'
            + slow_picture
            + b"\r\n--b--\r\n"
        )
        for _ in range(6):
            with connect(server) as sock:  # gone before it is answered
                sock.sendall(head.encode() + f"Content-Length: {len(part)}\r\n\r\n".encode() + part)
        states: list[str] = []
        deadline = time.monotonic() + 2 * WATCHDOG
        while "arrived" not in states and time.monotonic() < deadline:
            states.append(state())
    begun = states[states.index("processing") :]  # before, they were still on their way
    assert set(begun) == {"processing", "arrived"}


def test_uploads_that_would_wait_too_long_are_told_at_once(
    make_server: Callable[..., Server], slow_picture: bytes
) -> None:
    server = make_server(how=with_limits(uploads_waiting=2), UPLOADS_AT_ONCE=1)
    key = key_on(server)
    threads, answers = uploads_at_once(server, key, slow_picture, 8)
    for thread in threads:
        thread.join(120)
    busy = [answer for answer in answers if answer.status_code == 503]
    assert busy and {answer.status_code for answer in answers} == {200, 503}
    assert all(
        answer.json()["error"]["message"] == "Busy, try again"
        and int(answer.headers["Retry-After"]) > 0
        for answer in busy
    )
    assert Limits().uploads_waiting >= 64
