"""files on their way are written down before they move"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "journal",
        sa.Column("path", sa.String(collation="NOCASE"), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_journal"),
    )


def downgrade():
    op.drop_table("journal")
