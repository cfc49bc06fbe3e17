"""API keys."""

from __future__ import annotations

from datetime import timedelta

import click

from cli.shared import BY, PlainGroup, existing_user, fail
from config import FLASK
from models import Album, ApiKey, Visibility, utcnow
from models.api_key import KeyLimits, Scope
from models.limits import MAX_KEY_MB
from services import keys

MAX_DAYS = 36_500  # a hundred years

key_group = PlainGroup("key", help="API keys.")


@key_group.command("create")
@click.argument("name")
@click.option("--label", default="", help="What the key is for.")
@click.option(
    "--visibility",
    type=click.Choice([one.value for one in Visibility]),
    help="Who can see what is uploaded with it, where the upload doesn't say. By default: as for "
    "the user's other uploads.",
)
@click.option("--album", help="Id of one of the user's albums, into which its uploads go.")
@click.option(
    "--scope",
    type=click.Choice([one.value for one in Scope]),
    default=Scope.UPLOAD.value,
    help="What it may do: upload (default), read the user's files, or manage: all of that, also "
    "change and delete them.",
)
@click.option("--days", type=click.IntRange(1, MAX_DAYS), help="Days until it expires.")
@click.option("--max-mb", type=click.IntRange(1, MAX_KEY_MB), help="Largest file in MB.")
def create_key(
    name: str,
    label: str,
    visibility: str | None,
    album: str | None,
    scope: str,
    days: int | None,
    max_mb: int | None,
) -> None:
    """Create an API key for user NAME and print it. It is shown only once."""
    user = existing_user(name)
    if album and not Album.find_of(user, album):
        fail(f"{user.name} has no album {album}. Its id stands at the end of its page link.")
    ends = utcnow() + timedelta(days=days) if days else None
    limits: KeyLimits = {"scope": scope, "expires_at": ends, "album_id": album, "max_mb": max_mb}
    _, text = keys.issue_key(user, label, visibility, by=BY, **limits)
    click.echo(text)


@key_group.command("guest")
def create_guest_key() -> None:
    """Create the guest key of the site and print it. The old one no longer works. Needs
    GUEST_UPLOADS.
    """
    click.echo(keys.issue_guest_key(BY))


@key_group.command("list")
def list_keys() -> None:
    """List all keys: id, user, label, last use, visibility, scope, and when they expire."""
    for key in ApiKey.all_with_users():
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
        ends = f"{key.expires_at:%Y-%m-%d %H:%M}" if key.expires_at else "never"
        words = [key.public_id, key.user.name, key.label or "-", used, key.visibility or "-"]
        click.echo("\t".join([*words, key.scope, ends]))


@key_group.command("revoke")
@click.argument("key_id")
def revoke_key(key_id: str) -> None:
    """Revoke the key with this id (the second part of chv_<id>_…)."""
    if not keys.revoke_key(key_id, by=BY):
        fail(f"No key {key_id}. `{FLASK} key list` shows all.")
    click.echo(f"Key {key_id} revoked.")
