"""What the way back from an update does with newer uploads."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from cli.shared import fail, site
from media.errors import UploadError
from services.set_aside import set_aside


@click.command("set-aside")
@click.argument("folder")
@with_appcontext
def set_aside_command(folder: str) -> None:
    """Move files that no upload has to FOLDER, in the data folder. For `make back`, while Keepsake
    is stopped.
    """
    (Path(current_app.instance_path) / folder).parent.mkdir(mode=0o700, exist_ok=True)
    with site().running.exclusive():
        if site().running.others():
            fail("Keepsake is running. Stop it first.")
    try:
        count = set_aside(site(), folder)
    except UploadError as error:
        fail(error.message)
    except OSError as error:
        fail(str(error))
    click.echo(f"Files set aside: {count}.")
