"""The body of an upload request, in whatever form it comes, read once and never held in memory.

A file goes straight into a Spool. So does a long text value of the source fields, decoded from base64 on the way:
in a multipart form, an urlencoded form or a JSON object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from blueprints.errors import MalformedBody
from media.errors import InvalidBase64, UploadError
from media.source import Base64Decoder, Spool

SOURCE_FIELDS = ("source", "image")
MAX_TEXT = 64 * 1024  # bytes of a text value: a description of 5,000 characters fits, percent-encoded too
MAX_PARTS = 1000  # fields of one form
MAX_BUFFER = 1024 * 1024  # bytes kept while looking for the end of a part's headers, or of a JSON document
_CHUNK = 256 * 1024

NewSpool = Callable[[str], Spool]


@dataclass
class Body:
    """``fields`` are short text values. ``files`` and ``decoded`` hold received files by the field that they came in:
    file parts, and long base64 texts."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, Spool] = field(default_factory=dict)
    decoded: dict[str, Spool] = field(default_factory=dict)
    failures: dict[str, UploadError] = field(default_factory=dict)

    def discard(self) -> None:
        for spool in [*self.files.values(), *self.decoded.values()]:
            spool.discard()


def read_body(request: Request, new_spool: NewSpool) -> Body:
    """The request's body. ``new_spool`` makes a Spool for a file of a given name.

    Raises MalformedBody, and what Spool.write raises; then nothing is left behind.
    """
    body = Body()
    mimetype, options = parse_options_header(request.headers.get("Content-Type", ""))
    try:
        if mimetype == "multipart/form-data":
            _read_multipart(request.stream, options.get("boundary", ""), body, new_spool)
        elif mimetype == "application/x-www-form-urlencoded":
            _read_urlencoded(request.stream, body, new_spool)
        elif mimetype == "application/json":
            _read_json(request.stream, body, new_spool)
    except BaseException:
        body.discard()
        raise
    return body


class _Value:
    """A text value being read. One of a source field that outgrows MAX_TEXT is decoded into a spool as it comes;
    any other is cut there."""

    def __init__(self, name: str, body: Body, new_spool: NewSpool) -> None:
        self.name, self._body, self._new_spool = name, body, new_spool
        self._text = bytearray()
        self._decoder: Base64Decoder | None = None

    def feed(self, data: bytes) -> None:
        if self.name in self._body.failures:
            return
        if self._decoder:
            self._decode(data)
        elif len(self._text) + len(data) <= MAX_TEXT:
            self._text += data
        elif self.name in SOURCE_FIELDS and self.name not in self._body.decoded:
            spool = self._body.decoded[self.name] = self._new_spool("")
            self._decoder = Base64Decoder(spool)
            self._decode(bytes(self._text) + data)
        else:
            self._text += data[:MAX_TEXT - len(self._text)]

    def _decode(self, data: bytes) -> None:
        assert self._decoder
        try:
            self._decoder.feed(data)
        except InvalidBase64 as error:
            self._body.failures[self.name] = error

    def finish(self) -> str | None:
        """The text, None where it went into a spool."""
        if not self._decoder:
            return self._text.decode("utf-8", "replace")
        if self.name not in self._body.failures:
            try:
                self._decoder.finish()
            except InvalidBase64 as error:
                self._body.failures[self.name] = error
        return None


# --- multipart/form-data (RFC 7578)


def _read_multipart(stream: IO[bytes], boundary: str, body: Body, new_spool: NewSpool) -> None:
    if not boundary:
        raise MalformedBody()
    part: _Value | Spool | None = None
    try:
        for event in _multipart_events(stream, boundary):
            if isinstance(event, File):
                part = _open_file(event, body, new_spool)
            elif isinstance(event, Field):
                part = _Value(event.name or "", body, new_spool)
            elif isinstance(event, Data) and part is not None:
                _feed_part(part, event, body)
    except (ValueError, AttributeError) as error:  # what the decoder raises on forms cut short or badly framed
        raise MalformedBody() from error


def _multipart_events(stream: IO[bytes], boundary: str) -> Iterator[Any]:
    decoder = MultipartDecoder(boundary.encode("latin-1", "replace"), max_parts=MAX_PARTS)
    while True:
        chunk = stream.read(_CHUNK)
        decoder.receive_data(chunk or None)
        while not isinstance(event := decoder.next_event(), NeedData):
            yield event
            if isinstance(event, Epilogue):
                return
        if len(decoder.buffer) > MAX_BUFFER:
            raise MalformedBody()


