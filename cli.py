"""Commands beside ``flask run``: users, keys, albums, categories, jobs, settings, upkeep.

They work beside a running server.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn, cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from config import ConfigError, as_text
from media.errors import UploadError
from media.storage.running import Occupied
from models import ApiKey, DatabaseFault, Job, User, utcnow
from server.worker import Worker
from services import accounts, collections, keys
from services.backup import NotABackup, back_up
from services.jobs import KINDS
from services.jobs.forward import bring_forward
from services.jobs.orphans import TooManyOrphans
from services.settings import DECLARED, change, reset
from services.site import Site
from services.upkeep import upkeep


class PlainGroup(AppGroup):
    """Faults of the machine are one line, too."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (UploadError, ConfigError, DatabaseFault, OSError) as error:
            _fail(str(error))


user_group = PlainGroup("user", help="Accounts.")
key_group = PlainGroup("key", help="API keys.")
album_group = PlainGroup("album", help="Albums.")
category_group = PlainGroup("category", help="Categories.")
jobs_group = PlainGroup("jobs", help="Work in the background.")
settings_group = PlainGroup("settings", help="Settings that may change while the site runs.")


def register(app: Flask) -> None:
    for group in (user_group, key_group, album_group, category_group, jobs_group, settings_group):
        app.cli.add_command(group)
    app.cli.add_command(upkeep_command)
    app.cli.add_command(backup_command)


