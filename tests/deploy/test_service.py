"""The systemd unit: hardened, and understood by systemd."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.conftest import lacks
from tests.deploy.proxies import DEPLOY

UNIT = DEPLOY / "keepsake.service"
MOST_EXPOSED = 3.0  # of 10: what issue 18 asks for


def analyze(*words: str) -> str:
    program = shutil.which("systemd-analyze") or lacks("systemd-analyze")
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


def test_it_is_hardened() -> None:
    report = analyze("security", "--offline=true", "--no-pager", str(UNIT))
    found = re.search(r"Overall exposure level for keepsake.service: ([\d.]+)", report)
    assert found and float(found[1]) <= MOST_EXPOSED, report


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    """It looks for the program, too: another one takes its place."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/keepsake/.venv/bin/python", "/bin/true"))
    assert analyze("verify", "--man=no", str(unit)) == ""
