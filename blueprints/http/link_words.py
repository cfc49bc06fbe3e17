"""What is said of a person's share links, to that person."""

from __future__ import annotations

from datetime import date, timedelta, tzinfo

from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import lazy_plural as _ln
from blueprints.http.language import ngettext
from blueprints.http.words import N_
from models import ShareKind, ShareLink
from models.limits import MAX_LINK_FILES, MAX_PASSWORD, MAX_SHARE_LINKS, MIN_ALBUM_PASSWORD

WORKS, USED_UP, EXPIRED, REVOKED = "works", "used", "expired", "revoked"
STATES = {
    WORKS: N_("Works"), USED_UP: N_("Used up"), EXPIRED: N_("Expired"), REVOKED: N_("Revoked"),
}  # fmt: skip
ICONS = {ShareKind.ALBUM: "album", ShareKind.TAG: "tag", ShareKind.FILES: "image"}
DOWNLOADS = {"file": N_("Files"), "preview": N_("Previews"), "none": N_("Nothing")}
DOWNLOAD_MEANINGS = {
    "file": N_("Full size, one by one or all in a ZIP."),
    "preview": N_("A smaller version of each photo. Videos play, but can't be downloaded."),
    "none": N_("No download button. What is on a screen can still be kept, as a screenshot."),
}
ENDS = {
    "": N_("Never"), "1": N_("In 1 day"), "7": N_("In 1 week"), "30": N_("In 1 month"),
    "365": N_("In 1 year"), "date": N_("On a day…"),
}  # fmt: skip
PASSWORDS = {
    "keep": N_("Keep it"), "change": N_("Change it"), "none": N_("No password"),
}  # fmt: skip

NO_DAY = _l("Choose a day.")
DAY_IS_OVER = _l("Choose today or a later day.")
PASSWORD_LENGTH = _ln(
    "Use %(least)s to %(num)s character.",
    "Use %(least)s to %(num)s characters.",
    MAX_PASSWORD,
    least=MIN_ALBUM_PASSWORD,
)
NOTHING_TO_SHARE = _l(
    "There is nothing of yours to share here. Choose an album, a tag or files of your own."
)
TOO_MANY_FILES = _ln(
    "At most %(num)s file can be chosen for a link. Choose fewer, or share an album of them.",
    "At most %(num)s files can be chosen for a link. Choose fewer, or share an album of them.",
    MAX_LINK_FILES,
)
TOO_MANY_LINKS = _ln(
    "You have %(num)s share link, which is as many as one can have. Delete one that has ended.",
    "You have %(num)s share links, which is as many as one can have. Delete some that have ended.",
    MAX_SHARE_LINKS,
)
TURNED_ON = _l("The share link works again.")
DELETED = _l("Share link deleted.")


def state_of(link: ShareLink) -> str:
    if link.is_revoked:
        return REVOKED
    if link.has_ended:
        return EXPIRED
    return USED_UP if link.is_used_up else WORKS


def title_of(link: ShareLink, files: int) -> str:
    return link.name or ngettext("%(num)s file", "%(num)s files", files)


def last_day(link: ShareLink, zone: tzinfo) -> date | None:
    """On which it still works; None where it doesn't end."""
    if link.expires_at is None:
        return None
    return (link.expires_at.astimezone(zone) - timedelta(microseconds=1)).date()


def revoked(title: str) -> str:
    return _("“%(name)s” is revoked: the link no longer opens.", name=title)
