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


# What its parts need of a machine, which a test has none of.
STAND_INS = """
runs_systemd() { [ -n "${SYSTEMD-}" ]; }
systemctl() { echo "systemctl $*"; }
make() {
    mkdir -p "$CODE/.venv/bin"
    printf '#!/bin/sh\\n' >"$CODE/.venv/bin/python"
    chmod +x "$CODE/.venv/bin/python"
}
PATH=$(mktemp -d "$CODE.bin.XXXX"):$PATH
printf '#!/bin/sh\\necho "$@" >>"%s.owners"\\n' "$CODE" >"${PATH%%:*}/chown"
chmod +x "${PATH%%:*}/chown"
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Of a repository like ours, in which somebody tries Keepsake."""
    folder = tmp_path / "clone"
    for name in ("deploy/keepsake.service", "deploy/keepsake", "app.py", "instance/.gitkeep"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    shutil.copy(DEPLOY / "install.sh", folder / "deploy")
    shutil.copy(DEPLOY.parent / ".gitignore", folder)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "First"]):
        git(folder, *words)
    return folder


def git(folder: Path, *words: str) -> str:
    name = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    return subprocess.run(
        ["git", "-C", folder, *name, *words], check=True, capture_output=True, text=True
    ).stdout


def run(
    clone: Path, steps: str, umask: str = "022", **more: str
) -> subprocess.CompletedProcess[str]:
    """Parts of the script, on folders beside the clone."""
    folder = clone.parent
    places = {
        "CODE": "opt", "DATA": "data", "UNIT": "unit", "COMMAND": "command",
        "CADDYFILE": "Caddyfile", "CADDY_SITE": "keepsake.caddy", "NGINX_SITE": "nginx",
    }  # fmt: skip
    lines = [f"umask {umask}", f". {clone}/deploy/install.sh"]
    lines += [f"{name}={folder / place}" for name, place in places.items()]
    lines += [STAND_INS, steps]
    return subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        env=os.environ | more, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def modes(folder: Path) -> dict[str, int]:
    return {str(one.relative_to(folder)): one.stat().st_mode & 0o777 for one in folder.rglob("*")}


@pytest.mark.parametrize("umask", ["022", "077"])
def test_the_service_can_read_the_code_whoever_cloned_it(clone: Path, umask: str) -> None:
    (clone / "instance/keepsake.sqlite3").write_text("tried here")
    done = run(clone, "install_code", umask)
    assert done.returncode == 0, done.stderr
    code = clone.parent / "opt"
    assert not (code / "instance/keepsake.sqlite3").exists() and git(code, "status", "-s") == ""
    for name, mode in modes(code).items():
        assert mode & 0o044 == 0o044 and not mode & 0o022, name
    assert not (clone.parent / "opt.new").exists()


