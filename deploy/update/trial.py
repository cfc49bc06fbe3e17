"""A version is started, asked and stopped again, where nobody else reaches it."""

from __future__ import annotations

import contextlib
import ctypes
import json
import shutil
import signal
import socket
import subprocess
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TypeAlias

from deploy.update import databases
from deploy.update.code import Version
from deploy.update.here import PREFIX, SHOWN, Failed, Here, as_owner, give

START_SECONDS = 600.0  # that a start may take: it changes the database, which may be large
STOP_SECONDS = 60.0
PAGES = ("/login",)  # what every visitor gets, from database, settings and templates
# A copy of the database, one more that is changed, and its journal.
COPIES = 3
Address: TypeAlias = tuple[str, int]  # host and port
VENV_BYTES = 700_000_000  # all that is installed, and what pip unpacks meanwhile


def check_room(here: Here) -> None:
    """Raises Failed where the disk of the code is too full to prepare and rehearse an update."""
    size = here.database.stat().st_size if here.database.exists() else 0
    needed, free = COPIES * size + VENV_BYTES, shutil.disk_usage(here.root).free
    if free < needed:
        raise Failed(
            f"An update needs {needed / 1e6:.0f} MB free on the disk of {here.root}, which has "
            f"{free / 1e6:.0f} MB. Nothing was changed. Make room, then update."
        )


def rehearse(here: Here, version: Version, code: Path, venv: Path) -> None:
    """Let the new version change a copy of the database and serve it. Raises Failed."""
    data = here.work / "rehearsal"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    try:
        give(data, here.data if here.data.exists() else here.root)
        here.as_data_owner(_furnish, here.data, here.database, data)
        start_and_ask(here, version, code, venv, data)
        if (data / here.database.name).exists():
            here.as_data_owner(databases.check, data / here.database.name)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def start_and_ask(here: Here, version: Version, code: Path, venv: Path, data: Path) -> None:
    """Raises Failed unless the version starts on the data folder, is the one, and is well."""
    address = "127.0.0.1", _free_port()
    settings = {
        "DATA": str(data), "HOST": address[0], "PORT": str(address[1]),
        "UPKEEP_SECONDS": "0",  # no jobs: nothing is mailed, deleted or copied
    }  # fmt: skip
    log = here.work / "trial.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603
            [venv / "bin/python", "app.py"],
            cwd=code,
            env=here.environment(**{PREFIX + name: text for name, text in settings.items()}),
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_parent,
            **as_owner(data),
        )
        try:
            _wait(address, version, process, START_SECONDS)
            for page in PAGES:
                status, _ = _get(address, page)
                if status != 200:
                    raise Failed(f"{version} answers {status} to {page}.")
        except Failed as error:
            raise Failed(f"{error} {log.read_text()[-SHOWN:]}".strip()) from None
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_parent() -> None:
    """Where an update is killed, the server that it tries must not go on (Linux alone)."""
    set_parent_death_signal = 1  # prctl(2), PR_SET_PDEATHSIG
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def wait_for(address: Address, version: Version, seconds: float) -> None:
    """Until a server answers as this version. Raises Failed."""
    _wait(address, version, None, seconds)


def _wait(
    address: Address, version: Version, process: subprocess.Popen[bytes] | None, seconds: float
) -> None:
    deadline, last = time.monotonic() + seconds, "nothing"
    while time.monotonic() < deadline:
        if process and process.poll() is not None:
            raise Failed(f"{version} doesn't start.")
        try:
            status, body = _get(address, "/healthz")
        except (OSError, HTTPException):
            time.sleep(0.1)
            continue
        answer = _json(body)
        # early versions told none
        if answer.get("version", version.number) == version.number:
            if status == 200:
                return
            raise Failed(f"{version} starts, but isn't well: {answer.get('reason', status)}.")
        last = str(answer.get("version"))
        time.sleep(0.1)
    raise Failed(f"{version} doesn't answer in {seconds:.0f} seconds; {last} does.")


def _get(address: Address, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection(*address, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _json(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _furnish(data: Path, database: Path, target: Path) -> None:
    """What a start needs; no files, so the marks of the roots alone."""
    if not database.exists():
        return
    databases.copy_online(database, target / database.name)
    for name in ("config.toml", "secret_key", "public/.keepsake", "private/.keepsake"):
        if (data / name).exists():
            (target / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(data / name, target / name)
            (target / name).chmod(0o600)
