"""Settings changed while the site runs. All others have the value of the configuration."""

from __future__ import annotations

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db


class Setting(Model):
    """``name`` is the setting's, in upper case; ``value`` the text that it is parsed from."""

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]

    @classmethod
    def values(cls, engine: Engine) -> dict[str, str]:
        """All, on a connection of its own, so that no session is drawn into it.

        Raises DatabaseFault.
        """
        with engine.connect() as connection:
            return {row.name: row.value for row in connection.execute(select(cls.name, cls.value))}

    @classmethod
    def all_texts(cls) -> dict[str, str]:
        """The same, in this session's transaction."""
        return {row.name: row.value for row in db.session.execute(select(cls.name, cls.value))}

    @classmethod
    def put(cls, name: str, value: str) -> None:
        row = insert(cls).values(name=name, value=value)
        db.session.execute(
            row.on_conflict_do_update(index_elements=[cls.name], set_={"value": value})
        )

    @classmethod
    def forget(cls, name: str) -> None:
        db.session.execute(delete(cls).where(cls.name == name))
