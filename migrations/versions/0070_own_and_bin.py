"""what somebody has is listed without what is away, and the bin knows what would have expired

A page of one's own began with the newest, also of what had just been put into the bin: thousands of
rows that it left out one by one. What had an end goes for good at its end, from the bin, too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

HERE = sa.text("binned_at IS NULL AND version_of_id IS NULL")


def upgrade():
    op.drop_index("ix_upload_user_id_rank", "upload")
    op.create_index("ix_upload_user_id_rank", "upload", ["user_id", "rank"], sqlite_where=HERE)
    op.create_index("ix_upload_own", "upload", ["user_id", "id"], sqlite_where=HERE)
    op.execute("ALTER TABLE upload ADD COLUMN ends_at DATETIME")
    op.execute(
        "UPDATE upload SET ends_at = strftime('%Y-%m-%d %H\\:%M\\:%f000', "
        "json_extract(binned, '$.ends')) WHERE binned_at IS NOT NULL AND unused_days IS NULL"
    )
    op.create_index(
        "ix_upload_ends_at",
        "upload",
        ["ends_at", "id"],
        sqlite_where=sa.text("ends_at IS NOT NULL"),
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
