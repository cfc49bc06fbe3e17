"""Counts that triggers keep, compared with a count of what they are of, and written anew.

Each is one statement, whatever the number of rows. A count is wrong after a fault of the disk, a
write by another program, or a mistake in a trigger; nothing else notices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from models.base import begin_write, db

_AUDIENCE = (  # as the triggers of migration 0027
    "CASE WHEN u.expires_at IS NOT NULL THEN 4 ELSE CASE u.visibility WHEN 'private' THEN 0 "
    "WHEN 'members' THEN 1 WHEN 'unlisted' THEN 2 ELSE 3 END END"
)
_TAGGED = "FROM upload_tag ut JOIN tag t ON t.id = ut.tag_id JOIN upload u ON u.id = ut.upload_id"
_KIND = "CASE WHEN kind = 'video' THEN 2 ELSE is_animated END"
_DERIVATIVES = (
    "thumb_size + medium_size + coalesce(tile_size, 0) + frame_size + coalesce(preview_size, 0)"
)
_HERE = "binned_at IS NULL AND version_of_id IS NULL"
_DATES = ("received_at", "pictured_at")
WORDS = "upload_fts"  # the index of words


@dataclass(frozen=True)
class _Table:
    """A whole table that is made of others. ``of`` selects its ``columns``; ``kept`` says which of
    its rows count.
    """

    columns: str
    of: str
    kept: str = "1"

    def differing(self, name: str) -> str:
        now = f"SELECT {self.columns} FROM {name} WHERE {self.kept}"
        right = f"SELECT * FROM ({self.of})"
        return (
            f"SELECT (SELECT count(*) FROM ({right} EXCEPT {now})) "
            f"+ (SELECT count(*) FROM ({now} EXCEPT {right}))"
        )

    def recount(self, name: str) -> Sequence[str]:
        return (f"DELETE FROM {name}", f"INSERT INTO {name} ({self.columns}) {self.of}")


@dataclass(frozen=True)
class _Column:
    """A column that counts other rows."""

    table: str
    column: str
    of: str  # of the row ``one``

    def differing(self, _name: str) -> str:
        return f"SELECT count(*) FROM {self.table} AS one WHERE {self.column} IS NOT ({self.of})"

    def recount(self, _name: str) -> Sequence[str]:
        return (
            f"UPDATE {self.table} AS one SET {self.column} = ({self.of}) "
            f"WHERE {self.column} IS NOT ({self.of})",
        )


@dataclass(frozen=True)
class _Twins:
    """Only who has what twice: by what groups are in order can't be counted again."""

    of: str = (
        "SELECT user_id, source_sha256 AS sha256, max(rank) AS newest FROM upload "
        f"WHERE user_id IS NOT NULL AND {_HERE} GROUP BY 1, 2 HAVING count(*) > 1"
    )

    def differing(self, _name: str) -> str:
        now, right = "SELECT user_id, sha256 FROM twin", f"SELECT user_id, sha256 FROM ({self.of})"
        return (
            f"SELECT (SELECT count(*) FROM ({right} EXCEPT {now})) "
            f"+ (SELECT count(*) FROM ({now} EXCEPT {right}))"
        )

    def recount(self, _name: str) -> Sequence[str]:
        return (
            "DELETE FROM twin WHERE (user_id, sha256) NOT IN "
            f"(SELECT user_id, sha256 FROM ({self.of}))",
            f"INSERT OR IGNORE INTO twin (user_id, sha256, newest) {self.of}",
        )


@dataclass(frozen=True)
class _Flow:
    """What came less what went is all that is kept. Which quarter of an hour is wrong can't be
    known, so this one gets the difference.
    """

    def _missing(self) -> str:
        return (
            "(SELECT coalesce(sum(kept_bytes), 0) FROM upload) "
            "- (SELECT coalesce(sum(bytes - freed), 0) FROM flow)"
        )

    def differing(self, _name: str) -> str:
        return f"SELECT ({self._missing()}) <> 0"

    def recount(self, _name: str) -> Sequence[str]:
        quarter = "CAST(strftime('%s', 'now') AS INTEGER) / 900"
        return (
            "INSERT INTO flow (quarter, uploads, bytes, freed) "
            f"SELECT {quarter}, 0, max(0, d), max(0, -d) FROM (SELECT {self._missing()} AS d) "
            "WHERE d <> 0 ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes, "
            "freed = freed + excluded.freed",
        )


