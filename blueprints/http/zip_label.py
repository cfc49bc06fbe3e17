"""What the way to a ZIP is called."""

from __future__ import annotations

from blueprints.documents.wire import size_formatted
from blueprints.http.language import decimal, gettext, ngettext
from models.album_contents import MOST_SUMMED
from models.zipped import Bulk


def zip_label(files: int, size: int | None) -> str:
    """With its size in bytes, where that is told at little cost; "" where there is nothing."""
    if not files:
        return ""
    if size is None or files > MOST_SUMMED:
        return gettext("Download all files")
    return ngettext(
        "Download %(num)s file (%(size)s)",
        "Download all %(num)s files (%(size)s)",
        files,
        num=decimal(files),
        size=size_formatted(size),
    )


def bulk_label(bulk: Bulk) -> str:
    """The same of a link, which may leave out what it lets nobody keep."""
    if bulk.of > MOST_SUMMED and bulk.files < bulk.of:
        return gettext("Download all previews")
    if bulk.files in (0, bulk.of):
        return zip_label(bulk.files, bulk.bytes)
    return ngettext(
        "Download %(files)s of %(num)s file (%(size)s)",
        "Download %(files)s of %(num)s files (%(size)s)",
        bulk.of,
        files=decimal(bulk.files),
        num=decimal(bulk.of),
        size=size_formatted(bulk.bytes),
    )
