"""Secrets that a page shows once, between the form that made them and that page."""

from __future__ import annotations

from models import ShownOnce, db


def keep(token: str, sealed: str) -> None:
    ShownOnce.put(token, sealed)
    db.session.commit()


def take(token: str) -> str:
    """What was kept under this token; "" the next time."""
    sealed = ShownOnce.take(token)
    db.session.commit()
    return sealed
