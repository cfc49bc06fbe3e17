"""multipart/form-data (RFC 7578), by Werkzeug's decoder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import IO, Any

from werkzeug.datastructures import Headers
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from blueprints.http.body.value import (
    CHUNK,
    MAX_BUFFER,
    MAX_PARTS,
    OTHER_FILE_FIELDS,
    SOURCE_FIELDS,
    Body,
    NewSpool,
    Value,
    store_value,
)
from blueprints.http.refusals import MalformedBody
from media.intake.spool import Spool


def read_multipart(stream: IO[bytes], boundary: str, body: Body, new_spool: NewSpool) -> None:
    if not boundary:
        raise MalformedBody()
    part: Value | Spool | None = None
    try:
        for event in _multipart_events(stream, boundary):
            if isinstance(event, File):
                part = _open_file(event, body, new_spool)
            elif isinstance(event, Field):
                part = Value(event.name or "", body, new_spool)
            elif isinstance(event, Data) and part is not None:
                _feed_part(part, event, body)
    # what the decoder raises on forms cut short or badly framed
    except (ValueError, AttributeError) as error:
        raise MalformedBody() from error


_END_OF_DELIMITER = re.compile(rb"(?:-|--)?[ \t]{0,100}\r?")  # so far (RFC 2046, 5.1.1)


class _Decoder(MultipartDecoder):
    def _parse_headers(self, data: bytes | bytearray) -> Headers:
        """Werkzeug takes UTF-8 only; some programs send file names in whatever their system
        speaks.
        """
        try:
            return super()._parse_headers(data)
        except UnicodeDecodeError:
            return super()._parse_headers(bytes(data).decode("cp1252", "replace").encode())

    def _last_partial_boundary_index(self, data: bytes | bytearray) -> int:
        """From where ``data`` may be a delimiter that goes on in the next piece.

        Werkzeug looks for one that is cut before its end. Where it is cut behind the boundary
        itself, as in ``CR LF --b-``, it takes the CR before it for a byte of the file.
        """
        held: int = super()._last_partial_boundary_index(data)
        at = data.rfind(b"--" + self.boundary)
        if at < 0 or not _END_OF_DELIMITER.fullmatch(data, at + 2 + len(self.boundary)):
            return held
        before = bytes(data[max(0, at - 2) : at])
        return min(
            held, at - (2 if before == b"\r\n" else 1 if before[-1:] in (b"\r", b"\n") else 0)
        )


def _readable(filename: str) -> str:
    """A file name decoded from the form that mail uses (RFC 2047), which some programs send."""
    if not re.fullmatch(r"=\?[\w-]+\?[bqBQ]\?[^?]*\?=", filename):
        return filename
    try:
        return str(make_header(decode_header(filename)))
    except (HeaderParseError, LookupError, ValueError):
        return filename


def _multipart_events(stream: IO[bytes], boundary: str) -> Iterator[Any]:
    decoder = _Decoder(boundary.encode("latin-1", "replace"), max_parts=MAX_PARTS)
    while True:
        chunk = stream.read(CHUNK)
        decoder.receive_data(chunk or None)
        while not isinstance(event := decoder.next_event(), NeedData):
            yield event
            if isinstance(event, Epilogue):
                return
        if len(decoder.buffer) > MAX_BUFFER:
            raise MalformedBody()


def _open_file(event: File, body: Body, new_spool: NewSpool) -> Spool | None:
    """A spool for a file part that can be the source; None for others, and for a file field left
    empty in a browser.
    """
    if event.name not in (*SOURCE_FIELDS, *OTHER_FILE_FIELDS) or not event.filename:
        return None
    if event.name in body.files:
        if not body.takes_several:
            return None
        body.more.append(new_spool(_readable(event.filename)))
        return body.more[-1]
    spool = body.files[event.name] = new_spool(_readable(event.filename))
    return spool


def _feed_part(part: Value | Spool, event: Data, body: Body) -> None:
    if isinstance(part, Spool):
        part.write(event.data)
        if not event.more_data:
            part.finish()
        return
    part.feed(event.data)
    if not event.more_data:
        store_value(body, part)
