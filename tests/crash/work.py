"""What a process does that runs jobs until none is due.

``note`` says how many times it ran, and fails where it runs twice at once; ``meet`` waits
until a second process does; ``die`` gets SIGKILL in the middle of its work, the first time.
"""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from pathlib import Path

from models import Job, db, utcnow
from server.worker import Worker
from services.jobs.kind import Kind, Turn
from services.site import Site
from tests.conftest import until
from tests.crash.scenes import site_at


def write_line(site: Site, name: str, line: object) -> None:
    with (site.config.data / name).open("a") as file:
        file.write(f"{line}\n")


def note(site: Site, turn: Turn) -> None:
    number = turn.payload["number"]
    mark = site.config.data / f"running-{number}"
    os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    write_line(site, "ran", number)
    mark.unlink()


def meet(site: Site, _turn: Turn) -> None:
    (site.config.data / f"meets-{os.getpid()}").touch()
    until(lambda: len(list(site.config.data.glob("meets-*"))) == 2)


def die(site: Site, _turn: Turn) -> None:
    write_line(site, "told", "begun")
    if (site.config.data / "died").exists():
        write_line(site, "told", "done")
    else:
        (site.config.data / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)


def work_until_none_is_due(data: Path, seconds: float) -> None:
    """With a clock that is so much ahead."""
    kinds = {"note": Kind(note), "meet": Kind(meet), "die": Kind(die)}
    with site_at(data) as app:
        ahead = timedelta(seconds=seconds)
        Worker(app, app.extensions["keepsake"], kinds, now=lambda: utcnow() + ahead).run_due()


def add_jobs(data: Path, *jobs: tuple[str, int]) -> None:
    with site_at(data):
        for kind, number in jobs:
            Job.add(kind, {"number": number})
        db.session.commit()


def jobs_left(data: Path) -> list[tuple[str, int, str | None]]:
    """Kind, tries, reason."""
    with site_at(data):
        return [(job.kind, job.tries, job.reason) for job in Job.ordered()]
