"""application/json (RFC 8259): an object of plain values, as a stream."""

from __future__ import annotations

import json
import re
from typing import IO, Any

from blueprints.body.value import CHUNK, MAX_BUFFER, SOURCE_FIELDS, Body, NewSpool, Value, keep
from blueprints.errors import MalformedBody

_STRING_STOP = re.compile(rb'["\\]')
_KEY_BEFORE = re.compile(rb'"((?:[^"\\]|\\.)*)"\s*:\s*$')
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def read_json(stream: IO[bytes], body: Body, new_spool: NewSpool) -> None:
    """An object of plain values. The strings of source fields are lifted out as they come; the rest is small."""
    lifter = _JsonLifter(body, new_spool)
    while chunk := stream.read(CHUNK):
        lifter.feed(chunk)
        if len(lifter.document) > MAX_BUFFER:
            raise MalformedBody()
    try:
        document = json.loads(bytes(lifter.document))
        if not isinstance(document, dict):
            raise MalformedBody()
        texts = {name: _as_text(value) for name, value in document.items() if value is not None and name not in SOURCE_FIELDS}
    except (ValueError, RecursionError):
        raise MalformedBody() from None
    for name, text in texts.items():
        body.fields.setdefault(name, text)


def _as_text(value: Any) -> str:
    """As a form would have it: a flag is 0 or 1, a list its items with commas between. Halves of characters become question marks."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return ",".join(_as_text(item) for item in value)
    return value.encode(errors="replace").decode() if isinstance(value, str) else json.dumps(value)


class _JsonLifter:
    """Copies a JSON text into ``document`` piece by piece, but for the string values of source fields: those go to
    ``body``, and an empty string stands in their place."""

    def __init__(self, body: Body, new_spool: NewSpool) -> None:
        self.document = bytearray()
        self._body, self._new_spool = body, new_spool
        self._carry = b""
        self._inside = False
        self._lifted: Value | None = None

    def feed(self, chunk: bytes) -> None:
        data, at = self._carry + chunk, 0
        self._carry = b""
        while at < len(data):
            at = self._string(data, at) if self._inside else self._between(data, at)
            if len(self.document) > MAX_BUFFER:
                return

    def _between(self, data: bytes, at: int) -> int:
        """Up to the next string's first character."""
        quote = data.find(b'"', at)
        end = quote if quote >= 0 else len(data)
        self.document += data[at:end]
        if quote < 0:
            return end
        key = _KEY_BEFORE.search(self.document[-200:])
        name = key[1].decode("utf-8", "replace") if key else ""
        self._lifted = Value(name, self._body, self._new_spool) if name in SOURCE_FIELDS else None
        self.document += b'"'
        self._inside = True
        return end + 1

    def _string(self, data: bytes, at: int) -> int:
        """Up to the string's next escape, its end, or the end of the data."""
        stop = _STRING_STOP.search(data, at)
        end = stop.start() if stop else len(data)
        if end > at:
            self._put(data[at:end], data[at:end])
        if stop is None:
            return end
        if stop.group() == b'"':
            self._end_string()
            return end + 1
        length = 6 if data[end + 1:end + 2] == b"u" else 2
        if end + length > len(data):
            self._carry = data[end:]
            return len(data)
        escape = data[end:end + length]
        self._put(escape, _unescape(escape))
        return end + length

    def _put(self, raw: bytes, meant: bytes) -> None:
        if self._lifted:
            self._lifted.feed(meant)
        else:
            self.document += raw

    def _end_string(self) -> None:
        if self._lifted:
            keep(self._body, self._lifted)
            self._lifted = None
        self.document += b'"'
        self._inside = False


def _unescape(escape: bytes) -> bytes:
    if escape[1:2] != b"u":
        return _ESCAPES.get(escape[1:2], escape[1:2])
    try:
        return chr(int(escape[2:], 16)).encode("utf-8", "replace")
    except ValueError:
        raise MalformedBody() from None
