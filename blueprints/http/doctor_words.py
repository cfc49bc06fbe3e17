"""What the doctor found, in words."""

from __future__ import annotations

from collections.abc import Sequence

from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import ngettext
from media.storage import PUBLIC
from models import KnownDamage, Visibility
from services.doctor import Damage

WILL_LOOK = _l("Looking again, in the background. What a backup has is repaired.")
HEADS = {
    Damage.MISSING: _l("Files that are missing"),
    Damage.CHANGED: _l("Files whose bytes have changed"),
    Damage.BROKEN: _l("Thumbnails and other sizes that are broken"),
    Damage.WRONG_FOLDER: _l("Files in the wrong folder"),
    Damage.WITHOUT_ROW: _l("Files that belong to no upload"),
    Damage.TOO_OPEN: _l("Files that others on this machine may read"),
    Damage.LINK: _l("Links where a file should be"),
    Damage.NOT_OURS: _l("Things that Keepsake did not put there"),
    Damage.LEFTOVER: _l("Files of uploads that ended midway"),
    Damage.COUNT: _l("Counts that are wrong"),
    Damage.REFERENCE: _l("Rows that refer to nothing"),
    Damage.WORDS: _l("Damaged index of the search"),
    Damage.DATABASE: _l("Damaged database"),
}
ADVICE = {
    Damage.MISSING: _l(
        "No backup has them. Connect a backup that does, then repair; or ask the owner to upload "
        "them again."
    ),
    Damage.CHANGED: _l(
        "No backup has them as they were. Connect a backup that does, then repair; what is left of "
        "them can still be downloaded."
    ),
    Damage.DATABASE: _l("Stop Keepsake, check the disk, and restore a backup."),
    Damage.WITHOUT_ROW: _l("They are deleted once a day, where there are few."),
    Damage.NOT_OURS: _l("Keepsake leaves them alone. Keep them elsewhere."),
    Damage.LINK: _l("A change of the one changes the other. Put a file of its own in its place."),
}


def by_kind(found: Sequence[KnownDamage]) -> list[tuple[Damage, list[KnownDamage]]]:
    """The worst first."""
    kinds = [Damage(one.damage) for one in found if one.damage in list(Damage)]
    return [
        (kind, [one for one in found if one.damage == kind]) for kind in Damage if kind in kinds
    ]


def is_named(one: KnownDamage, user_id: int) -> bool:
    """Of public files and one's own; of others, an admin learns nothing here."""
    upload = one.upload
    return upload is not None and (
        upload.user_id == user_id
        or (upload.visibility == Visibility.PUBLIC and upload.root == PUBLIC)
    )


def name(one: KnownDamage, user_id: int) -> str:
    if one.upload is None:
        return one.path
    if is_named(one, user_id):
        return one.upload.title or one.upload.filename
    if one.upload.user is None:
        return _("A guest's file")
    return _("A file of %(owner)s", owner=one.upload.user.name)


def has_page(one: KnownDamage, user_id: int) -> bool:
    """Whether there is one, and the admin may be sent there."""
    is_away = one.upload is None or one.upload.is_binned or one.upload.is_version
    return not is_away and is_named(one, user_id)


def outcome(one: KnownDamage) -> str:
    if not one.is_repaired:
        return _("gone by itself")
    return _("repaired from %(source)s", source=one.source) if one.source else _("repaired")


def damaged(number: int) -> str:
    """For who looks after the site, on other pages."""
    return ngettext(
        "%(num)s file is damaged or missing.", "%(num)s files are damaged or missing.", number
    )
