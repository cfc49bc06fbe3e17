"""What a file told beside its pixels, what became of it, and who may open it: the same sentences on
every page and for the upload page's script.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g

from blueprints.http.context import visitor
from blueprints.http.end_words import end_of, ends
from blueprints.http.language import gettext as _
from blueprints.http.words import N_
from models import AlbumVisibility, Upload, Visibility
from models.album_listing import is_in_one_with_members
from models.link_listing import Sight, sight_of

PRIVACY = {  # what a file told, as the database has it
    "place": N_("location"), "serial numbers": N_("serial numbers"), "owner": N_("owner"),
    "maker note": N_("maker notes"), "embedded thumbnail": N_("embedded thumbnail"),
    "motion video": N_("motion video"), "camera": N_("camera"), "date": N_("date"),
}  # fmt: skip

LINKS_TOLD = 5  # share links that a file's page names: a few lines; /links has all
_BY_LINK = (AlbumVisibility.UNLISTED, AlbumVisibility.PUBLIC)
IN_ALBUM = {  # by the visibility of an upload, and of its album that lets in more people
    (Visibility.PRIVATE, AlbumVisibility.PASSWORD): N_(
        "Private, but whoever knows the password of its album can see it there."
    ),
    (Visibility.PRIVATE, AlbumVisibility.MEMBERS): N_(
        "Private, but everyone with an account can see it in its album."
    ),
    **{
        (Visibility.PRIVATE, one): N_(
            "Private, but everyone with the link to its album can see it there."
        )
        for one in _BY_LINK
    },
    **{
        (Visibility.MEMBERS, one): N_(
            "Members only, but everyone with the link to its album can see it there."
        )
        for one in _BY_LINK
    },
}
BY_NAME_OR_LINK = {  # by the visibility of an upload, whether members of an album see it, and links
    (Visibility.PRIVATE, True, False): N_(
        "Private, but the members of an album that it is in can see it there."
    ),
    (Visibility.PRIVATE, False, True): N_(
        "Private, but whoever has a share link that it is under can see it there."
    ),
    (Visibility.PRIVATE, True, True): N_(
        "Private, but the members of an album that it is in, and whoever has a share link that it "
        "is under, can see it there."
    ),
    (Visibility.MEMBERS, False, True): N_(
        "Members only, but whoever has a share link that it is under can see it there."
    ),
}
WAITING = {  # for approval, by what comes then
    Visibility.PRIVATE: N_(
        "Waiting for approval. Until then only its owner and moderators can open it; then its "
        "albums show it."
    ),
    Visibility.MEMBERS: N_(
        "Waiting for approval. Until then only its owner and moderators can open it; then everyone "
        "with an account."
    ),
    Visibility.UNLISTED: N_(
        "Waiting for approval. Until then only its owner and moderators can open it; then everyone "
        "with the link."
    ),
    Visibility.PUBLIC: N_(
        "Waiting for approval. Until then only its owner and moderators can open it; then "
        "everyone, and Explore shows it."
    ),
}
HIDDEN = N_(
    "Hidden by a moderator. Only its owner and moderators can open it; to show it to others again, "
    "a moderator has to approve it."
)


def labels(stored: str | None) -> str:
    """Of one of the columns ``removed``, ``kept`` and ``leftovers``."""
    return ", ".join(_(PRIVACY.get(word, word)) for word in (stored or "").split(", ") if word)


def privacy(upload: Upload) -> str:
    """What was removed and what was kept. What couldn't be removed was there, too."""
    if not (upload.removed or upload.kept or upload.leftovers):
        return _("No private data found.")
    removed = _("Nothing removed.")
    if upload.removed:
        removed = _("Removed: %(what)s.", what=labels(upload.removed))
    return f"{removed} {_('Kept: %(what)s.', what=labels(upload.kept))}" if upload.kept else removed


def audience(upload: Upload) -> str:
    """Who may open it, where that is fewer than everybody with the link."""
    if upload.is_open:
        return ""
    if upload.is_hidden and upload.may_edit(visitor()):
        return _(HIDDEN)
    if upload.waits_as and upload.may_edit(visitor()):
        return _(WAITING[Visibility(upload.waits_as)])
    if upload.may_edit(visitor()) and (widest := widest_album(upload)):
        return _(IN_ALBUM[Visibility(upload.visibility), widest])
    if upload.may_edit(visitor()) and (said := BY_NAME_OR_LINK.get(_by_name_or_link(upload))):
        return _(said)
    if upload.visibility == Visibility.MEMBERS:
        return _("Members only: everyone with an account can open it.")
    if upload.is_owner(visitor()):
        return _("Private: only you and moderators can open it.")
    if upload.user:
        return _("Private: only %(name)s and moderators can open it.", name=upload.user.shown_name)
    return _("Private: only moderators can open it.")


def widest_album(upload: Upload) -> AlbumVisibility | None:
    """Of those of its albums that let in more people than it does by itself."""
    own = Visibility(upload.visibility)
    wider = [AlbumVisibility(one.visibility) for one in upload.albums if one.lets_in_more_than(own)]
    return max(wider, key=list(AlbumVisibility).index, default=None)


def _by_name_or_link(upload: Upload) -> tuple[Visibility, bool, bool]:
    """Its visibility, and whether somebody sees it as a member of an album, or by a share link."""
    own = Visibility(upload.visibility)
    has_members = own == Visibility.PRIVATE and bool(upload.albums)
    return own, has_members and is_in_one_with_members(upload.id), bool(sight(upload).links)


def sight(upload: Upload) -> Sight:
    """With one link more than a page names if there are more; asked once a request."""
    known: dict[int, Sight] = g.setdefault("sight", {})
    if upload.id not in known:
        known[upload.id] = sight_of(upload, LINKS_TOLD + 1)
    return known[upload.id]


def who_can_open(upload: Upload) -> str:
    """The whole truth, for those who may change it. What expires is listed to nobody."""
    if said := audience(upload):
        return said
    if upload.visibility == Visibility.PUBLIC and not upload.expires_at:
        return _("Public: everyone can open it, and Explore shows it.")
    return _("Unlisted: everyone with the link can open it.")


def stays_private(upload: Upload) -> str:
    """Why it is private, whatever its owner wishes."""
    if not upload.leftovers:
        return ""
    return _(
        "It stays private: it still contains data that couldn't be removed (%(what)s).",
        what=labels(upload.leftovers),
    )


def report(upload: Upload, now: datetime) -> dict[str, Any]:
    """As the upload page's script takes it. ``expires`` is said of it, ``expires_at`` is when."""
    return {
        "expires": ends(upload, now),
        "expires_at": end_of(upload),
        "privacy": privacy(upload),
        "audience": audience(upload),
        "stays_private": stays_private(upload),
        "visibility": upload.chosen_visibility,
        "damaged": upload.is_damaged,
    }
