"""The Keepsake that is updated: its folders, who owns them, and programs that are run as them."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
PREFIX = "KEEPSAKE_"
SHOWN = 2000  # characters of what a failed program said


class Failed(Exception):
    """A sentence or two for who updates: what failed, and what to do."""


@dataclass(frozen=True)
class Here:
    """``root`` holds the code; ``settings`` are those of the environment and of the service."""

    root: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return Path(self.settings.get(f"{PREFIX}DATA") or self.root / "instance").expanduser()

    @property
    def database(self) -> Path:
        return self.data / "keepsake.sqlite3"

    @property
    def work(self) -> Path:
        """What an update needs of its own. Others may pass through to the code in it."""
        return self.root / ".update"

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def venvs(self) -> Path:
        return self.root / ".venvs"

    def prepare(self) -> None:
        for folder in (self.work, self.venvs):
            if not folder.exists():
                folder.mkdir(mode=0o755)
                give(folder, self.root)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One update at a time. Raises Failed."""
        self.prepare()
        with (self.work / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Failed("Another update is under way.") from None
            yield

    def run(
        self, command: Sequence[str | Path], *, of: Path | None = None, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """As the owner of ``of`` (the code, by default). Raises Failed with what it said."""
        done = subprocess.run(  # noqa: S603 -- our own programs
            [str(word) for word in command],
            cwd=more.pop("cwd", self.root),
            env=more.pop("env", self.environment()),
            text=True,
            capture_output=True,
            check=False,
            **as_owner(of or self.root),
            **more,
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()[-SHOWN:]
            raise Failed(f"{Path(command[0]).name} {command[1]} failed: {said}")
        return done

    def environment(self, **more: str) -> dict[str, str]:
        """For programs: no settings but those of the service and ``more``."""
        plain = {k: v for k, v in os.environ.items() if not k.startswith((PREFIX, "GIT_"))}
        return {**plain, **self.settings, "UPDATING": "1", "GIT_TERMINAL_PROMPT": "0", **more}

    def as_data_owner(self, work: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Call ``work`` as who owns the data folder, so that nothing in it becomes root's."""
        owner = as_owner(self.data)
        if not owner:
            return work(*args, **more)
        ids = owner["user"], owner["group"]
        with ProcessPoolExecutor(1, initializer=_become, initargs=ids) as pool:
            return pool.submit(work, *args, **more).result()


def as_owner(path: Path) -> dict[str, Any]:
    """For subprocess: root becomes who owns ``path``; everybody else stays who they are."""
    if os.geteuid() or not path.exists():
        return {}
    owner = path.stat()
    if not owner.st_uid:
        return {}
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def give(path: Path, to_owner_of: Path) -> None:
    """Only root can, and only root needs to."""
    if not os.geteuid():
        owner = to_owner_of.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, value: Any) -> None:
    """Whole or not at all, and on the disk when it returns."""
    new = path.with_name(path.name + ".new")
    with new.open("w") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    fsync(path.parent)


def read_json(path: Path) -> Any:
    """None where there is none."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None


def forget(path: Path) -> None:
    path.unlink(missing_ok=True)
    fsync(path.parent)


def _become(user: int, group: int) -> None:
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
