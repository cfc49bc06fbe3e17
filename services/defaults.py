"""What holds for an upload that doesn't say it itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from models import Album, User, Visibility, db
from services.settings import Settings

STRIP_LEVELS = ("nothing", "location", "everything")  # of `Settings.strip`, the strictest last


@dataclass(frozen=True)
class Defaults:
    """A person's. ``album_id`` is an album's public id, ``expiration`` as of an upload's parameter;
    None: none, or as the site says.
    """

    visibility: Visibility
    album_id: str | None
    expiration: str | None
    strip: str | None


def set_defaults(user: User, defaults: Defaults) -> None:
    """For what they upload from now on."""
    user.visibility = defaults.visibility
    user.default_album = defaults.album_id
    user.expiration = defaults.expiration
    user.strip = defaults.strip
    db.session.commit()


def default_visibility(settings: Settings, user: User | None) -> Visibility:
    """The person's, or the site's."""
    return Visibility((user and user.visibility) or settings.visibility)


def album_of(user: User) -> Album | None:
    """Where their uploads go by default; None also where they have deleted it."""
    return Album.find_of(user, user.default_album) if user.default_album else None


def visibility_in(settings: Settings, user: User, album: Album) -> Visibility:
    """Of an upload that goes to their default album: its own default, or that of the album where it
    lets fewer people in.
    """
    levels = list(Visibility)
    return min(default_visibility(settings, user), album.of_new_uploads, key=levels.index)


def strip_of(settings: Settings, user: User | None) -> str:
    """What is removed: no less than the site wants."""
    own = (user and user.strip) or STRIP_LEVELS[0]
    return max(settings.strip, own, key=STRIP_LEVELS.index)


def zone_of(settings: Settings, user: User | None) -> tzinfo:
    """In which a camera's clock is read that says no zone: the person's, else the site's."""
    return (user and user.zone) or settings.zone
