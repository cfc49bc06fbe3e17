"""Stops and starts Keepsake: by systemd where it is a unit there, else by asking for it."""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.update import trial
from deploy.update.code import Version
from deploy.update.here import PREFIX, Failed, Here
from deploy.update.trial import Address

STOP_SECONDS = 600.0  # for who stops it by hand, and for uploads to end
START_SECONDS = 180.0  # of a slow machine; the database is changed by then
EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- asks, binds nothing
ASKED = ("LoadState", "ActiveState", "WorkingDirectory", "Environment", "EnvironmentFiles")


@dataclass(frozen=True)
class Service:
    """``unit`` is its name; empty where systemd has none for this folder."""

    here: Here
    unit: str

    def stop(self) -> None:
        """Raises Failed where it goes on running."""
        if self.unit:
            if _show(self.unit)["ActiveState"] in ("active", "activating", "reloading"):
                (self.here.work / "stopped").touch()
                self.here.run(["systemctl", "stop", self.unit], of=Path("/"))
        elif self.is_running():
            print("Now stop Keepsake (Ctrl+C where it runs). This goes on by itself.", flush=True)
        deadline = time.monotonic() + STOP_SECONDS
        while self.is_running():
            if time.monotonic() > deadline:
                raise Failed("Keepsake is still running. Stop it, then update again.")
            time.sleep(0.1)

    def start(self, version: Version) -> None:
        """Only what `stop` has stopped, also before this process. Raises Failed."""
        if not (self.here.work / "stopped").exists():
            return
        self.here.run(["systemctl", "start", self.unit], of=Path("/"))
        trial.wait_for(self.address(), version, START_SECONDS)
        (self.here.work / "stopped").unlink()

    def is_running(self) -> bool:
        """Whether a process holds one of the locks of the data folder (media/storage/running.py),
        a server or a command.
        """
        return any(_is_held(path) for path in (self.here.data / "locks").glob("*"))

    def address(self) -> Address:
        """Where it listens, by its settings."""
        try:
            text = (self.here.data / "config.toml").read_text()
        except FileNotFoundError:
            text = ""
        there = {name.upper(): str(value) for name, value in tomllib.loads(text).items()}
        host, port = (
            self.here.settings.get(f"{PREFIX}{name}") or there.get(name, "")
            for name in ("HOST", "PORT")
        )
        return EVERYWHERE.get(host, host), int(port or 8000)


def find(root: Path, unit: str) -> Service:
    """With the settings of the unit, or of the environment."""
    ours = {name: text for name, text in os.environ.items() if name.startswith(PREFIX)}
    shown = _show(unit) if shutil.which("systemctl") else {}
    if shown.get("LoadState") != "loaded" or not _is_at(shown["WorkingDirectory"], root):
        return Service(Here(root, ours), "")
    return Service(Here(root, {**dict(_settings_of(shown)), **ours}), unit)


def _is_at(folder: str, root: Path) -> bool:
    return bool(folder) and Path(folder).resolve() == root.resolve()


def _show(unit: str) -> dict[str, str]:
    shown = subprocess.run(  # noqa: S603
        ["systemctl", "show", unit, f"--property={','.join(ASKED)}"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    lines = (line.partition("=") for line in shown.splitlines())
    return dict.fromkeys(ASKED, "") | {name: text for name, _, text in lines}


def _settings_of(shown: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path in shown["EnvironmentFiles"].split():
        if path.startswith("/"):
            yield from _pairs(shlex.split(_text(Path(path)), comments=True))
    yield from _pairs(shlex.split(shown["Environment"]))


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        name, equals, text = word.partition("=")
        if equals and name.startswith(PREFIX):
            yield name, text


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError as error:
        print(f"{path} can't be read: {error.strerror}", file=sys.stderr)
        return ""


def _is_held(path: Path) -> bool:
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
