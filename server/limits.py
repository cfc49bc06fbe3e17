"""Limits of connections: times in seconds, sizes in bytes. Tests pass others to `serve`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    connections: int = 512
    """Open at once: eighty visitors' browsers, with six each. Idle ones make room for new ones."""

    per_address: int = 128
    """Of one address (of IPv6: one /64, which is one household): twenty browsers behind one router.
    Not held behind a trusted proxy, whose address is everybody's: it counts its own visitors."""

    head_seconds: float = 20
    """From a connection, or a request's first byte, to the end of its head: four resends of a lost
    packet take 15."""

    idle_seconds: float = 75
    """Between two requests of a connection. Proxies keep theirs for 60, and must not meet one that
    just closed."""

    body_seconds: float = 120
    body_bytes: int = 60_000
    """A body must bring `body_bytes` in every `body_seconds`: 500 bytes a second, where a phone on
    EDGE at its worst has 5,000. It may lose its network for a minute and a half."""

    stall_seconds: float = 5
    hurry_seconds: float = 15
    """If connections are short, a body is cut off that brings nothing for `stall_seconds`, or less
    than `body_bytes` in `hurry_seconds` (a phone on EDGE brings more): else five hundred of them
    would keep everybody out.
    """

    send_seconds: float = 120
    """A reader that takes nothing for this long is disconnected."""

    linger_seconds: float = 10
    """How long a refused sender may go on sending, so that it can read the answer."""

    sweep_seconds: float = 1
    """Between two checks for slow connections."""

    uploads_waiting: int = 100
    """Received and waiting for an upload thread. More would wait longer than a minute or two, and
    most clients give up by then.
    """


# request line and fields: as much as nginx takes. Parsing them costs its square where they come
# byte by byte
MAX_HEAD = 32 * 1024
MAX_FIELDS = 100  # header fields: browsers send twenty, proxies add ten
# read from a socket at a time while a head is expected: what is pipelined behind it waits
HEAD_BYTES = 16 * 1024
# requests of one connection in one turn of the loop. A public file takes some 75 us: hundreds of
# connections that pipeline make a turn of a tenth of a second, where all that is read at a time
# (260 requests each, or 4,000 blank ones) made it seconds
TURN_REQUESTS = 4
# read at a time of a body: a large upload wakes the loop thirty times less than by waitress'
# default
BODY_BYTES = 256 * 1024
