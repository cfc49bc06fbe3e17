"""The red line: who sees it, when, and what it says; and the row of the overview."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Flow, Setting, SiteFact, db, utcnow
from models.flow import quarter_of
from models.role import Role
from models.site_fact import LAST_BACKUP, LAST_DRILL, LAST_PROVEN
from services.backup.folder import name_at
from services.proven import Why, write_failed
from tests.conftest import Person, log_in, make_person

LINE = "notice danger"
PLACES = ("/", "/admin", "/admin/people", "/admin/backup", "/admin/settings", "/admin/review")


def grown_old(app: Flask, days: float) -> None:
    """The site has had files for so long."""
    with app.app_context():
        db.session.execute(db.delete(Flow))
        at = utcnow() - timedelta(days=days)
        db.session.add(Flow(quarter=quarter_of(at), uploads=1, bytes=9, freed=0))
        db.session.commit()


def write(app: Flask, name: str, days: float, **facts: object) -> None:
    with app.app_context():
        at = utcnow() - timedelta(days=days)
        SiteFact.write(name, json.dumps({"at": at.isoformat(), "copy": "2026-11-20", **facts}))
        db.session.commit()


@pytest.fixture
def boss(app: Flask) -> Person:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    boss.uploaded("pixel.png")
    return boss


def test_no_backup(app: Flask, boss: Person) -> None:
    grown_old(app, 7.9)
    assert LINE not in boss.client.get("/").text
    grown_old(app, 8.1)
    for place in PLACES:
        page = boss.client.get(place).text
        assert page.count(LINE) == 1 and "This site has no backup" in page, place
    boss.uploaded("plain.jpg")
    assert LINE not in boss.client.get("/mine").text


def test_an_old_site_without_files(app: Flask) -> None:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    grown_old(app, 100)
    assert LINE not in boss.client.get("/").text


@pytest.mark.parametrize(("days", "is_told"), [(1.0, False), (7.9, False), (8.1, True)])
def test_the_last_proven_restore(app: Flask, boss: Person, days: float, is_told: bool) -> None:
    grown_old(app, 100)
    write(app, LAST_PROVEN, days, files=200)
    page = boss.client.get("/").text
    assert (LINE in page) == is_told
    assert ("Last proven restore of the backup: 8 days ago." in page) == is_told
    page = boss.client.get("/admin").text
    assert "200 files checked" in page and "Copy 2026-11-20" in page


@pytest.mark.parametrize(("days", "is_told"), [(8.9, False), (30.0, True)])
def test_an_old_copy_that_was_proven_again(
    app: Flask, boss: Person, days: float, is_told: bool
) -> None:
    """Backups that ended in summer don't stay green, whoever restores the last one each week."""
    grown_old(app, 100)
    write(app, LAST_PROVEN, 1, copy=name_at(utcnow() - timedelta(days=days)), files=200)
    page = boss.client.get("/").text
    assert (LINE in page) == is_told
    assert ("known to restore is 30 days old." in page) == is_told


@pytest.mark.parametrize("what", ["time", "copy"])
def test_a_clock_that_was_ahead(app: Flask, boss: Person, what: str) -> None:
    """What was proven in five years is unknown."""
    grown_old(app, 100)
    ahead = utcnow() + timedelta(days=5 * 365)
    if what == "time":
        write(app, LAST_PROVEN, -5 * 365, files=200)
    else:
        write(app, LAST_PROVEN, 1, copy=name_at(ahead), files=200)
    assert LINE in boss.client.get("/").text
    assert "None yet." in boss.client.get("/admin").text


def test_a_backup_by_hand_is_one(app: Flask, boss: Person) -> None:
    """By cron, in another folder than the settings name."""
    grown_old(app, 100)
    with app.app_context():
        SiteFact.write(LAST_BACKUP, "2026-11-20T10:00:00+0000 0")
        db.session.commit()
    page = boss.client.get("/").text
    assert "No restore of the backup was ever proven." in page and "has no backup" not in page
    assert "drill FOLDER" in boss.client.get("/admin/backup").text


def test_with_a_backup_that_was_never_tried(
    make_app: Callable[..., Flask], tmp_path_factory: pytest.TempPathFactory
) -> None:
    app = make_app(BACKUP_FOLDER=str(tmp_path_factory.mktemp("backup")))
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    boss.uploaded("pixel.png")
    grown_old(app, 9)
    assert "No restore of the backup was ever proven." in boss.client.get("/").text


def test_why_the_last_drill_failed(app: Flask, boss: Person) -> None:
    grown_old(app, 100)
    write(app, LAST_PROVEN, 9, files=200)
    write(app, LAST_DRILL, 1, why="file", detail="public/images/<b>.png")
    assert "a file in the copy is missing or damaged" in boss.client.get("/").text
    page = boss.client.get("/admin").text
    assert "missing or damaged" in page and "public/images/&lt;b&gt;.png" in page
    assert "<b>.png" not in boss.client.get("/").text


def test_the_notification_leads_to_what_to_do(app: Flask, boss: Person) -> None:
    with app.app_context():
        write_failed(app.extensions["keepsake"], Why.FOLDER, "", "/mnt/backup")
    page = boss.client.get("/notifications").text
    assert "The backup could not be restored" in page and 'href="/admin/backup#proven"' in page
    page = boss.client.get("/admin/backup").text
    assert 'id="proven"' in page and "Connect the disk of the backup" in page


def test_put_away_by_a_setting(app: Flask, boss: Person) -> None:
    grown_old(app, 100)
    with app.app_context():
        db.session.add(Setting(name="RESTORE_WARNING", value="false"))
        db.session.commit()
        app.extensions["keepsake"].store.refresh()
    assert LINE not in boss.client.get("/").text


@pytest.mark.parametrize("role", [Role.USER, Role.MANAGER, None])
def test_nobody_else_learns_of_it(
    app: Flask, boss: Person, client: FlaskClient, role: Role | None
) -> None:
    """A guest neither, who gets the page of the one before."""
    grown_old(app, 100)
    write(app, LAST_DRILL, 1, why="file", detail="x.png")
    boss.client.get("/")
    if role:
        person = make_person(app, "eve")
        with app.app_context():
            from models import User

            row = User.by_name("eve")
            assert row
            row.role = role
            db.session.commit()
        client = person.client
        log_in(client, "eve")
    for place in ("/", "/explore", "/admin/review", "/admin", "/"):
        text = client.get(place, follow_redirects=True).text
        assert LINE not in text and "restore of the backup" not in text and "no backup" not in text
