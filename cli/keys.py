"""API keys."""

from __future__ import annotations

import click

from cli.shared import PlainGroup, existing_user, fail
from config import FLASK
from models import ApiKey, Visibility
from services import keys

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
def create_key(name: str, label: str, visibility: str | None) -> None:
    """Create an API key for user NAME and print it. It is shown only once."""
    _, text = keys.issue_key(existing_user(name), label, visibility)
    click.echo(text)


@key_group.command("guest")
def create_guest_key() -> None:
    """Create the guest key of the site and print it. The old one no longer works. Needs
    GUEST_UPLOADS.
    """
    click.echo(keys.issue_guest_key())


@key_group.command("list")
def list_keys() -> None:
    """List all keys: id, user, label, last use, visibility."""
    for key in ApiKey.all_with_users():
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
        click.echo(
            "\t".join([key.public_id, key.user.name, key.label or "-", used, key.visibility or "-"])
        )


@key_group.command("revoke")
@click.argument("key_id")
def revoke_key(key_id: str) -> None:
    """Revoke the key with this id (the second part of chv_<id>_…)."""
    if not keys.revoke_key(key_id):
        fail(f"No key {key_id}. `{FLASK} key list` shows all.")
    click.echo(f"Key {key_id} revoked.")
