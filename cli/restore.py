"""``flask restore``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from cli.progress import of_bytes, progress
from cli.shared import fail
from config import FLASK
from models import DatabaseFault
from services.backup.folder import TIME_FORMAT, BackupFolder, Copy, InBackup, NotABackup, copy_in
from services.backup.writer import is_writer
from services.data_folder import DATABASE
from services.restore import put, stage, unfinished
from services.restore.checked import Checked, check, wrong
from services.restore.errors import CannotRestore
from services.restore.present import site_there
from services.restore.stage import Plan
from services.restore.unfinished import HalfRestored
from services.restore.use import alone, check_apart, give_to_owner

SHOWN = 10  # names of damaged files; `--check` shows all
BACK = (
    "What was done since is undone: deleted files, revoked share links and API keys, people who "
    "left, earlier passwords are back. Everybody has to log in again."
)


@click.command("restore")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--check", "is_check", is_flag=True, help="Check the copy, and change nothing.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option(
    "--damaged", is_flag=True, help="Restore what is whole where files of the copy are damaged."
)
@with_appcontext
def restore_command(folder: Path, is_check: bool, yes: bool, damaged: bool) -> None:
    """Bring back the site that FOLDER holds: a backup, of which the newest copy is taken, or one
    copy of it. It comes into the data folder of the settings, empty or not; what is there and not
    in the copy is kept beside it.
    """
    data = Path(current_app.instance_path)
    try:
        if is_check:
            _check(copy_in(folder))
        else:
            _restore(folder, data, yes, damaged)
    except (CannotRestore, NotABackup, InBackup, HalfRestored, DatabaseFault) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _check(copy: Copy) -> None:
    checked = check(copy, progress())
    if damaged := wrong(checked, progress()):
        for path in damaged:
            click.echo(path)
        fail(f"{len(damaged)} of {len(checked.sums)} files of {copy.path} are damaged or missing.")
    click.echo(f"{copy.path} is whole: the database and {len(checked.sums) - 1} files.")


def _restore(folder: Path, data: Path, yes: bool, damaged: bool) -> None:
    if marked := unfinished.read(data):
        with alone(data):
            _put_in_place(data)
        click.echo(f"The restore of {marked.folder} that was stopped is done.")
        if _is_another(folder, marked.folder):
            fail(f"{folder} was not restored. Run it again for that.")
        return
    copy = copy_in(folder)
    check_apart(copy.path, data)
    checked = check(copy, progress())
    try:
        _restore_copy(checked, data, yes, damaged)
    finally:
        if data.exists():
            give_to_owner(data)


def _is_another(folder: Path, stopped: str) -> bool:
    """Than the copy whose restore was stopped; that may be away now."""
    return Path(stopped) not in (folder.absolute(), *_newest(folder))


def _newest(folder: Path) -> list[Path]:
    try:
        return [copy_in(folder).path.absolute()]
    except (NotABackup, OSError):
        return []


def _restore_copy(checked: Checked, data: Path, yes: bool, damaged: bool) -> None:
    copy = checked.copy
    with alone(data):
        there = site_there(data)
        plan = stage.compare(checked, data, progress())
        if there is not None and not yes:
            _ask(plan, there)
        left_out = _stage(plan, damaged)
        put.mark(data, copy.path, f"before-restore-{datetime.now(UTC):{TIME_FORMAT}}")
        before = _put_in_place(data)
    _tell(plan, before, left_out)


def _ask(plan: Plan, there: str) -> None:
    copy, theirs = plan.checked.copy, plan.checked.facts.site_id
    click.echo(f"{plan.data} holds a site. {copy.path} was made {copy.at:%Y-%m-%d %H:%M} UTC.")
    if there and theirs and there != theirs:
        click.echo("It is the copy of another site.")
    click.echo(
        f"Files that are the same and stay: {plan.kept}; to be copied: {plan.new} "
        f"({of_bytes(plan.size)}). All else that is there now is kept in a folder beside them."
    )
    click.confirm("Restore it?", abort=True)


def _stage(plan: Plan, damaged: bool) -> int:
    """How many files were left out, as they are damaged in the copy."""
    lost = stage.stage(plan, progress())
    for path in lost[:SHOWN]:
        click.echo(f"damaged or missing: {path}", err=True)
    if lost and (DATABASE in lost or not damaged):
        way = "Name an older copy" + (
            "." if DATABASE in lost else ", or restore all but these with --damaged."
        )
        fail(
            f"{len(lost)} files of the copy are damaged or missing; nothing was changed. {way} "
            f"What was copied for it lies in {plan.data / stage.FOLDER}."
        )
    stage.finish(plan)
    return len(lost)


def _put_in_place(data: Path) -> Path | None:
    try:
        return put.put_in_place(data)
    finally:
        give_to_owner(data)


def _tell(plan: Plan, before: Path | None, left_out: int) -> None:
    copy, data = plan.checked.copy, plan.data
    click.echo(
        f"{data} is the site of {copy.at:%Y-%m-%d %H:%M} UTC. Files copied: {plan.new - left_out}; "
        f"there already: {plan.kept}."
    )
    if left_out:
        click.echo(
            f"Left out, as they are damaged in the copy: {left_out}. Older copies may have them: "
            f"{FLASK} doctor --repair --backup {copy.path.parent}"
        )
    click.echo(BACK)
    if before:
        click.echo(f"What was there before is in {before}. Delete that when all is well.")
    if (data / stage.CONFIG_OF_COPY).exists():
        click.echo(
            f"{stage.CONFIG} is the one that was here; that of the copy is {stage.CONFIG_OF_COPY}."
        )
    click.echo(f"Start Keepsake, then run {FLASK} doctor.")
    backup = BackupFolder(copy.path.parent)
    if (writer := backup.writer()) and not is_writer(data, writer):
        click.echo(
            "Another data folder makes this backup. If that is gone for good, let this one go on "
            f"with it: {FLASK} backup --take-over {backup.path}"
        )
