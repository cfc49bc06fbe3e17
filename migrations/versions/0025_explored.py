"""indexes for what people show: by views, by chance, videos and animations"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_upload_popular": (["visibility", "views", "rank"], "expires_at IS NULL"),
    "ix_upload_by_chance": (["visibility", "public_id", "rank"], "expires_at IS NULL"),
    "ix_upload_videos": (["visibility", "rank"], "kind = 'video' AND expires_at IS NULL"),
    "ix_upload_animations": (
        ["visibility", "rank"],
        "kind = 'image' AND is_animated AND expires_at IS NULL",
    ),
}


def upgrade():
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "upload", columns, sqlite_where=sa.text(where))


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
