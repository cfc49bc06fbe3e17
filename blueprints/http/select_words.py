"""What can be done with files that somebody has selected: as buttons, keys and choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from blueprints.documents.link_kinds import Kind
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.words import N_, plugin_kind


class Choice(NamedTuple):
    """``act`` is the last part of the address to which its form is sent, with ``fields``; "" for
    one that has another address. ``key`` is that of the keyboard (Chevereto's), or "".
    """

    label: str
    icon: str
    act: str
    key: str = ""
    fields: Mapping[str, str] = {}


CHOICES = {
    "share": Choice(N_("Share"), "share-2", "share", "S"),
    "add": Choice(N_("Add to album"), "plus", "add", "A"),
    "move": Choice(N_("Move to album"), "album", "move", "M"),
    "remove": Choice(N_("Remove from this album"), "minus", "remove"),
    "tags": Choice(N_("Tags"), "tag", "tags"),
    "category": Choice(N_("Category"), "folder", "category", "C"),
    "visibility": Choice(N_("Visibility"), "eye", "visibility"),
    "expiration": Choice(N_("Expiration"), "clock", "expiration"),
    "edit": Choice(N_("Edit"), "pencil", "edit", "E"),
    "shift": Choice(N_("Shift date taken"), "calendar-clock", "shift"),
    "unsafe": Choice(N_("Mark as not safe"), "eye-off", "nsfw", "F", {"nsfw": "1"}),
    "safe": Choice(N_("Mark as safe"), "shield-check", "nsfw", "V", {"nsfw": "0"}),
    "rotate-left": Choice(N_("Rotate left"), "rotate-ccw", "rotate", "", {"turns": "3"}),
    "rotate-right": Choice(N_("Rotate right"), "rotate-cw", "rotate", "", {"turns": "1"}),
    "codes": Choice(N_("Copy codes"), "copy", "codes", "K"),
    "zip": Choice(N_("Download"), "download", "zip"),
    "like": Choice(N_("Give a heart"), "heart", "like", "L", {"heart": "1"}),
    "bin": Choice(N_("Delete"), "trash-2", "bin", "Delete"),
}
WITH_FORM = ("add", "move", "tags", "category", "visibility", "expiration", "edit", "shift")
ONLY_IN_ALBUM = ("remove",)

NOTHING_SELECTED = _l("No files are selected. Go back, and select at least one.")


def code_kind(kind: Kind) -> str:
    """As the choice of a form."""
    label = {"medium-links": _("Medium size links"), "thumbnail-links": _("Thumbnail links")}
    return label.get(kind.name) or plugin_kind(kind)
