"""The queries of the administration: none reads more than its page, however much there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models import AuditEntry, Flow, Job, KindTally, Report, db, utcnow
from models.job import JobPlace
from models.overview import facts, largest_holders
from tests.conftest import make_person
from tests.models.test_listing import plans

QUERIES: dict[str, tuple[Callable[[], Any], str]] = {  # each with what it is read by
    "log": (lambda: AuditEntry.page(before=7), "INTEGER PRIMARY KEY"),
    "log of one person": (lambda: AuditEntry.page(by="ann", before=7), "ix_audit_entry_by_id"),
    "log of one act": (lambda: AuditEntry.page(act="ban"), "ix_audit_entry_act_id"),
    "who is in the log": (AuditEntry.actors, "ix_audit_entry_by_id"),
    "failed jobs": (lambda: Job.given_up(7), "ix_job_run_at"),
    "waiting jobs": (lambda: Job.waiting(("tags",), JobPlace(utcnow(), 7)), "ix_job_run_at"),
    "what came": (
        lambda: Flow.within([(utcnow(), utcnow())] * 3),
        "SEARCH flow USING INTEGER PRIMARY KEY",
    ),
    "recurring jobs": (lambda: Job.keyed_as(("tags", "tiles")), "sqlite_autoindex_job_1"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_reads_what_it_gives(name: str, app: Flask) -> None:
    query, index = QUERIES[name]
    with app.app_context(), plans(app) as found:
        query()
    (steps,) = found
    assert index in str(steps), steps
    is_grouped = name == "what came"  # at most 8,640 rows, into 91
    assert is_grouped or "TEMP B-TREE" not in str(steps), steps
    tables = ("audit_entry", "job", "upload", "user")
    assert not [step for step in steps if step in {f"SCAN {table}" for table in tables}], steps


def test_the_overview_reads_no_uploads(app: Flask) -> None:
    """Of other tables one row a person, a kind or a job."""
    with app.app_context(), plans(app) as found:
        facts(("tags",))
        largest_holders(10)
        KindTally.all()
    steps = str(found)
    assert "upload" not in steps and "SCAN user" not in steps, steps


def test_reports_are_counted_from_reports(app: Flask) -> None:
    """Also once SQLite knows that there are few uploads, and nothing of a table without rows."""
    make_person(app, "ann").uploaded("pixel.png")
    with app.app_context():
        db.session.execute(db.text("ANALYZE"))
        db.session.commit()
        db.engine.dispose()  # what is known is read by new connections
        with plans(app) as found:
            db.session.scalar(Report.count(1))
    (steps,) = found
    assert "SCAN report" in str(steps) and "SCAN upload" not in str(steps), steps