def _open_file(event: File, body: Body, new_spool: NewSpool) -> Spool | None:
    """A spool for a file part that can be the source; None for others, and for a file field left empty in a browser."""
    if event.name not in SOURCE_FIELDS or event.name in body.files or not event.filename:
        return None
    spool = body.files[event.name] = new_spool(event.filename)
    return spool


def _feed_part(part: _Value | Spool, event: Data, body: Body) -> None:
    if isinstance(part, Spool):
        part.write(event.data)
        if not event.more_data:
            part.finish()
        return
    part.feed(event.data)
    if not event.more_data:
        _keep(body, part)


def _keep(body: Body, value: _Value) -> None:
    text = value.finish()
    if text is not None and value.name:
        body.fields.setdefault(value.name, text)


# --- application/x-www-form-urlencoded (WHATWG URL, section 5)

_PART = re.compile(rb"[&=]")


def _read_urlencoded(stream: IO[bytes], body: Body, new_spool: NewSpool) -> None:
    """In a source field a ``+`` stays one: it is base64's, which senders forget to encode (contract, *Request*)."""
    name = bytearray()
    value: _Value | None = None
    carry = b""
    count = 0
    while True:
        chunk = stream.read(_CHUNK)
        data = carry + chunk
        cut = _incomplete_escape(data) if chunk else len(data)
        data, carry = data[:cut], data[cut:]
        for piece in _pieces(data):
            if piece == b"&":
                _keep_urlencoded(body, value)
                value, name = None, bytearray()
            elif piece == b"=" and value is None:
                value = _Value(_unquote_plus(bytes(name)), body, new_spool)
                count += 1
            elif value is None:
                name += piece
            else:
                value.feed(piece if value.name not in SOURCE_FIELDS else _unquote_base64(piece))
        if len(name) > MAX_TEXT or count > MAX_PARTS:
            raise MalformedBody()
        if not chunk:
            break
    _keep_urlencoded(body, value)


def _incomplete_escape(data: bytes) -> int:
    """Where a ``%`` escape starts that the data's end cuts in two; the data's length where there is none."""
    percent = data.find(b"%", max(0, len(data) - 2))
    return percent if percent >= 0 else len(data)


def _pieces(data: bytes) -> Iterator[bytes]:
    at = 0
    for found in _PART.finditer(data):
        if found.start() > at:
            yield data[at:found.start()]
        yield found.group()
        at = found.end()
    if at < len(data):
        yield data[at:]


def _keep_urlencoded(body: Body, value: _Value | None) -> None:
    if value is None:
        return
    text = value.finish()
    if text is not None:
        body.fields.setdefault(value.name, text if value.name in SOURCE_FIELDS else _unquote_plus(text.encode()))


def _unquote_plus(data: bytes) -> str:
    return unquote_to_bytes(data.replace(b"+", b" ")).decode("utf-8", "replace")


def _unquote_base64(data: bytes) -> bytes:
    return unquote_to_bytes(data).replace(b" ", b"+")


# --- application/json (RFC 8259)

_STRING_STOP = re.compile(rb'["\\]')
_KEY_BEFORE = re.compile(rb'"((?:[^"\\]|\\.)*)"\s*:\s*$')
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _read_json(stream: IO[bytes], body: Body, new_spool: NewSpool) -> None:
    """An object of plain values. The strings of source fields are lifted out as they come; the rest is small."""
    lifter = _JsonLifter(body, new_spool)
    while chunk := stream.read(_CHUNK):
        lifter.feed(chunk)
        if len(lifter.document) > MAX_BUFFER:
            raise MalformedBody()
    try:
        document = json.loads(bytes(lifter.document))
    except (ValueError, RecursionError):
        raise MalformedBody() from None
    if not isinstance(document, dict):
        raise MalformedBody()
    for name, value in document.items():
        if value is not None and name not in SOURCE_FIELDS:
            body.fields.setdefault(name, _as_text(value))


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return ",".join(_as_text(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value)


class _JsonLifter:
    """Copies a JSON text into ``document`` piece by piece, but for the string values of source fields: those go to
    ``body``, and an empty string stands in their place."""

    def __init__(self, body: Body, new_spool: NewSpool) -> None:
        self.document = bytearray()
        self._body, self._new_spool = body, new_spool
        self._carry = b""
        self._inside = False
        self._lifted: _Value | None = None

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
        self._lifted = _Value(name, self._body, self._new_spool) if name in SOURCE_FIELDS else None
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
            _keep(self._body, self._lifted)
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
