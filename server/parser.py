"""Requests as they arrive, read by waitress' parser."""

from __future__ import annotations

from typing import Any

from waitress.parser import HTTPRequestParser
from waitress.utilities import Error

from media.errors import StorageFull, StorageMissing, is_full
from server.framing import ChunkedReceiver, Refused, check_head
from server.refusal import Refusal


class Parser(HTTPRequestParser):
    """``command`` and ``target`` are the method and the path asked for, even where nothing else of
    the request can be understood.
    """

    target = ""
    id = ""  # what its lines in the log and its answer have; `server.answered`
    command = path = ""
    is_granted = False  # the application wants the body, whatever its size
    is_asking = False  # the application is being asked whether it does
    body_rcv: Any = None
    error: Any = None
    promised = 0  # bytes that the disk may have to take for the body and the file in it

    @property
    def arriving(self) -> bool:
        """Whether the body is incomplete."""
        return self.headers_finished and not self.completed

    @property
    def size(self) -> int:
        """Bytes of the body: as announced, otherwise so far."""
        return self.body_bytes_received if self.chunked else self.content_length

    def received(self, data: bytes) -> int:
        if not self.header_plus and data[:1] in (b" ", b"\t") and self.body_rcv is None:
            return self.refuse(Refusal(400, "Invalid request line"), data)
        try:
            consumed: int = super().received(data)  # type: ignore[no-untyped-call]
        except Refused as refused:
            return self.refuse(refused.refusal, data)
        except ValueError:  # a URL that Python's parser can't read
            return self.refuse(Refusal(400), data)
        except OSError as error:  # of the disk that holds bodies
            return self.refuse(
                Refusal.of(StorageFull() if is_full(error) else StorageMissing()), data
            )
        if self.error:
            return self.refuse(self.error, data)
        return consumed

    def refuse(self, error: Error, data: bytes = b"") -> int:
        """A refused sender gets no ``100 Continue``, and nothing more of it is read."""
        self.error, self.completed, self.expect_continue = error, True, False
        # waitress has parsed another head instead of one that is too long
        if not self.target or error.code == 431:
            self.command, self.target = asked_of(self.header_plus + data)
            self.path = ""
        return len(data)

    def parse_header(self, head: bytes) -> None:
        self.command, self.target = asked_of(head)
        check_head(head)
        super().parse_header(head)  # type: ignore[no-untyped-call]
        if self.chunked:
            self.body_rcv = ChunkedReceiver(self.body_rcv.getbuf())

    def close(self) -> None:
        """Waitress closes each answered request; one whose body was only asked about stays open."""
        if not self.is_granted or self.completed:
            super().close()  # type: ignore[no-untyped-call]


def asked_of(head: bytes) -> tuple[str, str]:
    """The method and the path in a request line that may be cut or malformed."""
    words = [
        word.decode("latin-1") for word in head[:4096].lstrip().partition(b"\r\n")[0].split(b" ")
    ]
    return words[0], words[1].partition("?")[0] if len(words) > 1 else ""
