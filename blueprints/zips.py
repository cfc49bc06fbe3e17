"""All files of an album, or under a share link, as one ZIP. It counts as no view."""

from __future__ import annotations

from typing import IO, Any, cast

from flask import Blueprint, Response, request
from werkzeug.wsgi import wrap_file

from blueprints.http import words
from blueprints.http.context import me, network_address, site, time_zone, visitor
from blueprints.http.error_page import page
from blueprints.http.file_response import as_download
from blueprints.http.language import gettext as _
from blueprints.http.selection import parse_selection
from blueprints.http.stored_file import HARMLESS
from models import Album, ShareLink
from models import Download as Level
from models.zipped import SelectedSource, ZipSource
from services.downloads import MOST_FILES, Download, NothingThere, TooMany, length_of, zip_of
from services.errors import Busy
from services.zip_names import fit

bp = Blueprint("zips", __name__)

# Until somebody's download is done, as a rule: a minute of a phone's line brings 100 MB
RETRY_SECONDS = 60


def of_album(album: Album) -> Any:
    source = ZipSource.of_album(album, visitor())
    return _answer(source, f"album {album.public_id}", album.name)


def of_link(link: ShareLink) -> Any:
    if link.download == Level.NONE:
        return page(404, words.NO_DOWNLOAD)
    return _answer(ZipSource.of_link(link), f"link {link.id}", link.name or _("Shared files"))


def of_selected() -> Any:
    """One's own files that are selected in a listing: all of them, or none."""
    selection = parse_selection(request.form, MOST_FILES, "zip")
    if selection.missing:
        return page(404, words.SOME_ARE_GONE)
    source = SelectedSource(me(), selection.rows)
    return _answer(source, f"selected {me().id}", _("Selected files"))


def _answer(source: ZipSource, key: str, name: str) -> Any:
    download = Download(source, key, network_address(), visitor().user_id, time_zone())
    try:
        if request.method == "HEAD":
            return _with_headers(Response(), length_of(site(), download), name)
        file = zip_of(site(), download)
    except TooMany:
        return page(400, words.TOO_MANY_FOR_ZIP)
    except NothingThere:
        return page(404, words.NOTHING_FOR_ZIP)
    except Busy:
        return *page(503, words.TOO_MANY_ZIPS), {"Retry-After": str(RETRY_SECONDS)}
    body = wrap_file(request.environ, cast(IO[bytes], file))
    return _with_headers(Response(body, direct_passthrough=True), file.size, name)


def _with_headers(answer: Response, size: int, name: str) -> Response:
    """No part of it can be asked for: it is made anew each time, of what is there then."""
    answer.headers.extend(HARMLESS)
    answer.mimetype = "application/zip"
    answer.headers["Content-Length"] = str(size)
    answer.headers["Accept-Ranges"] = "none"
    answer.headers["Cache-Control"] = "private, no-store"
    return as_download(answer, f"{fit(name) or 'files'}.zip")
