"""The files under a share link. Whoever has opened the link sees all that are alive, so nothing
here is filtered by who asks; nothing that waits for approval, or couldn't be cleaned, is shown.

The three kinds have the same calls: `AlbumFiles`, `ChosenFiles` and `TagFiles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Select, func, select

from models.album_contents import Contents
from models.base import db
from models.share_link import ShareKind, ShareLink, share_link_upload
from models.tag import upload_tag
from models.upload import PAGE, Upload
from models.upload.beside import NOTHING, Pair
from models.upload.search_query import with_tag
from models.visitor import Visitor


class LinkContents(Protocol):
    """``after`` is the public id of a file under the link, "" for the beginning."""

    def page(self, after: str = "", limit: int = PAGE) -> list[Upload]:
        """In the link's order, from behind a file."""
        ...

    def find(self, public_id: str) -> Upload | None:
        """The file with this id, if it is under the link."""
        ...

    def beside(self, upload: Upload) -> Pair:
        """What comes before and behind it."""
        ...

    def newest(self, limit: int) -> list[Upload]:
        """What came last."""
        ...

    def count(self) -> int: ...


def contents_of(link: ShareLink) -> LinkContents:
    if link.kind == ShareKind.ALBUM and link.album:
        return AlbumFiles(Contents(link.album))
    if link.kind == ShareKind.TAG and link.tag:
        return TagFiles(link)
    return ChosenFiles(link.id)


class AlbumFiles:
    """Triggers keep what waits out of an album that has a link (migration 0061)."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def page(self, after: str = "", limit: int = PAGE) -> list[Upload]:
        place = self._contents.place_of(after) if after else None
        return [one.upload for one in self._contents.page(place, limit=limit)]

    def find(self, public_id: str) -> Upload | None:
        return self._contents.find(public_id)

    def beside(self, upload: Upload) -> Pair:
        return self._contents.beside(upload)

    def newest(self, limit: int) -> list[Upload]:
        return self._contents.newest(limit)

    def count(self) -> int:
        return self._contents.summary().uploads


class ChosenFiles:
    def __init__(self, link_id: int) -> None:
        self._link_id = link_id

    def page(self, after: str = "", limit: int = PAGE) -> list[Upload]:
        place = self._position(after) if after else None
        query = self._all().order_by(share_link_upload.c.position).limit(limit)
        if place is not None:
            query = query.where(share_link_upload.c.position > place)
        return list(db.session.scalars(query))

    def find(self, public_id: str) -> Upload | None:
        found: Upload | None = db.session.scalar(self._all().where(Upload.public_id == public_id))
        return found

    def beside(self, upload: Upload) -> Pair:
        position = share_link_upload.c.position
        place = self._position(upload.public_id)
        if place is None:
            return NOTHING
        before = self._all().where(position < place).order_by(position.desc()).limit(1)
        behind = self._all().where(position > place).order_by(position).limit(1)
        return Pair(db.session.scalar(before), db.session.scalar(behind))

    def newest(self, limit: int) -> list[Upload]:
        rows = self._all().order_by(share_link_upload.c.position.desc()).limit(limit)
        return list(db.session.scalars(rows))

    def count(self) -> int:
        rows = self._all().with_only_columns(func.count(), maintain_column_froms=True)
        return db.session.scalar(rows) or 0

    def _position(self, public_id: str) -> int | None:
        rows = self._all().with_only_columns(share_link_upload.c.position)
        return db.session.scalar(rows.where(Upload.public_id == public_id))

    def _all(self) -> Select[Any]:
        column = share_link_upload.c
        query = select(Upload).join(share_link_upload, column.upload_id == Upload.id)
        return query.where(column.link_id == self._link_id, *_may_be_shown())


class TagFiles:
    """What the owner of the link has with this tag, the newest first."""

    def __init__(self, link: ShareLink) -> None:
        assert link.tag is not None
        self._owner, self._tag = Visitor(link.user), link.tag

    def page(self, after: str = "", limit: int = PAGE) -> list[Upload]:
        last = self.find(after) if after else None
        return self._below(last.rank if last else None, limit)

    def find(self, public_id: str) -> Upload | None:
        found: Upload | None = db.session.scalar(self._all().where(Upload.public_id == public_id))
        return found

    def beside(self, upload: Upload) -> Pair:
        newer = self._all().where(Upload.rank > upload.rank).order_by(Upload.rank).limit(1)
        older = self._below(upload.rank, 1)
        return Pair(db.session.scalar(newer), older[0] if older else None)

    def newest(self, limit: int) -> list[Upload]:
        return self._below(None, limit)

    def count(self) -> int:
        rows = self._all().with_only_columns(func.count(), maintain_column_froms=True)
        return db.session.scalar(rows) or 0

    def _below(self, rank: int | None, limit: int) -> list[Upload]:
        """From the index of words, which has them in order."""
        query = with_tag(self._tag.key)
        found = Upload.page(self._owner, before=rank, query=query, only_own=True, limit=limit)
        return [one for one in found if one.is_approved and not one.leftovers]

    def _all(self) -> Select[Any]:
        column = upload_tag.c
        query = select(Upload).join(upload_tag, column.upload_id == Upload.id)
        is_one = (column.tag_id == self._tag.id, Upload.user_id == self._owner.user_id)
        return query.where(*is_one, *_may_be_shown())


def _may_be_shown() -> Sequence[Any]:
    return Upload.alive(), Upload.is_approved, Upload.leftovers.is_(None)
