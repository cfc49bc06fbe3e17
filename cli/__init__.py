"""Commands beside ``flask run``. They work beside a running server."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup

import cli.roles  # noqa: F401 -- adds its commands to the group `users`
from cli.backup import backup_command
from cli.collections import albums, categories
from cli.doctor import doctor_command
from cli.drill import drill_command
from cli.jobs import jobs
from cli.keys import key_group
from cli.restore import restore_command
from cli.set_aside import set_aside_command
from cli.settings import settings
from cli.upkeep import upkeep_command
from cli.users import users
from cli.version import version_command

COMMANDS = (
    users, key_group, albums, categories, jobs, settings, upkeep_command, backup_command,
    version_command,
    doctor_command,
    restore_command,
    drill_command,
    set_aside_command,
)  # fmt: skip


# They work where there is no data folder, or one that is damaged. What they need of the settings is
# where that folder is: `current_app.instance_path`.
WITHOUT_SITE = ("restore", "version")


def needs_site() -> bool:
    """Whether the data folder is to be opened, and made where there is none: for a server, and for
    all commands but a few.
    """
    context = click.get_current_context(silent=True)
    if context is None or not isinstance(context.command, FlaskGroup):
        return True
    _, words, _ = context.command.make_parser(context).parse_args(sys.argv[1:])
    return words[:1] not in [[command] for command in WITHOUT_SITE]


def register(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
