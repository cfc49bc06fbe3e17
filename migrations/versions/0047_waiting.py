"""who waits for approval has an index"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_user_waiting", "user", ["created_at", "id"], sqlite_where=sa.text("state = 'pending'")
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
