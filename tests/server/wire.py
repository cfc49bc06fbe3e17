"""Requests byte by byte."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any

from tests.conftest import Server

WATCHDOG = 30  # seconds until a test says that the server hangs


def connect(server: Server, source: str = "127.0.0.1") -> socket.socket:
    host, port = server.base.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=WATCHDOG, source_address=(source, 0))


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def read_all(sock: socket.socket) -> bytes:
    """What comes until the server ends the connection."""
    data = b""
    try:
        while part := sock.recv(65536):
            data += part
    except ConnectionResetError:
        pass
    return data


def parse(data: bytes) -> Answer:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return Answer(
        int(first.split()[1]),
        {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)},
        body,
    )


def ask(server: Server, request: bytes) -> Answer:
    """The first answer to what must end the connection."""
    with connect(server) as sock:
        sock.sendall(request)
        return parse(read_all(sock))
