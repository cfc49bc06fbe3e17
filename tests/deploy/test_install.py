"""The script that installs Keepsake, as far as no machine is needed for it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.conftest import lacks
from tests.deploy.proxies import DEPLOY


def test_unit_proxies_and_command_are_about_the_folders_that_it_makes() -> None:
    script = (DEPLOY / "install.sh").read_text()
    (code,), (data,) = (
        re.findall(rf"^{name}=(.*)$", script, re.MULTILINE) for name in ("CODE", "DATA")
    )
    unit = (DEPLOY / "keepsake.service").read_text()
    assert f"WorkingDirectory={code}\n" in unit
    assert f"ExecStart={code}/.venv/bin/python app.py" in unit
    assert f"KEEPSAKE_DATA={data} " in unit and f"StateDirectory={Path(data).name}\n" in unit
    for name in ("keepsake", "nginx.conf", "Caddyfile"):
        text = (DEPLOY / name).read_text()
        assert data in text and (code in text) == (name == "keepsake")


def test_scripts_have_no_faults_that_shellcheck_knows() -> None:
    program = shutil.which("shellcheck") or lacks("shellcheck")
    scripts = [str(DEPLOY / name) for name in ("install.sh", "keepsake")]
    done = subprocess.run([program, *scripts], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
