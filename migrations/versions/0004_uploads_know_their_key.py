"""which key an upload came with, and what a key was last refused for"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("upload", sa.Column("key_id", sa.String()))
    op.create_index("ix_upload_key_id", "upload", ["key_id"])
    op.add_column("api_key", sa.Column("refusal", sa.String()))
    op.add_column("api_key", sa.Column("refused_at", sa.DateTime()))


def downgrade():
    # not in a batch: that would copy the table and lose its triggers
    op.execute("ALTER TABLE api_key DROP COLUMN refused_at")
    op.execute("ALTER TABLE api_key DROP COLUMN refusal")
    op.drop_index("ix_upload_key_id", "upload")
    op.execute("ALTER TABLE upload DROP COLUMN key_id")
