"""Whether a site is whole after its processes were killed: what is there of each file, and what is
not as it must be. In a process of its own, which starts the site anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from media import sums
from models import Album, Change, Journal, Upload, db, utcnow
from services.backup.folder import BackupFolder
from services.data_folder import DATABASE
from services.doctor import Damage, How, SoFar, go_on
from tests.conftest import ROOT, is_setting
from tests.crash.bulk import AHEAD, site_file_faults
from tests.crash.scenes import run_jobs, site_at

# Kept by triggers. With all uploads gone, each must be of nothing: so what it says now is exactly
# what each upload brought.
COUNTS = {
    "tally": "SELECT sum(abs(uploads) + abs(bytes)) FROM tally",
    "kind_tally": "SELECT sum(abs(uploads)) FROM kind_tally",
    "tag_tally": "SELECT sum(abs(uploads)) FROM tag_tally",
    "space": "SELECT sum(abs(bytes)) FROM space",
    "albums": "SELECT sum(abs(upload_count)) FROM album",
    "share links": "SELECT sum(abs(added_files) + abs(added_bytes)) FROM share_link",
    "twins": "SELECT count(*) FROM twin",
    "words": "SELECT count(*) FROM upload_fts",
}


def look(data: Path, backup: Path, keys: list[str], told: Path) -> None:
    """Writes what is wrong, and what is there of each file, by its title. What expires has expired
    afterwards.
    """
    wrong = _faults_for_guests(data)
    with site_at(data) as app:
        run_jobs(app, {}, ahead=AHEAD)
        wrong += [f"{one.act} is {one.state} after its job" for one in _working()]
        wrong += _search_faults(app, keys) + _count_faults() + _whole(app, data)
    wrong += _backup_faults(backup)
    with site_at(data):
        there = _there(wrong)
        told.write_text(json.dumps({"wrong": wrong, "there": there}))
        for upload in _pages():
            if upload.expires_at and not upload.is_binned:
                upload.expires_at = utcnow() - timedelta(seconds=1)
        db.session.commit()


def _faults_for_guests(data: Path) -> list[str]:
    """Of files, with the site open to all."""
    with closing(sqlite3.connect(data / DATABASE)) as database:
        database.execute("DELETE FROM setting WHERE name = 'PRIVATE_SITE'")
        database.commit()
    return site_file_faults(data)


def _pages() -> list[Upload]:
    return list(db.session.scalars(db.select(Upload).where(Upload.version_of_id.is_(None))))


def _working() -> list[Change]:
    return [one for one in db.session.scalars(db.select(Change)) if one.is_working]


def _whole(app: Flask, data: Path) -> list[str]:
    """What the doctor finds, and what it may pass over: of the database, of the journal, and files
    that aren't those that were served before.
    """
    told = [str(row[0]) for row in db.session.execute(db.text("PRAGMA integrity_check"))]
    told = [] if told == ["ok"] else told
    told += [str(row) for row in db.session.execute(db.text("PRAGMA foreign_key_check"))]
    told += [f"{path} is on its way" for path in db.session.scalars(db.select(Journal.path))]
    for upload in db.session.scalars(db.select(Upload)):
        path = data / upload.root / upload.files[0]
        if not path.exists() or hashlib.md5(path.read_bytes()).hexdigest() != upload.checksum:
            told.append(f"{path} has other bytes")
    so_far = SoFar()
    while not so_far.is_done:
        go_on(app.extensions["keepsake"], so_far, How())
    # a file's mode isn't fsynced, as the folder of private files is shut
    found = [one for one in so_far.findings if one.damage is not Damage.TOO_OPEN]
    return told + [str(one) for one in found]


def _search_faults(app: Flask, keys: list[str]) -> list[str]:
    """Of each member's: all that is listed is found by its title, and nothing else."""
    client, told = app.test_client(), list[str]()
    for key in keys:
        headers = {"X-API-Key": key}
        answer = client.get("/api/2/uploads?limit=100", headers=headers).get_json()
        for one in answer["uploads"]:
            path = f"/api/2/uploads?q={one['title']}"
            found = client.get(path, headers=headers).get_json()["uploads"]
            if one["id"] not in [other["id"] for other in found]:
                told.append(f"{one['title']} is not found by its title")
    return told


def _count_faults() -> list[str]:
    try:
        db.session.execute(db.delete(Upload))
        found = {name: db.session.scalar(db.text(query)) for name, query in COUNTS.items()}
    finally:
        db.session.rollback()
    return [f"{name} counts {count} more or less" for name, count in found.items() if count]


def _there(wrong: list[str]) -> dict[str, dict[str, Any]]:
    there: dict[str, dict[str, Any]] = {}
    for upload in _pages():
        title = upload.title or upload.name
        if title in there:
            wrong.append(f"{title} is there twice")
        there[title] = {
            "id": upload.public_id,
            "visibility": upload.waits_as or upload.visibility,
            "tags": sorted(tag.name for tag in upload.tags),
            "description": upload.description or "",
            "binned": upload.is_binned,
            "versions": len(Upload.versions_of(upload.id)),
            "expires": upload.expires_at is not None and not upload.is_binned,
            "in_album": bool(Album.places_of(upload.id)),
            "sha256": upload.source_sha256,
        }
    return there


def _backup_faults(backup: Path) -> list[str]:
    """Of each copy, a file that isn't what it was; and the newest one is restored, and has all its
    files.
    """
    copies, told = BackupFolder(backup).copies(), list[str]()
    for copy in copies:
        check = ["sha256sum", "--check", "--strict", "--quiet", sums.LIST]
        done = subprocess.run(check, cwd=copy.path, capture_output=True, text=True)
        told += [f"{copy.name}: {done.stdout}{done.stderr}"] if done.returncode else []
    if copies:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            told += _restored(backup, data)
            with site_at(data) as app:
                told += [f"{copies[0].name}: {fault}" for fault in _whole(app, data)]
    return told


def _restored(backup: Path, data: Path) -> list[str]:
    """By the command, into an empty folder; why it wasn't."""
    environ = {name: value for name, value in os.environ.items() if not is_setting(name)}
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "app.py"), "restore", str(backup)]
    done = subprocess.run(
        command, env=environ | {"KEEPSAKE_DATA": str(data)}, capture_output=True, text=True
    )
    return [f"restore: {done.stderr}"] if done.returncode else []
