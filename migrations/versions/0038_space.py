"""how many bytes are kept for each person, for guests together, and for all

One column adds up what an upload takes, so that the tally and the sums agree. Triggers keep both.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

DATES = ("received_at", "pictured_at")
KEPT_BYTES = (
    "size + thumb_size + medium_size + coalesce(tile_size, 0) + frame_size "
    "+ coalesce(preview_size, 0) + sent_size + scrubbed_size"
)
GUESTS, EVERYBODY = 0, -1
CHANGING = (
    "user_id, kind, is_animated, visibility, expires_at, album_count, received_at, taken_at, size, "
    "thumb_size, medium_size, tile_size, frame_size, sent_size, preview_size, scrubbed_size"
)


def upgrade():
    op.add_column("user", sa.Column("quota_mb", sa.Integer(), nullable=True))
    op.execute("ALTER TABLE upload ADD COLUMN scrubbed_size INTEGER DEFAULT '0' NOT NULL")
    op.execute(
        "UPDATE upload SET scrubbed_size = length(scrubbing.originals) "
        "FROM scrubbing WHERE upload_id = upload.id"
    )
    op.execute(
        f"ALTER TABLE upload ADD COLUMN kept_bytes INTEGER "
        f"GENERATED ALWAYS AS ({KEPT_BYTES}) NOT NULL"
    )
    for event in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER tally_{event}")
    _tally()
    _space()


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")


def _tally():
    """As migration 0021 has it, with what was taken out of files and is kept for their owners."""
    op.execute("DELETE FROM tally")
    for date in DATES:
        op.execute(
            f"INSERT INTO tally SELECT user_id, '{date}', shelf, substr({date}, 1, 7), count(*), "
            "sum(kept_bytes) FROM upload WHERE user_id IS NOT NULL GROUP BY 1, 3, 4"
        )
    more = " ".join(
        "INSERT INTO tally (user_id, by, shelf, month, uploads, bytes) SELECT new.user_id, "
        f"'{date}', new.shelf, substr(new.{date}, 1, 7), 1, new.kept_bytes "
        "WHERE new.user_id IS NOT NULL ON CONFLICT DO UPDATE SET uploads = uploads + 1, "
        "bytes = bytes + excluded.bytes;"
        for date in DATES
    )
    fewer = " ".join(
        f"UPDATE tally SET uploads = uploads - 1, bytes = bytes - old.kept_bytes "
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


def _space():
    op.create_table(
        "space",
        sa.Column("holder", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_space"),
        sqlite_with_rowid=False,
    )
    op.execute(
        f"INSERT INTO space SELECT coalesce(user_id, {GUESTS}), sum(kept_bytes) "
        "FROM upload GROUP BY 1"
    )
    op.execute(f"INSERT INTO space SELECT {EVERYBODY}, coalesce(sum(kept_bytes), 0) FROM upload")
    more = " ".join(
        f"INSERT INTO space (holder, bytes) VALUES ({holder}, new.kept_bytes) "
        "ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;"
        for holder in (EVERYBODY, f"coalesce(new.user_id, {GUESTS})")
    )
    fewer = " ".join(
        f"UPDATE space SET bytes = bytes - old.kept_bytes WHERE holder = {holder};"
        for holder in (EVERYBODY, f"coalesce(old.user_id, {GUESTS})")
    )
    gone = f"DELETE FROM space WHERE holder = coalesce(old.user_id, {GUESTS}) AND bytes = 0;"
    op.execute(f"CREATE TRIGGER space_insert AFTER INSERT ON upload BEGIN {more} END")
    op.execute(f"CREATE TRIGGER space_delete AFTER DELETE ON upload BEGIN {fewer} {gone} END")
    op.execute(
        "CREATE TRIGGER space_update AFTER UPDATE ON upload WHEN old.user_id IS NOT new.user_id "
        f"OR old.kept_bytes <> new.kept_bytes BEGIN {more} {fewer} {gone} END"
    )
