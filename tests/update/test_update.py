"""`make update` and `make back`, with Keepsake itself in two versions, under a stand-in for systemd
that starts and stops the real server.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from services.data_folder import DATABASE
from tests.conftest import ROOT, SAMPLES, free_port
from tests.crash.scenes import furnish
from tests.update.project import LATER, MIGRATION, NEWEST, Project, real_project

MANUAL = ROOT / "docs/updating.md"
DANGLING = """op.execute("INSERT INTO heart VALUES (77777, 77777, '2026-01-01')")"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A project, its data folder with two uploads."""
    folder = tmp_path_factory.mktemp("project")
    project = real_project(folder)
    return folder, furnish(project.data)


@pytest.fixture
def project(made: tuple[Path, dict[str, Any]], tmp_path: Path) -> Iterator[Project]:
    """One of its own, which runs."""
    folder = tmp_path / "project"
    shutil.copytree(made[0], folder, symlinks=True)
    one = Project(folder, free_port())
    one.git("remote", "set-url", "origin", str(one.origin), at=one.site)
    one.let_systemd_run_it()
    one.systemctl("start")
    yield one
    one.systemctl("stop")


def upload(project: Project, key: str, name: str) -> str:
    """The address of its file."""
    with (SAMPLES / name).open("rb") as source:
        answer = requests.post(
            f"{project.base}/api/1/upload",
            files={"source": (name, source)},
            headers={"X-API-Key": key},
            timeout=60,
        )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["image"]["url"])


def count(project: Project) -> int:
    with closing(sqlite3.connect(project.data / DATABASE)) as database:
        return int(database.execute("SELECT count(*) FROM upload").fetchone()[0])


def make_private(project: Project) -> None:
    with closing(sqlite3.connect(project.data / DATABASE)) as database, database:
        database.create_function("folded", -1, str)
        database.execute("UPDATE upload SET visibility = 'private' WHERE id = 1")


def test_an_update_and_the_way_back(project: Project, made: tuple[Path, dict[str, Any]]) -> None:
    assert project.state() == ("v1.0.0", True, NEWEST) and project.answers() == "1.0.0"
    shown = project.run("to", "--show")
    assert "Feed the cat." in shown.stdout and project.state()[0] == "v1.0.0"

    done = project.run("to")
    assert done.returncode == 0, done.stderr
    assert "1.0.1 2027-01-02\nMade for a test.\n" in done.stdout
    assert "The first." not in done.stdout  # of the version that was there
    assert project.state() == ("v1.0.1", True, LATER) and project.answers() == "1.0.1"
    assert (project.site / ".venv").is_symlink() and (project.site / ".venv/run.stamp").exists()
    assert (project.data / f"before-update/{NEWEST}.sqlite3").exists()
    assert not (project.site / ".update/next").exists()
    assert "Nothing is newer" in project.run("to").stdout

    edited = project.run("back")
    assert edited.returncode == 0 and project.answers() == "1.0.0", (
        edited.stderr
    )  # nothing was done
    assert project.run("to").returncode == 0
    make_private(project)
    edited = project.run("back")
    assert edited.returncode == 1 and "1 edited" in edited.stderr
    assert "made private" in edited.stderr and project.answers() == "1.0.1"

    address = upload(project, made[1]["key"], "orientation-6.jpg")
    file = requests.get(address, timeout=10).content
    refused = project.run("back")
    assert refused.returncode == 1 and "1 uploads since then" in refused.stderr
    assert "make back EVEN=1" in refused.stderr
    assert project.state() == ("v1.0.1", True, LATER) and project.answers() == "1.0.1"

    back = project.run("back", "--even")
    assert back.returncode == 0, back.stderr
    assert project.state() == ("v1.0.0", True, NEWEST) and project.answers() == "1.0.0"
    assert requests.get(address, timeout=10).status_code == 404 and count(project) == 2
    aside = max((project.data / "before-back").iterdir())
    with closing(sqlite3.connect(aside / DATABASE)) as newer:
        assert newer.execute("SELECT count(*) FROM upload").fetchone()[0] == 3
    kept = [path for path in (aside / "public").rglob("*") if path.is_file()]
    assert file in [path.read_bytes() for path in kept]
    assert "nothing to go back" not in project.run("back").stderr
    # and forward again, with what the venv was
    again = project.run("to", "1.0.1")
    assert again.returncode == 0 and project.answers() == "1.0.1", again.stderr


