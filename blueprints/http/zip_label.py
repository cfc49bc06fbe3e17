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


def bulk_label(bulk: Bulk, *, is_of_previews: bool) -> str:
    """The same of a link, which may leave out what it lets nobody keep, and give smaller files."""
    if not is_of_previews or not bulk.files:
        return zip_label(bulk.files, bulk.bytes)
    if bulk.of > MOST_SUMMED:
        return gettext("Download all previews")
    if bulk.files == bulk.of:
        return ngettext(
            "Download %(num)s preview (%(size)s)",
            "Download all %(num)s previews (%(size)s)",
            bulk.files,
            num=decimal(bulk.files),
            size=size_formatted(bulk.bytes),
        )
    return ngettext(
        "Download previews of %(files)s of %(num)s file (%(size)s)",
        "Download previews of %(files)s of %(num)s files (%(size)s)",
        bulk.of,
        files=decimal(bulk.files),
        num=decimal(bulk.of),
        size=size_formatted(bulk.bytes),
    )
