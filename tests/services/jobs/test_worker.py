"""How jobs are run: in turns, with tries and waits between them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from models import Job, Payload, db
from server.worker import Worker
from services.jobs.kind import Kind, Turn, Unfixable
from services.jobs.limits import LIMITS
from services.jobs.queue import KILLED
from services.site import Site
from tests.conftest import until
from tests.services.jobs.conftest import Clock, add, jobs

pytestmark = pytest.mark.usefixtures("in_app")
HOUR = timedelta(hours=1)
Make = Callable[..., Worker]


class Work:
    """A kind's work: remembers what it was given, and does what it is told."""

    def __init__(self, *results: Any) -> None:
        self.payloads: list[Payload] = []
        self.results = list(results)

    def __call__(self, site: Site, turn: Turn) -> Payload | None:
        self.payloads.append(turn.payload)
        result = self.results.pop(0) if self.results else None
        if isinstance(result, Exception):
            raise result
        rest: Payload | None = result
        return rest


def test_done_is_gone(make_worker: Make, clock: Clock) -> None:
    work = Work()
    add(clock, "any", payload={"upload": 7})
    assert make_worker({"any": Kind(work)}).run_due() == {"any": None}
    assert work.payloads == [{"upload": 7}] and jobs() == []


def test_a_failure_waits_longer_each_time_and_is_given_up_with_its_reason(
    make_worker: Make, clock: Clock
) -> None:
    worker = make_worker(
        {"any": Kind(Work(*(OSError(f"try {n}") for n in range(99))))},
        tries=4,
        longest_wait=timedelta(seconds=25),
    )
    add(clock, "any")
    waits = []
    while (job := jobs()[0]).run_at:
        clock.at = job.run_at
        worker.run_due()
        if after := jobs()[0].run_at:
            waits.append((after - clock()).total_seconds())
    assert waits == [10, 20, 25]
    assert (job.tries, job.reason, job.claimed_until) == (4, "try 3", None)
    clock.pass_by(99 * HOUR)
    assert worker.run_due() == {}


def test_all_tries_take_some_hours() -> None:
    total = sum((LIMITS.wait(tries) for tries in range(1, LIMITS.tries)), timedelta())
    assert 3 * HOUR < total < 4 * HOUR
    assert LIMITS.wait(10_000) == LIMITS.longest_wait


def test_given_up_is_tried_again_by_hand(make_worker: Make, clock: Clock) -> None:
    worker = make_worker({"any": Kind(Work(Unfixable("say who"))), "other": Kind(Work())})
    add(clock, "any")
    worker.run_due()
    assert [(job.run_at, job.reason) for job in jobs()] == [(None, "say who")]
    Job.bring_forward(clock())
    db.session.commit()
    assert worker.run_due() == {"any": None} and jobs() == []


