"""what is sent by a link counts as long as it is there

Triggers count, so that no writer can forget it, and a deleted file gives its room back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TABLE contribution ADD COLUMN size BIGINT DEFAULT 0 NOT NULL")
    op.create_index(
        "ix_contribution_link_id_browser_upload_id",
        "contribution",
        ["link_id", "browser", "upload_id"],
    )
    op.create_index(
        "ix_contribution_waiting",
        "contribution",
        ["link_id", "upload_id"],
        sqlite_where=sa.text("is_waiting"),
    )
    op.execute(
        "UPDATE contribution SET size = (SELECT size FROM upload WHERE id = contribution.upload_id)"
    )
    op.execute(
        "UPDATE share_link SET (added_files, added_bytes) = (SELECT count(*), "
        "coalesce(sum(size), 0) FROM contribution WHERE link_id = share_link.id)"
    )
    for name, event, row, sign in (
        ("contribution_comes", "INSERT", "new", "+"),
        ("contribution_goes", "DELETE", "old", "-"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON contribution BEGIN UPDATE share_link SET "
            f"added_files = added_files {sign} 1, added_bytes = added_bytes {sign} {row}.size "
            f"WHERE id = {row}.link_id; END"
        )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
