"""What a new share link is to: an album of one's own, what one has with a tag, or files of one's
own. The address of the form says it, or its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from blueprints.documents import timeline
from blueprints.http.addresses import Addresses
from blueprints.http.album_addresses import AlbumAddresses
from blueprints.http.arguments import parse_chosen, parse_slug, parse_tag_key
from blueprints.http.context import addresses, me, visitor
from blueprints.http.share_address import share_token
from models import Album, ShareKind, ShareLink, Tag, TagTally, Upload
from models.album_listing import covers
from models.album_tree import children
from models.limits import MAX_LINK_FILES
from models.upload.search_query import with_tag
from services.share_links import LinkWishes, TooManyFiles, share_album, share_files, share_tag


class Target(NamedTuple):
    """``fields`` name it again, in the form. ``picture`` is the address of a cover, or ""."""

    kind: ShareKind
    name: str
    files: int
    fields: Mapping[str, str]
    create: Callable[[LinkWishes], ShareLink]
    cover: Upload | None = None
    picture: str = ""
    has_albums_in_it: bool = False


def parse_target(values: MultiDict[str, str]) -> Target | None:
    """None where it is nothing of one's own. Raises TooManyFiles."""
    if album_id := parse_slug(values.get("album", "")):
        album = Album.find_of(me(), album_id)
        return _to_album(album) if album else None
    if key := parse_tag_key(values.get("tag", "")):
        return _to_tag(key)
    return _to_files(parse_chosen(values.getlist("uploads")))


def _to_album(album: Album) -> Target:
    cover = covers([album]).get(album.id)
    where = AlbumAddresses(addresses().base, album, visitor())
    return Target(
        ShareKind.ALBUM,
        album.name,
        album.upload_count,
        {"album": album.public_id},
        lambda wishes: share_album(me(), album, share_token, wishes),
        cover,
        picture_of(cover, where),
        bool(children(album, visitor())),
    )


def _to_tag(key: str) -> Target | None:
    """A tag that only others have is answered as one that nobody has."""
    count, tag = TagTally.own(me().id, key), Tag.find(key)
    if not count or not tag:
        return None
    newest = Upload.page(visitor(), query=with_tag(key), only_own=True, limit=1)
    cover = next((one for one in newest if not one.leftovers), None)
    return Target(
        ShareKind.TAG,
        tag.name,
        count.uploads,
        {"tag": tag.name},
        lambda wishes: share_tag(me(), tag, share_token, wishes),
        cover,
        picture_of(cover, addresses()),
    )


def _to_files(public_ids: list[str]) -> Target | None:
    if len(public_ids) > MAX_LINK_FILES:
        raise TooManyFiles()
    some = Upload.find_shareable(me().id, public_ids)
    if not some:
        return None
    first = Upload.by_row(next(iter(some.values())))
    return Target(
        ShareKind.FILES,
        "",
        len(some),
        {"uploads": ",".join(some)},
        lambda wishes: share_files(me(), list(some), share_token, wishes),
        first,
        picture_of(first, addresses()),
    )


def picture_of(cover: Upload | None, where: Addresses) -> str:
    return where.shown(cover, timeline.picture(cover)) if cover else ""
