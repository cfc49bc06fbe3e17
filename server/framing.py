"""Where a request starts and ends (RFC 9112). Ambiguous requests are refused, because a proxy may
read them differently.
"""

from __future__ import annotations

import re

from waitress.utilities import Error

from server.limits import MAX_FIELDS
from server.refusal import Refusal

_REQUEST_LINE = re.compile(rb"[^ ]+ [^ ]+ HTTP/([0-9])\.([0-9])")
_FIELD = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\x00-\x08\x0a-\x1f\x7f]*")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?")
_LENGTH = re.compile(rb"[0-9]{1,18}")

MAX_CHUNK_LINE = 256  # chunk size and extensions, which nobody sends
MAX_TRAILERS = 8 * 1024


class Refused(Exception):
    """Carries a Refusal out of a parser."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.refusal = Refusal(status, message)


def check_head(head: bytes) -> None:
    """``head`` is a request line and fields, each ended by CR LF. Raises Refused."""
    first, *lines = head.split(b"\r\n")
    version = _version(first)
    lines = [line for line in lines if line]
    if len(lines) > MAX_FIELDS:
        raise Refused(431, "Too many header fields")
    fields: dict[bytes, list[bytes]] = {}
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            raise Refused(400, "Folded header field")  # 5.2
        if not _FIELD.fullmatch(line):
            raise Refused(400, "Invalid header field")  # 5.1
        name, _, value = line.partition(b":")
        fields.setdefault(name.lower(), []).append(value.strip(b" \t"))
    if len(fields.get(b"host", [])) > 1 or (b"host" not in fields and version == b"1.1"):
        raise Refused(400, "Exactly one Host is needed")  # 3.2
    _check_length(version, fields.get(b"content-length", []), fields.get(b"transfer-encoding", []))


def _version(request_line: bytes) -> bytes:
    match = _REQUEST_LINE.fullmatch(request_line)
    if match is None:
        raise Refused(400, "Invalid request line")
    version = b".".join(match.groups())
    if version not in (b"1.0", b"1.1"):
        raise Refused(505, "HTTP/1.1 is spoken here")
    return version


def _check_length(version: bytes, lengths: list[bytes], encodings: list[bytes]) -> None:
    """6.1 to 6.3."""
    if lengths and encodings:
        raise Refused(400, "Content-Length and Transfer-Encoding exclude each other")
    if len(lengths) > 1 or any(not _LENGTH.fullmatch(length) for length in lengths):
        raise Refused(400, "Invalid Content-Length")
    if not encodings:
        return
    if version == b"1.0" or len(encodings) > 1 or not encodings[0]:
        raise Refused(400, "Invalid Transfer-Encoding")
    codings = [coding.strip(b" \t").lower() for coding in encodings[0].split(b",")]
    if codings.count(b"chunked") > 1 or b"chunked" in codings[:-1]:
        raise Refused(400, "Invalid Transfer-Encoding")
    if codings != [b"chunked"]:
        raise Refused(501, "Only chunked is understood as Transfer-Encoding")


class ChunkedReceiver:
    """A chunked body (7.1), into a buffer of waitress'. Takes its place there: waitress' own copies
    the rest of what was read once for each chunk, and keeps a line or trailer of any length.
    """

    def __init__(self, buffer: object) -> None:
        self.buf = buffer
        self.completed = False
        self.error: Error | None = None
        self._left = 0  # bytes of this chunk, then its CR LF
        self._line = b""
        self._trailers = 0
        self._last = False

    def __len__(self) -> int:
        length: int = self.buf.__len__()  # type: ignore[attr-defined]
        return length

    def received(self, data: bytes) -> int:
        """Bytes consumed: all up to the end of the body."""
        at = 0
        try:
            while at < len(data) and not self.completed:
                at = self._chunk(data, at) if self._left else self._control(data, at)
        except Refused as refused:
            self.error = refused.refusal
            return len(data)
        return at

    def _chunk(self, data: bytes, at: int) -> int:
        if self._left > 2:
            part = data[at : at + self._left - 2]
            self.buf.append(part)  # type: ignore[attr-defined]
        else:
            part = data[at : at + self._left]
            if part != b"\r\n"[2 - self._left :][: len(part)]:
                raise Refused(400, "Invalid chunk")
        self._left -= len(part)
        return at + len(part)

    def _control(self, data: bytes, at: int) -> int:
        """A chunk's size, or a line of the trailers."""
        limit = MAX_TRAILERS if self._last else MAX_CHUNK_LINE
        end = data.find(b"\n", at, at + limit)
        self._line += data[at : end + 1] if end >= 0 else data[at : at + limit]
        if len(self._line) > limit:
            raise Refused(400, "Invalid chunk")
        if end < 0:
            return min(len(data), at + limit)
        line, self._line = self._line, b""
        if not line.endswith(b"\r\n"):
            raise Refused(400, "Invalid chunk")
        if self._last:
            self._trailer(line[:-2])
        else:
            self._size(line[:-2])
        return end + 1

    def _size(self, line: bytes) -> None:
        match = _CHUNK_LINE.fullmatch(line)
        if match is None:
            raise Refused(400, "Invalid chunk")
        size = int(match[1], 16)
        self._last = size == 0
        self._left = size + 2 if size else 0

    def _trailer(self, line: bytes) -> None:
        """Skip the trailers: nobody needs them."""
        self._trailers += len(line) + 2
        if self._trailers > MAX_TRAILERS or (line and not _FIELD.fullmatch(line)):
            raise Refused(400, "Invalid trailer")
        self.completed = not line

    def getfile(self) -> object:
        return self.buf.getfile()  # type: ignore[attr-defined]

    def getbuf(self) -> object:
        return self.buf
