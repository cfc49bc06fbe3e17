"""Receives an upload's bytes into a Spool: a temp file on the disk where it will be stored."""

from __future__ import annotations

import binascii
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import IO, Self

from media.errors import FileTooBig, InvalidBase64, StorageFull, is_full

# bytes read at a time: large enough for the hash to run without the interpreter lock
CHUNK = 256 * 1024


class Spool:
    """A file being received. Hashed as it is written, so that it need not be read again.

    ``filename`` is the name that the sender gave, without any folder part, or "" where there is
    none.
    """

    def __init__(self, folder: Path, max_bytes: int, filename: str = "") -> None:
        try:
            handle, path = tempfile.mkstemp(dir=folder, prefix="spool-")
        except OSError as error:
            raise _as_upload_error(error) from error
        self._file = os.fdopen(handle, "wb", buffering=CHUNK)
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self.path = Path(path)
        self.max_bytes = max_bytes
        self.filename = basename(filename)
        self.size = 0

    def write(self, data: bytes) -> None:
        """Raises FileTooBig past the limit and StorageFull when the disk is full."""
        self.size += len(data)
        if self.size > self.max_bytes:
            raise FileTooBig(self.max_bytes)
        self._md5.update(data)
        self._sha256.update(data)
        try:
            self._file.write(data)
        except OSError as error:
            raise _as_upload_error(error) from error

    def finish(self) -> Self:
        try:
            self._file.close()
        except OSError as error:
            raise _as_upload_error(error) from error
        return self

    @property
    def md5(self) -> str:
        return self._md5.hexdigest()

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    def discard(self) -> None:
        """Remove the temp file, if it was not published meanwhile."""
        try:
            self._file.close()
        except OSError:
            pass  # the last write failed; the file goes anyway
        self.path.unlink(missing_ok=True)


def _as_upload_error(error: OSError) -> Exception:
    return StorageFull() if is_full(error) else error


def basename(filename: str) -> str:
    """The last part of a name that may carry folders of any system, without control characters."""
    last = re.split(r"[/\\]", filename)[-1]
    return "".join(c for c in last if c.isprintable())[:1000]


def copy_into(spool: Spool, stream: IO[bytes]) -> Spool:
    while chunk := stream.read(CHUNK):
        spool.write(chunk)
    return spool.finish()


_DATA_URI = re.compile(rb"data:[^,;]{0,200}(?:;[^,;]{1,200}){0,8}?;base64,", re.IGNORECASE)
_WHITE_SPACE = b" \t\r\n\x0b\x0c"


class Base64Decoder:
    """Decodes base64 into a spool, piece by piece; RFC 4648 section 4, padding required.

    White space is ignored and a ``data:<mime>;base64,`` prefix is accepted (contract, *Request*).
    """

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self._head: bytes | None = b""
        self._rest = b""
        self._padded = False

    def feed(self, text: bytes) -> None:
        """Raises InvalidBase64, or what Spool.write raises."""
        if self._head is not None:
            self._head += text
            if len(self._head) < 2000:
                return
            text, self._head = self._without_prefix(self._head), None
        text = self._rest + text.translate(None, _WHITE_SPACE)
        whole = len(text) // 4 * 4
        self._rest = text[whole:]
        self._decode(text[:whole])

    def _without_prefix(self, head: bytes) -> bytes:
        head = head.lstrip()
        match = _DATA_URI.match(head)
        return head[match.end() :] if match else head

    def _decode(self, text: bytes) -> None:
        if not text:
            return
        if self._padded:
            raise InvalidBase64()
        try:
            data = binascii.a2b_base64(text, strict_mode=True)
        except binascii.Error:
            raise InvalidBase64() from None
        self._padded = text.endswith(b"=")
        self.spool.write(data)

    def finish(self) -> Spool:
        if self._head is not None:
            head, self._head = self._without_prefix(self._head), None
            self.feed(head)
        if self._rest:
            raise InvalidBase64()
        return self.spool.finish()


def md5_of(path: Path) -> str:
    """The MD5 of a file that was changed after it was received: scrubbed, resized or converted."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
