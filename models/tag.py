"""A tag of uploads, case-insensitive; the first spelling stays."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Self

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Integer,
    Table,
    and_,
    delete,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Model, db

FORBIDDEN = re.compile(r'[/\\,#?&%<>"\x00-\x1f\x7f]')  # in a name

RETIRED, AFTER_RETIRED = ",", "-"  # the key of one begins so, as no name has a comma
_RETIRED_KEY = re.compile(r",([0-9]+)(?:,([0-9]+))?")

upload_tag = Table(
    "upload_tag",
    Base.metadata,
    Column("upload_id", Integer, ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "tag_id", Integer, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)

# One parameter for any number of uploads: a statement with a row of values for each takes longer to
# make than to run.
_GIVE = text(
    "INSERT OR IGNORE INTO upload_tag (upload_id, tag_id) SELECT value, :tag FROM json_each(:rows) "
    "WHERE true RETURNING upload_id"
)
_PLACE = literal_column("upload_tag.rowid", Integer)  # the index by tags has them in order


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

    @classmethod
    def names_of(cls, upload_id: int) -> list[str]:
        """Those of an upload, the first given first."""
        query = select(cls.name).join(upload_tag, upload_tag.c.tag_id == cls.id)
        query = query.where(upload_tag.c.upload_id == upload_id, ~cls.is_retired())
        return list(db.session.scalars(query.order_by(upload_tag.c.tag_id)))

    @property
    def is_there(self) -> bool:
        """Whether nobody has deleted it meanwhile, or merged it with another one."""
        key = db.session.scalar(select(Tag.key).where(Tag.id == self.id))
        return key is not None and _retired_into(self.id, key) is None

    def give_to(self, upload_id: int) -> None:
        """Unless it has it."""
        row = insert(upload_tag).values(upload_id=upload_id, tag_id=self.id)
        db.session.execute(row.on_conflict_do_nothing())

    def take_from(self, upload_id: int) -> None:
        column = upload_tag.c
        is_it = (column.upload_id == upload_id, column.tag_id == self.id)
        db.session.execute(delete(upload_tag).where(*is_it))

    def give_to_all(self, upload_ids: Sequence[int]) -> list[int]:
        """Those of these uploads that had it not yet."""
        return list(
            db.session.scalars(_GIVE, {"rows": json.dumps(list(upload_ids)), "tag": self.id})
        )

    def take_from_all(self, upload_ids: Sequence[int]) -> list[int]:
        """Those of these uploads that had it."""
        column = upload_tag.c
        of_these = column.tag_id == self.id, column.upload_id.in_(upload_ids)
        return list(
            db.session.scalars(delete(upload_tag).where(*of_these).returning(column.upload_id))
        )

    @staticmethod
    def those_with_more(upload_ids: Sequence[int], most: int) -> Sequence[int]:
        """Which of these uploads have more tags than so many."""
        column = upload_tag.c.upload_id
        query = select(column).where(column.in_(upload_ids)).group_by(column)
        return db.session.scalars(query.having(func.count() > most)).all()

    def rename(self, name: str) -> None:
        """What has it is to be indexed anew: `index_some`."""
        self.name, self.key = name, name.casefold()
        db.session.flush()

    @classmethod
    def index_some(cls, row: int, after: int, limit: int) -> int | None:
        """Put the name of a tag into the index of words of the uploads that have it; ``after`` is
        what the call before returned, 0 the first time. None: these were the last.
        """
        places = list(
            db.session.scalars(
                select(_PLACE)
                .select_from(upload_tag)
                .where(upload_tag.c.tag_id == row, after < _PLACE)
                .order_by(_PLACE)
                .limit(limit)
            )
        )
        if places:
            # a trigger indexes what was written, whatever it was
            having = (
                "SELECT upload_id FROM upload_tag WHERE rowid IN (SELECT value FROM json_each(:a))"
            )
            some = text(f"UPDATE upload SET camera = camera WHERE id IN ({having})")  # noqa: S608
            db.session.execute(some.bindparams(a=json.dumps(places)))
        return places[-1] if len(places) == limit else None

    def retire(self, into: Self | None = None) -> None:
        """At once nobody finds it any more, and its name is free. What has it, has it until
        `move_some` has come by.
        """
        db.session.execute(
            text("DELETE FROM tag_tally WHERE tag_id = :tag").bindparams(tag=self.id)
        )
        self.key = f"{RETIRED}{self.id}" + (f"{RETIRED}{into.id}" if into else "")
        db.session.flush()

    @classmethod
    def is_retired(cls) -> ColumnElement[bool]:
        """A condition."""
        return and_(cls.key >= RETIRED, cls.key < AFTER_RETIRED)

    @classmethod
    def retired(cls) -> dict[int, int | None]:
        """The row ids of those that are retired, and of the tags that get what they have."""
        query = select(cls.id, cls.key).where(cls.is_retired())
        rows = db.session.execute(query)
        retired = {row: _retired_into(row, key) for row, key in rows}
        return {row: into or None for row, into in retired.items() if into is not None}

    @classmethod
    def move_some(cls, row: int, into: int | None, limit: int) -> int:
        """Take a tag from so many uploads, which get the other one. How many these were."""
        column = upload_tag.c
        having = select(column.upload_id).where(column.tag_id == row).limit(limit)
        uploads = list(db.session.scalars(having))
        if uploads and into is not None:
            rows = [{"upload_id": upload, "tag_id": into} for upload in uploads]
            db.session.execute(insert(upload_tag).values(rows).on_conflict_do_nothing())
        db.session.execute(
            delete(upload_tag).where(column.tag_id == row, column.upload_id.in_(uploads))
        )
        return len(uploads)

    @classmethod
    def delete_row(cls, row: int) -> None:
        db.session.execute(delete(cls).where(cls.id == row))


def _retired_into(row: int, key: str) -> int | None:
    """The row id of the tag that gets what this one has, 0 for none; None: it isn't retired."""
    said = _RETIRED_KEY.fullmatch(key)
    return int(said[2] or 0) if said and int(said[1]) == row else None
