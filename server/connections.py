"""Open connections, and which of them are closed when there are too many."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

from media.intake.network import network
from server.limits import Limits

if TYPE_CHECKING:
    from server.channel import Channel

NO_ROOM = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: "
    b"0\r\n\r\n"
)
# Bytes sent in one turn of the loop, to all readers and to each: a few milliseconds until it
# accepts new ones. Less than LEAST_BYTES each would cost more in calls than it helps, because
# hundreds of readers are never all fast.
LOOP_BYTES, LEAST_BYTES, TURN_BYTES = 8 * 1024 * 1024, 64 * 1024, 1024 * 1024
# connections over a limit for a moment, until it is known which have no request
SURPLUS = 32


class Connections:
    """Belongs to the loop's thread. If there are too many, the longest idle ones are closed."""

    def __init__(self, limits: Limits, *, behind_proxy: bool) -> None:
        self.total = limits.connections
        self.per_address = sys.maxsize if behind_proxy else limits.per_address
        self.open: set[Channel] = set()
        self._crowded = False
        # readers in this turn of the loop, and in the last
        self._readers = self._readers_before = 0

    def begin_turn(self) -> None:
        self._readers_before, self._readers = self._readers, 0

    def share(self) -> int:
        """How many bytes one more reader may be sent in this turn of the loop."""
        self._readers += 1
        return max(
            LEAST_BYTES, min(TURN_BYTES, LOOP_BYTES // max(self._readers, self._readers_before))
        )

    @property
    def is_full(self) -> bool:
        """Whether there is no room for a new connection, and none to close for it."""
        return not self._has_room(list(self.open), self.total)

    def make_room(self, address: str) -> bool:
        """Whether a connection from ``address`` is accepted."""
        own = network(address)
        channels = list(self.open)
        neighbours = [channel for channel in channels if channel.network == own]
        return self._has_room(neighbours, self.per_address) and self._has_room(channels, self.total)

    def _has_room(self, channels: list[Channel], most: int) -> bool:
        if len(channels) < most:
            return True
        self._crowded = True
        return len(channels) < most + SURPLUS and any(channel.is_idle for channel in channels)

    def trim(self) -> None:
        """Close idle connections beyond the limits. Call it between two polls: a new connection may
        reuse the number of a closed one and must not get its events.
        """
        if not self._crowded:
            return
        groups: dict[str, list[Channel]] = {}
        for channel in list(self.open):
            groups.setdefault(channel.network, []).append(channel)
        for channels in groups.values():
            self._close_surplus(channels, self.per_address)
        self._close_surplus(list(self.open), self.total)
        self._crowded = len(self.open) > self.total or any(
            len(channels) > self.per_address for channels in groups.values()
        )

    def _close_surplus(self, channels: list[Channel], most: int) -> None:
        surplus = len(channels) - most
        if surplus > 0:
            idle = [channel for channel in channels if channel.is_idle and not channel.has_unread]
            for channel in sorted(idle, key=lambda channel: channel.idle_since)[:surplus]:
                channel.handle_close()

    def sweep(self) -> None:
        """Close or refuse connections that are too slow."""
        for channel in list(self.open):
            channel.sweep()


def turn_away(connection: socket.socket) -> None:
    """Answer that there is no room, if that is possible without waiting."""
    try:
        connection.setblocking(False)
        connection.send(NO_ROOM)
    except OSError:
        pass  # gone already
    finally:
        connection.close()
