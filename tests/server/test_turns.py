"""What one turn of the loop sends is bounded, however many read and however fast they are."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from waitress.adjustments import Adjustments
from waitress.buffers import ReadOnlyFileBasedBuffer

from blueprints.http.file_answer import FileAnswer
from server.channel import SEND_BYTES, Channel
from server.connections import LEAST_BYTES, LOOP_BYTES, TURN_BYTES, Connections
from server.limits import TURN_REQUESTS, Limits
from server.parser import Parser
from services.measures import Measures

FILM = 100_000_000  # bytes, sparse


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def sent_in_turns(readers: int, turns: int, film: Path, opened: ExitStack) -> list[list[int]]:
    """Bytes that each of so many readers was sent in each turn; they take all that comes."""
    with film.open("wb") as file:
        file.truncate(FILM)
    connections = Connections(Limits(), behind_proxy=False)
    server: Any = SimpleNamespace(connections=connections, active_channels={}, limits=Limits())
    listener = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=readers))
    channels, socks = [], []
    for _ in range(readers):
        socks.append(opened.enter_context(socket.create_connection(listener.getsockname())))
        accepted, address = listener.accept()
        channels.append(Channel(server, accepted, address, Adjustments(), {}))
        opened.callback(channels[-1].handle_close)
        buffer: Any = ReadOnlyFileBasedBuffer(opened.enter_context(film.open("rb")))
        buffer.prepare()
        channels[-1].outbufs.insert(0, buffer)
        channels[-1].total_outbufs_len = FILM
    found = []
    for _ in range(turns):
        connections.begin_turn()
        before = [channel.total_outbufs_len for channel in channels]
        for channel in channels:
            channel.handle_write()
        found.append(
            [was - channel.total_outbufs_len for was, channel in zip(before, channels, strict=True)]
        )
        for sock, amount in zip(socks, found[-1], strict=True):
            sock.settimeout(30)
            while amount:
                amount -= len(sock.recv(amount))
    return found


def test_many_fast_readers_share_a_turn(tmp_path: Path, opened: ExitStack) -> None:
    first, *others = sent_in_turns(60, 3, tmp_path / "film.mp4", opened)
    assert sum(first) <= 4 * LOOP_BYTES  # nobody knows yet how many they are
    for sent in others:
        assert sum(sent) <= 2 * LOOP_BYTES  # what a socket took in part may be a piece more
        assert min(sent) > 0


def test_a_few_have_a_full_turn_each(tmp_path: Path, opened: ExitStack) -> None:
    for sent in sent_in_turns(4, 3, tmp_path / "film.mp4", opened):
        assert LOOP_BYTES // 60 < max(sent) < TURN_BYTES + SEND_BYTES


def test_the_least_of_a_share() -> None:
    connections = Connections(Limits(), behind_proxy=False)
    shares = [connections.share() for _ in range(500)]
    assert (shares[0], shares[-1]) == (TURN_BYTES, LEAST_BYTES)


REQUEST = b"GET /images/a.png HTTP/1.1\r\nHost: a\r\n\r\n"


class Counted(Parser):
    """One for each request that is begun."""

    begun = 0

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)  # type: ignore[no-untyped-call]
        Counted.begun += 1


class CountedChannel(Channel):
    parser_class = Counted


@pytest.mark.parametrize(("sent", "answers"), [(REQUEST, 250), (b"\r\n\r\n" * 8 + REQUEST, 100)])
def test_who_pipelines_has_a_few_requests_a_turn(
    sent: bytes, answers: int, opened: ExitStack
) -> None:
    """Whatever was received at once, blank lines too; all of it is answered in the end."""
    server: Any = SimpleNamespace(
        connections=Connections(Limits(), behind_proxy=False),
        active_channels={},
        limits=Limits(),
        adj=Adjustments(),
        public_files=SimpleNamespace(answer=lambda request: FileAnswer(304)),
        add_task=lambda channel: channel.answer_at_once(),
        takes_upload=lambda request: False,
        is_check=lambda request: False,
        rules=SimpleNamespace(is_behind=False, measures=Measures()),
        must_ask=lambda request: False,
    )
    listener = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
    sock = opened.enter_context(socket.create_connection(listener.getsockname()))
    accepted, address = listener.accept()
    channel = CountedChannel(server, accepted, address, server.adj, {})
    opened.callback(channel.handle_close)
    sock.sendall(sent * answers)
    received, turns = b"", []
    while received.count(b"HTTP/1.1 304") < answers:
        server.connections.begin_turn()
        before = Counted.begun
        if channel.readable():
            channel.handle_read()  # type: ignore[no-untyped-call]
        else:
            assert channel.writable()
            channel.handle_write()
        turns.append(Counted.begun - before)
        with contextlib.suppress(BlockingIOError):
            received += sock.recv(1 << 20, socket.MSG_DONTWAIT)
    assert 0 < max(turns) <= TURN_REQUESTS
    assert not channel.writable() and channel.readable()
