"""Upkeep."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from cli.shared import fail, site
from media.errors import UploadError
from media.storage.running import Occupied
from models import DatabaseFault
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
