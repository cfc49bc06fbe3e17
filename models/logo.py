"""The picture in the place of Keepsake's own logo. The setting LOGO says which is shown; it is
small, so the database has it, like portraits.
"""

from __future__ import annotations

from typing import Self

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db, random_id

ID_LENGTH = 16


class Logo(Model):
    public_id: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes]

    @classmethod
    def replace(cls, data: bytes) -> str:
        """Its id: another one, as what an address answers never changes."""
        cls.clear()
        one = cls(public_id=random_id(ID_LENGTH), data=data)
        db.session.add(one)
        return one.public_id

    @classmethod
    def clear(cls) -> None:
        db.session.execute(delete(cls))

    @classmethod
    def find(cls, public_id: str) -> Self | None:
        return db.session.scalar(select(cls).where(cls.public_id == public_id))
