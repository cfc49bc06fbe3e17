"""In a lane, networks take turns: one with many connections holds up itself alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from server.lanes import Lanes
from tests.server.wire import WATCHDOG


@dataclass
class Waiting:
    """A connection as far as a lane knows it, which notes when it is served."""

    network: str
    served: list[str]
    gate: threading.Event
    is_upload: bool = False
    is_check: bool = False
    started: threading.Event = field(default_factory=threading.Event)

    def answer_at_once(self) -> bool:
        return False

    def service(self) -> None:
        self.started.set()
        assert self.gate.wait(WATCHDOG)
        self.served.append(self.network)

    def cancel(self) -> None:
        pass


def order(networks: str, *, is_upload: bool = False) -> str:
    """In which order requests of these networks are served that come while the lane's one thread is
    at work.
    """
    lanes, served, gate = Lanes(1, 1, 100), list[str](), threading.Event()
    channels: list[Any] = [Waiting(network, served, gate, is_upload) for network in "-" + networks]
    lanes.add_task(channels[0])
    assert channels[0].started.wait(WATCHDOG)
    for channel in channels[1:]:
        lanes.add_task(channel)
    assert lanes.has_upload_of(networks[0]) is is_upload
    assert not lanes.has_upload_of("nobody")
    gate.set()
    assert all(channel.started.wait(WATCHDOG) for channel in channels)
    lanes.shutdown()
    return "".join(served[1:])


def test_who_comes_behind_many_of_one_network_is_second() -> None:
    assert order("a" * 300 + "b") == "ab" + "a" * 299


def test_networks_take_turns() -> None:
    assert order("aaaabbbcc") == "abcabcaba"


def test_uploads_take_turns_too() -> None:
    assert order("aaaab", is_upload=True) == "abaaa"
