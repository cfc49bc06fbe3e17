"""files that are damaged, and kept all the same"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "upload", sa.Column("is_damaged", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade():
    op.execute("ALTER TABLE upload DROP COLUMN is_damaged")
