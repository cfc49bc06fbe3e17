"""The second factor of an account: log-in with the password asks for it, too, while this row
exists.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Self

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, db, utcnow
from models.user import User


class SecondFactor(Model):
    """``sealed_secret`` is that of an authenticator app, encrypted; None: passkeys alone.
    ``last_step`` is the time step of the last code that was taken: it and all before are used up
    (RFC 6238, 5.2).
    """

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    sealed_secret: Mapped[str | None]
    last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    @classmethod
    def of(cls, user: User) -> Self | None:
        """As the database has it now."""
        query = select(cls).where(cls.user_id == user.id)
        return db.session.scalar(query.execution_options(populate_existing=True))

    @classmethod
    def turn_on(cls, user: User, sealed_secret: str | None, last_step: int = 0) -> None:
        """Instead of one that there may be."""
        cls.turn_off(user)
        db.session.add(cls(user_id=user.id, sealed_secret=sealed_secret, last_step=last_step))

    @classmethod
    def turn_off(cls, user: User) -> bool:
        """Whether it was on."""
        row = delete(cls).where(cls.user_id == user.id)
        return bool(db.session.execute(row).rowcount)  # type: ignore[attr-defined]

    def take(self, code: str, codes: Iterable[tuple[int, str]]) -> bool:
        """Whether ``code`` is one of ``codes``, each with its time step, that was not used yet. It
        is now: call it as the one writer.
        """
        for step, right in codes:
            if step > self.last_step and hmac.compare_digest(right, code):
                self.last_step = step
                return True
        return False
