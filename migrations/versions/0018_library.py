"""what somebody sent has orders and shelves, each with an index, and a tally of it

The shelf is what a library is filtered by, in one number. Triggers count by owner, shelf and month,
so that no page has to.
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SHELF = (
    "(CASE WHEN kind = 'video' THEN 2 ELSE is_animated END) * 16 "
    "+ (CASE visibility WHEN 'private' THEN 0 WHEN 'members' THEN 1 WHEN 'unlisted' THEN 2 "
    "ELSE 3 END) * 4 + (expires_at IS NOT NULL) * 2 + (album_count > 0)"
)
COLUMNS = ("received_at", "pictured_at", "name_key", "views", "size")
DATES = ("received_at", "pictured_at")
BYTES = (
    "{0}size + {0}thumb_size + {0}medium_size + coalesce({0}tile_size, 0) + {0}frame_size "
    "+ {0}sent_size"
)
CHANGING = (
    "user_id, kind, is_animated, visibility, expires_at, album_count, received_at, taken_at, size, "
    "thumb_size, medium_size, tile_size, frame_size, sent_size"
)


def upgrade():
    op.execute("ALTER TABLE upload ADD COLUMN album_count INTEGER DEFAULT '0' NOT NULL")
    op.execute("ALTER TABLE upload ADD COLUMN name_key VARCHAR DEFAULT '' NOT NULL")
    op.execute(
        f"ALTER TABLE upload ADD COLUMN shelf INTEGER GENERATED ALWAYS AS ({SHELF}) NOT NULL"
    )
    op.execute(
        "ALTER TABLE upload ADD COLUMN pictured_at DATETIME "
        "GENERATED ALWAYS AS (coalesce(taken_at, received_at))"
    )
    op.execute(
        "UPDATE upload SET album_count = "
        "(SELECT count(*) FROM album_upload WHERE upload_id = upload.id)"
    )
    _name()
    for column in COLUMNS:
        columns = ["user_id", "shelf", column, "rank"]
        op.create_index(f"ix_upload_shelf_{column}", "upload", columns)
    _count_albums()
    _tally()


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")


def _name():
    """What names are sorted by."""
    connection = op.get_bind()
    rows = connection.exec_driver_sql("SELECT id, coalesce(nullif(title, ''), name) FROM upload")
    named = [{"row": row, "key": _key(text)} for row, text in rows]
    if named:
        connection.execute(sa.text("UPDATE upload SET name_key = :key WHERE id = :row"), named)


def _key(text):
    plain = unicodedata.normalize("NFKD", text[:60])
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn").casefold()
    return re.sub("[0-9]+", lambda digits: digits[0].zfill(8), plain)[:60]


def _count_albums():
    for event, row, step in (("INSERT", "new", "+ 1"), ("DELETE", "old", "- 1")):
        op.execute(
            f"CREATE TRIGGER album_count_{event.lower()} AFTER {event} ON album_upload BEGIN "
            f"UPDATE upload SET album_count = album_count {step} WHERE id = {row}.upload_id; END"
        )


def _tally():
    op.create_table(
        "tally",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("shelf", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("uploads", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "by", "shelf", "month", name="pk_tally"),
        sqlite_with_rowid=False,
    )
    for date in DATES:
        op.execute(
            f"INSERT INTO tally SELECT user_id, '{date}', shelf, substr({date}, 1, 7), count(*), "
            f"sum({BYTES.format('')}) FROM upload WHERE user_id IS NOT NULL GROUP BY 1, 3, 4"
        )
    more = " ".join(
        "INSERT INTO tally (user_id, by, shelf, month, uploads, bytes) SELECT new.user_id, "
        f"'{date}', new.shelf, substr(new.{date}, 1, 7), 1, {BYTES.format('new.')} "
        "WHERE new.user_id IS NOT NULL ON CONFLICT DO UPDATE SET uploads = uploads + 1, "
        "bytes = bytes + excluded.bytes;"
        for date in DATES
    )
    fewer = " ".join(
        f"UPDATE tally SET uploads = uploads - 1, bytes = bytes - ({BYTES.format('old.')}) "
        f"WHERE {_of_old(date)}; DELETE FROM tally WHERE {_of_old(date)} AND uploads < 1;"
        for date in DATES
    )
    op.execute(f"CREATE TRIGGER tally_insert AFTER INSERT ON upload BEGIN {more} END")
    op.execute(f"CREATE TRIGGER tally_delete AFTER DELETE ON upload BEGIN {fewer} END")
    op.execute(
        f"CREATE TRIGGER tally_update AFTER UPDATE OF {CHANGING} ON upload BEGIN {fewer} {more} END"
    )


def _of_old(date):
    return (
        f"user_id = old.user_id AND by = '{date}' AND shelf = old.shelf "
        f"AND month = substr(old.{date}, 1, 7)"
    )
