"""What a program reads of its person's uploads: with tags and albums, as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import selectinload

from models.album import album_upload
from models.base import db
from models.upload.access import Access, unindexed


class Owned(Access):
    @classmethod
    def find_own(cls, public_id: str, user_id: int, album_id: int | None = None) -> Self | None:
        """The upload with this id, if it is this person's and, where one is named, in the album
        with this row id.
        """
        query = cls._with_details().where(
            cls.public_id == public_id, unindexed(cls.user_id) == user_id, cls.alive()
        )
        if album_id is not None:
            is_it = album_upload.c.upload_id == cls.id
            query = query.where(exists().where(album_upload.c.album_id == album_id, is_it))
        return db.session.scalar(query)

    @classmethod
    def some_own(cls, public_ids: Sequence[str], user_id: int) -> Sequence[Self]:
        """Those of these that are this person's."""
        is_one = cls.public_id.in_(public_ids)
        query = cls._with_details().where(is_one, unindexed(cls.user_id) == user_id, cls.alive())
        return db.session.scalars(query).all()

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
        loads = selectinload(upload.tags), selectinload(upload.albums)
        return select(cls).options(*loads).execution_options(populate_existing=True)
