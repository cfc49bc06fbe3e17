"""Commands beside ``flask run``. They work beside a running server."""

from __future__ import annotations

from flask import Flask

import cli.roles  # noqa: F401 -- adds its commands to the group `users`
from cli.collections import albums, categories
from cli.jobs import jobs
from cli.keys import key_group
from cli.settings import settings
from cli.upkeep import backup_command, upkeep_command
from cli.users import users

COMMANDS = (
    users, key_group, albums, categories, jobs, settings, upkeep_command, backup_command,
)  # fmt: skip


def register(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
