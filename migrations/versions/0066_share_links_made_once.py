"""a share link is made once, says why it ended, and leaves nothing waiting

``form_hash`` is of the form that made it, so that a second click makes no second link. What people
sent by a link and what still waits for its owner would wait for ever once the link is deleted, with
its album, too: a trigger makes it a private file of its owner's as any other.
"""

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TABLE share_link ADD COLUMN is_revoked_by_merge BOOLEAN DEFAULT 0 NOT NULL")
    op.execute("ALTER TABLE share_link ADD COLUMN form_hash VARCHAR")
    op.create_index("ix_share_link_form_hash", "share_link", ["form_hash"], unique=True)
    op.execute("UPDATE contribution SET is_waiting = 0 WHERE is_waiting AND link_id IS NULL")
    op.execute(
        "CREATE TRIGGER link_leaves_nothing_waiting BEFORE DELETE ON share_link "
        "BEGIN UPDATE contribution SET is_waiting = 0 WHERE link_id = old.id AND is_waiting; END"
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
