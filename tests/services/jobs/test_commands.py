"""``flask jobs``."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from models import Job, Upload, db, utcnow
from services.jobs.kinds import KINDS
from tests.conftest import Person, stored_files


def flask(app: Flask, *words: str, code: int = 0) -> str:
    done = app.test_cli_runner().invoke(args=["jobs", *words])
    assert done.exit_code == code, done.output
    return done.output


def test_run_then_list(ann: Person) -> None:
    ann.uploaded("alpha.png", expiration="PT5M")
    with ann.app.app_context():
        db.session.scalars(db.select(Upload)).one().expires_at = utcnow() - timedelta(seconds=1)
        db.session.commit()
    assert flask(ann.app, "list") == ""
    assert flask(ann.app, "run").splitlines() == [
        "doctor\tdone",
        "expire\tdone",
        "orphans\tdone",
    ]  # the others have nothing to do
    assert stored_files(ann.app) == []
    lines = [line.split("\t") for line in flask(ann.app, "list").splitlines()]
    assert {line[1] for line in lines} == {name for name, kind in KINDS.items() if kind.every}
    assert {line[2] for line in lines} == {"waiting"}


def test_run_one_kind(ann: Person) -> None:
    assert flask(ann.app, "run", "orphans") == "orphans\tdone\n"
    assert flask(ann.app, "run", "orphans") == "orphans\tdone\n"  # due or not
    assert "is not one of" in flask(ann.app, "run", "sweep", code=2)
    with ann.app.app_context():
        job = db.session.scalars(db.select(Job).where(Job.key == "orphans")).one()
        Job.bring_forward(utcnow(), key="orphans")
        assert Job.claim(job.id, "a server", utcnow(), utcnow() + timedelta(hours=1))
        db.session.commit()
    assert "Another process is running" in flask(ann.app, "run", "orphans", code=1)
    assert "\torphans\trunning\t" in flask(ann.app, "list")


def test_a_failure_is_told(ann: Person) -> None:
    data = ann.app.extensions["keepsake"].config.data
    (data / "private").rename(data / "away")
    assert "orphans\tThe storage is not available" in flask(ann.app, "run", "orphans", code=1)
    assert "The storage is not available" in flask(ann.app, "list")


def test_retry(ann: Person) -> None:
    with ann.app.app_context():
        for kind in ("one", "two", "three"):
            Job.add(kind)
        db.session.execute(
            db.update(Job)
            .where(Job.kind != "three")
            .values(run_at=None, tries=12, reason="no such codec")
        )
        db.session.commit()
    assert flask(ann.app, "list").splitlines()[0] == "1\tone\tgave up\t-\t12\tno such codec"
    assert flask(ann.app, "retry", "1") == "1 jobs will run.\n"
    assert "\tone\twaiting\t" in flask(ann.app, "list")
    assert flask(ann.app, "retry") == "1 jobs will run.\n"
    assert "gave up" not in flask(ann.app, "list")
    assert "No waiting job 9" in flask(ann.app, "retry", "9", code=1)
