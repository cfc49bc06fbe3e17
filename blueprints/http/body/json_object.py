"""application/json (RFC 8259): an object of plain values, as a stream."""

from __future__ import annotations

import json
import re
from typing import IO, Any

from blueprints.http.body.value import (
    CHUNK,
    MAX_BUFFER,
    SOURCE_FIELDS,
    Body,
    NewSpool,
    Value,
    store_value,
)
from blueprints.http.refusals import MalformedBody

MAX_KEY = 100  # bytes of a key that is looked at; ours are shorter
_STRING_STOP = re.compile(rb'["\\]')
_HIGH_HALF = re.compile(rb"\\u[dD][89abAB]..")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def read_json(stream: IO[bytes], body: Body, new_spool: NewSpool) -> None:
    """An object of plain values. The strings of source fields are lifted out as they come; the rest
    is small.
    """
    lifter = _JsonLifter(body, new_spool)
    while chunk := stream.read(CHUNK):
        lifter.feed(chunk)
        if len(lifter.document) > MAX_BUFFER:
            raise MalformedBody()
    try:
        document = json.loads(bytes(lifter.document))
        if not isinstance(document, dict):
            raise MalformedBody()
        texts = {
            name: _as_text(value)
            for name, value in document.items()
            if value is not None and name not in SOURCE_FIELDS
        }
    except (ValueError, RecursionError):
        raise MalformedBody() from None
    for name, text in texts.items():
        body.fields.setdefault(name, text)


def _as_text(value: Any) -> str:
    """Like a form field: a flag is 0 or 1, a list its items separated by commas, ``16.0`` the same
    number as ``16``. Halves of characters become question marks.
    """
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ",".join(_as_text(item) for item in value)
    return value.encode(errors="replace").decode() if isinstance(value, str) else json.dumps(value)


class _JsonLifter:
    """Copies a JSON text into ``document`` piece by piece, without the string values of source
    fields: those go to ``body``, and an empty string stands in their place.
    """

    def __init__(self, body: Body, new_spool: NewSpool) -> None:
        self.document = bytearray()
        self._body, self._new_spool = body, new_spool
        self._carry = b""
        self._inside = False
        # of the last string in the document, without its quotation marks
        self._start = self._end = 0
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
        name = self._key()
        self._lifted = Value(name, self._body, self._new_spool) if name in SOURCE_FIELDS else None
        self.document += b'"'
        self._start = len(self.document)
        self._inside = True
        return end + 1

    def _key(self) -> str:
        """What the string that begins now is the value of, "" where it is none: the string before,
        if a colon alone stands between.
        """
        if self.document[self._end + 1 :].strip() != b":" or self._end - self._start > MAX_KEY:
            return ""
        return self.document[self._start : self._end].decode("utf-8", "replace")

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
        length = _escape_length(data[end : end + 8])
        if end + length > len(data):
            self._carry = data[end:]
            return len(data)
        escape = data[end : end + length]
        self._put(escape, _unescape(escape))
        return end + length

    def _put(self, raw: bytes, meant: bytes) -> None:
        if self._lifted:
            self._lifted.feed(meant)
        else:
            self.document += raw

    def _end_string(self) -> None:
        if self._lifted:
            store_value(self._body, self._lifted)
            self._lifted = None
        self._end = len(self.document)
        self.document += b'"'
        self._inside = False


def _escape_length(start: bytes) -> int:
    """Of the escape that begins so: a character beyond 16 bits is two of them (RFC 8259, 7). May be
    more than there is yet.
    """
    if start[1:2] != b"u":
        return 2
    return 12 if _HIGH_HALF.match(start) and b"\\u".startswith(start[6:8]) else 6


def _unescape(escape: bytes) -> bytes:
    if escape[1:2] != b"u":
        return _ESCAPES.get(escape[1:2], escape[1:2])
    try:
        text: str = json.loads(b'"' + escape + b'"')
    except ValueError:
        raise MalformedBody() from None
    return text.encode("utf-8", "replace")
