"""Who may use a route of an album. A guard puts the album in the place of its id, as those of
`blueprints.http.guards` do with uploads.
"""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request

from blueprints.http import words
from blueprints.http.arguments import parse_id, parse_slug
from blueprints.http.context import me, visitor
from blueprints.http.error_page import page
from blueprints.http.guards import member, owner
from models import Album, AlbumMember, AlbumVisibility, Contents, MovedAddress, Upload


def album_opener(values: dict[str, Any]) -> Any:
    """Who may open this album. A password is asked for without a word of what it opens."""
    public_id = parse_slug(values.pop("slug"))
    album = Album.find(public_id, visitor()) if public_id else None
    if album is None:
        return _asked_first(public_id) or page(404, words.NO_SUCH_ALBUM)
    values["album"] = album
    return None


def album_viewer(values: dict[str, Any]) -> Any:
    """The same, of an upload in it."""
    if refusal := album_opener(values):
        return refusal
    return None if _has_upload(values) else page(404, words.NO_SUCH_FILE)


def album_remover(values: dict[str, Any]) -> Any:
    """Who takes an upload out of an album: who put it there, and the album's owner."""
    if refusal := member(values) or album_viewer(values):
        return refusal
    is_own = values["upload"].is_owner(visitor()) or values["album"].is_owner(visitor())
    return None if is_own else page(404, words.NO_SUCH_FILE)


def album_reporter(values: dict[str, Any]) -> Any:
    """Who may see somebody else's upload in an album, and so report it."""
    if refusal := album_viewer(values):
        return refusal
    is_own = values["upload"].is_owner(visitor())
    return page(404, words.NO_SUCH_FILE) if is_own else None


def album_file(values: dict[str, Any]) -> Any:
    """Who may open an album has the files in it, by addresses of the album."""
    album_id = parse_id(values.pop("album_id"))
    album = Album.find(album_id, visitor()) if album_id else None
    if album is None:
        abort(404)
    values["album"] = album
    if not _has_upload(values):
        abort(404)


def locked(values: dict[str, Any]) -> Any:
    """Anyone, of an album with a password."""
    album = _closed(parse_slug(values.pop("slug")))
    if album is None or album.visibility != AlbumVisibility.PASSWORD:
        return page(404, words.NO_SUCH_ALBUM)
    values["album"] = album
    return None


def album_moderator(values: dict[str, Any]) -> Any:
    """A moderator, of any album: only to say that it shall be opened."""
    if refusal := member(values):
        return refusal
    album = _closed(parse_slug(values.pop("slug"))) if visitor().is_moderator else None
    if album is None:
        return page(404, words.NO_SUCH_ALBUM)
    values["album"] = album
    return None


def album_owner(values: dict[str, Any]) -> Any:
    """Whose album it is."""
    if refusal := member(values):
        return refusal
    public_id = parse_slug(values.pop("slug"))
    album = Album.find(public_id, visitor()) if public_id else None
    if album is None or not album.is_owner(visitor()):
        return page(404, words.NO_SUCH_ALBUM)
    values["album"] = album
    return None


def album_member(values: dict[str, Any]) -> Any:
    """Whom the album's owner has named: puts ``membership`` beside the album."""
    if refusal := member(values):
        return refusal
    public_id = parse_slug(values.pop("slug"))
    album = Album.find(public_id, visitor()) if public_id else None
    membership = AlbumMember.find(album.id, me().id) if album else None
    if membership is None:
        return page(404, words.NO_SUCH_ALBUM)
    values["album"], values["membership"] = album, membership
    return None


def album_adder(values: dict[str, Any]) -> Any:
    """Who may put files of theirs into it: its owner, and members who may add."""
    if refusal := member(values):
        return refusal
    public_id = parse_slug(values.pop("slug"))
    album = Album.find_to_add(me(), public_id) if public_id else None
    if album is None:
        return page(404, words.NO_SUCH_ALBUM)
    values["album"] = album
    return None


def upload_owner(values: dict[str, Any]) -> Any:
    """Whose upload it is: only they put it into albums."""
    return member(values) or owner(values)


def _has_upload(values: dict[str, Any]) -> bool:
    """Put an upload of the album in the place of its id, if it is one."""
    upload_id = parse_id(values.pop("upload_id"))
    upload = _find_in(values["album"], upload_id) if upload_id else None
    values["upload"] = upload
    return upload is not None


def _find_in(album: Album, upload_id: str) -> Upload | None:
    """Of a file that was merged with another one, to look at, that."""
    upload = Contents(album).find(upload_id)
    if upload or request.method not in ("GET", "HEAD"):
        return upload
    kept = MovedAddress.id_for(upload_id)
    return Contents(album).find(kept) if kept else None


def _closed(public_id: str | None) -> Album | None:
    return Album.find_closed(public_id) if public_id else None


def _asked_first(public_id: str | None) -> Any:
    """Of an album that is there: what asks for its password, or a moderator whether to open it."""
    album = _closed(public_id)
    if album is None:
        return None
    has_password = album.visibility == AlbumVisibility.PASSWORD
    if not has_password and not visitor().is_moderator:
        return None
    template = "albums/password.html" if has_password else "albums/private.html"
    return render_template(template, slug=public_id, album=album), 403
