"""Public files, answered by the loop itself: no thread, no Flask, no database.

On a private site the application answers for them. Everything else, and every public address whose
file isn't there, goes to the application, too.
"""

from __future__ import annotations

import functools
import io
import re
from http import HTTPStatus
from typing import Any

from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.parser import HTTPRequestParser
from waitress.task import Task
from waitress.utilities import build_http_date

from blueprints.http.file_answer import FileAnswer, FileObject
from blueprints.http.stored_file import public_file
from media.storage import Storage
from services.settings import SettingStore

AT_ONCE_BYTES = 128 * 1024  # a thumb and its head are sent in one call

_METHODS = {"GET", "HEAD"}
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


@functools.lru_cache(2)
def _date(seconds: int) -> str:
    return str(build_http_date(seconds))


class PublicFiles:
    """Finds the answer to a request for a public file. ``prefix`` is the path that the site lives
    under, or empty.
    """

    def __init__(self, storage: Storage, prefix: str, settings: SettingStore) -> None:
        self._storage, self._settings = storage, settings
        self._address = re.compile(f"(?:{re.escape(prefix)})?/(images/[A-Za-z0-9/_.-]+)")

    def answer(self, request: HTTPRequestParser) -> FileAnswer | None:
        """None if the application has to answer. No request can make it raise."""
        address = self._address.fullmatch(request.path)
        if (
            address is None
            or request.command not in _METHODS
            or request.error
            or request.body_rcv is not None
            or self._settings.latest.private_site
        ):
            return None
        headers = request.headers
        return public_file(
            self._storage,
            request.command,
            address[1],
            lambda name: headers.get(name.upper().replace("-", "_")),
        )


class PublicFileTask(Task):
    """Writes a FileAnswer: its head at once, its body as the reader takes it."""

    complete = True  # the head is known; waitress asks before it writes

    def __init__(self, channel: object, request: HTTPRequestParser, answer: FileAnswer) -> None:
        super().__init__(channel, request)  # type: ignore[no-untyped-call]
        self.status = _STATUS[answer.status]
        self.response_headers = answer.headers
        self._body = answer.body
        self.content_length: Any = int(dict(answer.headers).get("Content-Length", 0))

    def build_response_header(self) -> bytes:
        """Like waitress', but a 304 doesn't close the connection."""
        asked = self.request.headers.get("CONNECTION", "").lower()
        if asked == "close" or (self.version == "1.0" and asked != "keep-alive"):
            self.set_close_on_finish()
        elif self.version == "1.0":
            self.response_headers.append(("Connection", "Keep-Alive"))
        self.response_headers += [
            ("Date", _date(int(self.start_time))),
            ("Server", self.channel.server.adj.ident),
        ]
        lines = [
            f"HTTP/{self.version} {self.status}",
            *(f"{name}: {value}" for name, value in self.response_headers),
        ]
        return "\r\n".join([*lines, "\r\n"]).encode("latin-1")

    def execute(self) -> None:
        if self._body is None:
            return
        if self.content_length <= AT_ONCE_BYTES:
            self.wrote_header = True
            head, body = self.build_response_header(), self._body.read() or b""
            self._body.close()
            # as a file, it is not copied into another buffer
            self._send_file(io.BytesIO(head + body))
        else:
            self.write(b"")
            self._send_file(self._body)

    def _send_file(self, file: FileObject) -> None:
        buffer = ReadOnlyFileBasedBuffer(file)
        buffer.prepare()
        self.channel.write_soon(buffer)
