"""The hearts of a file: how many for everybody, from whom for members, who may give one."""

from __future__ import annotations

from typing import Any, NamedTuple

from blueprints.http.context import person, visitor
from blueprints.http.language import gettext as _
from blueprints.http.language import ngettext
from models import Heart, Upload
from models.heart import MOST_NAMED


class HeartView(NamedTuple):
    """``action`` is where a member gives and takes back theirs; "" for a guest. ``said`` is from
    whom they are; "" where there is none, and for guests.
    """

    likes: int
    is_given: bool = False
    said: str = ""
    action: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """For scripts."""
        return {"count": self.likes, "given": self.is_given, "said": self.said}


def hearts_of(upload: Upload, action: str) -> HeartView:
    """Who gave one is told to members, as far as they see each other; others are counted."""
    user = person()
    if user is None:
        return HeartView(upload.likes)
    if not upload.likes:
        return HeartView(0, action=action)
    givers = Heart.givers(upload, visitor())
    is_among = any(one.id == user.id for one in givers)
    is_given = is_among or (upload.likes > MOST_NAMED and Heart.is_given(user.id, upload.id))
    names = [one.shown_name for one in givers if one.id != user.id]
    names = ([_("you")] if is_given else []) + names
    return HeartView(upload.likes, is_given, _said(names, upload.likes - len(names)), action)


def _said(names: list[str], others: int) -> str:
    if others <= 0:
        return _("Hearts from %(names)s", names=", ".join(names))
    if not names:
        return ngettext("Heart from %(num)s member", "Hearts from %(num)s members", others)
    return ngettext(
        "Hearts from %(names)s and %(num)s other",
        "Hearts from %(names)s and %(num)s others",
        others,
        names=", ".join(names),
    )
