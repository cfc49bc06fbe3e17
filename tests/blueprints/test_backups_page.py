"""/admin/backup, as an admin finds it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from models import Job
from services.backup import back_up
from services.backup.ask import KIND
from tests.conftest import Person, csrf_token, log_in, make_person, path_of

PAGE = "/admin/backup"


@pytest.fixture
def boss(app: Flask) -> Person:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    return boss


def set_up(boss: Person, folder: Path) -> None:
    site = boss.app.extensions["keepsake"]
    site.config = replace(site.config, backup_folder=str(folder))


def test_without_a_folder_it_says_how(boss: Person) -> None:
    page = boss.client.get(PAGE).text
    assert "BACKUP_FOLDER = " in page and "Back up now" not in page


def test_copies_and_what_is_lost(boss: Person, tmp_path: Path) -> None:
    set_up(boss, tmp_path / "backup")
    assert "None yet." in boss.client.get(PAGE).text
    image = boss.uploaded("plain.jpg")
    site = boss.app.extensions["keepsake"]
    with boss.app.app_context():
        back_up(site, tmp_path / "backup")
        name = "public" + path_of(image["url"])
        (site.config.data / name).unlink()
        back_up(site, tmp_path / "backup")
    page = boss.client.get(PAGE).text
    assert "2 copies" in page
    assert "is on the disk of the data folder" in page.replace("\n", " ")
    assert name not in page and "doctor --repair" in page  # it may be of somebody's private file
    assert "The last backup found 1 file that isn" in page


def test_the_disk_is_not_asked(boss: Person, tmp_path: Path) -> None:
    """One that is away, or sleeps, doesn't hold up the page."""
    set_up(boss, tmp_path / "backup")
    boss.uploaded("plain.jpg")
    with boss.app.app_context():
        back_up(boss.app.extensions["keepsake"], tmp_path / "backup")
    (tmp_path / "backup").rename(tmp_path / "unplugged")
    assert "1 copy" in boss.client.get(PAGE).text


def test_one_is_asked_for(boss: Person, tmp_path: Path) -> None:
    set_up(boss, tmp_path / "backup")
    token = csrf_token(boss.client.get(PAGE).text)
    assert boss.client.post(PAGE, data={"csrf_token": token}).status_code == 303
    page = boss.client.get(PAGE).text
    assert "A backup will be made in a moment." in page and "In a moment" in page
    with boss.app.app_context():
        (job,) = Job.of_kind(KIND)
        job_id = job.id
    assert job_id


def test_metrics_have_the_last_one(boss: Person, tmp_path: Path) -> None:
    with boss.app.app_context():
        done = back_up(boss.app.extensions["keepsake"], tmp_path / "backup")
    site = boss.app.extensions["keepsake"]
    site.config = replace(site.config, metrics_token="t" * 16)
    answer = boss.app.test_client().get("/metrics", headers={"Authorization": "Bearer " + "t" * 16})
    (line,) = [
        line
        for line in answer.text.splitlines()
        if line.startswith("keepsake_last_backup_timestamp_seconds")
    ]
    assert float(line.split()[1]) == done.copy.at.timestamp()
