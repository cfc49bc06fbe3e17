"""Updates and ways back that go wrong at the worst moment: interrupted, used meanwhile, or to a
version that starts on a copy and not in its place.
"""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy.update.here import Here
from deploy.update.service import Service
from services.data_folder import DATABASE
from tests.conftest import free_port, until
from tests.update.project import Project
from tests.update.stub import NEW, OLD, PROGRAM, stub_project

IN_PLACE = """
import time
if data.name == "data":
    if not (data / "tried").exists():
        (data / "tried").touch()
        time.sleep(600)
    sys.exit("no way")
"""
UPLOAD = "INSERT INTO upload VALUES (1)"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stub_project(tmp_path_factory.mktemp("stub")).folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Iterator[Project]:
    """Version 1.0.0, which runs."""
    folder = tmp_path / "project"
    shutil.copytree(made, folder, symlinks=True)
    one = Project(folder, free_port())
    one.git("remote", "set-url", "origin", str(one.origin), at=one.site)
    one.let_systemd_run_it()
    one.systemctl("start")
    yield one
    one.systemctl("stop")


def by_shell(project: Project, statement: str) -> str:
    """A script that changes the database, and lets go of it."""
    code = f"import sqlite3 as s; d = s.connect({str(project.data / DATABASE)!r}); "
    return f"""{sys.executable} -c "{code} d.execute('{statement}'); d.commit()" """


def uploads(project: Project) -> int:
    with closing(sqlite3.connect(project.data / DATABASE)) as database:
        return int(database.execute("SELECT count(*) FROM upload").fetchone()[0])


def stop_in_place(project: Project, number: signal.Signals) -> tuple[int, str]:
    """Update to a version that hangs in place, and send the signal meanwhile."""
    at = PROGRAM.index("newest = max(")
    project.release("1.0.2", app_DOT_py=PROGRAM[:at] + IN_PLACE + PROGRAM[at:],
                    **{f"part__{n:02}_DOT_txt": "1.0.2" for n in range(20)})  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.update", "to"], cwd=project.site,
        env=project.environment(), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until((project.data / "tried").exists)
    process.send_signal(number)
    return process.wait(60), process.stderr.read() if process.stderr else ""


def test_back_from_a_version_that_fails_in_place(project: Project) -> None:
    code, said = stop_in_place(project, signal.SIGKILL)
    assert code == -signal.SIGKILL and project.state()[0] == "v1.0.2", said
    again = project.run("to")
    assert again.returncode == 1 and "no way" in again.stderr and "make back" in again.stderr
    back = project.run("back")
    assert back.returncode == 0, back.stderr
    assert project.state() == ("v1.0.0", True, OLD) and project.answers() == "1.0.0"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_update_is_undone(project: Project, number: signal.Signals) -> None:
    code, said = stop_in_place(project, number)
    assert code == 1 and "Traceback" not in said
    if number != signal.SIGHUP:  # its terminal is gone
        assert "Interrupted.\n1.0.0" in said and "is in place again" in said
    assert project.state() == ("v1.0.0", True, OLD) and project.answers() == "1.0.0"
    assert not (project.site / ".update/stopped").exists()


def test_what_is_uploaded_until_the_stop_is_asked_about(project: Project) -> None:
    assert project.run("to").returncode == 0
    (project.folder / "at-stop").write_text(by_shell(project, UPLOAD))
    back = project.run("back")
    (project.folder / "at-stop").unlink()
    assert back.returncode == 1 and "1 uploads since then" in back.stderr, back.stderr
    assert project.state() == ("v1.0.1", True, NEW) and project.answers() == "1.0.1"
    assert uploads(project) == 1


def test_what_was_uploaded_before_a_start_failed_is_not_undone(project: Project) -> None:
    """It answered people, though not as it should: the new version stays, and it is told."""
    (project.folder / "refuses").write_text(by_shell(project, UPLOAD))
    done = project.run("to")
    assert done.returncode == 1 and "1 uploads since then" in done.stderr, done.stderr
    assert "make back EVEN=1" in done.stderr
    assert project.state() == ("v1.0.1", True, NEW) and uploads(project)


@pytest.mark.parametrize(
    ("text", "settings", "address"),
    [
        ("", {}, ("127.0.0.1", 8000)),
        ('host = "192.168.1.5"\nport = 8100', {}, ("192.168.1.5", 8100)),
        ('HOST = "0.0.0.0"', {}, ("127.0.0.1", 8000)),
        ('host = "::1"', {"KEEPSAKE_PORT": "9"}, ("::1", 9)),
        ('host = "10.0.0.1"', {"KEEPSAKE_HOST": "::"}, ("::1", 8000)),
    ],
)
def test_it_is_asked_where_it_listens(
    tmp_path: Path, text: str, settings: dict[str, str], address: tuple[str, int]
) -> None:
    (tmp_path / "config.toml").write_text(text)
    here = Here(tmp_path, {"KEEPSAKE_DATA": str(tmp_path), **settings})
    assert Service(here, "").address() == address
