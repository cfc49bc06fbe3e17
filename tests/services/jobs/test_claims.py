"""Who has a job, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import Job, db
from tests.services.jobs.conftest import Clock, add, jobs

pytestmark = pytest.mark.usefixtures("in_app")
LEASE = timedelta(seconds=60)


def test_a_job_is_there_if_what_it_is_about_is(clock: Clock) -> None:
    Job.add("any", {"upload": 1}, run_at=clock())
    db.session.rollback()
    assert jobs() == []
    Job.add("any", {"upload": 1}, run_at=clock())
    db.session.commit()
    assert [(job.kind, job.payload, job.tries) for job in jobs()] == [("any", {"upload": 1}, 0)]


def test_one_job_of_a_key(clock: Clock) -> None:
    Job.add("any", {"first": True}, run_at=clock(), key="k")
    Job.add("any", {"first": False}, run_at=clock(), key="k")
    db.session.commit()
    assert [job.payload for job in jobs()] == [{"first": True}]


def test_what_waits_longest_comes_first(clock: Clock) -> None:
    for kind, seconds in (("late", 1), ("second", 0), ("first", -5)):
        Job.add(kind, run_at=clock() + timedelta(seconds=seconds))
    db.session.commit()
    assert [job.kind for job in Job.due(["first", "second", "late"], clock(), 9)] == [
        "first",
        "second",
    ]
    assert [job.kind for job in Job.due(["first", "second", "late"], clock(), 1)] == ["first"]


def test_jobs_of_a_kind_that_nobody_here_knows_wait(clock: Clock) -> None:
    add(clock, "of a newer version")
    assert Job.due(["any"], clock(), 9) == []


def test_one_holder_until_the_lease_is_over(clock: Clock) -> None:
    add(clock, "any")
    first = Job.claim(1, "first", clock(), clock() + LEASE)
    assert first and first.tries == 1
    assert Job.claim(1, "second", clock(), clock() + LEASE) is None
    assert Job.due(["any"], clock(), 9) == []
    clock.pass_by(LEASE)
    second = Job.claim(1, "second", clock(), clock() + LEASE)
    assert second and second.tries == 2


def test_a_heartbeat_keeps_it(clock: Clock) -> None:
    add(clock, "any")
    first = Job.claim(1, "first", clock(), clock() + LEASE)
    assert first
    clock.pass_by(LEASE / 2)
    assert Job.extend(first, clock() + LEASE)
    clock.pass_by(LEASE / 2)
    assert Job.claim(1, "second", clock(), clock() + LEASE) is None


def test_who_lost_a_job_changes_nothing_of_it(clock: Clock) -> None:
    add(clock, "any", payload={"at": 1})
    first = Job.claim(1, "first", clock(), clock() + LEASE)
    clock.pass_by(LEASE)
    second = Job.claim(1, "second", clock(), clock() + LEASE)
    assert first and second
    assert not Job.extend(first, clock() + 9 * LEASE)
    assert not Job.release(first, payload={"at": 2})
    Job.end(first)
    db.session.commit()
    (job,) = jobs()
    assert (job.claimed_by, job.claimed_until, job.payload) == (
        "second",
        clock() + LEASE,
        {"at": 1},
    )


def test_a_lease_from_a_clock_that_was_wrong_holds_up_nothing(clock: Clock) -> None:
    add(clock, "any")
    assert Job.claim(1, "in 2040", clock(), clock() + timedelta(days=5000))
    assert not jobs()[0].is_running(clock())
    assert Job.claim(1, "now", clock(), clock() + LEASE)


def test_what_runs_is_not_brought_forward(clock: Clock) -> None:
    add(clock, "any")
    Job.claim(1, "first", clock(), clock() + LEASE)
    assert Job.bring_forward(clock(), job_id=1) == 0
    clock.pass_by(LEASE)
    assert Job.bring_forward(clock(), job_id=1) == 1
