"""An update, or the way back, killed before each of its steps: what starts then is of one version,
and the same command again brings it to its end.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import free_port
from tests.update.project import Project
from tests.update.stub import NEW, OLD, PARTS, stub_project

EVERY = 1 if os.environ.get("SOAK") == "1" else 6  # of the steps
KILLER = Path(__file__).with_name("killer.py")
ENDS = {"to": ("v1.0.1", True, NEW), "back": ("v1.0.0", True, OLD)}
LEFT = ("swap.json", "stopped", "rehearsal", "next")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What each command begins with."""
    folder = tmp_path_factory.mktemp("stub")
    stub_project(folder / "to")
    shutil.copytree(folder / "to", folder / "back", symlinks=True)
    updated = Project(folder / "back", free_port())
    updated.git("remote", "set-url", "origin", str(updated.origin), at=updated.site)
    done = updated.run("to")
    assert done.returncode == 0 and updated.state() == ENDS["to"], done.stderr
    return {"to": folder / "to", "back": folder / "back"}


@pytest.fixture
def fresh(made: dict[str, Path], tmp_path: Path) -> Iterator[Callable[[str], Project]]:
    """One of its own that runs."""
    projects: list[Project] = []

    def make(what: str) -> Project:
        for project in projects:
            project.systemctl("stop")
        folder = tmp_path / "project"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made[what], folder, symlinks=True)
        project = Project(folder, free_port())
        for name in ("last.json",):
            path = project.site / ".update" / name
            if path.exists():  # it names the venv by its whole path
                path.write_text(path.read_text().replace(str(made[what]), str(folder)))
        project.git("remote", "set-url", "origin", str(project.origin), at=project.site)
        project.let_systemd_run_it()
        project.systemctl("start")
        projects[:] = [project]
        return project

    yield make
    for project in projects:
        project.systemctl("stop")


def killed(project: Project, step: int | str, what: str) -> tuple[int, str]:
    done = project.run(command=[sys.executable, str(KILLER), str(step), what])
    return done.returncode, done.stderr


def is_whole(project: Project) -> bool:
    return not (project.data / "mixed").exists() and project.answers() in ("1.0.0", "1.0.1")


@pytest.mark.parametrize("what", ENDS)
def test_killed_at_any_step(what: str, fresh: Callable[[str], Project]) -> None:
    project = fresh(what)
    code, said = killed(project, 0, what)
    assert code == 0 and project.state() == ENDS[what], said
    match = re.search(r"changes: (\d+)", said)
    assert match and int(match[1]) > 30
    for step in range(1, int(match[1]) + 1, EVERY):
        project = fresh(what)
        code, said = killed(project, step, what)
        assert code == -signal.SIGKILL, (step, said)
        if step % 2:  # the machine starts anew
            project.systemctl("stop")
            project.systemctl("start")
            assert is_whole(project), step
        again = project.run(what)
        assert again.returncode == 0 or "no update to go back from" in again.stderr, (
            step, again.stderr,
        )  # fmt: skip
        assert project.state() == ENDS[what], (step, again.stdout)
        assert is_whole(project), step
        assert f"v{project.answers()}" == ENDS[what][0], step
        assert not [name for name in LEFT if (project.site / ".update" / name).exists()], step


def test_a_checkout_that_was_cut_short(fresh: Callable[[str], Project]) -> None:
    """Git writes file by file: what starts then is finished first, whoever starts it."""
    project = fresh("to")
    code, said = killed(project, "checkout", "to")
    assert code == -signal.SIGKILL and (project.site / ".update/swap.json").exists(), said
    for number in range(PARTS // 2):
        part = project.site / f"part/{number:02}.txt"
        part.write_text("1.0.1")
    (project.site / ".git/index.lock").touch()
    project.systemctl("stop")
    project.systemctl("start")
    assert is_whole(project) and project.answers() == "1.0.1"
    assert not (project.site / ".update/swap.json").exists()
    again = project.run("to")
    assert again.returncode == 0 and project.state() == ENDS["to"], again.stderr


def test_a_full_disk(fresh: Callable[[str], Project], tmp_path: Path) -> None:
    """It is said before anything is made."""
    project = fresh("to")
    (tmp_path / "sitecustomize.py").write_text(
        "import shutil\nclass Free: free = 1_000_000\nshutil.disk_usage = lambda _: Free\n"
    )
    environ = project.environment()
    path = f"{tmp_path}:{environ['PYTHONPATH']}"
    done = project.run(
        command=["env", f"PYTHONPATH={path}", sys.executable, "-m", "deploy.update", "to"]
    )
    assert done.returncode == 1 and "MB free on the disk of" in done.stderr, done.stderr
    assert "Nothing was changed. Make room" in done.stderr
    assert project.state() == ("v1.0.0", True, OLD) and project.answers() == "1.0.0"


def test_without_systemd_it_asks_that_the_server_be_stopped(
    fresh: Callable[[str], Project],
) -> None:
    project = fresh("to")
    project.systemctl("stop")
    shutil.rmtree(project.folder / "bin")
    done = project.run("to")
    assert done.returncode == 0 and project.state() == ENDS["to"], done.stderr
    assert project.answers() == ""  # who stopped it starts it
    project.let_systemd_run_it()
