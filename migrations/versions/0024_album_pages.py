"""albums have pages: who may open them, a description, an order, a cover, counts

By what an album may be sorted is copied beside its uploads, where each order has an index. Triggers
keep the copies and counts, and keep out what couldn't be cleaned. An old album, which had no page,
opens to no more people than any file in it.
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ALBUM = (
    "description VARCHAR",
    "visibility VARCHAR DEFAULT 'private' NOT NULL",
    "password_hash VARCHAR",
    "password_key VARCHAR",
    "sort VARCHAR DEFAULT 'taken' NOT NULL",
    "cover_id INTEGER",
    "views INTEGER DEFAULT '0' NOT NULL",
    "upload_count INTEGER DEFAULT '0' NOT NULL",
    "changed_at DATETIME DEFAULT '2000-01-01 00:00:00.000000' NOT NULL",
)
KEYS = ("received_at DATETIME", "pictured_at DATETIME", "name_key VARCHAR")
NARROWEST = (
    "SELECT CASE min(CASE visibility WHEN 'private' THEN 0 WHEN 'members' THEN 1 ELSE 2 END) "
    "WHEN 2 THEN 'unlisted' WHEN 1 THEN 'members' ELSE 'private' END FROM upload "
    "JOIN album_upload ON upload_id = upload.id WHERE album_id = album.id"
)
COPY = (
    "UPDATE album_upload SET (received_at, pictured_at, name_key) = "
    "(SELECT received_at, pictured_at, name_key FROM upload WHERE id = upload_id)"
)


def upgrade():
    for column in ALBUM:
        op.execute(f"ALTER TABLE album ADD COLUMN {column}")
    for column in KEYS:
        op.execute(f"ALTER TABLE album_upload ADD COLUMN {column}")
    op.execute(
        "DELETE FROM album_upload WHERE upload_id IN "
        "(SELECT id FROM upload WHERE leftovers IS NOT NULL)"
    )
    op.execute(COPY)
    op.execute("UPDATE album_upload SET position = position << 20")
    op.execute(
        f"UPDATE album SET changed_at = created_at, visibility = ({NARROWEST}), upload_count = "
        "(SELECT count(*) FROM album_upload WHERE album_id = album.id)"
    )
    op.create_index("ix_album_upload_position", "album_upload", ["album_id", "position"])
    for key in ("received_at", "pictured_at", "name_key"):
        columns = ["album_id", key, "position"]
        op.create_index(f"ix_album_upload_{key}", "album_upload", columns)
    op.drop_index("ix_album_user_id", "album")
    op.create_index("ix_album_user_id_changed_at", "album", ["user_id", "changed_at"])
    op.execute(
        "CREATE INDEX ix_album_visibility_changed_at ON album (visibility, changed_at) "
        "WHERE upload_count > 0"
    )
    _keep()


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")


def _keep():
    op.execute(
        "CREATE TRIGGER album_cleaned BEFORE INSERT ON album_upload WHEN EXISTS "
        "(SELECT 1 FROM upload WHERE id = new.upload_id AND leftovers IS NOT NULL) "
        "BEGIN SELECT RAISE(IGNORE); END"
    )
    op.execute(
        f"CREATE TRIGGER album_gains AFTER INSERT ON album_upload BEGIN {COPY} "
        "WHERE album_id = new.album_id AND upload_id = new.upload_id; "
        "UPDATE album SET upload_count = upload_count + 1, "
        "changed_at = strftime('%Y-%m-%d %H:%M:%f000', 'now') WHERE id = new.album_id; END"
    )
    op.execute(
        "CREATE TRIGGER album_loses AFTER DELETE ON album_upload BEGIN "
        "UPDATE album SET upload_count = upload_count - 1, "
        "cover_id = nullif(cover_id, old.upload_id) WHERE id = old.album_id; END"
    )
    op.execute(
        "CREATE TRIGGER album_keys AFTER UPDATE OF received_at, taken_at, name_key ON upload BEGIN "
        f"{COPY} WHERE upload_id = new.id; END"
    )
