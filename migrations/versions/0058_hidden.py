"""what a moderator has hidden is marked; triggers read what they change alone

Those of migration 0053 looked at all uploads and albums while nobody else could write.
"""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

IS_OPEN = "EXISTS (SELECT 1 FROM album WHERE id = album_id AND visibility <> 'private')"
IS_UNAPPROVED = "EXISTS (SELECT 1 FROM upload WHERE id = upload_id AND NOT is_approved)"


def upgrade():
    op.execute("ALTER TABLE upload ADD COLUMN is_hidden BOOLEAN DEFAULT 0 NOT NULL")
    op.execute(
        "UPDATE upload SET is_hidden = 1 WHERE NOT is_approved AND public_id IN "
        "(SELECT subject FROM audit_entry WHERE act = 'hide_upload')"
    )
    op.execute("DROP TRIGGER album_opens")
    op.execute(
        "CREATE TRIGGER album_opens AFTER UPDATE OF visibility ON album "
        "WHEN old.visibility = 'private' AND new.visibility <> 'private' "
        "BEGIN INSERT OR IGNORE INTO album_wish (album_id, upload_id) "
        "SELECT album_id, upload_id FROM album_upload "
        f"WHERE album_id = new.id AND {IS_UNAPPROVED}; "
        "DELETE FROM album_upload WHERE album_id = new.id AND upload_id IN "
        "(SELECT upload_id FROM album_wish WHERE album_id = new.id); END"
    )
    op.execute("DROP TRIGGER wish_again")
    op.execute(
        "CREATE TRIGGER wish_again AFTER UPDATE OF is_approved ON upload "
        "WHEN old.is_approved AND NOT new.is_approved "
        "BEGIN INSERT OR IGNORE INTO album_wish (album_id, upload_id) "
        f"SELECT album_id, upload_id FROM album_upload WHERE upload_id = new.id AND {IS_OPEN}; "
        "DELETE FROM album_upload WHERE upload_id = new.id AND album_id IN "
        "(SELECT album_id FROM album_wish WHERE upload_id = new.id); END"
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
