"""application/x-www-form-urlencoded (WHATWG URL, section 5), as a stream."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO
from urllib.parse import unquote_to_bytes

from blueprints.http.body.value import (
    CHUNK,
    MAX_PARTS,
    MAX_TEXT,
    SOURCE_FIELDS,
    Body,
    NewSpool,
    Value,
)
from blueprints.http.refusals import MalformedBody

_PART = re.compile(rb"[&=]")


def read_urlencoded(stream: IO[bytes], body: Body, new_spool: NewSpool) -> None:
    """In a source field a ``+`` stays one: it is base64's, which senders forget to encode
    (contract, *Request*).
    """
    name = bytearray()
    value: Value | None = None
    carry = b""
    count = 0
    while True:
        chunk = stream.read(CHUNK)
        data = carry + chunk
        cut = _incomplete_escape(data) if chunk else len(data)
        data, carry = data[:cut], data[cut:]
        for piece in _pieces(data):
            if piece == b"&":
                _keep_urlencoded(body, value)
                value, name = None, bytearray()
            elif piece == b"=" and value is None:
                value = Value(_unquote_plus(bytes(name)), body, new_spool)
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
    """Where a ``%`` escape starts that the data's end cuts in two; the data's length where there is
    none.
    """
    percent = data.find(b"%", max(0, len(data) - 2))
    return percent if percent >= 0 else len(data)


def _pieces(data: bytes) -> Iterator[bytes]:
    at = 0
    for match in _PART.finditer(data):
        if match.start() > at:
            yield data[at : match.start()]
        yield match.group()
        at = match.end()
    if at < len(data):
        yield data[at:]


def _keep_urlencoded(body: Body, value: Value | None) -> None:
    if value is None:
        return
    text = value.finish()
    if text is not None:
        body.fields.setdefault(
            value.name, text if value.name in SOURCE_FIELDS else _unquote_plus(text.encode())
        )


def _unquote_plus(data: bytes) -> str:
    return unquote_to_bytes(data.replace(b"+", b" ")).decode("utf-8", "replace")


def _unquote_base64(data: bytes) -> bytes:
    return unquote_to_bytes(data).replace(b" ", b"+")
