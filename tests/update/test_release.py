"""`make release`: what it refuses, and the tag that it makes."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from config.version import version
from deploy.release import problems, section
from deploy.update import changes
from deploy.update.here import Here
from tests.conftest import ROOT
from tests.update.project import Project

NUMBER = "1.0.1"
MAKEFILE = "docs words:\n\t@:\ntest:\n\t@touch ../tested\n"
CHANGELOG = """# Changelog

## Unreleased

## [1.0.1] - 2026-11-27

Small things.

### What to do when updating

Nothing.
"""
PROJECT = """[project]
version = "1.0.1"
dependencies = ["flask>=3,<4"]
[dependency-groups]
dev = ["pytest>=9"]
"""
FILES = {
    "Makefile": MAKEFILE,
    "CHANGELOG.md": CHANGELOG,
    "pyproject.toml": PROJECT,
    "requirements.lock": "flask==3.1.3 \\\n    --hash=sha256:00\n",
    "requirements-dev.lock": "flask==3.1.3\npytest==9.0.0\n",
    "migrations/versions/0001_a.py": 'revision = "0001"\ndown_revision = None\n',
    "migrations/versions/0002_b.py": 'revision = "0002"\ndown_revision = "0001"\n',
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """What can be released."""
    one = Project(tmp_path, 0)
    for name, text in FILES.items():
        write(one, name, text)
    one.git("init", "-q", "-b", "main")
    for key, text in (("name", "ann"), ("email", "ann@example.org"), ("signingkey", "")):
        one.git("config", f"user.{key}", text)
    commit(one)
    return one


def write(project: Project, name: str, text: str) -> None:
    path = project.origin / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def commit(project: Project) -> None:
    project.git("add", "-A")
    project.git("commit", "-qm", "all", "--allow-empty")


def release(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.release", NUMBER, *words],
        cwd=project.origin,
        env={**project.environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_tests_and_tags_and_says_what_to_push(project: Project) -> None:
    done = release(project)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Tagged v1.0.1. To publish it: git push origin main v1.0.1\n"
    assert project.git("cat-file", "-t", "v1.0.1") == "tag" and (project.folder / "tested").exists()
    text = project.git("tag", "-l", "--format=%(contents)", "v1.0.1")
    assert text == "Keepsake 1.0.1\n\nSmall things.\n\nWhat to do when updating: Nothing."
    again = release(project)
    assert again.returncode == 1 and "v1.0.1 is released already." in again.stderr


def test_tests_may_have_passed_elsewhere(project: Project) -> None:
    assert release(project, "--untested").returncode == 0
    assert not (project.folder / "tested").exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("pyproject.toml", '"1.0.1"', '"1.0.0"', "pyproject.toml has version 1.0.0, not 1.0.1."),
        ("pyproject.toml", "flask>=3,", "flask>=3.2,", "requirements.lock has flask 3.1.3"),
        ("pyproject.toml", "pytest>=9", "attrs", "requirements-dev.lock has attrs not at all"),
        ("CHANGELOG.md", "[1.0.1]", "[1.0.2]", "CHANGELOG.md has no section"),
        ("CHANGELOG.md", "2026-11-27", "2999-01-01", "has no date, or one to come"),
        ("CHANGELOG.md", " - 2026-11-27", "", "has no date, or one to come"),
        ("CHANGELOG.md", "Small things.", "", "begins with no summary"),
        ("CHANGELOG.md", "Nothing.", "", 'has no "### What to do when updating"'),
        ("migrations/versions/0002_b.py", '"0001"', "None", "not in 0001 and 0002."),
        ("Makefile", "words:\n\t@:", "words:\n\t@touch new", "make docs changed new"),
        ("Makefile", "@touch ../tested", "@exit 1", "make test failed"),
    ],
)
def test_what_it_refuses(project: Project, name: str, old: str, new: str, told: str) -> None:
    text = (project.origin / name).read_text()
    assert old in text
    write(project, name, text.replace(old, new))
    commit(project)
    done = release(project)
    assert done.returncode == 1 and told in done.stderr, done.stderr
    assert not project.git("tag")


def test_what_is_not_committed_or_elsewhere(project: Project) -> None:
    write(project, "new", "")
    project.git("checkout", "-q", "-b", "side")
    done = release(project)
    assert "aren't committed" in done.stderr and "isn't the branch main" in done.stderr


def test_this_version_has_its_section() -> None:
    """In the form that updates and releases read: dated, the newest first, with what to do."""
    found = list(changes.read((ROOT / "CHANGELOG.md").read_text()))
    dates = [date.fromisoformat(one.date) for one in found]
    assert found and dates == sorted(dates, reverse=True)
    assert all(one.summary and one.to_do for one in found)
    assert version() in [one.number for one in found]
    assert section(Here(ROOT), version())
    about_git = ("aren't committed", "isn't the branch", "released already")
    told = [one for one in problems(Here(ROOT), version()) if not any(p in one for p in about_git)]
    assert not told
