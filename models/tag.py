"""A tag of uploads, case-insensitive; the first spelling stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from sqlalchemy import Column, ForeignKey, Integer, Table, delete, literal, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Model, db

FORBIDDEN = re.compile(r'[/\\,#?&%<>"\x00-\x1f\x7f]')  # in a name

upload_tag = Table(
    "upload_tag",
    Base.metadata,
    Column("upload_id", Integer, ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "tag_id", Integer, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)


class Tag(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="", server_default="")

    @classmethod
    def named(cls, names: Sequence[str]) -> list[Self]:
        """The tags of these names in their order; new ones are created."""
        if not names:
            return []
        keys = [name.casefold() for name in names]
        rows = [{"name": name, "key": key} for name, key in zip(names, keys, strict=True)]
        db.session.execute(insert(cls).values(rows).on_conflict_do_nothing(index_elements=["key"]))
        known = {tag.key: tag for tag in db.session.scalars(select(cls).where(cls.key.in_(keys)))}
        return [known[key] for key in keys]

    @classmethod
    def find(cls, key: str) -> Self | None:
        return db.session.scalar(select(cls).where(cls.key == key))

    @classmethod
    def ids_of(cls, keys: Sequence[str]) -> dict[str, int]:
        """The row ids of the tags with these keys."""
        found = db.session.execute(select(cls.key, cls.id).where(cls.key.in_(keys)))
        return {key: row for key, row in found}  # noqa: C416 - mypy takes rows for no pairs

    @property
    def is_there(self) -> bool:
        """Whether nobody has deleted it meanwhile."""
        return db.session.scalar(select(Tag.id).where(Tag.id == self.id)) is not None

    def rename(self, name: str) -> None:
        """Triggers put the new name into the index of words."""
        self.name, self.key = name, name.casefold()

    def move_uploads_to(self, other: Self) -> None:
        """What has this tag gets the other one, too."""
        column = upload_tag.c
        having = select(column.upload_id, literal(other.id)).where(column.tag_id == self.id)
        row = insert(upload_tag).from_select(["upload_id", "tag_id"], having)
        db.session.execute(row.on_conflict_do_nothing())

    def delete_row(self) -> None:
        """And take it from all uploads."""
        db.session.execute(delete(Tag).where(Tag.id == self.id))
