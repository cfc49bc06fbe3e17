"""a guest's upload knows its browser for as long as it is there"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("upload", sa.Column("guest_browser", sa.String(), nullable=True))
    op.drop_index("ix_upload_guest_session", "upload")
    op.create_index(
        "ix_upload_guest_browser",
        "upload",
        ["guest_browser", "received_at", "rank"],
        sqlite_where=sa.text("guest_browser IS NOT NULL"),
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
