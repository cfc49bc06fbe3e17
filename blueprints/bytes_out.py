"""A file as an answer: conditional, in ranges, never read into memory (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

from flask import Response, request
from werkzeug.http import http_date, parse_date, parse_range_header, quote_etag
from werkzeug.wsgi import wrap_file

CHUNK = 256 * 1024
MAX_RANGES = 16  # of one request; more is no player, but somebody who wants us to work (RFC 9110, 14.2)

Range = tuple[int, int]  # first byte, and the one behind the last


def send_stream(file: IO[bytes], *, size: int, etag: str, modified: float, mime: str) -> Response:
    """Answer with ``file``, which gets closed. ``etag`` is strong; ``modified`` is in Unix seconds."""
    modified_at = datetime.fromtimestamp(int(modified), UTC)
    answer = Response(status=200, mimetype=None, content_type=mime, direct_passthrough=True)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["ETag"] = quote_etag(etag)
    answer.headers["Last-Modified"] = http_date(modified_at)
    if _is_fresh(etag, modified_at):
        file.close()
        answer.status_code = 304
        del answer.headers["Content-Type"]
        return answer
    ranges = _wanted_ranges(size, etag, modified_at)
    if ranges is None:
        return _one(answer, file, 0, size, size)
    if not ranges:
        file.close()
        answer.status_code = 416
        answer.headers["Content-Range"] = f"bytes */{size}"
        return answer
    answer.status_code = 206
    if len(ranges) == 1:
        start, stop = ranges[0]
        answer.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        return _one(answer, file, start, stop, size)
    return _several(answer, file, ranges, size, mime)


def _is_fresh(etag: str, modified_at: datetime) -> bool:
    if request.if_none_match:
        return request.if_none_match.contains_weak(etag)
    return bool(request.if_modified_since and modified_at <= request.if_modified_since)


def _wanted_ranges(size: int, etag: str, modified_at: datetime) -> list[Range] | None:
    """The satisfiable ranges asked for; None where the whole file is meant."""
    header = request.headers.get("Range")
    if not header or request.method != "GET" or not _if_range_holds(etag, modified_at):
        return None
    asked = parse_range_header(header)
    if asked is None or asked.units != "bytes" or len(asked.ranges) > MAX_RANGES:
        return None
    ranges = []
    for start, stop in asked.ranges:
        first = max(0, size + start) if start < 0 else start
        last = size if stop is None else min(stop, size)
        if first < last:
            ranges.append((first, last))
    return None if sum(last - first for first, last in ranges) > size and len(ranges) > 1 else ranges


def _if_range_holds(etag: str, modified_at: datetime) -> bool:
    header = request.headers.get("If-Range")
    if not header:
        return True
    if header.startswith(('"', "W/")):
        return header == quote_etag(etag)  # a weak one never matches (RFC 9110, 13.1.5)
    return parse_date(header) == modified_at


def _one(answer: Response, file: IO[bytes], start: int, stop: int, size: int) -> Response:
    answer.content_length = stop - start
    if request.method == "HEAD":
        file.close()
        return answer
    file.seek(start)
    if stop == size and isinstance(file, io.BufferedReader):  # the server sends the rest of a file by itself
        answer.response = wrap_file(request.environ, file, CHUNK)
    else:
        answer.response = _read(file, [(b"", start, stop)], b"")
    return answer


def _several(answer: Response, file: IO[bytes], ranges: list[Range], size: int, mime: str) -> Response:
    boundary = secrets.token_hex(12)
    parts = []
    for start, stop in ranges:
        head = f"\r\n--{boundary}\r\nContent-Type: {mime}\r\nContent-Range: bytes {start}-{stop - 1}/{size}\r\n\r\n"
        parts.append((head.encode(), start, stop))
    tail = f"\r\n--{boundary}--\r\n".encode()
    answer.content_length = sum(len(head) + stop - start for head, start, stop in parts) + len(tail)
    answer.headers["Content-Type"] = f"multipart/byteranges; boundary={boundary}"
    answer.response = _read(file, parts, tail)
    return answer


def _read(file: IO[bytes], parts: list[tuple[bytes, int, int]], tail: bytes) -> Iterator[bytes]:
    with file:
        for head, start, stop in parts:
            if head:
                yield head
            file.seek(start)
            left = stop - start
            while left and (data := file.read(min(CHUNK, left))):
                yield data
                left -= len(data)
        if tail:
            yield tail
