"""What somebody changed, of one file or of thousands: what each was before and is since, so that
it can be undone for a day. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Self

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, db, random_id, utcnow
from models.upload.library import Order, Place

State = dict[str, Any]  # what JSON can hold
LONGEST = timedelta(hours=1)  # of one of MOST_FILES, a job takes minutes
KEPT = timedelta(days=1)  # how long something can be undone
# Of one person, of a day. A file takes some hundred bytes, with texts some thousand: tens of MB.
MOST_KEPT, MOST_FILES_KEPT = 1000, 100_000
PAGE_OF_CHANGES = 30
NEWEST = Order("received_at", is_descending=True)  # of dates: as places are written
ID_LENGTH = 22  # nobody is to find another's; guards look, too


class ChangeState(StrEnum):
    """``WORKING``: some of its files wait for their turn; ``UNDOING``: some wait for the way
    back.
    """

    WORKING = "working"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class ItemState(IntEnum):
    """Of one file. ``LEFT``: the change was undone before its turn came; ``KEPT``: it could not be
    undone, for ``error``.
    """

    WAITS = 0
    DONE = 1
    FAILED = 2
    UNDONE = 3
    KEPT = 4
    LEFT = 5


class Change(Model):
    """``act`` is a key of `services.acts.ACTS`, ``wishes`` what that act is told, as JSON has it.
    ``done`` and ``failed`` count files on the way there; on the way back, ``done`` counts those
    that are as they were. ``form_hash`` is of the form that began it, where that had an id.
    """

    __table_args__ = (
        Index("ix_change_user_id_at", "user_id", "at", "id"),
        Index("ix_change_form_hash", "form_hash", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    act: Mapped[str]
    wishes: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)
    state: Mapped[str] = mapped_column(default=ChangeState.WORKING)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    failed: Mapped[int] = mapped_column(default=0, server_default="0")
    form_hash: Mapped[str | None]

    @classmethod
    def create(
        cls,
        user_id: int,
        act: str,
        wishes: Mapping[str, Any],
        row_ids: Sequence[int],
        missing: Sequence[str] = (),
    ) -> Self:
        """With each of these uploads waiting for its turn, in this order; ``missing`` are names of
        what was chosen and isn't there. A ``form_hash`` among the wishes has its own column.
        """
        change = cls(
            public_id=random_id(ID_LENGTH),
            user_id=user_id,
            act=act,
            wishes={name: one for name, one in wishes.items() if name != "form_hash"},
            form_hash=wishes.get("form_hash"),
            total=len(row_ids) + len(missing),
        )
        db.session.add(change)
        db.session.flush()
        chosen = [*((row, None) for row in row_ids), *((None, name) for name in missing)]
        items = [
            {"change_id": change.id, "place": place, "upload_id": row, "name": name}
            for place, (row, name) in enumerate(chosen)
        ]
        if items:
            db.session.execute(insert(ChangeItem), items)
        cls._let_go(user_id)
        return change

    @classmethod
    def create_done(cls, user_id: int, act: str, row_id: int, before: State, after: State) -> Self:
        """Of one file that has just been changed: all fields of ``after``."""
        change = cls.create(user_id, act, after, [row_id])
        values = {"state": ItemState.DONE, "before": before, "after": after}
        item = update(ChangeItem).where(ChangeItem.change_id == change.id)
        db.session.execute(item.values(values))
        change.state, change.done = ChangeState.DONE, 1
        return change

    @classmethod
    def of(cls, user_id: int, public_id: str) -> Self | None:
        """This person's."""
        query = select(cls).where(cls.public_id == public_id, cls.user_id == user_id)
        return db.session.scalar(query.execution_options(populate_existing=True))

    @classmethod
    def find(cls, public_id: str) -> Self | None:
        """As it is now."""
        query = select(cls).where(cls.public_id == public_id)
        return db.session.scalar(query.execution_options(populate_existing=True))

    @classmethod
    def begun_by(cls, user_id: int, form_hash: str | None) -> Self | None:
        """This person's that this form has begun, if it is still there."""
        if form_hash is None:
            return None
        query = select(cls).where(cls.form_hash == form_hash, cls.user_id == user_id)
        return db.session.scalar(query.execution_options(populate_existing=True))

    @classmethod
    def recent(
        cls, user_id: int, after: Place | None = None, limit: int = PAGE_OF_CHANGES
    ) -> list[Self]:
        """What this person changed within a day, the last first, from behind a place."""
        query = select(cls).where(cls.user_id == user_id, cls.at > utcnow() - KEPT)
        if after:
            here = literal(after.value, UtcDateTime), literal(after.rank)
            query = query.where(tuple_(cls.at, cls.id) < tuple_(*here))
        return list(db.session.scalars(query.order_by(cls.at.desc(), cls.id.desc()).limit(limit)))

    @classmethod
    def first_files(cls, changes: Sequence[Self], limit: int) -> dict[int, list[int]]:
        """Row ids of the first uploads of each, by its own, as far as they are there."""
        item = ChangeItem
        those = item.change_id.in_([one.id for one in changes]), item.place < limit
        query = select(item.change_id, item.upload_id).where(*those, item.upload_id.is_not(None))
        found: dict[int, list[int]] = {one.id: [] for one in changes}
        for change, upload in db.session.execute(query.order_by(item.change_id, item.place)):
            found[change] += [upload] if upload else []
        return found

    @classmethod
    def has_old(cls) -> bool:
        return cls._oldest(cls._is_old()) is not None

    @classmethod
    def forget_some(cls, limit: int) -> int:
        """So many files of the oldest change that can't be undone any more, and itself with the
        last of them; 0 where there is none.
        """
        return cls._forget(cls._oldest(cls._is_old()), limit)

    @classmethod
    def forget_some_of(cls, user_id: int, limit: int) -> int:
        """The same of whatever this person changed."""
        return cls._forget(cls._oldest(cls.user_id == user_id), limit)

    @classmethod
    def _let_go(cls, user_id: int) -> None:
        """What is over of this person's and was done before so many changes, or so many files: it
        can't be undone any more.
        """
        mine = cls.user_id == user_id
        last = cls.at.desc(), cls.id.desc()
        number = func.row_number().over(order_by=last).label("number")
        files = func.sum(cls.total).over(order_by=last).label("files")
        those = select(cls.id, cls.state, number, files).where(mine).subquery()
        is_over = those.c.state.in_((ChangeState.DONE, ChangeState.UNDONE))
        is_behind = or_(those.c.number > MOST_KEPT, those.c.files > MOST_FILES_KEPT)
        rows = select(those.c.id).where(is_over, is_behind)
        db.session.execute(delete(cls).where(cls.id.in_(rows)))

    @classmethod
    def how_many_work(cls, user_id: int) -> int:
        """Of this person's: on their way there, or back, but for old ones whose job has given
        up.
        """
        works = cls.state.in_((ChangeState.WORKING, ChangeState.UNDOING))
        is_one = cls.user_id == user_id, works, cls.at > utcnow() - LONGEST
        return db.session.scalar(select(func.count()).where(*is_one)) or 0

    @classmethod
    def _is_old(cls) -> ColumnElement[bool]:
        """A condition. What is on its way, such as back, has another day for it."""
        at, is_over = utcnow() - KEPT, cls.state.in_((ChangeState.DONE, ChangeState.UNDONE))
        return and_(cls.at <= at, or_(is_over, cls.at <= at - KEPT))

    @classmethod
    def _oldest(cls, is_one: ColumnElement[bool]) -> int | None:
        return db.session.scalar(select(cls.id).where(is_one).order_by(cls.at).limit(1))

    @classmethod
    def _forget(cls, row: int | None, limit: int) -> int:
        item = ChangeItem
        some = select(item.place).where(item.change_id == row).order_by(item.place).limit(limit)
        gone = delete(item).where(item.change_id == row, item.place.in_(some))
        count = int(db.session.execute(gone).rowcount)  # type: ignore[attr-defined]
        if row is not None and count < limit:
            db.session.execute(delete(cls).where(cls.id == row))
            return count + 1
        return count

    @property
    def is_working(self) -> bool:
        return self.state in (ChangeState.WORKING, ChangeState.UNDOING)

    @property
    def can_be_undone(self) -> bool:
        is_undone = self.state == ChangeState.UNDOING or (
            self.state == ChangeState.UNDONE and not self.failed
        )
        is_nothing = self.state == ChangeState.DONE and not self.done
        return not (is_undone or is_nothing or self.is_final) and self.at > utcnow() - KEPT

    @property
    def is_final(self) -> bool:
        """Whether there was no way back from the beginning: there is no bin."""
        return bool(self.wishes.get("final"))

    def go_back(self) -> None:
        """From now on it is being undone; what waits for its turn is left as it is, and what could
        not be put back is tried again.
        """
        kept = ChangeItem.change_id == self.id, ChangeItem.state == ItemState.KEPT
        db.session.execute(update(ChangeItem).where(*kept).values(state=ItemState.DONE))
        waits = ChangeItem.change_id == self.id, ChangeItem.state == ItemState.WAITS
        db.session.execute(update(ChangeItem).where(*waits).values(state=ItemState.LEFT))
        self.state, self.done, self.failed = ChangeState.UNDOING, 0, 0

    def next_items(self, limit: int) -> list[ChangeItem]:
        """Those whose turn it is: on the way back, the last first."""
        fresh = self._next().limit(limit).execution_options(populate_existing=True)
        return list(db.session.scalars(fresh))

    def next_places(self, limit: int) -> dict[int, int | None]:
        """Row ids of the uploads of these, by their places."""
        columns = self._next().with_only_columns(ChangeItem.place, ChangeItem.upload_id)
        return {row[0]: row[1] for row in db.session.execute(columns.limit(limit))}

    def _next(self) -> Select[ChangeItem]:
        is_back = self.state == ChangeState.UNDOING
        state = ItemState.DONE if is_back else ItemState.WAITS
        query = select(ChangeItem).where(ChangeItem.change_id == self.id, ChangeItem.state == state)
        return query.order_by(ChangeItem.place.desc() if is_back else ChangeItem.place)

    def changed_later(self, row_ids: Sequence[int]) -> dict[int, set[str]]:
        """Which fields of these uploads the same person has changed since, and not taken back: by
        row id, the names in ``after``.
        """
        item = ChangeItem
        query = select(item.upload_id, item.after).join(Change, Change.id == item.change_id)
        is_later = item.change_id > self.id, Change.user_id == self.user_id
        is_one = item.upload_id.in_(row_ids), item.state == ItemState.DONE, item.after.is_not(None)
        found: dict[int, set[str]] = {}
        for row, after in db.session.execute(query.where(*is_later, *is_one)):
            found.setdefault(row, set()).update(after)
        return found

    def failures(self, limit: int) -> list[ChangeItem]:
        """Those that could not be changed, or not be undone."""
        states = (ItemState.FAILED, ItemState.KEPT)
        query = select(ChangeItem).where(
            ChangeItem.change_id == self.id, ChangeItem.state.in_(states)
        )
        return list(db.session.scalars(query.order_by(ChangeItem.place).limit(limit)))

    def upload_ids(self, limit: int) -> list[int]:
        """Row ids of the first that it is about."""
        query = select(ChangeItem.upload_id).where(
            ChangeItem.change_id == self.id, ChangeItem.upload_id.is_not(None)
        )
        return [
            row for row in db.session.scalars(query.order_by(ChangeItem.place).limit(limit)) if row
        ]

    def count(self, state: ItemState) -> int:
        query = select(func.count()).where(
            ChangeItem.change_id == self.id, ChangeItem.state == state
        )
        return db.session.scalar(query) or 0


class ChangeItem(Model):
    """One file of a change. ``before`` and ``after`` are its act's own. ``error`` says why it
    failed (`services.changes.Failed`); ``name`` what the file was called then.
    """

    __table_args__ = (
        Index("ix_change_item_state", "change_id", "state", "place"),
        {"sqlite_with_rowid": False},
    )

    change_id: Mapped[int] = mapped_column(
        ForeignKey("change.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    upload_id: Mapped[int | None] = mapped_column(
        ForeignKey("upload.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[int] = mapped_column(default=ItemState.WAITS, server_default="0")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str | None]
    name: Mapped[str | None]
