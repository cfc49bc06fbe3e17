"""Background jobs."""

from __future__ import annotations

import click
from flask import Flask, current_app

from cli.shared import BY, PlainGroup, fail, site
from config import FLASK
from models import Job, utcnow
from server.worker import Worker
from services.jobs.forward import add, bring_forward
from services.jobs.kinds import KINDS

jobs = PlainGroup("jobs", help="Background jobs.")


@jobs.command("list")
def list_jobs() -> None:
    """List all jobs: id, kind, state, next run (UTC), failed attempts, reason of the last failure.
    Recurring jobs with nothing to do show *as needed*.
    """
    now = utcnow()
    for job in Job.ordered():
        state = "running" if job.is_running(now) else "waiting" if job.run_at else "gave up"
        when = f"{job.run_at:%Y-%m-%d %H:%M:%S}" if job.run_at else "-"
        if state == "waiting" and job.run_at and job.run_at <= now and _is_idle(job):
            when = "as needed"
        fields = [str(job.id), job.kind, state, when, str(job.tries), job.reason or "-"]
        click.echo("\t".join(fields))


def _is_idle(job: Job) -> bool:
    kind = KINDS.get(job.kind)
    return bool(kind and kind.every and not job.reason and not kind.has_work(site()))


@jobs.command("retry")
@click.argument("job_id", type=click.IntRange(1, 2**63 - 1), required=False)
def retry_job(job_id: int | None) -> None:
    """Run the job with this id again; without an id, all that were given up."""
    count = bring_forward(job_id=job_id, by=BY)
    if job_id is not None and not count:
        fail(f"No waiting job {job_id}. `{FLASK} jobs list` shows all.")
    click.echo(f"{count} jobs will run.")


@jobs.command(
    "run",
    help="Run the jobs that are due now; with KIND, the jobs of this kind, due or not. "
    f"Kinds: {', '.join(KINDS)}.",
)
@click.argument("kind", type=click.Choice(list(KINDS)), required=False, metavar="[KIND]")
def run_jobs(kind: str | None) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    worker = Worker(app, site(), pauses=False)
    worker.plan()
    if kind and not KINDS[kind].every:
        add(kind)
    if kind and not bring_forward(key=kind):
        fail(f"Another process is running {kind}.")
    outcomes = worker.run_due([kind] if kind else None)
    for name, error in outcomes.items():
        click.echo(f"{name}\t{error or 'done'}")
    if not outcomes:
        click.echo(f"{kind}\tnothing to do" if kind else "Nothing is due.")
    if any(outcomes.values()):
        fail("Some jobs failed.")
