"""Who may open an upload or an album."""

from __future__ import annotations

from enum import StrEnum


class Visibility(StrEnum):
    """``private``: its owner. ``members``: who has an account. ``unlisted``: whoever has the link.
    ``public``: listed, too.
    """

    PRIVATE = "private"
    MEMBERS = "members"
    UNLISTED = "unlisted"
    PUBLIC = "public"


FOR_EVERYBODY = (Visibility.UNLISTED, Visibility.PUBLIC)
