"""How much is kept of each kind of upload. Triggers keep it, so that nothing counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db
from models.upload.shelf import KINDS


class OfKind(NamedTuple):
    """``kind`` is one of KINDS. Bytes of the files themselves, of what was made smaller of them,
    and of what is kept for their owners alone.
    """

    kind: str
    uploads: int
    files: int
    derivatives: int
    originals: int


class KindTally(Model):
    """``kind`` is the place of it in KINDS."""

    kind: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uploads: Mapped[int]
    files: Mapped[int]
    derivatives: Mapped[int]
    originals: Mapped[int]

    @classmethod
    def all(cls) -> Sequence[OfKind]:
        """Of the kinds of which there are any."""
        columns = (cls.kind, cls.uploads, cls.files, cls.derivatives, cls.originals)
        rows = db.session.execute(select(*columns).where(cls.uploads > 0).order_by(cls.kind))
        return [OfKind(KINDS[kind], *rest) for kind, *rest in rows]
