"""What a program reads of its person's uploads: with tags and albums, as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import selectinload

from models.album_uploads import album_upload, album_wish
from models.base import db
from models.upload.access import Access, unindexed


class Owned(Access):
    @classmethod
    def find_own(cls, public_id: str, user_id: int, album_id: int | None = None) -> Self | None:
        """The upload with this id, if it is this person's and, where one is named, in the album
        with this row id, or comes into it once it is approved.
        """
        query = cls._with_details().where(
            cls.public_id == public_id, unindexed(cls.user_id) == user_id, cls.alive()
        )
        if album_id is not None:
            is_there = [
                exists().where(table.c.album_id == album_id, table.c.upload_id == cls.id)
                for table in (album_upload, album_wish)
            ]
            query = query.where(or_(*is_there))
        return db.session.scalar(query)

    @classmethod
    def some_own(cls, public_ids: Sequence[str], user_id: int) -> Sequence[Self]:
        """Those of these that are this person's."""
        is_one = cls.public_id.in_(public_ids)
        query = cls._with_details().where(is_one, unindexed(cls.user_id) == user_id, cls.alive())
        return db.session.scalars(query).all()

    @classmethod
    def chosen(cls, public_ids: Sequence[str], user_id: int) -> list[Self]:
        """Those of these that are this person's, in this order."""
        is_own = [cls.public_id.in_(public_ids), unindexed(cls.user_id) == user_id, cls.alive()]
        found = {one.public_id: one for one in db.session.scalars(select(cls).where(*is_own))}
        return [found[one] for one in dict.fromkeys(public_ids) if one in found]

    @classmethod
    def find_shareable(cls, user_id: int, public_ids: Sequence[str]) -> dict[str, int]:
        """Row ids by public ids, in their order: those that are this person's and can be shared,
        which what couldn't be cleaned can't.
        """
        upload: Any = cls
        is_own = [cls.public_id.in_(public_ids), unindexed(cls.user_id) == user_id, cls.alive()]
        query = select(cls.public_id, upload.id).where(*is_own, upload.leftovers.is_(None))
        found = {row[0]: row[1] for row in db.session.execute(query)}
        return {one: found[one] for one in public_ids if one in found}

    @classmethod
    def load_details(cls, uploads: Sequence[Self]) -> None:
        """Tags and albums of a page."""
        if uploads:
            db.session.scalars(
                cls._with_details().where(cls.id.in_([upload.id for upload in uploads]))
            ).all()

    @classmethod
    def _with_details(cls) -> Select[Self]:
        upload: Any = cls
        details = upload.tags, upload.albums, upload.wished_albums
        loads = [selectinload(one) for one in details]
        return select(cls).options(*loads).execution_options(populate_existing=True)
