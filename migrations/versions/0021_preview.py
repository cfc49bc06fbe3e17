"""large stills have a preview, which a job makes; it counts in the space that somebody uses"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

DATES = ("received_at", "pictured_at")
BYTES = (
    "{0}size + {0}thumb_size + {0}medium_size + coalesce({0}tile_size, 0) + {0}frame_size "
    "+ {0}sent_size + coalesce({0}preview_size, 0)"
)
CHANGING = (
    "user_id, kind, is_animated, visibility, expires_at, album_count, received_at, taken_at, size, "
    "thumb_size, medium_size, tile_size, frame_size, sent_size, preview_size"
)
IS_NEEDED = (
    "kind = 'image' AND NOT is_animated AND max(width, height) >= 2400 "
    "AND width * min(1600, max(width, height) / 2) >= 900 * max(width, height) "
    "AND (size >= 800000 OR NOT is_playable)"
)


def upgrade():
    op.add_column("upload", sa.Column("preview_size", sa.Integer(), nullable=True))
    op.execute(f"UPDATE upload SET preview_size = 0 WHERE {IS_NEEDED}")
    op.create_index(
        "ix_upload_without_preview",
        "upload",
        ["preview_size", "id"],
        sqlite_where=sa.text("preview_size = 0"),
    )
    for event in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER tally_{event}")
    _tally()


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")


def _tally():
    """As migration 0018 has it, with the previews' bytes."""
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
