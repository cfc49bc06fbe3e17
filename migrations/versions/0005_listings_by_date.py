"""listings are in the order of the date shown"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_upload_created_at_id", "upload", ["created_at", "id"])


def downgrade():
    op.drop_index("ix_upload_created_at_id", "upload")