def test_what_is_not_code_stays_shut_where_the_code_was_cloned_to_its_place(clone: Path) -> None:
    code = clone.rename(clone.parent / "opt")
    secrets = (".update/rehearsal/keepsake.sqlite3", ".update/rehearsal/secret_key", "notes",
               "instance/private/a.jpg", "instance/secret_key")  # fmt: skip
    for name in secrets:
        (code / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (code / name).write_text("mine")
        (code / name).chmod(0o600)
    (code / "instance/private").chmod(0o700)
    (code / "app.py").chmod(0o600)
    (code / "deploy").chmod(0o770)
    done = run(code, "install_code")
    assert done.returncode == 0, done.stderr
    now = modes(code)
    assert [now[name] for name in secrets] == [0o600] * len(secrets)
    assert now["instance/private"] == 0o700
    assert now["app.py"] == 0o644 and now["deploy"] == 0o755
    owned = (code.parent / "opt.owners").read_text()
    assert "app.py" in owned and not any(name in owned for name in ("instance", ".update", "notes"))


def test_data_beside_the_code_are_not_left_behind(clone: Path) -> None:
    code = clone.rename(clone.parent / "opt")
    database = code / "instance/keepsake.sqlite3"
    database.write_text("uploads")
    before = modes(code)
    done = run(code, "check_data; install_code")
    assert done.returncode == 1 and f"sudo mv {code}/instance {code.parent}/data" in done.stderr
    assert modes(code) == before
    shutil.move(code / "instance", code.parent / "data")
    done = run(code, "check_data; install_code")
    assert done.returncode == 0 and git(code, "status", "-s") == "", done.stderr


def test_a_kill_amid_the_copying_leaves_nothing_that_looks_whole(clone: Path) -> None:
    done = run(clone, "give_to_root() { exit 9; }; install_code")
    assert done.returncode == 9 and not (clone.parent / "opt").exists()
    done = run(clone, "install_code")
    assert done.returncode == 0 and git(clone.parent / "opt", "status", "-s") == "", done.stderr


def test_it_works_from_a_tarball(clone: Path) -> None:
    shutil.rmtree(clone / ".git")
    (clone / "instance/keepsake.sqlite3").write_text("tried here")
    done = run(clone, "install_code; install_code")
    assert done.returncode == 0, done.stderr
    assert (clone.parent / "opt/app.py").exists()
    assert not (clone.parent / "opt/instance/keepsake.sqlite3").exists()


def test_another_unit_is_started_anew(clone: Path) -> None:
    first = run(clone, "install_code; install_service", SYSTEMD="1")
    assert "systemctl start keepsake" in first.stdout, first.stderr
    (clone.parent / "unit").write_text("of an earlier version")
    again = run(clone, "install_service", SYSTEMD="1")
    assert "systemctl restart keepsake" in again.stdout, again.stderr
    assert (clone.parent / "unit.before").read_text() == "of an earlier version"


@pytest.mark.parametrize(
    ("text", "port"), [("", "8000"), ("port = 8100  # here\n", "8100"), ('host = "::"', "8000")]
)
def test_the_port_is_that_of_the_settings(clone: Path, text: str, port: str) -> None:
    assert run(clone, "port").stdout == "8000\n"
    (clone.parent / "data").mkdir()
    (clone.parent / "data/config.toml").write_text(text)
    assert run(clone, "port").stdout == f"{port}\n"


@pytest.mark.parametrize(
    "name",
    ["instance/keepsake.sqlite3", "data/keepsake.sqlite3", "instance/config.toml", "app.py",
     "backup/keepsake-backup.json", "instance/private/ä b.jpg"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["clone", "tarball"])
def test_uninstalling_deletes_nothing_but_code(clone: Path, name: str, kind: str) -> None:
    run(clone, "install_code")
    code = clone.parent / "opt"
    if kind == "tarball":
        shutil.rmtree(code / ".git")
    for junk in (".update/next/app.py", "models/__pycache__/a.pyc", ".venvs/a/b"):
        (code / junk).parent.mkdir(parents=True)
        (code / junk).write_text("")
    (code / name).parent.mkdir(exist_ok=True, parents=True)
    (code / name).write_text("mine")
    done = run(clone, "remove")
    if (kind, name) != ("tarball", "app.py"):  # nobody knows what it was
        assert done.returncode == 1 and name in done.stderr, done.stderr
        (code / name).unlink()
        if name == "app.py":
            git(code, "checkout", "-q", "app.py")
        done = run(clone, "remove")
    assert done.returncode == 0 and not code.exists(), done.stderr


def test_uninstalling_brings_the_proxys_own_file_back(clone: Path) -> None:
    caddyfile, before = (clone.parent / name for name in ("Caddyfile", "Caddyfile.before-keepsake"))
    caddyfile.write_text("import keepsake.caddy\n")
    before.write_text("theirs")
    assert run(clone, "remove").returncode == 0
    assert caddyfile.read_text() == "theirs" and not before.exists()


def test_a_disk_for_backups_that_is_away_keeps_no_service_from_starting() -> None:
    """systemd doesn't start what may write to a folder that isn't there, unless a - says so."""
    for path in (DEPLOY / "keepsake.service", DEPLOY.parent / "docs/deploying.md"):
        told = re.findall(r"ReadWritePaths=(\S+)", path.read_text())
        assert told and all(one.startswith("-/") for one in told), path
