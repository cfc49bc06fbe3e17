"""What root updates stays the service's: as under install.sh, where the code is root's and the data
are not. With the system's own Python, as others may not enter root's folders.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.update.project import Project
from tests.update.stub import NEW, OLD, stub_project

PYTHON = Path("/usr/bin/python3")
NOBODY = 65534


def has_python() -> bool:
    code = "import sys; sys.exit(sys.version_info < (3, 11))"
    return PYTHON.exists() and not subprocess.run([PYTHON, "-c", code], check=False).returncode


pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not has_python(), reason="needs root, and Python 3.11 of the system"
)


@pytest.fixture
def project() -> Iterator[Project]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        project = stub_project(Path(folder))
        python = project.site / ".venv/bin/python"
        python.unlink()
        python.symlink_to(PYTHON)
        for path in (project.data, *project.data.rglob("*")):
            shutil.chown(path, NOBODY, NOBODY)
        yield project


def owners(folder: Path) -> set[int]:
    return {path.stat().st_uid for path in (folder, *folder.rglob("*"))}


def test_what_root_updates_stays_the_services(project: Project) -> None:
    there = project.run(command=[PYTHON, "-m", "deploy.update", "to"])
    assert there.returncode == 0 and project.state() == ("v1.0.1", True, NEW), there.stderr
    assert owners(project.data) == {NOBODY} and owners(project.site / "part") == {0}
    back = project.run(command=[PYTHON, "-m", "deploy.update", "back"])
    assert back.returncode == 0 and project.state() == ("v1.0.0", True, OLD), back.stderr
    assert owners(project.data) == {NOBODY} and (project.data / "before-back").exists()
