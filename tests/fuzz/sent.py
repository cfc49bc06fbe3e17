"""One request as bytes, how it is sent, and what must hold of any answer."""

from __future__ import annotations

import base64
import json
import logging
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Self
from urllib.parse import unquote_to_bytes, urlsplit

from werkzeug.test import run_wsgi_app

MAX_ANSWER = 4_000_000  # bytes of an answer that are read
PATIENCE = 20  # seconds until no answer counts as a hang
# seconds for an answer to a request that is not framed right, and may leave the server waiting for
# the rest
WAIT = 0.1

# What a request may hold of the running site, by placeholder: {key}, {session}, {csrf}, {id},
# {token}, {album}, {file}.
Known = Mapping[str, str]


@dataclass(frozen=True)
class Sent:
    """A request. All texts are Latin-1, as on the wire."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def with_known(self, known: Known) -> Self:
        def put(text: str) -> str:
            for name, value in known.items():
                text = text.replace("{" + name + "}", value)
            return text

        body = put(self.body.decode("latin-1")).encode("latin-1")
        return type(self)(
            self.method,
            put(self.target),
            tuple((name, put(value)) for name, value in self.headers),
            body,
        )

    def to_line(self) -> str:
        return json.dumps(
            [self.method, self.target, self.headers, base64.b64encode(self.body).decode()]
        )

    @classmethod
    def from_line(cls, line: str) -> Self:
        method, target, headers, body = json.loads(line)
        return cls(
            method, target, tuple((name, value) for name, value in headers), base64.b64decode(body)
        )

    @property
    def path(self) -> str:
        return unquote_to_bytes(self.target.partition("?")[0]).decode("utf-8", "replace")

    def header(self, name: str) -> str:
        return next((value for given, value in self.headers if given.lower() == name), "")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


# --- two ways to send


def through_app(app: Any, sent: Sent) -> Answer:
    """Straight to the application, as the server would hand it on."""
    path, _, query = sent.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": sent.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(sent.body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(sent.body)),
    }
    for name, value in sent.headers:
        variable = name.upper().replace("-", "_")
        environ[
            variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}"
        ] = value
    body, status, headers = run_wsgi_app(app, environ)
    data = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return Answer(int(status.split()[0]), {name.lower(): value for name, value in headers}, data)


def through_server(
    address: tuple[str, int], sent: Sent, *, is_framed: bool = True
) -> Answer | None:
    """By a socket. None where the server closes without a word, or a request that is not framed
    right leaves it waiting.
    """
    head = [
        f"{sent.method} {sent.target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in sent.headers),
        "Connection: close",
    ]
    head += [] if sent.header("host") else ["Host: localhost"]
    head += [f"Content-Length: {len(sent.body)}"] if is_framed else []
    with socket.create_connection(address, timeout=PATIENCE if is_framed else WAIT) as connection:
        data = b""
        try:
            connection.sendall("\r\n".join([*head, "\r\n"]).encode("latin-1") + sent.body)
            while (chunk := connection.recv(65536)) and len(data) < MAX_ANSWER:
                data += chunk
        except ConnectionError:
            pass  # it may refuse a body before it was sent
        except TimeoutError:
            if is_framed:
                raise
    if not data:
        return None
    head_text, _, body = data.partition(b"\r\n\r\n")
    status, *lines = head_text.decode("latin-1").split("\r\n")
    assert status.startswith("HTTP/1."), status
    return Answer(
        int(status.split()[1]),
        {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        },
        body,
    )


# --- what holds of every answer


@contextmanager
def no_traceback() -> Iterator[None]:
    """Fails where anything was logged with a traceback."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = records.append  # type: ignore[method-assign, assignment]
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
    for record in records:
        assert not record.exc_info, logging.Formatter().format(record)


def check(sent: Sent, answer: Answer) -> None:
    """No 5xx; under the API JSON in the contract's form; an error elsewhere a page; addresses that
    are whole and our own.
    """
    # oEmbed has 501 for a format that is not offered (oEmbed 1.0, 2.3.1).
    assert answer.status < 500 or (answer.status == 501 and sent.path.startswith("/oembed")), (
        answer.status
    )
    for name, value in answer.headers.items():
        assert not set(name + value) & set("\r\n\x00"), name
    if "location" in answer.headers:
        parts = urlsplit(answer.headers["location"])
        assert (
            parts.scheme in ("", "http", "https")
            and (parts.path.startswith("/") or parts.query)
            and not parts.path.startswith("//")
        )
        assert bool(parts.scheme) == bool(parts.netloc), answer.headers["location"]
    if sent.method == "HEAD":
        assert not answer.body
    elif sent.path == "/api/openapi.json" and answer.status == 200:
        assert json.loads(answer.body)["openapi"]
    elif sent.path.startswith(("/api/", "/1/upload")) or sent.path == "/api":
        check_api(sent, answer)
    elif answer.status >= 400 and answer.headers.get("content-type", "").startswith("text/html"):
        assert b"<h1>" in answer.body


def check_api(sent: Sent, answer: Answer) -> None:
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind != "application/json":
        has_asked = any(
            word in sent.target.encode("latin-1") + sent.body for word in (b"txt", b"redirect")
        )
        assert (
            (kind == "text/plain" and has_asked)
            or (answer.status == 302 and has_asked)
            or sent.method == "OPTIONS"
        ), (answer.status, kind)
        return
    document = json.loads(answer.body)
    assert document["status_code" if "status_code" in document else "status"] == answer.status
    if answer.status >= 400:
        assert set(document) == {"status_code", "error", "status_txt"}
        assert set(document["error"]) == {"message", "code"}
        assert (
            isinstance(document["error"]["message"], str)
            and document["error"]["message"]
            and isinstance(document["error"]["code"], int)
        )
        return
    image = document.get("image") or document["data"]
    for name in ("url", "url_viewer", "url_short", "delete_url", "display_url"):
        parts = urlsplit(image[name])
        assert (
            parts.scheme in ("http", "https") and parts.hostname and parts.path.startswith("/")
        ), image[name]
