"""what somebody gave a heart is read in the order in which they did"""

from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_heart_user_id_at", "heart", ["user_id", "at", "upload_id"])


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
