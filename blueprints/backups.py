"""/admin/backup: which copies there are, when the next one comes, and a button to make one now."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from blueprints.http import backup_words, job_words
from blueprints.http.context import me, site, time_zone
from config import FLASK
from models import Job, utcnow
from services.backup import ask, schedule
from services.backup.known import known_folder

bp = Blueprint("backups", __name__)

JOBS = ("backup", ask.KIND)


def show() -> Any:
    folder, settings, now = site().config.backups, site().settings, utcnow()
    jobs = Job.keyed_as(JOBS)
    return render_template(
        "admin/backup.html",
        folder=folder,
        command=FLASK,
        data=site().config.data,
        known=known_folder(folder) if folder else None,
        next_at=schedule.next_due(now, settings.zone, settings.backup_hour),
        failed=[job_words.reason(job) for job in jobs if job.reason],
        is_running=any(job.is_running(now) or "more" in job.payload for job in jobs),
        is_asked=any(job.kind == ask.KIND and job.run_at is not None for job in jobs),
        words=backup_words,
        zone=time_zone(),
    )


def make() -> Any:
    """Nothing where no folder is set: the page has no button then."""
    if site().config.backups:
        ask.ask(site(), me().name)
        flash(backup_words.ASKED)
    return redirect(url_for("backups.show"), 303)