@dataclass(frozen=True)
class _Words:
    """The index of words: a row for each upload, and no other."""

    def differing(self, _name: str) -> str:
        return (
            "SELECT (SELECT count(*) FROM (SELECT rank FROM upload EXCEPT SELECT id FROM "
            "upload_fts_content)) + (SELECT count(*) FROM (SELECT id FROM upload_fts_content "
            "EXCEPT SELECT rank FROM upload))"
        )

    def recount(self, _name: str) -> Sequence[str]:
        """Only empties it: `write_words` follows."""
        return (
            "DELETE FROM upload_fts_content",
            "INSERT INTO upload_fts (upload_fts) VALUES ('rebuild')",
        )


_FILES_OF = "FROM album_upload WHERE album_id = one.id"
COUNTS: Mapping[str, _Table | _Column | _Twins | _Flow | _Words] = {
    # first what others are made of: a shelf says whether a file is in an album
    "albums of files": _Column(
        "upload", "album_count", "SELECT count(*) FROM album_upload WHERE upload_id = one.id"
    ),
    "files of albums": _Column("album", "upload_count", f"SELECT count(*) {_FILES_OF}"),
    "hearts": _Column("upload", "likes", "SELECT count(*) FROM heart WHERE upload_id = one.id"),
    "kept bytes": _Column(
        "upload",
        "scrubbed_size",
        "coalesce((SELECT length(originals) FROM scrubbing WHERE upload_id = one.id), 0)",
    ),
    "files sent by links": _Column(
        "share_link", "added_files", "SELECT count(*) FROM contribution WHERE link_id = one.id"
    ),
    "bytes sent by links": _Column(
        "share_link",
        "added_bytes",
        "SELECT coalesce(sum(size), 0) FROM contribution WHERE link_id = one.id",
    ),
    "tally": _Table(
        "user_id, by, shelf, month, uploads, bytes",
        " UNION ALL ".join(
            f"SELECT user_id, '{date}' AS by, shelf, substr({date}, 1, 7) AS month, "
            "count(*) AS uploads, sum(kept_bytes) AS bytes FROM upload "
            "WHERE user_id IS NOT NULL GROUP BY 1, 3, 4"
            for date in _DATES
        ),
    ),
    "tag_tally": _Table(
        "user_id, audience, key, tag_id, uploads",
        f"SELECT 0 AS user_id, {_AUDIENCE} AS audience, t.key AS key, t.id AS tag_id, "
        f"count(*) AS uploads {_TAGGED} GROUP BY 2, 3 UNION ALL "
        f"SELECT u.user_id, {_AUDIENCE}, t.key, t.id, count(*) {_TAGGED} "
        "WHERE u.user_id IS NOT NULL GROUP BY 1, 2, 3",
    ),
    "kind_tally": _Table(
        "kind, uploads, files, derivatives, originals",
        f"SELECT {_KIND} AS kind, count(*) AS uploads, sum(size) AS files, "
        f"sum({_DERIVATIVES}) AS derivatives, sum(sent_size + scrubbed_size) AS originals "
        "FROM upload GROUP BY 1",
        "uploads <> 0 OR files <> 0 OR derivatives <> 0 OR originals <> 0",
    ),
    "space": _Table(
        "holder, bytes",
        "SELECT coalesce(user_id, 0) AS holder, sum(kept_bytes) AS bytes FROM upload GROUP BY 1 "
        "UNION ALL SELECT -1, coalesce(sum(kept_bytes), 0) FROM upload",
    ),
    "flow": _Flow(),
    "twin": _Twins(),
    WORDS: _Words(),
}


def differing(name: str) -> int:
    """How many rows of this count are not what they should be."""
    return db.session.scalar(text(COUNTS[name].differing(name))) or 0


def recount(name: str) -> None:
    """Write it anew, in the caller's transaction; the index of words is empty then."""
    begin_write()
    for statement in COUNTS[name].recount(name):
        db.session.execute(text(statement))


def write_words(after: int, limit: int) -> int | None:
    """Of so many uploads from behind a row, in the caller's transaction: the last row, None where
    there is no more. A trigger writes the words of each row that is written to.
    """
    begin_write()
    some = text("SELECT id FROM upload WHERE id > :after ORDER BY id LIMIT :limit")
    rows = db.session.scalars(some, {"after": after, "limit": limit}).all()
    if not rows:
        return None
    span = {"first": rows[0], "last": rows[-1]}
    words = text("UPDATE upload SET title = title WHERE id BETWEEN :first AND :last")
    db.session.execute(words, span)
    return int(rows[-1])
