"""Upkeep and backups."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from cli.shared import fail, site
from media.errors import UploadError
from media.storage.running import Occupied
from models import DatabaseFault
from services.backup import NotABackup, back_up
from services.jobs.orphans import TooManyOrphans
from services.upkeep import upkeep


@click.command("upkeep")
@click.option(
    "--any-number",
    is_flag=True,
    help="Delete files that belong to no upload, however many there are.",
)
@with_appcontext
def upkeep_command(any_number: bool) -> None:
    """Delete expired uploads and files that a crash left behind."""
    try:
        click.echo(upkeep(site(), any_number=any_number))
    except (UploadError, TooManyOrphans, Occupied, DatabaseFault, OSError) as error:
        fail(str(error))


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def backup_command(folder: Path) -> None:
    """Copy everything that must be kept to FOLDER, or update the backup there."""
    try:
        backup = back_up(site(), folder)
    except UploadError as error:
        fail(error.message)
    except (NotABackup, DatabaseFault, OSError) as error:
        fail(str(error))
    click.echo(f"{backup.files} files and the database are in {folder}.")
    if backup.missing:
        fail(f"{len(backup.missing)} uploads lack files: {' '.join(sorted(backup.missing))}")
