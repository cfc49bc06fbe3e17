"""There is one version number, and everything that tells it reads it there."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.version import version
from models import SiteFact, db
from models.migrate import revisions
from models.site_fact import PROGRAM
from services.data_folder import MIGRATIONS
from tests.conftest import ROOT

NOT_OURS = (".lock", "package-lock.json", "package.json")


def flask(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app.py", *words],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "KEEPSAKE_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_number_stands_in_one_place() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", told) and told == version()
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    whole = re.compile(rf"""["']v?{re.escape(told)}["']""")
    said = [
        name
        for name in listed
        if name.endswith((".py", ".toml", ".html", ".js", ".sh", ".json", ".service", "Makefile"))
        and not name.endswith(NOT_OURS)
        and not name.startswith("tests/")
        and whole.search((ROOT / name).read_text(encoding="utf-8"))
    ]
    assert said == ["pyproject.toml"]


def test_the_command_needs_no_data_folder(tmp_path: Path) -> None:
    told = flask("version", "--all", data=tmp_path / "none")
    assert told.stdout.startswith(f"Keepsake {version()}\nDatabase: none yet"), told.stderr
    assert not (tmp_path / "none").exists()


def test_the_command_says_what_the_database_is(blank_data: Path) -> None:
    told = flask("version", "--all", data=blank_data).stdout
    assert f"Database: revision {revisions(MIGRATIONS)[0]}\nPython 3." in told


def test_a_monitor_reads_it_and_the_word_that_it_always_read(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.get_json() == {"status": "ok", "version": version()}


def test_the_database_knows_which_version_used_it(app: Flask) -> None:
    with app.app_context():
        assert SiteFact.read(PROGRAM) == version()
        db.session.rollback()


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100])
def test_the_command_works_beside_a_damaged_database(damage: bytes, tmp_path: Path) -> None:
    (tmp_path / "keepsake.sqlite3").write_bytes(damage)
    assert flask("version", "--all", data=tmp_path).returncode == 0
    assert (tmp_path / "keepsake.sqlite3").read_bytes() == damage
