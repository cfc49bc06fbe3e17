"""Programs that use a site as fast as it lets them: `upload` and `read`, each with a process of its
own, so that they hold up neither each other nor the server.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.soak.pictures import picture

FORMATS = ("json", "json", "json", "txt", "redirect")  # of answers: two of five without JSON
DELETED = 10  # one of so many is deleted again, where the answer has its delete link
SECONDS = 120  # that an answer may take: a proxy waits for about as long
THUMB_PAUSE = 0.02  # seconds: a person who scrolls


class Connection:
    """Kept alive, as programs do; opened again where the server has closed it between two."""

    def __init__(self, base: str, headers: dict[str, str]) -> None:
        self.host = urlsplit(base).netloc
        self.headers = headers
        self._connection = http.client.HTTPConnection(self.host, timeout=SECONDS)

    def ask(
        self, method: str, url: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        address = urlsplit(url)
        path = address.path + (f"?{address.query}" if address.query else "")
        self._connection.request(method, path, body, self.headers | headers)
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def close(self) -> None:
        self._connection.close()


@dataclass
class Sent:
    """What one upload was answered. ``url`` is the file's, or with ``redirect`` its page's."""

    md5: str
    format: str
    url: str
    is_deleted: bool = False


@dataclass
class Told:
    """What all of them met, written by one process for another."""

    sent: list[Sent] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps([[vars(one) for one in self.sent], self.errors, self.seconds]))

    @classmethod
    def read(cls, path: Path) -> Told:
        sent, errors, seconds = json.loads(path.read_text())
        return cls([Sent(**one) for one in sent], errors, seconds)


def form(name: str, content: bytes, fields: dict[str, str]) -> tuple[bytes, str]:
    """A multipart body and its type."""
    boundary = "a-line-between-two-parts"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'Content-Disposition: form-data; name="source"; filename="{name}"'
    parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(
        parts
    ) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def upload(base: str, key: str, clients: int, numbers: range, told: Path) -> None:
    """``clients`` at once take the next of ``numbers`` each, until there is none."""
    all_told, next_number, lock = Told(), iter(numbers), threading.Lock()
    with ThreadPoolExecutor(clients) as pool:
        for _ in range(clients):
            pool.submit(_upload_some, base, key, next_number, lock, all_told)
    all_told.write(told)


def _upload_some(
    base: str, key: str, numbers: Iterator[int], lock: threading.Lock, told: Told
) -> None:
    connection = Connection(base, {"X-API-Key": key})
    while True:
        with lock:
            number = next(numbers, None)
        if number is None:
            break
        try:
            told.sent.append(_upload_one(connection, number, told))
        except Exception as error:  # whatever it is, no client may meet it
            told.errors.append(f"upload {number}: {error!r}")
            connection.close()
    connection.close()


def _upload_one(connection: Connection, number: int, told: Told) -> Sent:
    name, content = picture(number)
    format = FORMATS[number % len(FORMATS)]
    body, kind = form(name, content, {"format": format, "visibility": "public"})
    begun = time.perf_counter()
    status, headers, answer = connection.ask(
        "POST", "/api/1/upload", body, **{"Content-Type": kind}
    )
    told.seconds.setdefault("upload", []).append(time.perf_counter() - begun)
    assert status == (302 if format == "redirect" else 200), (status, answer[:200])
    sent = Sent(hashlib.md5(content).hexdigest(), format, "")
    if format == "json":
        image = json.loads(answer)["image"]
        sent.url = image["url"]
        if number % DELETED == 0:
            status, _, answer = connection.ask("DELETE", image["delete_url"])
            assert status == 200, ("delete", status, answer[:200])
            sent.is_deleted = True
    else:
        sent.url = headers["Location"] if format == "redirect" else answer.decode()
    return sent


def read(
    base: str, key: str, paths: dict[str, list[str]], each: int, stop: Path, told: Path
) -> None:
    """What is at ``paths`` again and again, by ``each`` readers of each kind, each answer timed,
    until ``stop`` is there.
    """
    all_told = Told()
    with ThreadPoolExecutor(each * len(paths)) as pool:
        for kind, some in paths.items():
            for number in range(each):
                seed = f"{kind} {number}"
                pool.submit(_read_some, base, key, kind, some, seed, stop, all_told)
    all_told.write(told)


def _read_some(
    base: str, key: str, kind: str, paths: list[str], seed: str, stop: Path, told: Told
) -> None:
    headers = {"X-API-Key": key} if kind == "API" else {}
    connection, chance, never = Connection(base, headers), random.Random(seed), threading.Event()
    while not stop.exists():
        path, begun = chance.choice(paths), time.perf_counter()
        try:
            status, _, answer = connection.ask("GET", path)
            told.seconds.setdefault(kind, []).append(time.perf_counter() - begun)
            assert status == 200 and answer, (status, answer[:200])
        except Exception as error:  # whatever it is, no reader may meet it
            told.errors.append(f"{kind} {path}: {error!r}")
            connection.close()
        never.wait(THUMB_PAUSE if kind == "thumb" else 10 * THUMB_PAUSE)
    connection.close()


def percentile(seconds: list[float], part: float) -> float:
    """The time that this part of them took at most, 0.95 for instance."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * part))]


def md5_of(connection: Connection, url: str) -> tuple[int, str]:
    status, _, content = connection.ask("GET", url)
    return status, hashlib.md5(content).hexdigest()
