"""/links: a member's share links, and the forms that make, change and end them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import segno
from flask import (
    Blueprint,
    flash,
    get_flashed_messages,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import MultiDict

from blueprints.http import link_words, words
from blueprints.http.arguments import parse_row, parse_slug
from blueprints.http.context import me
from blueprints.http.error_page import page
from blueprints.http.link_form import LinkForm
from blueprints.http.link_rows import Row, row_of, rows_of
from blueprints.http.link_target import Target, parse_target
from blueprints.http.reach import works_here_only
from blueprints.http.secret_links import SECRET_PAGE
from blueprints.http.selection import parse_selection
from models import Album, ShareLink, Upload
from models.limits import MAX_LINK_FILES
from models.link_listing import LINK_PAGE, own_links
from models.sent_files import count_of_waiting
from services.errors import NoLongerThere
from services.share_links import (
    TooManyFiles,
    TooManyLinks,
    change_link,
    delete_link,
    restore_link,
    revoke_link,
)

bp = Blueprint("share_links", __name__)
REVOKED = "revoked link"  # the category of a message that has a button beside it


def index() -> Any:
    """All of one's own, or those of an album."""
    before = parse_row(request.args.get("before", ""))
    album_id = parse_slug(request.args.get("album", ""))
    album = Album.find_of(me(), album_id) if album_id else None
    if album_id and album is None:
        return page(404, words.NO_SUCH_ALBUM)
    found = own_links(me(), before, album)
    links = found[:LINK_PAGE]
    of = {"album": album.public_id} if album else {}
    text = render_template(
        "links/index.html",
        rows=rows_of(links),
        album=album,
        next=f"?{urlencode({**of, 'before': links[-1].id})}" if len(found) > LINK_PAGE else "",
        revoked=_just_revoked(),
        is_first=before is None,
    )
    return text, 200, SECRET_PAGE


def _just_revoked() -> tuple[str, str] | None:
    """The id of a link and what is said of it."""
    for public_id in get_flashed_messages(category_filter=[REVOKED]):
        link = ShareLink.find_of(me(), str(public_id))
        if link and link.is_revoked:
            return link.public_id, link_words.revoked(row_of(link).title)
    return None


def of_selected() -> Any:
    """The form of a link to what is selected in a listing, which may be too many for an address."""
    selection = parse_selection(request.form, MAX_LINK_FILES)
    fields = MultiDict([("uploads", one) for one in Upload.public_ids(selection.rows)])
    target = parse_target(fields)
    return _new_page(LinkForm(), target) if target else page(404, link_words.NOTHING_TO_SHARE)


def form_for_new() -> Any:
    return _with_target(lambda target: _new_page(LinkForm(), target))


def create() -> Any:
    return _with_target(_create)


def _create(target: Target) -> Any:
    form = LinkForm()
    if not form.is_good():
        return _new_page(form, target)
    try:
        link = target.create(form.wishes)
    except TooManyLinks:
        return page(409, link_words.TOO_MANY_LINKS)
    except NoLongerThere:
        return page(404, link_words.NOTHING_TO_SHARE)
    return redirect(url_for("share_links.show", public_id=link.public_id), 303)


def _with_target(then: Any) -> Any:
    """What a new link is to comes from the address, or from the form."""
    try:
        target = parse_target(request.values)
    except TooManyFiles:
        return page(400, link_words.TOO_MANY_FILES)
    return then(target) if target else page(404, link_words.NOTHING_TO_SHARE)


def show(link: ShareLink) -> Any:
    """To copy, send or scan."""
    return _page("links/show.html", link)


def paper(link: ShareLink) -> Any:
    """To be printed."""
    return _page("links/print.html", link)


def _page(template: str, link: ShareLink) -> Any:
    row = row_of(link)
    text = render_template(
        template,
        row=row,
        link=link,
        qr=_qr(row),
        warning=words.ONLY_THIS_COMPUTER if works_here_only() else "",
    )
    return text, 200, SECRET_PAGE


def _qr(row: Row) -> str:
    """As the address of an image."""
    if not row.address:
        return ""
    code = segno.make(row.address, error="m")
    return code.svg_data_uri(scale=6, border=3, light="#fff", dark="#000")


def edit(link: ShareLink) -> Any:
    form = LinkForm(link)
    if form.is_good():
        if not _is_done(lambda: change_link(link, form.wishes)):
            return page(404, words.NO_SUCH_LINK)
        flash(str(words.SAVED), "toast")
        return redirect(url_for("share_links.show", public_id=link.public_id), 303)
    text = render_template("links/form.html", form=form, row=row_of(link), link=link, target=None)
    return text, 400 if form.errors else 200, SECRET_PAGE


def revoke(link: ShareLink) -> Any:
    if not _is_done(lambda: revoke_link(link)):
        return page(404, words.NO_SUCH_LINK)
    flash(link.public_id, REVOKED)
    return redirect(url_for("share_links.index"), 303)


def restore(link: ShareLink) -> Any:
    if not _is_done(lambda: restore_link(link)):
        return page(404, words.NO_SUCH_LINK)
    flash(str(link_words.TURNED_ON), "toast")
    return redirect(url_for("share_links.index"), 303)


def _is_done(act: Callable[[], None]) -> bool:
    """False where another tab has just deleted the link."""
    try:
        act()
    except NoLongerThere:
        return False
    return True


def delete_form(link: ShareLink) -> str:
    waiting = count_of_waiting(link)
    return render_template("links/delete.html", row=row_of(link), link=link, waiting=waiting)


def delete(link: ShareLink) -> Any:
    delete_link(link)
    flash(str(link_words.DELETED), "toast")
    return redirect(url_for("share_links.index"), 303)


def _new_page(form: LinkForm, target: Target) -> Any:
    text = render_template("links/form.html", form=form, row=None, link=None, target=target)
    return text, 400 if form.errors else 200
