"""What an upload by the API is sent with where it doesn't say it. A page shows these in its form,
which then says all.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import g

from blueprints.http.context import person, site
from blueprints.http.language import gettext as _
from blueprints.http.words import N_
from models import Album, ApiKey, User
from services.defaults import album_of, strip_of, visibility_in

REMOVAL = {  # from files, by the level of `Settings.strip`
    "nothing": N_("Nothing is removed from the files that others get."),
    "location": N_(
        "Locations, serial numbers and maker notes are removed from the files that others get."
    ),
    "everything": N_(
        "Everything but orientation and colors is removed from the files that others get."
    ),
}
SHORTLY = {"location": N_("Locations removed"), "everything": N_("All metadata removed")}


def with_defaults(fields: Mapping[str, str], user: User, key: ApiKey) -> dict[str, str]:
    """The person's expiration and album for those that are missing. An album that nobody named lets
    nobody in whom the defaults would not.
    """
    given = dict(fields)
    if user.expiration and not given.get("expiration", "").strip():
        given["expiration"] = user.expiration
    is_named = given.get("album_id", "").strip() or key.album_id
    album = None if is_named else album_of(user)
    if album:
        given["album_id"] = album.public_id
        if not given.get("visibility") and not key.visibility:
            given["visibility"] = visibility_in(site().settings, user, album)
    return given


def default_album() -> Album | None:
    """Of who is logged in; looked for once a request."""
    if "default_album" not in g:
        user = person()
        g.default_album = album_of(user) if user else None
    album: Album | None = g.default_album
    return album


def usual_expiration() -> str:
    """The same of the expiration."""
    user = person()
    return (user and user.expiration) or ""


def removal() -> str:
    """What is removed from the files of this visitor."""
    return _(REMOVAL[strip_of(site().settings, person())])


def own_removal() -> str:
    """The same in short, where they want more removed than the site does; else ""."""
    level = strip_of(site().settings, person())
    return _(SHORTLY[level]) if level != site().settings.strip else ""
