"""Albums and categories."""

from __future__ import annotations

from models import Album, Category, User, db


def create_album(user: User, name: str) -> Album:
    """Raises ValueError with a sentence for the person."""
    album = Album.create(user, name)
    db.session.commit()
    return album


def create_category(name: str) -> Category:
    """Raises ValueError with a sentence for the person."""
    category = Category.create(name)
    db.session.commit()
    return category
