"""What the way to a ZIP is called."""

from __future__ import annotations

from blueprints.documents.wire import size_formatted
from blueprints.http.language import decimal, gettext, ngettext
from models.album_contents import MOST_SUMMED


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
