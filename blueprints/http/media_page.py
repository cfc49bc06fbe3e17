"""The page of one upload, as the visitor gets it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, make_response, render_template, url_for

from blueprints.documents import camera, embed_codes, json_ld
from blueprints.documents.spacer import spacer
from blueprints.documents.stage import stage
from blueprints.http.context import addresses, time_zone, visitor
from blueprints.http.heart_view import hearts_of
from blueprints.http.once import show_once, shown_once
from blueprints.http.page_cache import VIEWS, cache, with_views
from blueprints.http.privacy_words import LINKS_TOLD, sight
from blueprints.http.profiles import shows_listing
from models import Album, OpenedAsModerator, Upload, Visibility
from models.album_listing import albums_of
from models.link_listing import Sight
from models.upload.beside import NOTHING, Pair
from services.rotate import can_rotate

_NEW_LINK = "delete_link"


def media_page(upload: Upload) -> Response:
    where, layout = addresses(), stage(upload)
    albums = albums_of(upload, visitor())
    delete_link = shown_once(_NEW_LINK, upload.public_id)
    html = render_template(
        "viewer/show.html",
        upload=upload,
        addresses=where,
        zone=time_zone(),
        may_edit=upload.may_edit(visitor()),
        is_owner=upload.is_owner(visitor()) and visitor().is_member,
        report_at=_report_at(upload),
        opened_by_moderators=_opened_by_moderators(upload),
        sight=_sight(upload),
        links_told=LINKS_TOLD,
        albums=albums,
        may_take_out_of=_may_take_out_of(upload, albums),
        beside=_beside(upload),
        views=VIEWS,
        hearts=hearts_of(upload, url_for("hearts.change", public_id=upload.public_id)),
        camera=camera.panel(upload),
        codes=embed_codes.codes(upload, where),
        live=where.live(upload),
        can_rotate=can_rotate(upload),
        stage=layout,
        spacer=spacer(upload, layout.scale),
        json_ld=json_ld.document(upload, where),
        delete_link=delete_link,
    )
    cache(upload, html)
    answer = make_response(with_views(html, upload.views, upload.public_id))
    if delete_link:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _may_take_out_of(upload: Upload, albums: Sequence[Album]) -> list[Album]:
    """The visitor's own albums, into which another one has put it."""
    is_own = upload.is_owner(visitor())
    return [] if is_own else [one for one in albums if one.is_owner(visitor())]


def _report_at(upload: Upload) -> str:
    is_own = upload.is_owner(visitor())
    return "" if is_own else url_for("reports.form", public_id=upload.public_id)


def show_new_link(upload: Upload, delete_link: str) -> None:
    """The next time that this visitor opens the upload's page."""
    show_once(_NEW_LINK, delete_link, upload.public_id)


def _beside(upload: Upload) -> Pair:
    """In its owner's listing, where the visitor may see that."""
    is_seen = upload.is_owner(visitor()) or shows_listing(upload.user)
    return upload.beside(visitor()) if is_seen else NOTHING


def _sight(upload: Upload) -> Sight:
    """Told to its owner: who sent it, if that was by a share link, and by which others see it."""
    is_told = upload.is_owner(visitor()) and visitor().is_member
    return sight(upload) if is_told else Sight(None, [])


def _opened_by_moderators(upload: Upload) -> Sequence[OpenedAsModerator]:
    """Told to its owner, while it is private."""
    is_told = upload.visibility == Visibility.PRIVATE and upload.is_owner(visitor())
    return OpenedAsModerator.of(upload.public_id) if is_told else ()
