"""The overview: known numbers, what needs a look, and few statements."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from blueprints.http.overview_words import outlook
from media.errors import StorageMissing
from models import DatabaseFault, Flow, Job, Setting, SiteFact, User, db, utcnow
from models.flow import SECONDS
from models.role import Role, State
from models.site_fact import LAST_BACKUP
from services.backup import back_up
from services.forecast import Forecast, Outlook
from tests.conftest import Person, existing, log_in, make_person
from tests.statements import statements

PAGE = "/admin"
GB = 10**9


@pytest.fixture
def boss(app: Flask) -> Person:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    return boss


def page_of(person: Person, query: str = "") -> str:
    """Its text, without tags and with single spaces."""
    text = re.sub("<[^>]+>", " ", person.client.get(PAGE + query).text)
    return " ".join(text.split())


def came(app: Flask, ago: timedelta, uploads: int, size: int, freed: int = 0) -> None:
    with app.app_context():
        quarter = int((utcnow() - ago).timestamp()) // SECONDS
        db.session.add(Flow(quarter=quarter, uploads=uploads, bytes=size, freed=freed))
        db.session.commit()


def test_an_empty_site(boss: Person) -> None:
    page = page_of(boss)
    assert "0 uploads in 30 days" in page and "too early" in page and "Nothing yet." in page
    assert "0 waiting, 0 failed" in page and "No backup yet" in page
    assert "Needs attention" not in boss.client.get(PAGE).text


def test_known_numbers(boss: Person) -> None:
    boss.uploaded("pixel.png")
    boss.uploaded("clip.mp4")
    came(boss.app, timedelta(days=3), 40, 5 * GB)
    came(boss.app, timedelta(days=60), 1000, 500 * GB)
    page = page_of(boss)
    assert "42 uploads in 30 days" in page
    assert "1042 uploads in 90 days" in page_of(boss, "?days=90")
    assert "Photos 1 ·" in page and "Videos 1 ·" in page and "boss" in page
    text = boss.client.get(PAGE).text
    assert text.count('<g class="day">') == 30 and text.count('class="bar"') == 2
    assert '<title id="chart-title">Uploads per day</title>' in text
    assert text.count('<th scope="row">') == 30
    assert "42 uploads from" in page and "42 uploads in 30 days" in page_of(boss, "?days=x")


def test_how_long_the_space_lasts(boss: Person) -> None:
    came(boss.app, timedelta(days=20), 10, 10**18)
    assert (
        "it is full within a day" in page_of(boss)
        and "Needs attention" in boss.client.get(PAGE).text
    )
    came(boss.app, timedelta(days=2), 0, 0, freed=10**18)
    assert "Space used is not growing." in page_of(boss)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, "it is full within a day."),
        (1, "it is full in 1 day."),
        (500, "it is full in 500 days."),
        (1140, "it is full in about 3 years."),
    ],
)
def test_days_become_years(app: Flask, days: int, told: str) -> None:
    with app.test_request_context():
        assert outlook(Forecast(Outlook.DAYS, days)) == f"At this rate, {told}"


def test_the_quota_of_the_site_may_be_the_limit(make_app: Callable[..., Flask]) -> None:
    app = make_app(SITE_QUOTA_MB=1)
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    assert "1 MB left for uploads" in page_of(boss)
    assert "The quota of the site is the limit" in page_of(boss)


def test_what_needs_a_look(boss: Person) -> None:
    make_person(boss.app, "bob")
    with boss.app.app_context():
        existing(User.by_name("bob")).state = State.PENDING
        for number in range(2):
            Job.add("remove", {"n": number})
        db.session.execute(db.update(Job).values(run_at=None))
        Job.add("remove")
        Setting.put("FROM_TOMORROW", "x")
        Setting.put("MAX_UPLOAD_MB", "much")
        db.session.commit()
        boss.app.extensions["keepsake"].store.refresh()
    page = page_of(boss)
    assert "2 jobs have failed." in page and "1 person waits for approval." in page
    assert "doesn't take: FROM_TOMORROW, MAX_UPLOAD_MB." in page.replace("&#39;", "'")
    assert "1 waiting, 2 failed" in page


def test_a_storage_that_is_away(boss: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def space() -> None:
        raise StorageMissing()

    monkeypatch.setattr(boss.app.extensions["keepsake"].storage, "space", space)
    assert "no upload can be kept" in page_of(boss)


def test_the_last_backup_is_known(boss: Person, tmp_path: Path) -> None:
    boss.uploaded("pixel.png")
    with boss.app.app_context():
        back_up(boss.app.extensions["keepsake"], tmp_path / "backup")
        existing(User.by_name("boss")).time_zone = "Asia/Kathmandu"
        db.session.commit()
    assert re.search(r"Last backup \d+ \w+ \d{4}, \d\d:\d\d \+0545", page_of(boss))
    with boss.app.app_context():
        SiteFact.write(LAST_BACKUP, "2026-11-20T10:00:00+0000 3")
        db.session.commit()
    assert "20 Nov 2026, 15:45 +0545 3 uploads lacked files" in page_of(boss)


def test_it_takes_few_statements(boss: Person) -> None:
    with statements(boss.app) as sent:
        boss.client.get(f"{PAGE}?days=90")
    assert len(sent) <= 8, sent
    # but for how many wait for approval, which ends at a number
    assert not [one for one in sent if re.search(r"\bFROM upload\b", one) and "LIMIT" not in one]


def test_it_is_for_admins(boss: Person) -> None:
    meg = make_person(boss.app, "meg", role=Role.MANAGER)
    log_in(meg.client, "meg")
    assert meg.client.get(PAGE).status_code == 404
    assert boss.app.test_client().get(PAGE).status_code == 302


def test_a_backup_is_good_where_the_site_can_not_write(
    boss: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise DatabaseFault("is full", is_full=True)

    boss.uploaded("pixel.png")
    monkeypatch.setattr(SiteFact, "write", fail)
    with boss.app.app_context():
        assert back_up(boss.app.extensions["keepsake"], tmp_path / "copy").files > 0
    assert "The backup is whole" in caplog.text
    assert "No backup yet" in page_of(boss)


def test_jobs_that_fail_and_are_tried_again_are_counted(boss: Person) -> None:
    assert "will be tried again" not in page_of(boss)
    with boss.app.app_context():
        Job.add("mail", {})
        db.session.execute(db.update(Job).where(Job.kind == "mail").values(reason="No answer"))
        db.session.commit()
    assert "0 waiting, 0 failed · 1 failed and will be tried again" in page_of(boss)
