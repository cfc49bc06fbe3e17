"""/admin/jobs: what failed, what waits, and what runs again and again. What a job is about stays in
the database: it may be a letter with a link in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for

from blueprints.http import job_words
from blueprints.http.arguments import job_place, parse_job_id, parse_job_place, parse_row
from blueprints.http.context import me, time_zone
from blueprints.http.error_page import page
from models import Job, utcnow
from models.job import PAGE_OF_JOBS
from services.jobs.forward import bring_forward
from services.jobs.kinds import KINDS

bp = Blueprint("jobs", __name__)

RECURRING = tuple(name for name, kind in KINDS.items() if kind.every)


def index() -> Any:
    after_failed = parse_row(request.args.get("failed", ""))
    after = parse_job_place(request.args.get("after", ""))
    failed = Job.given_up(after_failed, PAGE_OF_JOBS + 1)
    waiting = Job.waiting(RECURRING, after, PAGE_OF_JOBS + 1)
    return render_template(
        "admin/jobs.html",
        failed=failed[:PAGE_OF_JOBS],
        next_failed=_next(failed, lambda job: {"failed": job.id}),
        waiting=waiting[:PAGE_OF_JOBS],
        next_waiting=_next(waiting, lambda job: {"after": job_place(job)}),
        recurring=Job.keyed_as(RECURRING),
        job_words=job_words,
        now=utcnow(),
        zone=time_zone(),
    )


def retry(job_id: str) -> Any:
    row = parse_job_id(job_id)
    count = bring_forward(job_id=row, by=me().name) if row is not None else 0
    if not count:
        return page(404, job_words.NO_SUCH_JOB)
    return _to(count)


def retry_all() -> Any:
    """All that were given up."""
    return _to(bring_forward(by=me().name))


def _next(found: Sequence[Job], place: Callable[[Job], dict[str, Any]]) -> str:
    """The query of the page behind; "" where there is none."""
    is_more = len(found) > PAGE_OF_JOBS
    return f"?{urlencode(place(found[PAGE_OF_JOBS - 1]))}" if is_more else ""


def _to(count: int) -> Any:
    flash(job_words.will_run(count))
    return redirect(url_for("jobs.index"), 303)
