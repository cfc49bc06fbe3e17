"""What pages of albums show: cards with covers, and one album with its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from flask import render_template, request

from blueprints.documents import camera, embed_codes, timeline
from blueprints.documents.spacer import spacer
from blueprints.documents.stage import stage
from blueprints.http.album_addresses import AlbumAddresses
from blueprints.http.album_company import company_of
from blueprints.http.album_form import AlbumPlace, parse_album_place, parse_album_sort
from blueprints.http.context import addresses, site, time_zone, visitor
from blueprints.http.feed_address import album_feed_address
from blueprints.http.heart_view import hearts_of
from blueprints.http.library_form import written
from blueprints.http.page_cut import FilePage, cut
from blueprints.http.zip_label import zip_label
from models import Album, Contents, OpenedAsModerator, Upload, Visitor
from models.album_contents import ADDED
from models.album_listing import covers, place_of
from models.album_tree import children, parents
from models.upload import PAGE
from models.upload.library import Order, Place
from services.view_counter import ALBUM


class Card(NamedTuple):
    album: Album
    address: str
    cover: Upload | None
    picture: str  # the address of the cover's tile


def cards(albums: Sequence[Album]) -> list[Card]:
    found = covers(albums)
    return [_card(album, found.get(album.id)) for album in albums]


def _card(album: Album, cover: Upload | None) -> Card:
    where = within(album)
    picture = where.shown(cover, timeline.picture(cover)) if cover else ""
    return Card(album, where.album_path(album), cover, picture)


def next_page(of: str, last: Album) -> str:
    """The address of what comes behind ``last`` in a list of albums; ``of`` says in which."""
    query = {"of": of} if of else {}
    return f"?{urlencode({**query, 'after': written(place_of(last))})}"


def within(album: Album) -> AlbumAddresses:
    return AlbumAddresses(addresses().base, album, visitor())


def page_of(contents: Contents, at: AlbumPlace) -> FilePage:
    found = contents.page(at.place, is_backwards=at.is_backwards, limit=PAGE + 1)
    is_first = at.place is None
    shown, has_next, has_before = cut(found, PAGE, is_first=is_first, is_backwards=at.is_backwards)
    sort = ADDED if contents.sort == ADDED else ""  # another one is its reader's own affair
    return FilePage(
        [one.upload for one in shown],
        place_query(contents.order, shown[-1].place, sort=sort) if has_next else "",
        place_query(contents.order, shown[0].place, "before", sort) if has_before else "",
        is_first,
    )


def place_query(order: Order, place: Place, name: str = "after", sort: str = "") -> str:
    query = {"sort": sort} if sort else {}
    return f"?{urlencode(query | {name: f'{order.column}:{written(place)}'})}"


def album_page(album: Album) -> str:
    contents, zone = Contents(album, parse_album_sort(request.args)), time_zone()
    company = company_of(album)
    page = page_of(contents, parse_album_place(request.args, contents.order))
    summary = contents.summary()
    where, below = within(album), children(album, visitor())
    found = covers([album, *below] if album.is_open else below)
    cover = found.get(album.id)
    cover = cover if cover and not cover.nsfw else None
    # of link previews and embed codes: whatever the owner sees, what everybody may open
    by_guest = AlbumAddresses(where.base, album, Visitor.GUEST)
    preview = embed_codes.preview(cover, by_guest) if cover else None
    return render_template(
        "albums/show.html",
        album=album,
        parents=parents(album, visitor()),
        children=[_card(one, found.get(one.id)) for one in below],
        summary=summary,
        begin=summary.begin and summary.begin.astimezone(zone).date(),
        end=summary.end and summary.end.astimezone(zone).date(),
        views=album.views + site().views.waiting(ALBUM + album.public_id),
        is_owner=company.is_owner,
        company=company,
        waiting=summary.waiting if company.is_owner else 0,
        opened_by_moderators=_opened_by_moderators(album),
        page=page,
        is_newest_first=contents.sort == ADDED,
        cover=cover,
        preview=preview,
        codes=embed_codes.album_codes(album.name, where.album(album), preview),
        feed=album_feed_address(album, is_member=company.own is not None),
        zip_label=zip_label(summary.uploads, summary.bytes),
        addresses=where,
        zone=zone,
    )


def _opened_by_moderators(album: Album) -> Sequence[OpenedAsModerator]:
    """Told to its owner, while it is closed."""
    is_told = not album.is_open and album.is_owner(visitor())
    return OpenedAsModerator.of(album.public_id) if is_told else ()


def upload_page(album: Album, upload: Upload) -> str:
    """The page of an upload that only the album opens to this visitor."""
    where, layout = within(album), stage(upload)
    is_own = upload.is_owner(visitor())
    return render_template(
        "albums/upload.html",
        album=album,
        upload=upload,
        addresses=where,
        may_remove=is_own or album.is_owner(visitor()),
        report_at="" if is_own else f"{where.album_path(album)}/{upload.public_id}/report",
        zone=time_zone(),
        views=upload.views,
        hearts=hearts_of(upload, f"{where.album_path(album)}/{upload.public_id}/heart"),
        camera=camera.panel(upload),
        stage=layout,
        spacer=spacer(upload, layout.scale),
        beside=Contents(album).beside(upload),
    )
