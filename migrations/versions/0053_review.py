"""uploads can wait for approval

What waits is private, and in no album that others may open: `album_wish` has those that it comes
into once it is approved. Only triggers write there, so that no writer of albums can forget it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

STEP = 1 << 20  # between positions
APPEND = (
    "INSERT OR IGNORE INTO album_upload (album_id, upload_id, position) "
    "SELECT album_id, upload_id, "
    "(SELECT coalesce(max(position), 0) FROM album_upload WHERE album_id = one.album_id) "
    f"+ {STEP} * (SELECT count(*) FROM album_wish WHERE album_id = one.album_id "
    "AND upload_id <= one.upload_id) "
    "FROM album_wish AS one WHERE "
)
UNAPPROVED = "SELECT id FROM upload WHERE NOT is_approved"


def upgrade():
    op.execute("ALTER TABLE upload ADD COLUMN is_approved BOOLEAN DEFAULT 1 NOT NULL")
    op.execute("ALTER TABLE upload ADD COLUMN waits_as VARCHAR")
    op.create_index(
        "ix_upload_waiting",
        "upload",
        ["received_at", "id"],
        sqlite_where=sa.text("waits_as IS NOT NULL"),
    )
    op.create_table(
        "album_wish",
        sa.Column("album_id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["album_id"], ["album.id"], name="fk_album_wish_album_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name="fk_album_wish_upload_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("album_id", "upload_id", name="pk_album_wish"),
    )
    op.create_index("ix_album_wish_upload_id", "album_wish", ["upload_id"])
    op.create_table(
        "refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("guest_browser", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_refusal_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_refusal"),
    )
    op.create_index("ix_refusal_user_id_id", "refusal", ["user_id", "id"])
    op.create_index("ix_refusal_guest_browser_id", "refusal", ["guest_browser", "id"])
    _wish()
    _follow_albums()


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")


def _wish():
    """What isn't approved and is put where others see it waits, and is put there afterwards."""
    op.execute(
        "CREATE TRIGGER album_approved BEFORE INSERT ON album_upload WHEN EXISTS "
        "(SELECT 1 FROM upload WHERE id = new.upload_id AND NOT is_approved AND leftovers IS NULL) "
        "AND EXISTS (SELECT 1 FROM album WHERE id = new.album_id AND visibility <> 'private') "
        "BEGIN INSERT OR IGNORE INTO album_wish (album_id, upload_id) "
        "VALUES (new.album_id, new.upload_id); SELECT RAISE(IGNORE); END"
    )
    op.execute(
        "CREATE TRIGGER wish_waits AFTER INSERT ON album_wish BEGIN UPDATE upload SET "
        "waits_as = 'private' WHERE id = new.upload_id AND waits_as IS NULL; END"
    )
    op.execute(
        "CREATE TRIGGER wish_ends AFTER DELETE ON album_wish BEGIN UPDATE upload SET "
        "waits_as = NULL WHERE id = old.upload_id AND waits_as = 'private' AND NOT EXISTS "
        "(SELECT 1 FROM album_wish WHERE upload_id = old.upload_id); END"
    )
    op.execute(
        "CREATE TRIGGER wish_stays AFTER UPDATE OF waits_as ON upload "
        "WHEN new.waits_as IS NULL AND NOT new.is_approved AND EXISTS "
        "(SELECT 1 FROM album_wish WHERE upload_id = new.id) "
        "BEGIN UPDATE upload SET waits_as = 'private' WHERE id = new.id; END"
    )
    op.execute(
        "CREATE TRIGGER wish_comes_true AFTER UPDATE OF is_approved ON upload "
        "WHEN new.is_approved AND NOT old.is_approved "
        f"BEGIN {APPEND}one.upload_id = new.id; "
        "DELETE FROM album_wish WHERE upload_id = new.id; END"
    )
    op.execute(
        "CREATE TRIGGER wish_again AFTER UPDATE OF is_approved ON upload "
        "WHEN old.is_approved AND NOT new.is_approved "
        "BEGIN INSERT OR IGNORE INTO album_wish (album_id, upload_id) "
        "SELECT album_id, upload_id FROM album_upload WHERE upload_id = new.id AND album_id IN "
        "(SELECT id FROM album WHERE visibility <> 'private'); "
        "DELETE FROM album_upload WHERE upload_id = new.id AND album_id IN "
        "(SELECT album_id FROM album_wish WHERE upload_id = new.id); END"
    )


def _follow_albums():
    """An album that others may open from now on, or no longer."""
    op.execute(
        "CREATE TRIGGER album_opens AFTER UPDATE OF visibility ON album "
        "WHEN old.visibility = 'private' AND new.visibility <> 'private' "
        "BEGIN INSERT OR IGNORE INTO album_wish (album_id, upload_id) "
        "SELECT album_id, upload_id FROM album_upload "
        f"WHERE album_id = new.id AND upload_id IN ({UNAPPROVED}); "
        "DELETE FROM album_upload WHERE album_id = new.id AND upload_id IN "
        "(SELECT upload_id FROM album_wish WHERE album_id = new.id); END"
    )
    op.execute(
        "CREATE TRIGGER album_closes AFTER UPDATE OF visibility ON album "
        "WHEN old.visibility <> 'private' AND new.visibility = 'private' "
        f"BEGIN {APPEND}one.album_id = new.id; "
        "DELETE FROM album_wish WHERE album_id = new.id; END"
    )
