"""The documented ways to a place far away and back, with the real programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from services.backup import back_up
from tests.conftest import ROOT, lacks
from tests.crash.scenes import faults, furnish, site_at

_SECTION = (ROOT / "docs/running.md").read_text().partition("## A backup far away")[2]
_SECTION = _SECTION.partition("\n## ")[0]


def commands(program: str) -> list[str]:
    """All that are written below a program's name."""
    below = re.split(r"^With \[(\w+)\]", _SECTION, flags=re.MULTILINE)
    return re.findall(r"^    (.*)$", below[below.index(program) + 1], re.MULTILINE)


@pytest.mark.parametrize("program", ["restic", "borg"])
def test_there_and_back(program: str, tmp_path: Path) -> None:
    if not shutil.which(program):
        lacks(program)
    data, backup = tmp_path / "instance", tmp_path / "mnt/backup/keepsake"
    furnish(data)
    with site_at(data) as app:
        back_up(app.extensions["keepsake"], backup)
    (tmp_path / "password").write_text("correct horse\n")
    places = {
        "/srv/back/mnt/backup": f"{tmp_path}/back{tmp_path}/mnt/backup",
        "/srv/back": f"{tmp_path}/back",
        "/mnt/backup": f"{tmp_path}/mnt/backup",
        f"/etc/keepsake/{program}-password": f"{tmp_path}/password",
        "sftp:me@nas.example:keepsake": f"{tmp_path}/far",
        "ssh://me@nas.example/./keepsake": f"{tmp_path}/far",
        "flask restore": f"cd {ROOT} && {sys.executable} -m flask --app app.py restore",
    }
    documented = re.compile("|".join(map(re.escape, places)))
    lines = [documented.sub(lambda found: places[found[0]], line) for line in commands(program)]
    assert len(lines) == 7
    environment = {**os.environ, "KEEPSAKE_DATA": str(data), "HOME": str(tmp_path)}

    def run(*some: str) -> None:
        script = "\n".join(f"( {line} )" if "cd " in line else line for line in some)
        done = subprocess.run(
            ["sh", "-ec", script], env=environment, capture_output=True, text=True, cwd=tmp_path
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"

    run(*lines[:-2])
    sent = [path for path in (tmp_path / "far").rglob("*") if path.is_file()]
    assert sent and not any(b"IHDR" in path.read_bytes() for path in sent)  # encrypted
    shutil.rmtree(data)
    shutil.rmtree(tmp_path / "mnt")
    run(lines[0], *lines[-2:])
    assert faults(data, {"one": "public", "two": "private"}, {}) == []
