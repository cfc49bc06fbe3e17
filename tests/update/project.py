"""A Keepsake in a clone of its own, with releases to update to: real Git, venvs and servers. Its
packages are those of the tests, by PYTHONPATH, so that its lock files can be empty.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from models.migrate import revisions
from services.data_folder import DATABASE, MIGRATIONS
from tests.conftest import ROOT, free_port, until

NEWEST, LATER = revisions(MIGRATIONS)[0], "9001"
NOT_NEEDED = ("tests/", "docs/", "benchmarks/", "translations/", ".ci/")
MIGRATION = f'''
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "{LATER}", "{NEWEST}", None, None
def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
    {{more}}
'''
CHANGELOG = """# Changelog

## Unreleased

## [{number}] - 2027-01-02

Made for a test.

### What to do when updating

Feed the cat.

## [1.0.0] - 2026-11-27

The first.
"""
SYSTEMCTL = """#!/bin/sh
# Does for one service what systemd's own does, and keeps its process's id in a file.
cd {folder}
running() {{ [ -f pid ] && kill -0 "$(cat pid)" 2>/dev/null; }}
case "$1" in
show)
    if running; then state=active; else state=inactive; fi
    printf 'LoadState=loaded\\nActiveState=%s\\nWorkingDirectory=%s\\n' "$state" {site}
    printf 'Environment="KEEPSAKE_DATA=%s" KEEPSAKE_PORT=%s PYTHONUNBUFFERED=1\\n' {data} {port}
    echo 'EnvironmentFiles=' ;;
stop) [ ! -f at-stop ] || sh at-stop
    if running; then kill "$(cat pid)"; while running; do sleep 0.05; done; fi; rm -f pid ;;
start)
    ! running || exit 0
    [ ! -f refuses ] || {{ sh refuses; exit 1; }}
    cd {site} && KEEPSAKE_DATA={data} KEEPSAKE_PORT={port} UPDATING= \
        setsid .venv/bin/python app.py >>{folder}/log 2>&1 & echo $! >pid ;;
esac
"""


@dataclass
class Project:
    """``origin`` has the releases, ``site`` is the clone that is updated."""

    folder: Path
    port: int

    @property
    def origin(self) -> Path:
        return self.folder / "origin"

    @property
    def site(self) -> Path:
        return self.folder / "site"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "PYTHONPATH": sysconfig.get_path("purelib"),
            "HOME": str(self.folder),
        }

    def git(self, *words: str, at: Path | None = None) -> str:
        return subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words],
            cwd=at or self.origin, check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip

    def release(self, number: str, **files: str) -> None:
        """Commit the files, by paths with __ for a slash and _DOT_ for a dot, and tag."""
        for name, text in files.items():
            path = self.origin / name.replace("__", "/").replace("_DOT_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        project = self.origin / "pyproject.toml"
        lines = project.read_text().splitlines(keepends=True)
        at = next(n for n, line in enumerate(lines) if line.startswith("version = "))
        lines[at] = f'version = "{number}"\n'
        project.write_text("".join(lines))
        (self.origin / "CHANGELOG.md").write_text(CHANGELOG.format(number=number))
        self.git("add", "-A")
        self.git("commit", "-qm", f"Release {number}", "--allow-empty")
        self.git("tag", f"v{number}")

    def clone(self) -> None:
        """At the first release, with a venv as `make run` makes it."""
        self.git("clone", "-q", str(self.origin), str(self.site), at=self.folder)
        self.git("checkout", "-q", "v1.0.0", at=self.site)
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", self.site / ".venv"], check=True
        )
        (self.site / ".venv/run.stamp").touch()

    def let_systemd_run_it(self) -> None:
        program = self.folder / "bin/systemctl"
        program.parent.mkdir()
        program.write_text(
            SYSTEMCTL.format(folder=self.folder, site=self.site, data=self.data, port=self.port)
        )
        program.chmod(0o755)

    def run(self, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        """`make update` without make."""
        environ = self.environment()
        if not (self.folder / "bin").exists():
            environ |= {"KEEPSAKE_DATA": str(self.data), "KEEPSAKE_PORT": str(self.port)}
        return subprocess.run(
            more.pop("command", [sys.executable, "-m", "deploy.update", *words]),
            cwd=self.site, env=environ, capture_output=True, text=True, check=False, **more,
        )  # fmt: skip

    def systemctl(self, word: str) -> None:
        subprocess.run([self.folder / "bin/systemctl", word], env=self.environment(), check=True)
        if word == "start":
            until(lambda: self.answers())

    def answers(self) -> str:
        """The version that runs; empty for none."""
        try:
            return str(requests.get(f"{self.base}/healthz", timeout=5).json().get("version"))
        except requests.ConnectionError:
            return ""

    def state(self) -> tuple[str, bool, str]:
        """Of the code, whether its files are those of the commit, and the database's revision."""
        clean = not self.git("status", "--porcelain", at=self.site)
        return self.git("describe", "--tags", at=self.site), clean, self.revision()

    def revision(self) -> str:
        with closing(sqlite3.connect(self.data / DATABASE)) as database:
            return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])

    def last(self) -> Any:
        return json.loads((self.site / ".update/last.json").read_text())


def real_project(folder: Path) -> Project:
    """This Keepsake as 1.0.0, and 1.0.1 with a migration and another lock file."""
    project = Project(folder, free_port())
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    for name in filter(None, listed):
        if not name.startswith(NOT_NEEDED) and (ROOT / name).is_file():
            (project.origin / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, project.origin / name)
    project.git("init", "-q", "-b", "main")
    project.release("1.0.0", requirements_DOT_lock="")
    project.release(
        "1.0.1",
        requirements_DOT_lock="# another\n",
        **{f"migrations__versions__{LATER}_later_DOT_py": MIGRATION.format(more="pass")},
    )
    project.clone()
    return project
