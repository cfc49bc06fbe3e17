"""Who is connected, and who has to go when there are too many."""

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
# Sent in one turn of the loop, to all who read, and to each: a few milliseconds until it hears of
# who comes. Less than LEAST_BYTES to each would cost more in calls than it helps, as hundreds of
# readers that are all fast don't exist.
LOOP_BYTES, LEAST_BYTES, TURN_BYTES = 8 * 1024 * 1024, 64 * 1024, 1024 * 1024
# connections over a limit for a moment, until it is seen which of them have no request
SURPLUS = 32


class Connections:
    """Lives in the loop's thread. Where there are too many, those that have idled longest leave."""

    def __init__(self, limits: Limits, *, behind_proxy: bool) -> None:
        self.total = limits.connections
        self.per_address = sys.maxsize if behind_proxy else limits.per_address
        self.open: set[Channel] = set()
        self._crowded = False
        # who was sent something in this turn of the loop, and in the last
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
        """Whether a new connection would find no room, and none that could be made."""
        return not self._has_room(list(self.open), self.total)

    def make_room(self, address: str) -> bool:
        """Whether a connection from ``address`` may come."""
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
        """Close what idles beyond the limits. Between two polls: a closed connection's number may
        be given to a new one, which must not get its events.
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
        """Close, or refuse, who is too slow."""
        for channel in list(self.open):
            channel.sweep()


def turn_away(connection: socket.socket) -> None:
    """Say that there is no room, if that can be said at once."""
    try:
        connection.setblocking(False)
        connection.send(NO_ROOM)
    except OSError:
        pass  # gone already
    finally:
        connection.close()
