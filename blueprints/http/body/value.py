"""The parts of a body: short texts, files, and long texts that became files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from media.errors import InvalidBase64, UploadError
from media.intake.spool import Base64Decoder, Spool

SOURCE_FIELDS = ("source", "image")
# Names of the file part in programs for other hosts, used if there is none named ``source`` or
# ``image``.
OTHER_FILE_FIELDS = ("file", "files", "files[]", "file[]", "upload", "media")
# bytes of a text value: a description of 5,000 characters fits, percent-encoded too
MAX_TEXT = 64 * 1024
MAX_PARTS = 1000  # fields of one form
# bytes kept while looking for the end of a part's headers, or of a JSON document
MAX_BUFFER = 1024 * 1024
CHUNK = 256 * 1024  # bytes read at a time

NewSpool = Callable[[str], Spool]


@dataclass
class Body:
    """``fields`` are short text values. ``files`` and ``decoded`` hold received files by the field
    that they came in: file parts, and long base64 texts.
    """

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, Spool] = field(default_factory=dict)
    decoded: dict[str, Spool] = field(default_factory=dict)
    failures: dict[str, UploadError] = field(default_factory=dict)
    more: list[Spool] = field(default_factory=list)  # further files of a form that sends several

    takes_several: bool = False

    def discard(self) -> None:
        for spool in [*self.files.values(), *self.decoded.values(), *self.more]:
            spool.discard()


class Value:
    """A text value being read. One of a source field that outgrows MAX_TEXT is decoded into a spool
    as it comes; any other is cut there.
    """

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
            self._text += data[: MAX_TEXT - len(self._text)]

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


def store_value(body: Body, value: Value) -> None:
    text = value.finish()
    if text is not None and value.name:
        body.fields.setdefault(value.name, text)
