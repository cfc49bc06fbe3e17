"""Albums and categories."""

from __future__ import annotations

import click

from cli.shared import BY, PlainGroup, existing_user, fail, site
from services import categories as service
from services.albums import create_album

albums = PlainGroup("album", help="Albums.")
categories = PlainGroup("category", help="Categories.")


@albums.command("create")
@click.argument("user")
@click.argument("name")
def album_create(user: str, name: str) -> None:
    """Create an album and print its id, for album_id."""
    try:
        album = create_album(site().settings, existing_user(user), name, by=BY)
    except ValueError as error:
        fail(str(error))
    click.echo(album.public_id)


@categories.command("create")
@click.argument("name")
def create_category(name: str) -> None:
    """Create a category and print its number, for category_id."""
    try:
        category = service.create_category(name, by=BY)
    except ValueError as error:
        fail(str(error))
    click.echo(category.id)