def test_a_mistake_of_ours_stops_no_other_job(
    make_worker: Make, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    add(clock, "bad", "good")
    ended = make_worker({"bad": Kind(Work(ZeroDivisionError())), "good": Kind(Work())}).run_due()
    assert ended["good"] is None and isinstance(ended["bad"], ZeroDivisionError)
    assert jobs()[0].reason == "ZeroDivisionError" and "Traceback" in caplog.text


def test_what_kills_its_process_is_given_up(make_worker: Make, clock: Clock) -> None:
    worker = make_worker({"any": Kind(Work())}, tries=2)
    add(clock, "any")
    for _ in range(2):
        assert Job.claim(1, "killed", clock(), clock() + LIMITS.lease)
        db.session.commit()
        clock.pass_by(LIMITS.lease)
    assert worker.run_due() == {}
    assert [(job.run_at, job.reason) for job in jobs()] == [(None, KILLED)]


def test_what_runs_again_and_again(make_worker: Make, clock: Clock) -> None:
    work = Work(None, OSError("away"), None)
    worker = make_worker({"any": Kind(work, lambda site: HOUR)})
    worker.plan()
    worker.plan()
    assert worker.run_due() == {"any": None}
    assert [(job.run_at, job.tries) for job in jobs()] == [(clock() + HOUR, 0)]
    assert worker.run_due() == {}
    clock.pass_by(HOUR)
    worker.run_due()
    assert [(job.run_at, job.tries, job.reason) for job in jobs()] == [
        (clock() + LIMITS.first_wait, 1, "away")
    ]
    clock.pass_by(LIMITS.first_wait)
    worker.run_due()
    assert [(job.run_at, job.tries, job.reason) for job in jobs()] == [(clock() + HOUR, 0, None)]


def test_what_runs_again_and_again_is_never_given_up(make_worker: Make, clock: Clock) -> None:
    work = Work({"half": 1}, Unfixable("too many"), *(OSError("away") for _ in range(3)))
    worker = make_worker({"any": Kind(work, lambda site: HOUR)}, tries=3)
    worker.plan()
    worker.run_due()
    assert [(job.run_at, job.payload, job.reason) for job in jobs()] == [
        (clock() + HOUR, {}, "too many")
    ]
    for _ in range(3):
        clock.at = jobs()[0].run_at or clock()
        worker.run_due()
    assert [(job.run_at, job.tries, job.reason) for job in jobs()] == [(clock() + HOUR, 0, "away")]


def every(hours: int, _site: Site) -> timedelta:
    return hours * HOUR


def test_a_shorter_interval_holds_at_once(make_worker: Make, clock: Clock) -> None:
    for hours in (24, 1):
        worker = make_worker({"any": Kind(Work(), partial(every, hours))})
        worker.plan()
        worker.run_due()
    assert [job.run_at for job in jobs()] == [clock() + HOUR]


def test_a_long_job_lets_others_run_between_its_turns(make_worker: Make, clock: Clock) -> None:
    order = []

    def long(site: Site, turn: Turn) -> Payload | None:
        clock.pass_by(timedelta(seconds=1))
        order.append(f"long {turn.payload.get('at', 0)}")
        at = turn.payload.get("at", 0) + 1
        return {"at": at} if at < 3 else None

    def short(site: Site, turn: Turn) -> None:
        order.append("short")

    add(clock, "long")
    Job.add("short", run_at=clock() + timedelta(seconds=0.5))
    db.session.commit()
    make_worker({"long": Kind(long), "short": Kind(short)}).run_due()
    assert order == ["long 0", "short", "long 1", "long 2"] and jobs() == []


def test_a_turn_is_over_when_its_time_is(make_worker: Make, clock: Clock) -> None:
    over = []
    kinds = {"any": Kind(lambda site, turn: over.append(turn.is_over()))}
    for seconds in (-1.0, 99.0):
        add(clock, "any")
        make_worker(kinds, turn=seconds).run_due()
    assert over == [True, False]


def test_progress_forgets_tries(make_worker: Make, clock: Clock) -> None:
    worker = make_worker({"any": Kind(Work(OSError(), {"at": 1}, OSError()))}, tries=2)
    add(clock, "any")
    for _ in range(2):
        worker.run_due()
        assert [job.tries for job in jobs()] == [1]
        clock.pass_by(LIMITS.first_wait)


def test_a_server_that_ends_keeps_what_was_done_and_lets_go(
    make_worker: Make, clock: Clock
) -> None:
    begun = threading.Event()

    def until_over(site: Site, turn: Turn) -> Payload | None:
        begun.set()
        until(turn.is_over)
        return {"at": 5}

    add(clock, "any")
    worker = make_worker({"any": Kind(until_over)}, turn=99.0)
    worker.start()
    assert begun.wait(10)
    worker.stop()
    assert [(job.payload, job.tries, job.claimed_until, job.reason) for job in jobs()] == [
        ({"at": 5}, 0, None, None)
    ]
    assert Job.due(["any"], clock(), 9)


def test_what_takes_long_holds_up_nothing_else(make_worker: Make, clock: Clock) -> None:
    """A backup that waits for a disk of the network, say."""
    answers, done = threading.Event(), threading.Event()

    def wait(site: Site, turn: Turn) -> None:
        answers.wait(30)

    kinds = {"long": Kind(wait, is_long=True), "short": Kind(lambda site, turn: done.set())}
    worker = make_worker(kinds, poll=0.01)
    worker.start()
    add(clock, "long")
    until(lambda: any(job.claimed_by for job in jobs()))
    add(clock, "short")
    assert done.wait(10)
    answers.set()
    until(lambda: jobs() == [])
    worker.stop()


def test_heartbeats_while_a_job_runs(make_worker: Make, clock: Clock) -> None:
    first: list[Any] = []

    def until_extended(site: Site, turn: Turn) -> None:
        first.append(jobs()[0].claimed_until)
        clock.pass_by(HOUR)
        until(lambda: jobs()[0].claimed_until != first[0])
        first.append(jobs()[0].claimed_until)

    add(clock, "any")
    assert make_worker({"any": Kind(until_extended)}, heartbeat=0.01).run_due() == {"any": None}
    assert first[1] == first[0] + HOUR


def test_who_lost_the_claim_is_told_and_leaves_it_alone(make_worker: Make, clock: Clock) -> None:
    told = []

    def sleep_too_long(site: Site, turn: Turn) -> Payload | None:
        clock.pass_by(LIMITS.lease)
        assert Job.claim(1, "another", clock(), clock() + LIMITS.lease)
        db.session.commit()
        until(turn.is_over)
        told.append(turn.is_over())
        return {"at": "stale"}

    add(clock, "any")
    make_worker({"any": Kind(sleep_too_long)}, heartbeat=0.01, turn=99.0).run_due()
    assert told == [True]
    assert [(job.claimed_by, job.payload) for job in jobs()] == [("another", {})]


def test_a_fault_of_the_machine_ends_no_worker(
    make_worker: Make, clock: Clock, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    done = threading.Event()
    (site.config.data / "private").rename(site.config.data / "away")
    site.unsettled.add("images/2026/01/01/a.png")  # so that its own round fails, too
    add(clock, "any")
    worker = make_worker({"any": Kind(lambda site, turn: done.set())}, fault=0.01, poll=0.01)
    worker.start()
    assert done.wait(10)
    worker.stop()
    assert "The storage is not available" in caplog.text
