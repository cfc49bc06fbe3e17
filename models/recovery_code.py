"""Recovery codes: each stands once for a second factor that was lost. Only hashes are stored; a
code has 79 bits, so a plain SHA-256 of it is safe to keep.
"""

from __future__ import annotations

import re
import secrets

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db, hash_secret
from models.user import User

CODES = 10
GROUPS, GROUP = 4, 4  # letters
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


class RecoveryCode(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str]

    @classmethod
    def issue(cls, user: User) -> list[str]:
        """New ones, as they are shown; the old ones no longer work."""
        cls.end(user)
        codes = [_new() for _ in range(CODES)]
        db.session.add_all(cls(user_id=user.id, code_hash=_hash(code)) for code in codes)
        return codes

    @classmethod
    def take(cls, user: User, code: str) -> bool:
        """Whether it was one of theirs. It no longer is."""
        row = delete(cls).where(cls.user_id == user.id, cls.code_hash == _hash(code))
        return bool(db.session.execute(row).rowcount)  # type: ignore[attr-defined]

    @classmethod
    def left(cls, user: User) -> int:
        query = select(func.count()).select_from(cls).where(cls.user_id == user.id)
        return db.session.scalar(query) or 0

    @classmethod
    def end(cls, user: User) -> None:
        db.session.execute(delete(cls).where(cls.user_id == user.id))


def _new() -> str:
    letters = [secrets.choice(LETTERS) for _ in range(GROUPS * GROUP)]
    return "-".join("".join(letters[n : n + GROUP]) for n in range(0, len(letters), GROUP))


def _hash(code: str) -> str:
    """However it was typed."""
    return hash_secret(re.sub(r"[^a-z0-9]", "", code.lower()))
