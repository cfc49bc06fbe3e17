"""What the doctor found, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from pathlib import PurePath

from blueprints.http.hidden_names import without_names
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import minute, ngettext
from media.errors import StorageFull
from media.storage import PUBLIC
from models import KnownDamage, Visibility
from services.backup.folder import time_of
from services.doctor import Damage, folders, mend

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
        "Connect a backup that has them, then repair; or ask the owner to upload them again."
    ),
    Damage.CHANGED: _l(
        "Connect a backup that has them as they were, then repair; what is left of them can still "
        "be downloaded."
    ),
    Damage.DATABASE: _l("Stop Keepsake, check the disk, and restore a backup."),
    Damage.WITHOUT_ROW: _l("They are deleted once a day, where there are few."),
    Damage.NOT_OURS: _l("Keepsake leaves them alone. Keep them elsewhere."),
    Damage.LINK: _l("A change of the one changes the other. Put a file of its own in its place."),
}

FAULTS = {  # of `services.doctor`, and of the disk
    mend.NO_COPY: _l("No backup has these bytes."),
    mend.NO_BACKUP: _l("No backup is set up."),
    mend.IS_AWAY: _l("The folder of the backup holds no copy. Is its disk there?"),
    mend.CHANGED_SINCE: _l("Somebody changed it meanwhile."),
    mend.LOST_TOO: _l("Its file is lost or damaged, too."),
    mend.CANT_MAKE: _l("It can't be made of this file."),
    folders.NO_MODES: _l(
        "Its disk has one mode for all files. Mount it so that only Keepsake may read it."
    ),
    StorageFull.message: _l("The disk of the data folder is full."),
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
        return _of_nobody(one)
    if is_named(one, user_id):
        return one.upload.title or one.upload.filename
    if one.upload.user is None:
        return _("A guest's file")
    return _("A file of %(owner)s", owner=one.upload.user.name)


def _of_nobody(one: KnownDamage) -> str:
    """A file's name may be what somebody typed who deleted it."""
    folder, _slash, file = one.path.rpartition("/")
    is_file = "/images/" in one.path and bool(file)
    return _("A file in %(folder)s", folder=folder) if is_file else one.path


def has_page(one: KnownDamage, user_id: int) -> bool:
    """Whether there is one, and the admin may be sent there."""
    is_away = one.upload is None or one.upload.is_binned or one.upload.is_version
    return not is_away and is_named(one, user_id)


def outcome(one: KnownDamage, zone: tzinfo) -> str:
    """Of what has ended."""
    if not one.is_repaired:
        return _("gone by itself")
    source = PurePath(one.source)
    if at := next((at for part in source.parts if (at := time_of(part))), None):
        return _("repaired from the copy of %(at)s", at=minute(at.astimezone(zone)))
    return _("repaired from a backup") if source.is_absolute() else _("repaired")


def fault(one: KnownDamage) -> str:
    """Why it isn't repaired; "" for no reason."""
    return str(FAULTS.get(one.fault, "")) or without_names(one.fault)


def damaged(number: int) -> str:
    """For who looks after the site, on other pages."""
    return ngettext(
        "%(num)s file is damaged or missing.", "%(num)s files are damaged or missing.", number
    )
