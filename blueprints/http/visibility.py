"""Who can see an upload, in words and as the choices of forms."""

from __future__ import annotations

from typing import NamedTuple

from wtforms.fields.choices import SelectChoice

from blueprints.http.context import person, site, visitor
from blueprints.http.language import gettext as _
from blueprints.http.words import N_
from models import Album, Upload, User, Visibility
from models.upload.access import FOR_EVERYBODY
from services.defaults import default_visibility, visibility_in

LABELS = {
    "private": N_("Private"), "members": N_("Members"), "unlisted": N_("Unlisted"),
    "public": N_("Public"),
}  # fmt: skip
ICONS = {"private": "lock", "members": "users", "unlisted": "link", "public": "globe"}
MEANINGS = {
    "private": N_("Only you and moderators."),
    "members": N_("Everyone with an account."),
    "unlisted": N_("Everyone with the link."),
    "public": N_("Everyone. Shown in Explore."),
}
ON_A_PRIVATE_SITE = {
    "unlisted": N_("Everyone with an account and the link."),
    "public": N_("Everyone with an account. Shown in Explore."),
}
PRIVATE_OF_ANOTHER = N_("Only its owner and moderators.")
PRIVATE_OF_A_GUEST = N_("Only moderators.")


class Choice(NamedTuple):
    value: str
    icon: str
    label: str
    meaning: str
    is_chosen: bool


def choices(upload: Upload | None = None, album: Album | None = None) -> list[Choice]:
    """Of a form that edits ``upload``, or that sends new ones (None), into ``album`` by default. A
    guest's upload is nobody's, so guests choose between those for everybody, if the site's default
    is one.
    """
    user = person()
    chosen = upload.chosen_visibility if upload else default_visibility(site().settings, user)
    if album and user and not upload:
        chosen = visibility_in(site().settings, user, album)
    values = tuple(Visibility) if visitor().is_member else FOR_EVERYBODY
    return [
        Choice(one, ICONS[one], _(LABELS[one]), _meaning(one, upload), one == chosen)
        for one in values
        if chosen in values
    ]


def key_choices(user: User) -> list[SelectChoice]:
    """Of a form that makes a key."""
    default = _(LABELS[default_visibility(site().settings, user)])
    return [
        SelectChoice("", _("Your default (%(visibility)s)", visibility=default)),
        *(SelectChoice(one.value, _(LABELS[one])) for one in Visibility),
    ]


def _meaning(value: str, upload: Upload | None) -> str:
    is_own = upload is None or upload.is_owner(visitor())
    if site().settings.private_site and value in ON_A_PRIVATE_SITE:
        return _(ON_A_PRIVATE_SITE[value])
    if value != Visibility.PRIVATE or is_own:
        return _(MEANINGS[value])
    return _(PRIVATE_OF_ANOTHER if upload and upload.user_id else PRIVATE_OF_A_GUEST)
