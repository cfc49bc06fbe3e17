"""``flask drill``."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from cli.shared import fail, site
from media.errors import UploadError
from models import DatabaseFault, SiteFact
from models.site_fact import LAST_PROVEN
from services.drill import DrillFailed, drill
from services.proven import last_proven


@click.command("drill")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@with_appcontext
def drill_command(folder: Path | None) -> None:
    """Try a restore of the newest backup, in BACKUP_FOLDER or FOLDER: the database, and files
    chosen by chance. It changes nothing; pages of the administration say that it was proven.
    """
    folder = folder or site().config.backups
    if folder is None:
        fail("BACKUP_FOLDER is empty, so name the folder of the backup.")
    try:
        drill(site(), folder, {}, lambda: False)
    except DrillFailed as failed:
        fail(f"{failed}: {failed.path}" if failed.path else str(failed))
    except (DatabaseFault, OSError) as error:
        fail(str(error))
    except UploadError as error:
        fail(error.message)
    if proven := last_proven(SiteFact.read(LAST_PROVEN)):
        click.echo(
            f"{proven.copy} could be restored: its database and {proven.files} of its files."
        )
