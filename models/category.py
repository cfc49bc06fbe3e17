"""One of the site's categories. Its key is its address, and stays when it gets another name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db
from models.limits import MAX_CATEGORY


class CategoryFault(ValueError):
    """A name that a category can't have. The message is a sentence."""


class NoCategoryName(CategoryFault):
    pass


class CategoryExists(CategoryFault):
    pass


class Category(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    url_key: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="", server_default="")

    @classmethod
    def create(cls, name: str, description: str = "") -> Self:
        """Raises CategoryFault."""
        name = cls._checked(name)
        url_key = _key(name)
        if db.session.scalar(select(cls.id).where(cls.url_key == url_key)):
            raise CategoryExists("There is such a category already.")
        category = cls(name=name, url_key=url_key, description=description)
        db.session.add(category)
        return category

    def rename(self, name: str) -> None:
        """Raises CategoryFault."""
        self.name = self._checked(name, self.id)

    @classmethod
    def _checked(cls, name: str, row: int = 0) -> str:
        name = " ".join(name.split())[:MAX_CATEGORY]
        if not _key(name):
            raise NoCategoryName("A category needs a name with letters or digits.")
        others = db.session.scalars(select(cls.name).where(cls.id != row))  # a site has few
        if name.casefold() in {other.casefold() for other in others}:
            raise CategoryExists("There is such a category already.")
        return name

    @classmethod
    def still(cls, category_id: int | None) -> int | None:
        """This id, unless somebody has deleted the category meanwhile."""
        return db.session.scalar(select(cls.id).where(cls.id == category_id))

    def delete_row(self) -> None:
        """What was in it is in none."""
        db.session.execute(delete(Category).where(Category.id == self.id))

    @classmethod
    def find(cls, url_key: str) -> Self | None:
        return db.session.scalar(select(cls).where(cls.url_key == url_key))

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
        query = select(cls.id).where(cls.id == category_id)  # not what the session remembers
        return db.session.scalar(query) is not None


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.lower()).strip("-")
