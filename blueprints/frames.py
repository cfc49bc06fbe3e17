"""The slideshow of an album, or of what is under a share link: pages for a tablet on the wall."""

from __future__ import annotations

from flask import Blueprint, Response

from blueprints.http.album_page import within
from blueprints.http.context import visitor
from blueprints.http.frame_page import Show, frame_files, frame_page
from blueprints.http.hidden_ids import ids_for
from blueprints.http.link_page import title_of
from blueprints.http.link_pass import let_in
from blueprints.http.share_address import under
from blueprints.http.view_count import count_view
from models import Album, Contents, ShareLink, contents_of
from models.link_contents import AlbumFiles
from services.view_counter import ALBUM, LINK

bp = Blueprint("frames", __name__)


def of_album(album: Album) -> str:
    if not album.is_owner(visitor()):
        count_view(ALBUM + album.public_id)
    return frame_page(_of_album(album))


def files_of_album(album: Album) -> Response:
    return frame_files(_of_album(album))


def of_link(link: ShareLink) -> str:
    if link.max_views is None and not link.is_owner(visitor()):
        count_view(LINK + link.public_id)
    return frame_page(_of_link(link, title_of(link, contents_of(link).count())))


def files_of_link(link: ShareLink) -> Response:
    """Whoever was let in stays so while the slideshow goes on: it is one view, of weeks maybe."""
    answer = frame_files(_of_link(link, link.name))
    is_let_in = link.asks_first and not link.is_owner(visitor())
    return let_in(answer, link) if is_let_in else answer


def _of_album(album: Album) -> Show:
    where, ids = within(album), ids_for(f"album {album.public_id}")
    return Show(album.name, ids, AlbumFiles(Contents(album)), where, where.album_path(album))


def _of_link(link: ShareLink, name: str) -> Show:
    """Its list needs no name that counts files."""
    where = under(link)
    return Show(name, where.ids, contents_of(link), where, where.link_path)
