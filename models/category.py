"""One of the site's categories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db
from models.limits import MAX_CATEGORY


class Category(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    url_key: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="", server_default="")

    @classmethod
    def create(cls, name: str) -> Self:
        """Raises ValueError with a message for the user."""
        name = name.strip()[:MAX_CATEGORY]
        url_key = re.sub(r"[\W_]+", "-", name.lower()).strip("-")
        if not url_key:
            raise ValueError("A category needs a name with letters or digits.")
        if db.session.scalar(select(cls.id).where(cls.url_key == url_key)):
            raise ValueError("There is such a category already.")
        category = cls(name=name, url_key=url_key)
        db.session.add(category)
        return category

    @classmethod
    def ordered(cls) -> list[Self]:
        return list(db.session.scalars(select(cls).order_by(cls.name)))

    @classmethod
    def ids_of(cls, url_keys: Sequence[str]) -> dict[str, int]:
        """The row ids of the categories with these keys."""
        found = db.session.execute(select(cls.url_key, cls.id).where(cls.url_key.in_(url_keys)))
        return {key: row for key, row in found}  # noqa: C416 - mypy takes rows for no pairs

    @classmethod
    def exists(cls, category_id: int) -> bool:
        return db.session.get(cls, category_id) is not None
