"""The files under a share link. Whoever has opened the link sees all that are alive, so nothing
here is filtered by who asks; nothing that waits for approval, or couldn't be cleaned, is shown.

The three kinds have the same calls: `AlbumFiles`, `ChosenFiles` and `TagFiles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Select, exists, func, literal, select
from sqlalchemy.orm import joinedload, selectinload

from models.album_contents import Contents
from models.base import db
from models.contribution import Contribution
from models.share_link import ShareKind, ShareLink, share_link_upload
from models.tag import upload_tag
from models.upload import PAGE, Upload, search
from models.upload.access import unindexed
from models.upload.beside import Pair
from models.upload.search import Listed
from models.upload.search_query import with_tag

MOST_COUNTED = 1000  # files: whoever looks wants to know about how many, and all else costs time


class LinkContents(Protocol):
    """``after`` and ``before`` are row ids of files under the link, None for its ends."""

    def page(
        self, after: int | None = None, limit: int = PAGE, *, before: int | None = None
    ) -> list[Upload]:
        """In the link's order, from behind a file; or what comes right before one. Beside one that
        isn't there any more is nothing.
        """
        ...

    def find(self, row: int) -> Upload | None:
        """The file with this row id, if it is under the link."""
        ...

    def beside(self, upload: Upload) -> Pair:
        """What comes before and behind it."""
        ...

    def newest(self, limit: int) -> list[Upload]:
        """What came last."""
        ...

    def count(self) -> int:
        """How many; but of an album, MOST_COUNTED + 1 are more than MOST_COUNTED."""
        ...

    def in_order(self) -> Select[Any]:
        """A query of all of its files."""
        ...


def contents_of(link: ShareLink) -> LinkContents:
    if link.kind == ShareKind.ALBUM and link.album:
        return AlbumFiles(Contents(link.album))
    if link.kind == ShareKind.TAG and link.tag:
        return TagFiles(link)
    return ChosenFiles(link.id)


def at_random(contents: LinkContents, limit: int) -> list[Upload]:
    """Some, each once, by chance. All ids are read, and no more of any other."""
    ids = contents.in_order().with_only_columns(Upload.id).order_by(None)
    some = ids.order_by(func.random()).limit(limit)
    return _in_order(select(Upload).where(Upload.id.in_(some)).order_by(func.random()))


class AlbumFiles:
    """Triggers keep what waits for a moderator out of an album that has a link (migration 0061),
    and `services.albums` what waits for the owner of a link.
    """

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def page(
        self, after: int | None = None, limit: int = PAGE, *, before: int | None = None
    ) -> list[Upload]:
        beside = before or after
        place = self._contents.place_of(beside) if beside else None
        if beside and place is None:
            return []
        shown = self._contents.page(place, is_backwards=bool(before), limit=limit)
        return [one.upload for one in shown]

    def find(self, row: int) -> Upload | None:
        return self._contents.find_row(row)

    def beside(self, upload: Upload) -> Pair:
        return self._contents.beside(upload)

    def newest(self, limit: int) -> list[Upload]:
        return self._contents.newest(limit)

    def count(self) -> int:
        return self._contents.summary().uploads

    def in_order(self) -> Select[Any]:
        return self._contents.in_order()


class ChosenFiles:
    def __init__(self, link_id: int) -> None:
        self._link_id = link_id

    def page(
        self, after: int | None = None, limit: int = PAGE, *, before: int | None = None
    ) -> list[Upload]:
        position, beside = share_link_upload.c.position, before or after
        query = self._all().order_by(position.desc() if before else position).limit(limit)
        if beside:
            place = self._position(beside)
            if place is None:
                return []
            query = query.where(position < place if before else position > place)
        return _in_order(query, is_backwards=bool(before))

    def find(self, row: int) -> Upload | None:
        found: Upload | None = db.session.scalar(self._all().where(Upload.id == row))
        return found

    def beside(self, upload: Upload) -> Pair:
        return _beside(self, upload)

    def newest(self, limit: int) -> list[Upload]:
        return _in_order(self._all().order_by(share_link_upload.c.position.desc()).limit(limit))

    def count(self) -> int:
        return _count(self._all())

    def in_order(self) -> Select[Any]:
        return self._all().order_by(share_link_upload.c.position)

    def _position(self, row: int) -> int | None:
        rows = self._all().with_only_columns(share_link_upload.c.position)
        return db.session.scalar(rows.where(Upload.id == row))

    def _all(self) -> Select[Any]:
        column = share_link_upload.c
        query = select(Upload).join(share_link_upload, column.upload_id == Upload.id)
        return query.where(column.link_id == self._link_id, *_may_be_shown())


class TagFiles:
    """What the owner of the link has with this tag, the newest first: read from the index of words,
    which has it in order.
    """

    def __init__(self, link: ShareLink) -> None:
        assert link.tag is not None
        self._user_id, self._tag = link.user_id, link.tag

    def page(
        self, after: int | None = None, limit: int = PAGE, *, before: int | None = None
    ) -> list[Upload]:
        beside = before or after
        last = self.find(beside) if beside else None
        if beside and last is None:
            return []
        rank = search.INDEX.c.rowid
        query = self._all().order_by(rank if before else rank.desc()).limit(limit)
        if last:
            query = query.where(rank > last.rank if before else rank < last.rank)
        return _in_order(query, is_backwards=bool(before))

    def find(self, row: int) -> Upload | None:
        has_tag = exists().where(
            upload_tag.c.upload_id == Upload.id, upload_tag.c.tag_id == self._tag.id
        )
        query = select(Upload).where(Upload.id == row, has_tag, *self._is_one())
        return db.session.scalar(query)

    def beside(self, upload: Upload) -> Pair:
        return _beside(self, upload)

    def newest(self, limit: int) -> list[Upload]:
        return self.page(limit=limit)

    def count(self) -> int:
        return _count(self._all())

    def in_order(self) -> Select[Any]:
        return self._all().order_by(search.INDEX.c.rowid.desc())

    def _all(self) -> Select[Any]:
        index, owner = search.INDEX, Listed((), self._user_id)
        match = search.matching(
            owner, with_tag(self._tag.key), {("tag", self._tag.key): [self._tag.id]}
        )
        query = select(Upload).join_from(index, Upload, Upload.rank == index.c.rowid)
        return query.where(search.matches(match), *self._is_one())

    def _is_one(self) -> Sequence[Any]:
        return unindexed(Upload.user_id) == self._user_id, *_may_be_shown()


def _in_order(query: Select[Any], *, is_backwards: bool = False) -> list[Upload]:
    """With whose each is, and who sent it: a statement for all owners, not one for each."""
    names = selectinload(Upload.user), joinedload(Upload.contribution)
    rows = list(db.session.scalars(query.options(*names)))
    return rows[::-1] if is_backwards else rows


def _beside(contents: LinkContents, upload: Upload) -> Pair:
    before = contents.page(before=upload.id, limit=1)
    behind = contents.page(upload.id, 1)
    return Pair(before[0] if before else None, behind[0] if behind else None)


def _count(query: Select[Any]) -> int:
    some = query.with_only_columns(literal(1), maintain_column_froms=True).limit(MOST_COUNTED + 1)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _may_be_shown() -> Sequence[Any]:
    waits = Contribution.keeps_back(Upload.id, Upload.user_id)
    return Upload.alive(), Upload.is_approved, Upload.leftovers.is_(None), ~waits
