"""A file as an answer: conditional, in ranges, never read into memory (RFC 9110, sections 13 and
14).

No Flask in here: the server's loop answers for public files by the same rules as the views. Every
body is a file object, which the loop sends as the reader takes it, so that a slow reader holds no
thread.
"""

from __future__ import annotations

import functools
import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO

from werkzeug.http import http_date, parse_date, parse_etags, parse_range_header, quote_etag

# ranges of one request; no player sends more (RFC 9110, 14.2)
MAX_RANGES = 16
# bytes of several ranges, which are joined in memory; for more the answer is the whole file
MAX_SEVERAL_BYTES = 1024 * 1024

FileObject = IO[bytes] | io.RawIOBase
Range = tuple[int, int]  # first byte, and the one behind the last


@dataclass(frozen=True)
class StoredFile:
    """An open file of ``size`` bytes. ``etag`` is strong and without its quotes, ``modified`` is in
    Unix seconds.
    """

    file: FileObject
    size: int
    etag: str
    modified: float
    mime: str


@dataclass
class FileAnswer:
    """``body`` is sent from where it stands to its end, and closed; None: nothing is sent."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: FileObject | None = None


class Window(io.RawIOBase):
    """Bytes ``start`` to ``stop`` of a file, as a file of their own."""

    def __init__(self, file: FileObject, start: int, stop: int) -> None:
        self._file, self._start, self._size, self._at = file, start, stop - start, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._size - self._at)
        self._file.seek(self._start + self._at)
        data = self._file.read(left if size < 0 else min(size, left)) or b""
        self._at += len(data)
        return data

    def close(self) -> None:
        self._file.close()
        super().close()


def file_answer(method: str, header: Callable[[str], str | None], stored: StoredFile) -> FileAnswer:
    """Answer a GET or HEAD, whose headers ``header`` tells by name, with ``stored``, which gets
    closed.
    """
    modified_at = datetime.fromtimestamp(int(stored.modified), UTC)
    answer = FileAnswer(200, [("Accept-Ranges", "bytes"), ("ETag", quote_etag(stored.etag))])
    if _is_fresh(header, stored.etag, modified_at):
        answer.status = 304
    else:
        _choose_body(answer, method, header, stored, modified_at)
    if method == "HEAD" and answer.body:
        answer.body.close()
        answer.body = None
    if answer.body is None:
        stored.file.close()
    return answer


def _choose_body(
    answer: FileAnswer,
    method: str,
    header: Callable[[str], str | None],
    stored: StoredFile,
    modified_at: datetime,
) -> None:
    size, mime = stored.size, stored.mime
    ranges = (
        _ranges(header("Range"), size)
        if method == "GET" and _if_range_holds(header("If-Range"), stored.etag, modified_at)
        else None
    )
    if ranges is None:
        answer.body, length = stored.file, size
    elif not ranges:
        answer.status, length = 416, 0
        answer.headers.append(("Content-Range", f"bytes */{size}"))
    elif len(ranges) == 1:
        start, stop = ranges[0]
        answer.status, answer.body, length = 206, Window(stored.file, start, stop), stop - start
        answer.headers.append(("Content-Range", f"bytes {start}-{stop - 1}/{size}"))
    else:
        boundary = secrets.token_hex(12)
        parts = _multipart(stored, ranges, boundary)
        answer.status, answer.body, length = 206, io.BytesIO(parts), len(parts)
        mime = f"multipart/byteranges; boundary={boundary}"
        stored.file.close()
    answer.headers += [
        ("Last-Modified", _http_date(int(stored.modified))),
        ("Content-Type", mime),
        ("Content-Length", str(length)),
    ]


@functools.lru_cache(1000)
def _http_date(seconds: int) -> str:
    return http_date(seconds)


def _is_fresh(header: Callable[[str], str | None], etag: str, modified_at: datetime) -> bool:
    tags = header("If-None-Match")
    if tags:
        return parse_etags(tags).contains_weak(etag)
    since = header("If-Modified-Since")
    parsed = parse_date(since) if since else None
    return parsed is not None and modified_at <= parsed


def _ranges(asked: str | None, size: int) -> list[Range] | None:
    """The satisfiable ranges of a Range header; None if the answer is the whole file."""
    parsed = parse_range_header(asked) if asked else None
    if parsed is None or parsed.units != "bytes" or len(parsed.ranges) > MAX_RANGES:
        return None
    ranges = []
    for start, stop in parsed.ranges:
        first = max(0, size + start) if start < 0 else start
        last = size if stop is None else min(stop, size)
        if first < last:
            ranges.append((first, last))
    if len(ranges) > 1 and sum(last - first for first, last in ranges) > min(
        size, MAX_SEVERAL_BYTES
    ):
        return None
    return ranges


def _if_range_holds(condition: str | None, etag: str, modified_at: datetime) -> bool:
    if not condition:
        return True
    if condition.startswith(('"', "W/")):
        return condition == quote_etag(etag)  # a weak one never matches (RFC 9110, 13.1.5)
    return parse_date(condition) == modified_at


def _multipart(stored: StoredFile, ranges: list[Range], boundary: str) -> bytes:
    parts = []
    for start, stop in ranges:
        stored.file.seek(start)
        parts.append(
            f"\r\n--{boundary}\r\nContent-Type: {stored.mime}\r\nContent-Range: bytes "
            f"{start}-{stop - 1}/{stored.size}\r\n\r\n".encode()
        )
        parts.append(stored.file.read(stop - start) or b"")
    return b"".join([*parts, f"\r\n--{boundary}--\r\n".encode()])
