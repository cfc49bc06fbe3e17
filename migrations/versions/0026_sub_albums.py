"""albums in albums; what is in a deleted one moves up"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TABLE album ADD COLUMN parent_id INTEGER")
    op.create_index("ix_album_parent_id", "album", ["parent_id"])
    op.execute("CREATE INDEX ix_album_top ON album (user_id, changed_at) WHERE parent_id IS NULL")
    op.execute(
        "CREATE TRIGGER album_children AFTER DELETE ON album BEGIN "
        "UPDATE album SET parent_id = old.parent_id WHERE parent_id = old.id; END"
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
