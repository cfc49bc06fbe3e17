"""/admin/jobs: what failed and waits, in words, and a button to try it again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from blueprints.http.job_words import KINDS as IN_WORDS
from models import AuditEntry, Job, db, utcnow
from models.job import PAGE_OF_JOBS
from services.jobs.kinds import KINDS
from tests.conftest import Person, csrf_token, log_in, make_person

PAGE = "/admin/jobs"


@pytest.fixture
def boss(app: Flask) -> Person:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    return boss


def put(app: Flask, count: int, *, is_failed: bool) -> list[int]:
    """Row ids of that many jobs."""
    with app.app_context():
        now = utcnow()
        for number in range(count):
            Job.add("remove", {"secret": "swordfish"}, run_at=now + timedelta(minutes=number + 1))
        db.session.flush()
        ids = list(db.session.scalars(db.select(Job.id).order_by(Job.id.desc()).limit(count)))
        if is_failed:
            values = {"run_at": None, "tries": 12, "reason": "The disk is away <now>"}
            db.session.execute(db.update(Job).where(Job.id.in_(ids)).values(values))
        db.session.commit()
        return sorted(ids)


def try_again(boss: Person, path: str) -> Any:
    token = csrf_token(boss.client.get(PAGE).text)
    return boss.client.post(f"{PAGE}/{path}", data={"csrf_token": token})


def given_up(app: Flask) -> int:
    with app.app_context():
        return len(Job.given_up())


def shown(page: str) -> int:
    return page.count("Delete files of an album</strong>")


def test_every_kind_has_words() -> None:
    assert set(KINDS) == set(IN_WORDS)


def test_a_site_without_jobs(boss: Person) -> None:
    page = boss.client.get(PAGE).text
    assert "Nothing waits." in page and "Try all again" not in page


def test_what_failed_is_tried_again_one_or_all(boss: Person) -> None:
    ids = put(boss.app, 3, is_failed=True)
    page = boss.client.get(PAGE).text
    assert "The disk is away &lt;now&gt;" in page and "tried 12 times" in page
    assert "Given up" in page and "swordfish" not in page
    assert try_again(boss, f"{ids[0]}/retry").status_code == 303
    assert given_up(boss.app) == 2
    assert "1 job will run in a moment." in boss.client.get(PAGE).text
    assert try_again(boss, "retry").status_code == 303
    assert given_up(boss.app) == 0
    with boss.app.app_context():
        entries = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id))
        assert [(one.by, one.act, one.detail) for one in entries] == [
            ("boss", "retry_jobs", {"count": 1}),
            ("boss", "retry_jobs", {"count": 2}),
        ]


@pytest.mark.parametrize("path", ["999/retry", "x/retry", "99999999999999999999/retry"])
def test_a_job_that_is_not_there(path: str, boss: Person) -> None:
    assert try_again(boss, path).status_code == 404


def test_many_jobs_are_read_page_by_page(boss: Person) -> None:
    put(boss.app, PAGE_OF_JOBS + 3, is_failed=True)
    put(boss.app, PAGE_OF_JOBS + 4, is_failed=False)
    page = boss.client.get(PAGE).text
    assert shown(page) == 2 * PAGE_OF_JOBS
    next_failed, next_waiting = re.findall(r'href="(\?(?:failed|after)=[0-9.]+)"', page)
    assert shown(boss.client.get(PAGE + next_failed).text) == 3 + PAGE_OF_JOBS
    assert shown(boss.client.get(PAGE + next_waiting).text) == 4 + PAGE_OF_JOBS


def test_what_recurs_is_shown_apart_and_can_be_tried_when_it_failed(boss: Person) -> None:
    with boss.app.app_context():
        Job.add("orphans", key="orphans", run_at=utcnow() + timedelta(hours=5))
        Job.add("expire", key="expire")
        db.session.execute(db.update(Job).where(Job.kind == "orphans").values(reason="No disk"))
        db.session.commit()
        row = db.session.scalar(db.select(Job.id).where(Job.kind == "orphans"))
    page = boss.client.get(PAGE).text
    recurring = page[page.index('id="recurring"') :]
    assert "As soon as there is something to do" in recurring and "No disk" in recurring
    assert recurring.count("Try again</button>") == 1
    assert try_again(boss, f"{row}/retry").status_code == 303
    with boss.app.app_context():
        assert db.session.get_one(Job, row).run_at <= utcnow()  # type: ignore[operator]


def test_what_runs_now_has_no_button(boss: Person) -> None:
    (row,) = put(boss.app, 1, is_failed=False)
    with boss.app.app_context():
        until = utcnow() + timedelta(seconds=50)
        values = {"claimed_until": until, "claimed_by": "x", "reason": "No disk"}
        db.session.execute(db.update(Job).values(values))
        db.session.commit()
    page = boss.client.get(PAGE).text
    assert "Running" in page and "Try again</button>" not in page
    assert try_again(boss, f"{row}/retry").status_code == 404
