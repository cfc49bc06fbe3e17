"""What commands share: faults as one line, the site, people by name, passwords."""

from __future__ import annotations

import sys
from typing import Any, NoReturn, cast

import click
from flask import current_app
from flask.cli import AppGroup

from config import FLASK, ConfigError
from media.errors import UploadError
from models import DatabaseFault, User
from services.audit import COMMAND
from services.site import Site

BY = COMMAND  # who does something, in the log


class PlainGroup(AppGroup):
    """Faults of the machine are one line, too."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # `| head` has enough; click ends quietly
            raise
        except (UploadError, ConfigError, DatabaseFault, OSError) as error:
            fail(str(error))


def site() -> Site:
    return cast(Site, current_app.extensions["keepsake"])


def read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def existing_user(name: str) -> User:
    user = User.by_name(name)
    if user is None:
        fail(f"No user {name}. `{FLASK} user list` shows all.")
    return user


def fail(message: str) -> NoReturn:
    raise click.ClickException(message)
