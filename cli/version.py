"""Which Keepsake this is."""

from __future__ import annotations

import contextlib
import platform
import sqlite3
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from config.version import version
from models.faults import DatabaseFault
from models.migrate import revision_of, revisions
from services.data_folder import DATABASE, MIGRATIONS


@click.command("version")
@click.option("--all", "everything", is_flag=True, help="Also of the database and Python.")
@with_appcontext
def version_command(everything: bool) -> None:
    """Print the version of Keepsake. Needs no data folder."""
    click.echo(f"Keepsake {version()}")
    if everything:
        click.echo(f"Database: {_database(Path(current_app.instance_path))}")
        click.echo(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")


def _database(data: Path) -> str:
    """Its revision, and the program's where that is another one."""
    newest = revisions(MIGRATIONS)[0]
    found = None
    with contextlib.suppress(DatabaseFault):
        found = revision_of(data / DATABASE)
    if not found:
        return f"none yet; its first revision will be {newest}"
    return f"revision {found}" + ("" if found == newest else f"; this version has {newest}")