def test_the_way_back_loses_nothing_where_the_database_stays(
    project: Project, made: tuple[Path, dict[str, Any]]
) -> None:
    project.git("checkout", "-q", "-b", "other", "v1.0.0")
    project.release("1.0.2", note_DOT_txt="no migration")
    venv = (project.site / ".venv").stat().st_ino
    done = project.run("to", "v1.0.2")
    assert done.returncode == 0 and project.answers() == "1.0.2", done.stderr
    assert (project.site / ".venv").stat().st_ino == venv  # its lock is the same
    address = upload(project, made[1]["key"], "orientation-6.jpg")
    back = project.run("back")
    assert back.returncode == 0 and project.answers() == "1.0.0", back.stderr
    assert requests.get(address, timeout=10).status_code == 200
    assert not (project.data / "before-back").exists()
    assert "There is no update to go back from" in project.run("back").stderr


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"app_DOT_py": "raise SystemExit('no way')"}, "no way"),
        (
            {f"migrations__versions__{LATER}_later_DOT_py": MIGRATION.format(more="1 / 0")},
            "ZeroDivisionError",
        ),
        (
            {f"migrations__versions__{LATER}_later_DOT_py": MIGRATION.format(more=DANGLING)},
            "have lost rows",
        ),
    ],
)
def test_what_fails_in_the_rehearsal_changes_nothing(
    project: Project, files: dict[str, str], told: str
) -> None:
    project.release("1.0.3", **files)
    done = project.run("to")
    assert done.returncode == 1 and told in done.stderr, done.stderr
    assert project.state() == ("v1.0.0", True, NEWEST) and project.answers() == "1.0.0"
    assert not (project.site / ".update/rehearsal").exists()
    assert not (project.site / ".update/swap.json").exists()


def test_what_fails_behind_the_swap_is_taken_back(project: Project) -> None:
    """The unit doesn't start: the old version is there again, with its database."""
    (project.folder / "refuses").touch()
    done = project.run("to")
    assert done.returncode == 1 and "systemctl start failed" in done.stderr, done.stderr
    assert project.state() == ("v1.0.0", True, NEWEST)
    (project.folder / "refuses").unlink()
    assert "Nothing is newer" not in project.run("to", "--show").stdout
    assert project.answers() == "1.0.0"  # what was left stopped is started


def test_what_somebody_wrote_here_is_not_written_over(project: Project) -> None:
    (project.site / "README.md").write_text("mine")
    done = project.run("to")
    assert done.returncode == 1 and "changed here: README.md" in done.stderr
    project.git("checkout", "-q", "README.md", at=project.site)
    mine = project.site / f"migrations/versions/{LATER}_later.py"
    mine.write_text("mine")
    done = project.run("to")
    assert done.returncode == 1 and f"{LATER}_later.py" in done.stderr
    assert mine.read_text() == "mine" and project.answers() == "1.0.0"


def test_the_way_back_by_hand_keeps_what_was_written_last(tmp_path: Path) -> None:
    """The commands of the manual: after a kill, the newest rows are in the log alone."""
    block = re.search(r"^## By hand\n.*?\n\n((?:    [^\n]*\n)+)", MANUAL.read_text(), re.M | re.S)
    data = tmp_path / "instance"
    (data / "before-update").mkdir(parents=True)
    (data / "before-update/0071.sqlite3").write_bytes(b"")
    database = sqlite3.connect(data / DATABASE)
    database.execute("PRAGMA journal_mode=WAL")
    with database:
        database.execute("CREATE TABLE upload (id)")
        database.execute("INSERT INTO upload VALUES (1)")
    killed = Path(shutil.copytree(data, tmp_path / "killed/instance"))
    database.close()
    assert block and (killed / f"{DATABASE}-wal").stat().st_size
    subprocess.run(["sh", "-ec", block[1]], cwd=killed.parent, check=True)
    with closing(sqlite3.connect(killed / "before-back/by-hand" / DATABASE)) as newer:
        assert newer.execute("SELECT count(*) FROM upload").fetchone() == (1,)
    assert [path.name for path in killed.glob("keepsake.sqlite3*")] == [DATABASE]
