"""Albums: the list of them, one with its pictures, and the forms that make, change and end it."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)

from blueprints.http import words
from blueprints.http.album_addresses import path_of
from blueprints.http.album_form import AlbumForm, OpenForm, parse_list_place, visibility_choices
from blueprints.http.album_page import album_page, cards, next_page, upload_page, within
from blueprints.http.arguments import parse_id, parse_ids
from blueprints.http.change_words import said
from blueprints.http.context import addresses, me, remember_opened, site, visitor
from blueprints.http.error_page import page
from blueprints.http.errors import by_script
from blueprints.http.file_response import response_of
from blueprints.http.log_in import too_many
from blueprints.http.own_path import is_here
from blueprints.http.parameters import parse_flag
from blueprints.http.password_limits import password_limits
from blueprints.http.stored_file import file_for_some
from blueprints.http.toasts import toast, undo_path
from blueprints.http.use import note_file_use, note_use
from blueprints.http.view_count import count_view
from models import Album, AlbumVisibility, Upload
from models.album_listing import ALBUM_PAGE, albums_of_others, own_albums, shared_albums
from models.album_tree import children
from services.accounts import count_try
from services.albums import add_to_album, change_album, create_album, open_album
from services.changes import begin, work_a_while
from services.defaults import default_visibility
from services.delete_album import delete_album
from services.moderate import open_album_as_moderator
from services.view_counter import ALBUM

bp = Blueprint("albums", __name__)

LISTS = {"": own_albums, "shared": shared_albums, "others": albums_of_others}


def index() -> str:
    """This member's, those of others that they are a member of, or those that others list: a
    guest's only ones.
    """
    who, wanted = visitor(), parse_list_place(request.args)
    of = wanted.of if who.is_member else "others"
    albums = LISTS[of](who, wanted.after)
    some = albums[:ALBUM_PAGE]
    has_none = not some and not of and wanted.after is None
    return render_template(
        "albums/index.html",
        cards=cards(some),
        shared=cards(shared_albums(who)[:ALBUM_PAGE]) if has_none else [],
        of=of,
        next=next_page(of, some[-1]) if len(albums) > len(some) else "",
    )


def show(album: Album) -> Any:
    if not is_here(addresses().album_path(album)):
        return _to(album, 302)  # temporary: a title may change
    if not album.is_owner(visitor()):
        count_view(ALBUM + album.public_id)
    return album_page(album)


def upload(album: Album, upload: Upload) -> Any:
    """The page of an upload in it; its own where that opens to this visitor."""
    own = within(album).viewer_path(upload)
    if not is_here(own):
        return redirect(own, 302)
    note_use(upload)
    return upload_page(album, upload)


def file(album: Album, upload: Upload, which: str) -> Response:
    path = path_of(upload, which)
    found = path and file_for_some(site().storage, request.method, path, request.headers.get)
    if not path or not found:
        abort(404)
    note_file_use(upload, path.rpartition("/")[2])
    return response_of(found)


def new() -> Any:
    form = AlbumForm(
        me(),
        visibility=default_visibility(site().settings, me()).value,
        parent=parse_id(request.args.get("parent", "")) or "",
    )
    if form.is_good():
        with form.parent_checked():
            album = create_album(site().settings, me(), form.wishes["name"], form.wishes)
            add_to_album(me(), album, parse_ids(request.form.get("uploads", "")))
            return _document(album) if by_script() else _to(album)
    if by_script() and form.errors:
        return jsonify(words=str(words.CHECK_FIELDS)), 400
    return _form(form)


def add(album: Album) -> Any:
    """Uploads of who adds them; what isn't theirs is left out."""
    rows = Upload.row_ids_of(me(), parse_ids(request.form.get("uploads", "")))
    if rows:
        change = work_a_while(site(), begin(me(), "add", {"album": album.id}, rows))
        toast(said(change), undo_path(change) if change.done else "")
    return _document(album) if by_script() else _to(album)


def edit(album: Album) -> Any:
    form = AlbumForm(me(), album)
    if form.is_good():
        with form.parent_checked():
            if not change_album(album, form.wishes):
                return page(404, words.NO_SUCH_ALBUM)
            flash(str(words.SAVED))
            return _to(album)
    return _form(form, album)


def delete_form(album: Album) -> str:
    below = children(album, visitor())
    return render_template(
        "albums/delete.html",
        album=album,
        uploads=album.how_many_go(),
        others=album.has_of_others(),
        has_children=bool(below),
        addresses=addresses(),
    )


def delete(album: Album) -> Any:
    name = album.name
    with_uploads = parse_flag(request.form.get("with_uploads", ""))
    is_done = delete_album(site(), album, with_uploads=with_uploads)
    flash(words.deleted(name) if is_done else words.being_deleted(name))
    return redirect(url_for("albums.index"), 303)


def enter_password(album: Album) -> Any:
    form, limits = OpenForm(), password_limits(f"album {album.public_id}")
    if not form.validate_on_submit():
        return _asks(album), 403
    tries = count_try(limits)
    if tries is None:
        return too_many(limits, form.password, lambda: _asks(album, " ".join(form.password.errors)))
    key = open_album(album, form.password.data, tries)
    if key is None:
        return _asks(album, str(words.WRONG_PASSWORD)), 403
    remember_opened(key)
    return redirect(addresses().album_path(album), 303)


def open_private(album: Album) -> Any:
    """Somebody's closed album, for a moderator, who is written down."""
    is_closed = album.visibility in (AlbumVisibility.PRIVATE, AlbumVisibility.PASSWORD)
    if is_closed and not album.is_owner(visitor()):
        open_album_as_moderator(me(), album)
    return _to(album)


def _document(album: Album) -> Response:
    """As the upload page's script takes it."""
    return jsonify(
        id=album.public_id,
        name=album.name,
        visibility=album.of_new_uploads,
        url=addresses().album_path(album),
    )


def _asks(album: Album, wrong: str = "") -> str:
    return render_template("albums/password.html", slug=album.public_id, album=album, wrong=wrong)


def _form(form: AlbumForm, album: Album | None = None) -> Any:
    text = render_template(
        "albums/form.html",
        form=form,
        album=album,
        visibilities=visibility_choices(form),
        addresses=addresses(),
    )
    return text, 400 if form.errors else 200


def _to(album: Album, status: int = 303) -> Any:
    return redirect(addresses().album_path(album), status)
