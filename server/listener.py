"""Waitress' server, with limits of our own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

import blueprints
from media.errors import StorageFull, StorageMissing, UploadError
from server.channel import Channel
from server.connections import Connections, turn_away
from server.lanes import Lanes
from server.limits import Limits
from server.parser import Parser
from server.public_files import PublicFiles
from server.refusal import Refusal
from server.room import Room
from services.errors import Busy
from services.measures import Measures
from services.settings import SettingStore

ACCEPTS = 32  # connections accepted in one turn of the loop


@dataclass
class Rules:
    """What the connections of all listening sockets share. ``form_bytes`` is the largest body that
    is read unasked; ``prefix`` is the path that the site lives under, or empty; ``is_behind``:
    behind a proxy that is trusted.
    """

    limits: Limits
    lanes: Lanes
    connections: Connections
    public_files: PublicFiles
    room: Room
    form_bytes: int
    settings: SettingStore
    prefix: str
    is_behind: bool
    measures: Measures


class Listener(TcpWSGIServer):
    """One listening socket."""

    channel_class: Any = Channel

    def __init__(
        self,
        application: Any,
        sockets: dict[int, Any],
        adj: Adjustments,
        sockinfo: Any,
        rules: Rules,
    ) -> None:
        self.rules = rules
        self.limits, self.connections, self.public_files = (
            rules.limits,
            rules.connections,
            rules.public_files,
        )
        self.form_bytes = rules.form_bytes
        super().__init__(application, sockets, dispatcher=rules.lanes, adj=adj, sockinfo=sockinfo)  # type: ignore[no-untyped-call]

    @property
    def max_upload_bytes(self) -> int:
        return self.rules.settings.latest.max_upload_bytes

    def readable(self) -> bool:
        """Without room, new connections wait in the kernel's queue."""
        return bool(self.accepting) and not self.connections.is_full

    def handle_accept(self) -> None:
        for _ in range(ACCEPTS):
            try:
                accepted = self.accept()
                if accepted is None:
                    return
                connection, address = accepted
                if self.connections.make_room(address[0]):
                    self.set_socket_options(connection)
                    self.channel_class(self, connection, address, self.adj, map=self._map)
                else:
                    turn_away(connection)
            except OSError:
                # closed before it was accepted, or no free file descriptor: the kernel reports it
                # again
                return

    def path_of(self, request: Parser) -> str:
        """A request's path as the site map knows it, and as the application is asked: decoded, and
        without the site where the target names that. As it was sent where it can't be read.
        """
        path = "/" + (request.path or request.target).lstrip("/")
        prefix = self.rules.prefix
        return (
            path[len(prefix) :] or "/" if prefix and (path + "/").startswith(prefix + "/") else path
        )

    def takes_upload(self, request: Parser) -> bool:
        return blueprints.takes_upload(request.command, self.path_of(request))

    def is_check(self, request: Parser) -> bool:
        return blueprints.is_check(self.path_of(request))

    def must_ask(self, request: Parser) -> bool:
        """Whether the application must approve a body before it is received."""
        if request.is_granted or request.is_asking:
            return False
        return request.size > self.form_bytes or (request.chunked and self.takes_upload(request))

    def why_no_further(self, request: Parser) -> Refusal | None:
        """Why more of a body can't be received, if so."""
        problem = self._why_no_room(request) if self.rules.room.is_used_up(request) else None
        return Refusal.of(problem) if problem else None

    def why_not_now(self, request: Parser) -> Refusal | None:
        """Why a body that the application wants can't be received, if so."""
        problem = Busy() if self.rules.lanes.is_full else self._why_no_room(request)
        return Refusal.of(problem) if problem else None

    def _why_no_room(self, request: Parser) -> UploadError | None:
        try:
            return None if self.rules.room.promise(request) else StorageFull()
        except OSError:
            return StorageMissing()


def unfinished(connections: Connections) -> Iterator[Parser]:
    """Requests whose bodies are arriving or waiting for their turn."""
    for channel in list(connections.open):
        yield from channel.unfinished()


def run(sockets: dict[int, Any], rules: Rules) -> None:
    """The loop, until interrupted."""
    next_sweep = 0.0
    seconds = rules.limits.sweep_seconds
    try:
        while sockets:
            rules.connections.begin_turn()
            wasyncore.poll2(seconds, sockets)
            rules.connections.trim()
            if time.monotonic() >= next_sweep:
                next_sweep = time.monotonic() + seconds
                rules.connections.sweep()
    except (SystemExit, KeyboardInterrupt):
        rules.lanes.shutdown()
