"""Rows that refer to nothing: by a foreign key, or by an id that no key of the database watches
over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import text

from models.base import begin_write, db


class _Reference(NamedTuple):
    """``found`` is a condition on rows of ``table``; ``mend`` the statement that takes away what
    refers to nothing: the row, or the column's value.
    """

    table: str
    found: str
    mend: str


def _cleared(table: str, column: str, of: str) -> _Reference:
    found = f"{column} IS NOT NULL AND {column} NOT IN ({of})"
    return _Reference(table, found, f"UPDATE {table} SET {column} = NULL WHERE {found}")


_BOOKKEEPING = frozenset(
    {"idempotency_key", "known_damage", "one_time_link", "seen_sums", "twin", "user_session"}
)
_UPLOADS = "SELECT id FROM upload"
_OF_ALBUM = "SELECT upload_id FROM album_upload WHERE album_id = album.id"
_VERSIONS = f"version_of_id IS NOT NULL AND version_of_id NOT IN ({_UPLOADS})"
REFERENCES: Mapping[str, _Reference] = {
    "covers of albums": _cleared("album", "cover_id", _OF_ALBUM),
    "albums above": _cleared("album", "parent_id", "SELECT id FROM album"),
    "portraits": _cleared("user", "portrait", "SELECT public_id FROM portrait"),
    # its files are the older bytes of a page that is gone, and its owner's: nothing deletes them
    "versions": _Reference("upload", _VERSIONS, ""),
    "moved addresses": _Reference(
        "moved_address",
        f"upload_id NOT IN ({_UPLOADS})",
        f"DELETE FROM moved_address WHERE upload_id NOT IN ({_UPLOADS})",
    ),
}


def dangling(name: str) -> int:
    """How many rows of this kind refer to nothing."""
    one = REFERENCES[name]
    return db.session.scalar(text(f"SELECT count(*) FROM {one.table} WHERE {one.found}")) or 0


def can_be_mended(name: str) -> bool:
    return bool(REFERENCES[name].mend)


def mend(name: str) -> None:
    """In the caller's transaction."""
    begin_write()
    db.session.execute(text(REFERENCES[name].mend))


def is_bookkeeping(table: str) -> bool:
    """Whether its rows are nothing that anybody made, or would miss."""
    return table in _BOOKKEEPING


def mend_keys(table: str, parent: str) -> None:
    """Delete rows of bookkeeping that refer to nothing. In the caller's transaction. Of all others
    nothing is deleted: what they refer to was lost, and comes back by restoring a backup.
    """
    if not is_bookkeeping(table):
        raise ValueError(table)
    begin_write()
    query = 'SELECT "from", coalesce("to", \'id\') FROM pragma_foreign_key_list(:table) '
    keys = db.session.execute(
        text(query + 'WHERE "table" = :parent'), {"table": table, "parent": parent}
    )
    for column, to in keys.all():
        found = f'"{column}" IS NOT NULL AND "{column}" NOT IN (SELECT "{to}" FROM "{parent}")'
        db.session.execute(text(f'DELETE FROM "{table}" WHERE {found}'))


def of_keys() -> list[tuple[str, str, int]]:
    """Table, the table that it refers to, and how many rows have none there."""
    query = 'SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2'
    return [(table, parent, number) for table, parent, number in db.session.execute(text(query))]
