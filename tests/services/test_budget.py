"""How much may be decoded at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from media.metadata.reader import Metadata
from media.pixels import memory
from media.pixels.derive import derive
from media.probe import Facts
from services import ingest
from services.budget import Budget
from services.errors import Busy
from tests.conftest import make_person

PATIENT = 60.0  # seconds: never reached where all goes well


def test_what_is_held_at_once_never_exceeds_the_budget() -> None:
    budget, lock = Budget(100), threading.Lock()
    held, most, together = 0, 0, 0

    def take(amount: int) -> None:
        nonlocal held, most, together
        for _ in range(50):
            with budget.holding(amount, PATIENT):
                with lock:
                    held += min(amount, 100)
                    most = max(most, held)
                    together += held > amount
                threading.Event().wait(0.0002)
                with lock:
                    held -= min(amount, 100)

    threads = [
        threading.Thread(target=take, args=(amount,)) for amount in (10, 20, 30, 45, 60, 99, 1000)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 100 and together and held == 0


def test_who_came_first_is_first() -> None:
    """Small ones that would fit don't keep a large one waiting."""
    budget, order = Budget(100), []
    waiting = [threading.Event(), threading.Event()]

    def take(amount: int, number: int) -> None:
        waiting[number].set()
        with budget.holding(amount, PATIENT):
            order.append(amount)

    with budget.holding(50, PATIENT):
        large, small = (
            threading.Thread(target=take, args=(amount, number))
            for number, amount in enumerate((80, 10))
        )
        large.start()
        _until(lambda: budget.waiting == 1)
        small.start()
        _until(lambda: budget.waiting == 2)
        assert order == []
    large.join()
    small.join()
    assert order == [80, 10]


def test_who_waits_too_long_is_busy_and_keeps_nobody_waiting() -> None:
    idle: list[bool] = []
    budget = Budget(100, lambda: idle.append(True))
    with budget.holding(60, 0), budget.holding(40, 0), pytest.raises(Busy), budget.holding(1, 0):
        pass
    assert idle == [True]
    with budget.holding(100, 0):
        pass
    assert idle == [True, True]


def test_an_upload_waits_for_memory_or_is_busy(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = make_person(make_app(MEMORY_MB=100))
    site = ann.app.extensions["keepsake"]
    site.turn_seconds = 0
    with site.memory(90_000_000):
        answer = ann.upload("plain.jpg")
    assert answer.status_code == 503 and "Retry-After" in answer.headers
    assert ann.upload("plain.jpg").status_code == 200

    seen: list[int] = []

    def look(*args: object) -> object:
        seen.append(site.budget.left)
        return derive(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(ingest, "derive", look)
    assert ann.upload("plain.jpg").status_code == 200
    assert seen[0] < 100_000_000 == site.budget.left


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "heic"])
def test_eight_of_48_megapixels_take_turns(format: str) -> None:
    """With the budget of a new installation, what is admitted at once stays below it."""
    facts = Facts("image", format, 8000, 6000, Metadata(), is_progressive=format == "jpg")
    each = memory.need(facts, 20_000_000)
    assert each * max(1, 600_000_000 // each) <= 900_000_000


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(20_000):
        if holds():
            return
        threading.Event().wait(0.001)
    raise AssertionError("it never came to that")
