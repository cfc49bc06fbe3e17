"""what a guest's browser sent has an index"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_upload_guest_session",
        "upload",
        ["guest_session", "received_at", "rank"],
        sqlite_where=sa.text("guest_session IS NOT NULL"),
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
