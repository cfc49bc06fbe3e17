"""What somebody has more than once, by the bytes that were sent. Triggers keep a row for each
(migration 0069), so that no page looks through a library.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import BigInteger, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, mapped_column, selectinload

from models.base import Model, db
from models.upload import Upload
from models.upload.access import unindexed
from models.visibility import Visibility

PAGE_OF_TWINS = 20  # groups
MOST_SHOWN = 12  # files of a group; of others, how many
_AT_ONCE = 500  # groups of one statement
_LEVELS = list(Visibility)


class Twin(Model):
    """``newest`` is the rank of the newest upload that made or joined the group, by which pages
    are in order; it stays when that one goes.
    """

    __table_args__ = (
        Index("ix_twin_user_id_newest", "user_id", "newest"),
        {"sqlite_with_rowid": False},
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    sha256: Mapped[str] = mapped_column(primary_key=True)
    newest: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def page(
        cls, user_id: int, before: int | None = None, limit: int = PAGE_OF_TWINS
    ) -> list[Self]:
        """This person's, the newest first, from behind a rank."""
        query = select(cls).where(cls.user_id == user_id)
        if before is not None:
            query = query.where(cls.newest < before)
        return list(db.session.scalars(query.order_by(cls.newest.desc()).limit(limit)))

    @classmethod
    def has_any(cls, user_id: int) -> bool:
        some = select(cls.newest).where(cls.user_id == user_id).limit(1)
        return db.session.scalar(some) is not None

    @classmethod
    def count(cls, user_id: int, most: int) -> int:
        """How many groups, ``most`` for more."""
        some = select(cls.newest).where(cls.user_id == user_id).limit(most).subquery()
        return db.session.scalar(select(func.count()).select_from(some)) or 0

    @classmethod
    def files(cls, user_id: int, groups: Sequence[Self]) -> dict[str, list[Upload]]:
        """The first files of each group that are there, in the order in which they came, with their
        albums.
        """
        upload: Any = Upload
        place = func.row_number().over(partition_by=upload.source_sha256, order_by=upload.id)
        rows = select(upload.id, place.label("place")).where(*_of(user_id, _bytes_of(groups)))
        some = rows.subquery()
        first = select(some.c.id).where(some.c.place <= MOST_SHOWN)
        query = select(Upload).where(upload.id.in_(first)).options(selectinload(upload.albums))
        found: dict[str, list[Upload]] = {}
        for one in db.session.scalars(query.order_by(upload.id)):
            found.setdefault(one.source_sha256, []).append(one)
        return found

    @classmethod
    def counts(cls, user_id: int, groups: Sequence[Self]) -> dict[str, int]:
        """How many files are there of each."""
        column = Upload.source_sha256
        query = select(column, func.count()).where(*_of(user_id, _bytes_of(groups)))
        return {row[0]: row[1] for row in db.session.execute(query.group_by(column))}

    @classmethod
    def others(cls, upload: Upload, limit: int) -> Sequence[int]:
        """Row ids of what this upload's owner has of the same bytes besides it."""
        if upload.user_id is None:
            return []
        same = _of(upload.user_id, [upload.source_sha256])
        query = select(Upload.id).where(*same, Upload.id != upload.id)
        return db.session.scalars(query.order_by(Upload.id).limit(limit)).all()

    @classmethod
    def best(cls, user_id: int, hashes: Sequence[str]) -> dict[str, int]:
        """Which to keep of each of these bytes where nobody says so, by row id: that which can be
        shared, which most people see, which stays longest, the largest; of like ones the oldest.
        """
        found: dict[str, tuple[Any, int]] = {}
        for row in db.session.execute(_facts(user_id, hashes)):
            merit = _merit(row)
            if row.source_sha256 not in found or merit > found[row.source_sha256][0]:
                found[row.source_sha256] = merit, row.id
        return {sha256: row for sha256, (_, row) in found.items()}

    @classmethod
    def surplus(cls, user_id: int, limit: int) -> list[int]:
        """Row ids of all that this person has besides the `best` of each group, group by group."""
        rows: list[int] = []
        before = None
        while len(rows) < limit and (groups := cls.page(user_id, before, _AT_ONCE)):
            hashes = _bytes_of(groups)
            kept = set(cls.best(user_id, hashes).values())
            here = select(Upload.id).where(*_of(user_id, hashes))
            here = here.order_by(Upload.source_sha256, Upload.id)
            rows += [row for row in db.session.scalars(here) if row not in kept]
            before = groups[-1].newest
        return rows[:limit]


def _bytes_of(groups: Sequence[Twin]) -> list[str]:
    return [group.sha256 for group in groups]


def _of(user_id: int, hashes: Sequence[str]) -> list[Any]:
    """Conditions: what this person has here of these bytes, found by these."""
    return [Upload.source_sha256.in_(hashes), unindexed(Upload.user_id) == user_id, Upload.alive()]


def _facts(user_id: int, hashes: Sequence[str]) -> Any:
    columns = (
        Upload.id, Upload.source_sha256, Upload.leftovers, Upload.visibility, Upload.waits_as,
        Upload.expires_at, Upload.width, Upload.height,
    )  # fmt: skip
    return select(*columns).where(*_of(user_id, hashes))


def _merit(row: Any) -> Any:
    end = row.expires_at
    return (
        row.leftovers is None,
        _LEVELS.index(Visibility(row.waits_as or row.visibility)),
        end is None,
        end.timestamp() if end else 0,
        row.width * row.height,
        -row.id,
    )
