"""Backups."""

from __future__ import annotations

import os
from pathlib import Path

import click
from flask.cli import with_appcontext

from cli.shared import fail, site
from media.errors import UploadError
from models import DatabaseFault
from services.backup import Backup, BackupRuns, NotABackup, Wishes, back_up

NICE = 10  # of a command that runs beside the server
SHOWN = 20


@click.command("backup")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--verify", is_flag=True, help="Read all files of the copy, also unchanged ones.")
@click.option("--new", is_flag=True, help="Begin anew where the copies in FOLDER are gone.")
@click.option("--drop", is_flag=True, help="Drop a copy that is being made in another folder.")
@click.option("--take-over", is_flag=True, help="Go on with a backup of another data folder.")
@with_appcontext
def backup_command(
    folder: Path | None, verify: bool, new: bool, drop: bool, take_over: bool
) -> None:
    """Make a copy of everything that must be kept in FOLDER, or in BACKUP_FOLDER."""
    target = folder or site().config.backups
    if target is None:
        fail("Name a folder, or set BACKUP_FOLDER.")
    os.nice(NICE)
    try:
        wishes = Wishes(begin_anew=new, drop=drop, all_again=verify, take_over=take_over)
        backup = back_up(site(), target, wishes)
    except UploadError as error:
        fail(error.message)
    except (NotABackup, BackupRuns, DatabaseFault, OSError) as error:
        fail(str(error))
    _tell(backup)


def _tell(backup: Backup) -> None:
    new = f"{backup.new_bytes / 1_000_000:,.1f} MB are new"
    click.echo(f"{backup.files} files and the database are in {backup.copy.path}; {new}.")
    if not backup.links:
        click.echo(
            "That disk has no hard links: each copy is a whole one, and the two newest stay."
        )
    if backup.is_on_same_disk:
        click.echo("It is on the disk of the data folder: if that breaks, both are lost.")
    if backup.faults:
        click.echo("\n".join(backup.faults[:SHOWN]))
    if backup.replaced:
        click.echo(
            f"{len(backup.replaced)} files of the copy before were damaged; this one has them "
            "anew. Test that disk."
        )
    if lost := sorted(backup.missing | backup.damaged):
        fail(f"{len(lost)} uploads lack files, or have damaged ones: {' '.join(lost[:SHOWN])}")
