"""people may hide their profile; a number makes the addresses of their feeds new"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "user",
        sa.Column("has_private_profile", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "user", sa.Column("feed_number", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
