"""Why an upload is refused, in the words of pages. The API has its own (`media.errors`)."""

from __future__ import annotations

from typing import NamedTuple

from blueprints.documents.wire import size_formatted
from blueprints.http import faults, refusals
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import ngettext
from blueprints.http.words import OPTIONS
from media import errors
from services import errors as site_errors

REFUSALS: dict[type[errors.UploadError], str] = {
    errors.EmptySource: _l("The file is empty."),
    errors.Unreadable: _l("This isn't a photo or video, or it is damaged."),
    errors.UnavailableFormat: _l("This type of file isn't supported."),
    errors.CannotRotate: _l("This file can't be rotated without loss."),
    errors.OwnHost: _l("This URL is already on this site."),
    errors.NotPublic: _l("This URL isn't on the public Internet."),
    errors.UnsupportedScheme: _l("The URL must start with http or https."),
    errors.FetchRefused: _l("This URL can't be fetched."),
    refusals.InvalidDate: _l(
        "Check the date taken: a day from 1826 to today, and a time or none. Nothing has changed."
    ),
    refusals.NothingSelected: _l("No files are selected. Select at least one."),
    refusals.AlbumWithoutName: _l("Give the new album a name."),
    refusals.NothingWanted: _l("Enter what is to change. Nothing has changed."),
    refusals.UrlUploadsDisabled: _l("This site doesn't accept URLs."),
    site_errors.Duplicate: _l("You already uploaded this file in the last 24 hours."),
    site_errors.SameFile: _l("This is the file that is here already. Nothing has changed."),
    site_errors.OtherKind: _l(
        "A photo can only replace a photo, and a video a video. Nothing has changed."
    ),
    site_errors.NoSuchVersion: _l("This version is no longer there. Load the page again."),
    site_errors.LinkEnded: _l("This link takes no more files. Ask whoever gave it to you."),
}
PASSING_REFUSALS: dict[type[errors.UploadError], str] = {  # trying again may help
    errors.StorageFull: _l("This site has no space left."),
    errors.StorageMissing: _l("This site's storage isn't available."),
    faults.DatabaseAway: _l("This site's database isn't available."),
    refusals.RequestDenied: _l("Uploads are turned off."),
    site_errors.NameMissing: _l("Enter your name first."),
    refusals.MalformedBody: _l("The upload arrived incomplete."),
    site_errors.AccountEnded: _l("Your account is no longer in use."),
    site_errors.SiteQuotaReached: _l("This site has no space left. Ask an admin to make room."),
    site_errors.StillRunning: _l("The server is still processing this file."),
    site_errors.OtherUpload: _l("This file was uploaded before with other options."),
    site_errors.UploadGone: _l("This upload has been deleted. Try again to upload the file anew."),
    site_errors.Busy: _l("The server is busy."),
    site_errors.ManyChanges: _l(
        "Your last changes still go on. Wait until some of them are done, and try again."
    ),
}


MAY_HELP = (
    site_errors.Flooding
    | site_errors.QuotaReached
    | site_errors.OwnerFull
    | refusals.InvalidParameter
)


class Refused(NamedTuple):
    text: str
    may_help: bool  # trying again


def refused(error: errors.UploadError) -> Refused:
    text = _with_values(error)
    if text:
        return Refused(text, isinstance(error, MAY_HELP))
    known = REFUSALS | PASSING_REFUSALS
    kind = next((kind for kind in type(error).__mro__ if kind in known), None)
    return Refused(str(known[kind]) if kind else _("The upload failed."), kind not in REFUSALS)


def _with_values(error: errors.UploadError) -> str:
    match error:
        case site_errors.QuotaReached(is_guest=True):
            return _("This site has no space left for guests. Ask an admin to make room.")
        case site_errors.QuotaReached(quota=size, binned=binned) if binned:
            return _(
                "Your space of %(size)s is used up. What is in your bin takes %(binned)s of it: "
                "empty the bin, or delete files for good that you no longer need.",
                size=size_formatted(size),
                binned=size_formatted(binned),
            )
        case site_errors.QuotaReached(quota=size):
            return _(
                "Your space of %(size)s is used up. Delete files for good that you no longer need, "
                "from the bin, too, or ask an admin for more.",
                size=size_formatted(size),
            )
        case errors.DisabledFormat(extension=extension):
            return _("This site doesn't accept %(type)s files.", type=extension.upper())
        case errors.FileTooBig(max_bytes=size):
            return _("Too large: this site accepts up to %(size)s.", size=size_formatted(size))
        case errors.TooManyMegapixels(max_megapixels=most):
            return ngettext(
                "Too many pixels: this site accepts up to %(num)s megapixel.",
                "Too many pixels: this site accepts up to %(num)s megapixels.",
                most,
            )
        case errors.FetchAnswered(answered=status):
            return _("This URL can't be fetched: its server answers %(status)s.", status=status)
        case site_errors.Flooding(period=period, limit=limit):
            return _flood(period, limit)
        case site_errors.LinkFull(max_files=most, max_mb=megabytes):
            return _full_link(most, megabytes)
        case site_errors.OwnerFull(name=name):
            return _("No space left for more files. Tell %(name)s.", name=name)
        case refusals.TooManySelected(most=most):
            return ngettext(
                "At most %(num)s file can be chosen at once. Select fewer.",
                "At most %(num)s files can be chosen at once. Select fewer.",
                most,
            )
        case refusals.InvalidParameter(what=what):
            return _("Check this option: %(name)s.", name=_(OPTIONS.get(what, what)))
    return ""


def _full_link(max_files: int | None, megabytes: int | None) -> str:
    size = size_formatted((megabytes or 0) * 1_000_000)
    if max_files is None:
        return _(
            "Too much: this link takes %(size)s in all. Ask whoever gave it to you for more room.",
            size=size,
        )
    if megabytes is None:
        return ngettext(
            "Too many: this link takes %(num)s file. Ask whoever gave it to you for more room.",
            "Too many: this link takes %(num)s files. Ask whoever gave it to you for more room.",
            max_files,
        )
    return ngettext(
        "Too much: this link takes %(num)s file, and %(size)s in all. Ask whoever gave it to you "
        "for more room.",
        "Too much: this link takes %(num)s files, and %(size)s in all. Ask whoever gave it to you "
        "for more room.",
        max_files,
        size=size,
    )


def _flood(period: str, limit: int) -> str:
    match period:
        case "minute":
            return ngettext(
                "Limit reached: %(num)s file per minute.",
                "Limit reached: %(num)s files per minute.",
                limit,
            )
        case "hour":
            return ngettext(
                "Limit reached: %(num)s file per hour.",
                "Limit reached: %(num)s files per hour.",
                limit,
            )
    return ngettext(
        "Limit reached: %(num)s file per day.", "Limit reached: %(num)s files per day.", limit
    )