@user_group.command("create")
@click.argument("name")
@click.option("--admin", is_flag=True, help="May do everything.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_user(name: str, admin: bool, password_stdin: bool) -> None:
    """Make an account."""
    try:
        accounts.create_account(name, _password(password_stdin), is_admin=admin)
    except ValueError as error:
        _fail(str(error))
    click.echo(f"{name} may log in now.")


@user_group.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def set_password(name: str, password_stdin: bool) -> None:
    """Set a new password for user NAME, who is logged out everywhere by it."""
    try:
        accounts.set_password(_user(name), _password(password_stdin))
    except ValueError as error:
        _fail(str(error))
    click.echo(f"{name} has a new password and is logged out everywhere.")


@user_group.command("list")
def list_users() -> None:
    """All accounts."""
    for user in User.ordered():
        marks = [
            word for word, holds in (("admin", user.is_admin), ("banned", user.is_banned)) if holds
        ]
        click.echo("\t".join([user.name, ",".join(marks) or "-", f"{user.created_at:%Y-%m-%d}"]))


@key_group.command("create")
@click.argument("name")
@click.option("--label", default="", help="What the key is for.")
def create_key(name: str, label: str) -> None:
    """Make an API key for user NAME and print it, this once."""
    _, text = keys.issue_key(_user(name), label)
    click.echo(text)


@key_group.command("guest")
def create_guest_key() -> None:
    """Make the site's guest key and print it; the one before it ends. Works while GUEST_UPLOADS is
    on.
    """
    click.echo(keys.issue_guest_key())


@key_group.command("list")
def list_keys() -> None:
    """All keys: id, user, label, last use."""
    for key in ApiKey.all_with_users():
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
        click.echo("\t".join([key.public_id, key.user.name, key.label or "-", used]))


@key_group.command("revoke")
@click.argument("key_id")
def revoke_key(key_id: str) -> None:
    """End the key with this id (the second part of chv_<id>_…)."""
    if not keys.revoke_key(key_id):
        _fail(f"There is no key {key_id}; `flask key list` shows them.")
    click.echo(f"{key_id} is revoked.")


@album_group.command("create")
@click.argument("user")
@click.argument("name")
def create_album(user: str, name: str) -> None:
    """Make an album and print the id to pass as album_id."""
    try:
        album = collections.create_album(_user(user), name)
    except ValueError as error:
        _fail(str(error))
    click.echo(album.public_id)


@category_group.command("create")
@click.argument("name")
def create_category(name: str) -> None:
    """Make a category and print the number to pass as category_id."""
    try:
        category = collections.create_category(name)
    except ValueError as error:
        _fail(str(error))
    click.echo(category.id)


@jobs_group.command("list")
def list_jobs() -> None:
    """All jobs: id, kind, state, when it runs, tries that failed, reason of the last failure."""
    now = utcnow()
    for job in Job.ordered():
        state = "running" if job.is_running(now) else "waiting" if job.run_at else "gave up"
        when = f"{job.run_at:%Y-%m-%d %H:%M:%S}" if job.run_at else "-"
        fields = [str(job.id), job.kind, state, when, str(job.tries), job.reason or "-"]
        click.echo("\t".join(fields))


@jobs_group.command("retry")
@click.argument("job_id", type=int, required=False)
def retry_job(job_id: int | None) -> None:
    """Let the next worker run the job with this id; without an id, all that were given up."""
    count = bring_forward(job_id=job_id)
    if job_id is not None and not count:
        _fail(f"There is no job {job_id} that waits; `flask jobs list` shows them.")
    click.echo(f"{count} jobs will run.")


@jobs_group.command("run")
@click.argument("kind", type=click.Choice(list(KINDS)), required=False)
def run_jobs(kind: str | None) -> None:
    """Run what is due, here and now; with KIND, the job of this kind whether it is due or not."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    worker = Worker(app, _site())
    worker.plan()
    if kind and not bring_forward(key=kind):
        _fail(f"{kind} is being run by another process.")
    failed = False
    for name, error in worker.run_due([kind] if kind else ()).items():
        failed = failed or error is not None
        click.echo(f"{name}\t{error or 'done'}")
    if failed:
        _fail("Not all went well.")


@settings_group.command("list")
def list_settings() -> None:
    """All: name, value, and where it was set."""
    site = _site()
    for name in DECLARED:
        value = as_text(getattr(site.settings, name.lower()))
        click.echo("\t".join([name, value or "-", site.store.origin(name)]))


@settings_group.command("set")
@click.argument("name")
@click.argument("value")
def set_setting(name: str, value: str) -> None:
    """Put VALUE in force in every process, now and after the next start."""
    site = _site()
    change(site.store, {name.upper(): value})
    click.echo(f"{name.upper()} is {as_text(getattr(site.store.latest, name.lower()))}")


@settings_group.command("reset")
@click.argument("name")
def reset_setting(name: str) -> None:
    """Forget the change: what the environment or config.toml says holds again, or the default."""
    site = _site()
    reset(site.store, [name.upper()])
    click.echo(f"{name.upper()} is {as_text(getattr(site.store.latest, name.lower()))}")


@click.command("upkeep")
@click.option(
    "--any-number", is_flag=True, help="Delete files without a row however many there are."
)
@with_appcontext
def upkeep_command(any_number: bool) -> None:
    """Clear away what has expired and what a crash left behind."""
    try:
        click.echo(upkeep(_site(), any_number=any_number))
    except (UploadError, TooManyOrphans, Occupied, DatabaseFault, OSError) as error:
        _fail(str(error))


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def backup_command(folder: Path) -> None:
    """Copy all that must be kept into FOLDER, or bring an earlier backup there up to date."""
    try:
        backup = back_up(_site(), folder)
    except UploadError as error:
        _fail(error.message)
    except (NotABackup, DatabaseFault, OSError) as error:
        _fail(str(error))
    click.echo(f"{backup.files} files and the database are in {folder}.")
    if backup.missing:
        _fail(f"{len(backup.missing)} uploads lack files: {' '.join(sorted(backup.missing))}")


def _site() -> Site:
    return cast(Site, current_app.extensions["keepsake"])


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _user(name: str) -> User:
    user = User.by_name(name)
    if user is None:
        _fail(f"There is no user {name}; `flask user list` shows them.")
    return user


def _fail(message: str) -> NoReturn:
    raise click.ClickException(message)
