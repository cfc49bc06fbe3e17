"""The script that installs Keepsake, as far as no machine is needed for it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

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


@pytest.fixture
def guarded(tmp_path: Path) -> dict[str, str]:
    """An environment in which the script could install nothing, if it came to that."""
    for name in ("apt-get", "dpkg-query", "useradd", "systemctl"):
        (tmp_path / name).write_text("#!/bin/sh\necho came too far >&2\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    return {"PATH": f"{tmp_path}:/usr/sbin:/usr/bin:/sbin:/bin"}


@pytest.mark.skipif(os.geteuid() != 0, reason="anybody else is refused at once")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--url"], "needs a value"),
        (["--url", "photos.example"], "must be https://"),
        (["--url", "https://photos.example/pics"], "without port and path"),
        (["--url", "https://photos.example:8443"], "without port and path"),
        (["--url", 'https://a"b'], "must be https://"),
        (["--url", "https://a/ b;reboot"], "must be https://"),
        (["--url", "https://-x"], "must be https://"),
        (["--proxy", "apache", "--url", "https://photos.example"], "caddy, nginx or none"),
        (["--proxy=nginx", "--url=http://photos.example"], "begins with https://"),
        (["--remove"], "is not an option"),
    ],
)
def test_what_it_cannot_do_is_refused_before_anything_is_changed(
    guarded: dict[str, str], words: list[str], said: str
) -> None:
    done = subprocess.run(
        ["bash", str(DEPLOY / "install.sh"), *words],
        env=guarded, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 1 and said in done.stderr, done.stderr
    assert "came too far" not in done.stderr


def test_help_says_what_there_is(guarded: dict[str, str]) -> None:
    script = str(DEPLOY / "install.sh")
    done = subprocess.run(["bash", script, "--help"], env=guarded, capture_output=True, text=True)
    assert done.returncode == 0 and "#" not in done.stdout and "set -e" not in done.stdout
    options = re.findall(r"^ +(--[a-z]+)\)", Path(script).read_text(), re.MULTILINE)
    assert len(options) == 3 and all(f"  {one} " in done.stdout for one in options)
