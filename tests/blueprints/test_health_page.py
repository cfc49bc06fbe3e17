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


def damage(
    app: Flask, kind: str, upload: int | None, path: str = "public/images/x", **more: object
) -> None:
    values = {
        "damage": kind, "path": path, "upload_id": upload, "number": 1, "source": "", "fault": "",
        "found_at": utcnow(), "seen_at": utcnow(), "ended_at": None, "is_repaired": False,
        **more,
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


SECRET = "private/images/2026/11/27/secret-name.jpg"
COPY = "2026-11-27T02-15-00Z"


def test_what_became_of_it_names_no_file(boss: Person, ann: Person) -> None:
    """Sources and reasons are paths, too."""
    ann.uploaded("plain.jpg", "secret-name.jpg", visibility="private")
    ended = {"ended_at": utcnow(), "is_repaired": True}
    damage(boss.app, "missing", 1, SECRET, source=f"/mnt/my backup/{COPY}/{SECRET}", **ended)
    damage(boss.app, "changed", 1, SECRET, fault=f"[Errno 5] Input/output error: '/x y/{SECRET}'")
    damage(boss.app, "without_row", None, SECRET, source=f"found/{SECRET}", **ended)
    damage(boss.app, "not_ours", None, SECRET, fault=f"no room for {SECRET}.th")
    page = boss.client.get(PAGE).text
    assert "secret-name" not in page
    assert "repaired from the copy of" in page and "Input/output error" in page
    assert "A file in private/images/2026/11/27" in page


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("No backup is set up.", "No backup is set up."),
        ("No backup has these bytes.", "No backup has these bytes."),
        ("No space left on storage", "The disk of the data folder is full."),
    ],
)
def test_why_it_is_not_repaired(boss: Person, ann: Person, fault: str, words: str) -> None:
    """Who reads that no backup has it may delete what is on the shelf."""
    ann.uploaded("plain.jpg")
    damage(boss.app, "missing", 1, fault=fault)
    page = boss.client.get(PAGE).text
    assert words in page
    assert ("No backup has" in page) == ("No backup has" in words)


def test_reasons_of_jobs_name_no_file(boss: Person) -> None:
    with boss.app.app_context():
        Job.add("repair", key="repair")
        reason = f"[Errno 13] Permission denied: '/srv/data/{SECRET}'; {SECRET} is missing"
        db.session.execute(update(Job).values(run_at=None, reason=reason))
        db.session.commit()
    for address in ("/admin/jobs", "/admin/backup", PAGE):
        assert "secret-name" not in boss.client.get(address).text
    assert "Permission denied" in boss.client.get("/admin/jobs").text


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
