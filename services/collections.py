"""Categories."""

from __future__ import annotations

from models import Category, db


def create_category(name: str) -> Category:
    """Raises ValueError with a sentence for the person."""
    category = Category.create(name)
    db.session.commit()
    return category
