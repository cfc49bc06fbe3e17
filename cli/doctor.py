"""``flask doctor``: look at every file and row, and repair what is damaged."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext

from cli import doctor_words
from cli.shared import site
from media.errors import UploadError
from media.storage.durable import write_whole
from models import DatabaseFault
from models.filed import told
from services.backup.folder import NotABackup
from services.doctor import How, Mender, SoFar, Sources, go_on
from services.jobs.kinds import KINDS
from services.site import Site

PROGRESS = "doctor.json"  # in the data folder, while a round isn't done
_NOTED_EVERY = 5.0  # seconds of work that a kill may cost
_KEPT_FOR = 86_400.0  # seconds after it was stopped; what was looked at before may be damaged since
FOUND, CANT_LOOK = 1, 2  # exit statuses


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document at the end.")
@click.option("--again", is_flag=True, help="From the start, also where the last run was stopped.")
@click.option("--quick", is_flag=True, help="Look at names and sizes only; read no file.")
@click.option("--repair", is_flag=True, help="Repair what can be repaired.")
@click.option(
    "--backup",
    "backups",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A backup with the bytes of lost files, besides BACKUP_FOLDER.",
)
@click.option(
    "--any-number",
    is_flag=True,
    help="With --repair: set files that belong to no upload aside, however many there are.",
)
@with_appcontext
def doctor_command(
    as_json: bool, again: bool, quick: bool, repair: bool, backups: Sequence[Path], any_number: bool
) -> None:
    """Compare every file with its row, and every count with what it counts.

    Without --repair nothing is changed. A run that was stopped goes on where it was. The exit
    status is 0 where all is well or repaired, 1 where something is damaged, 2 where it can't be
    looked at.
    """
    try:
        mender = _mender(site(), backups, any_number) if repair else None
        so_far = _run(site(), mender, again=again, quick=quick, is_quiet=as_json)
        told_of = told([one.upload for one in so_far.findings if one.upload])
    except UploadError as error:
        _cant_look(error.message)
    except (DatabaseFault, NotABackup, OSError) as error:
        _cant_look(str(error))
    if as_json:
        click.echo(json.dumps(doctor_words.document(so_far, told_of), indent=2))
    else:
        click.echo(doctor_words.report(so_far, told_of))
    if not so_far.is_well:
        sys.exit(FOUND)


def _mender(at: Site, backups: Sequence[Path], any_number: bool) -> Mender:
    """Raises NotABackup and OSError."""
    usual = [at.config.backups] if at.config.backups else []
    sources = Sources([*backups, *usual])
    _ = sources.copies  # says now what can't be read
    return Mender(at, sources, any_number=any_number)


def _run(at: Site, mender: Mender | None, *, again: bool, quick: bool, is_quiet: bool) -> SoFar:
    place = at.config.data / PROGRESS
    kind = {"quick": quick, "repair": mender is not None}
    with _alone(at.config.data / "tmp"):
        return _examined(at, mender, None if again else _stopped(place, kind), kind, is_quiet)


def _examined(
    at: Site, mender: Mender | None, stopped: SoFar | None, kind: dict[str, bool], is_quiet: bool
) -> SoFar:
    place, so_far = at.config.data / PROGRESS, stopped or SoFar()
    show = _Progress(is_quiet or not sys.stderr.isatty())
    noted_at = time.monotonic()

    def pause(so_far: SoFar) -> None:
        nonlocal noted_at
        show.at(so_far)
        if time.monotonic() - noted_at > _NOTED_EVERY:
            write_whole(place, json.dumps({**kind, **so_far.as_json()}))
            noted_at = time.monotonic()

    how = How(pause=pause, reads=not kind["quick"], kinds=frozenset(KINDS))
    try:
        go_on(at, so_far, replace(how, mend=mender) if mender else how)
        if mender:
            so_far.findings = mender.set_aside(so_far.findings, so_far.strays)
    except KeyboardInterrupt:
        write_whole(place, json.dumps({**kind, **so_far.as_json()}))
        show.end()
        _cant_look("Stopped. The next run goes on here.")
    show.end()
    place.unlink(missing_ok=True)
    return so_far


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two at once would write one file. The lock ends with the process."""
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):  # a disk without locks goes without
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _cant_look("Another examination runs just now.")
        yield
    finally:
        os.close(handle)


def _stopped(place: Path, kind: dict[str, bool]) -> SoFar | None:
    """Where an earlier run of this kind was stopped; None for nowhere, too long ago, or what can't
    be read.
    """
    try:
        if abs(time.time() - place.stat().st_mtime) > _KEPT_FOR:
            return None
        values = json.loads(place.read_text())
        if {name: values.pop(name) for name in kind} != kind:
            return None
        return SoFar.of_json(values)
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


class _Progress:
    """One line of a terminal, written anew four times a second."""

    def __init__(self, is_quiet: bool) -> None:
        self._is_quiet, self._begun, self._shown, self._bytes = is_quiet, time.monotonic(), 0.0, -1

    def at(self, so_far: SoFar) -> None:
        if self._is_quiet or time.monotonic() - self._shown < 0.25:
            return
        self._shown = time.monotonic()
        if self._bytes < 0:
            self._bytes = so_far.bytes
        done = so_far.bytes - self._bytes
        left = (so_far.all_bytes - so_far.bytes) * (self._shown - self._begun) / done if done else 0
        click.echo("\r\x1b[K" + doctor_words.progress(so_far, left), nl=False, err=True)

    def end(self) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def _cant_look(message: str) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    sys.exit(CANT_LOOK)
