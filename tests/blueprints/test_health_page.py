"""/admin/health: what the doctor knows, in words, and what an admin doesn't learn there."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import insert, update

from models import AuditEntry, Job, KnownDamage, db, utcnow
from tests.conftest import Person, csrf_token, log_in, make_person

PAGE = "/admin/health"


@pytest.fixture
def boss(app: Flask) -> Person:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    return boss


def damage(app: Flask, kind: str, upload: int | None, path: str = "public/images/x") -> None:
    values = {
        "damage": kind, "path": path, "upload_id": upload, "number": 1, "source": "", "fault": "",
        "found_at": utcnow(), "seen_at": utcnow(), "ended_at": None, "is_repaired": False,
    }  # fmt: skip
    with app.app_context():
        db.session.execute(insert(KnownDamage), [values])
        db.session.commit()


def test_a_site_without_damage(boss: Person) -> None:
    page = boss.client.get(PAGE).text
    assert "No damage is known." in page and "Repair</" not in page


def test_damage_is_shown_everywhere_that_an_admin_looks(boss: Person, ann: Person) -> None:
    ann.uploaded("plain.jpg", title="Sea", visibility="public")
    damage(boss.app, "missing", 1)
    page = boss.client.get(PAGE).text
    assert "Files that are missing" in page and "Sea" in page and "1 damaged" in page
    assert "1 file is damaged or missing." in boss.client.get("/admin").text


@pytest.mark.parametrize("visibility", ["private", "unlisted", "members"])
def test_what_people_keep_for_themselves_is_not_named(
    boss: Person, ann: Person, visibility: str
) -> None:
    image = ann.uploaded("plain.jpg", "secret-name.jpg", title="Secret", visibility=visibility)
    damage(boss.app, "changed", 1, f"public/images/{image['filename']}")
    page = boss.client.get(PAGE).text
    assert "A file of ann" in page
    assert not {"Secret", "secret-name", image["id_encoded"]} & set(page.split())
    assert "Secret" not in page and "secret-name" not in page and image["id_encoded"] not in page


def test_repair_is_a_job_and_is_written_down(boss: Person, ann: Person) -> None:
    ann.uploaded("plain.jpg")
    damage(boss.app, "missing", 1)
    token = csrf_token(boss.client.get(PAGE).text)
    for _ in range(2):
        answer = boss.client.post(f"{PAGE}/repair", data={"csrf_token": token})
        assert answer.status_code == 303
    with boss.app.app_context():
        assert len(Job.of_kind("repair")) == 1
        assert {entry.act for entry in AuditEntry.page()} == {"retry_jobs"}


def test_repair_after_a_repair_that_was_given_up(boss: Person, ann: Person) -> None:
    """Else the button does nothing, for ever."""
    from services.jobs import orphans

    with boss.app.app_context():
        for key in ("repair", "missing"):
            Job.add("repair", key=key)
        db.session.execute(update(Job).values(run_at=None, tries=12))
        db.session.commit()
        orphans.tell_missing(boss.app.extensions["keepsake"], list("abcdefghijklmn"), 14)
    token = csrf_token(boss.client.get(PAGE).text)
    boss.client.post(f"{PAGE}/repair", data={"csrf_token": token})
    with boss.app.app_context():
        assert all(job.run_at and not job.tries for job in Job.of_kind("repair"))
        (some,) = [job.payload for job in Job.of_kind("repair") if job.key == "missing"]
        assert some == {"uploads": list("abcdefghij")}  # the round finds the others


def test_metrics_count_it(boss: Person, ann: Person) -> None:
    from blueprints.http.measured import exposition

    ann.uploaded("plain.jpg")
    damage(boss.app, "missing", 1)
    with boss.app.app_context():
        text = exposition(boss.app.extensions["keepsake"])[0].decode()
    assert 'keepsake_findings{kind="missing"} 1.0' in text
    assert 'keepsake_findings{kind="changed"} 0.0' in text
