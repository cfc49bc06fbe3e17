"""What people without an account see under a share link: its files, and what it asks for first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, request

from blueprints.http import words
from blueprints.http.album_addresses import path_of
from blueprints.http.album_form import OpenForm
from blueprints.http.context import site, time_zone, visitor
from blueprints.http.file_response import as_download, response_of
from blueprints.http.link_page import ask_page, link_page, upload_page
from blueprints.http.link_pass import is_let_in, is_over_for, let_in, viewing_browser
from blueprints.http.log_in import too_many
from blueprints.http.parameters import parse_flag
from blueprints.http.password_limits import password_limits
from blueprints.http.share_address import under
from blueprints.http.stored_file import file_for_some
from blueprints.http.use import note_file_use, note_use
from blueprints.http.view_count import count_view
from models import ShareLink, Upload
from models.link_files import opens, to_keep
from services.accounts import count_try
from services.share_links import enter_password as enter
from services.share_links import take_view
from services.view_counter import LINK
from services.zip_names import name_of

bp = Blueprint("shared", __name__)


def show(link: ShareLink) -> str:
    _count(link)
    return link_page(link)


def upload(link: ShareLink, upload: Upload) -> str:
    _count(link)
    note_use(upload)
    return upload_page(link, upload)


def file(link: ShareLink, upload: Upload, which: str) -> Response:
    """One of an upload's files: to be shown, or with ``?download=1`` to be kept."""
    is_kept, path = parse_flag(request.args.get("download", "")), path_of(upload, which)
    name = path.rpartition("/")[2] if path else ""
    may = name and (name == to_keep(link, upload) if is_kept else opens(link, upload, name))
    if path is None or not may:
        abort(404)
    found = file_for_some(site().storage, request.method, path, request.headers.get)
    if found is None:
        abort(404)
    note_file_use(upload, name)
    answer = response_of(found)
    answer.headers["X-Robots-Tag"] = "noindex"
    if is_kept:
        at = (upload.taken_at or upload.received_at).astimezone(time_zone())
        kept = name_of(upload.title, at, name.rpartition(".")[2])
        as_download(answer, kept)
    return answer


def open_counted(link: ShareLink) -> Any:
    """A click, which is a view. It opens nothing that a password opens."""
    if is_let_in(link) or link.password_hash:
        return _to(link)
    return _admitted(link)


def enter_password(link: ShareLink) -> Any:
    form = OpenForm()
    if is_let_in(link) or not link.password_hash:
        return _to(link)
    if is_over_for(link) or not form.validate_on_submit():
        return ask_page(link, status=403)
    limits = password_limits(f"link {link.public_id}")
    tries = count_try(limits)
    if tries is None:

        def again() -> str:
            return ask_page(link, " ".join(form.password.errors))[0]

        return too_many(limits, form.password, again)
    if not enter(link, form.password.data, tries):
        return ask_page(link, str(words.WRONG_PASSWORD), 403)
    return _admitted(link)


def _admitted(link: ShareLink) -> Any:
    """Whoever has done what it asked for, if there is still a view left."""
    return let_in(_to(link), link) if take_view(link, viewing_browser(link)) else ask_page(link)


def _to(link: ShareLink) -> Any:
    return redirect(under(link).link_path, 303)


def _count(link: ShareLink) -> None:
    """Of a link with a number of views, only clicks count."""
    if link.max_views is None and not link.is_owner(visitor()):
        count_view(LINK + link.public_id)
