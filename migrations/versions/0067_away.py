"""uploads go to a bin, have versions, and may stay while they are used

What is in the bin, or was replaced, is away: it expired at the beginning of 1970, so that whatever
asks for what is there finds it no more, and its files are still known. It has a shelf of its own,
by which everybody's bin is counted.
"""

from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

SHELF = (
    "CASE WHEN version_of_id IS NOT NULL THEN 49 WHEN binned_at IS NOT NULL THEN 48 ELSE "
    "(CASE WHEN kind = 'video' THEN 2 ELSE is_animated END) * 16 "
    "+ (CASE visibility WHEN 'private' THEN 0 WHEN 'members' THEN 1 WHEN 'unlisted' THEN 2 "
    "ELSE 3 END) * 4 + (expires_at IS NOT NULL) * 2 + (album_count > 0) END"
)
COLUMNS = ("received_at", "pictured_at", "name_key", "views", "size")
TRIGGERS = ("tally_insert", "tally_delete", "tally_update")  # they read the shelf


def upgrade():
    connection = op.get_bind()
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?"
    triggers = [connection.exec_driver_sql(query, (name,)).scalar_one() for name in TRIGGERS]
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    for column in COLUMNS:
        op.drop_index(f"ix_upload_shelf_{column}", "upload")
    op.execute("ALTER TABLE upload DROP COLUMN shelf")
    op.execute("ALTER TABLE upload ADD COLUMN binned_at DATETIME")
    op.execute("ALTER TABLE upload ADD COLUMN binned JSON")
    op.execute("ALTER TABLE upload ADD COLUMN version_of_id INTEGER")
    op.execute("ALTER TABLE upload ADD COLUMN unused_days INTEGER")
    op.execute(
        f"ALTER TABLE upload ADD COLUMN shelf INTEGER GENERATED ALWAYS AS ({SHELF}) NOT NULL"
    )
    for column in COLUMNS:
        columns = ["user_id", "shelf", column, "rank"]
        op.create_index(f"ix_upload_shelf_{column}", "upload", columns)
    for sql in triggers:
        op.execute(
            sql.replace("UPDATE OF ", "UPDATE OF binned_at, version_of_id, ").replace(":", "\\:")
        )
    op.execute(
        "CREATE INDEX ix_upload_binned ON upload (user_id, binned_at, id) "
        "WHERE binned_at IS NOT NULL"
    )
    op.execute("CREATE INDEX ix_upload_bin ON upload (binned_at, id) WHERE binned_at IS NOT NULL")
    op.execute(
        "CREATE INDEX ix_upload_version_of_id ON upload (version_of_id, id) "
        "WHERE version_of_id IS NOT NULL"
    )
    op.execute(
        "CREATE TRIGGER versions_go AFTER DELETE ON upload "
        "BEGIN DELETE FROM upload WHERE version_of_id = old.id; END"
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
