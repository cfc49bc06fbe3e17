"""Processes of their own, forked from one that has imported Keepsake and has no threads: to start
Python and import everything takes longer than most of what tests ask of it.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["tests.crash.drive", "tests.crash.work"])


class Fork:
    """A process that does ``work`` and writes what it prints to ``log``, with what tests use of
    `subprocess.Popen`. ``work`` is a function of a module, or a partial one.
    """

    def __init__(self, work: Callable[[], None], environ: Mapping[str, str], log: Path) -> None:
        given = (work, dict(environ), log)
        self._process = FORKED.Process(target=_run, args=given, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, negative for a signal. Raises TimeoutError."""
        self._process.join(timeout)
        status = self.poll()
        if status is None:
            raise TimeoutError
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # gone, and not said so yet
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _run(work: Callable[[], None], environ: Mapping[str, str], log: Path) -> None:
    gc.freeze()  # what was imported stays, and stays shared
    os.environ.clear()
    os.environ.update(environ)
    with log.open("a") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    work()
