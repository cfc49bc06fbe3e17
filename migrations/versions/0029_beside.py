"""what somebody shows to others has an index in the order of the date shown"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_upload_user_id_visibility_rank",
        "upload",
        ["user_id", "visibility", "rank"],
        sqlite_where=sa.text("expires_at IS NULL"),
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
