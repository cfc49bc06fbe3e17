"""secrets that a page shows once wait in the database, sealed, not in a cookie"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "shown_once",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_shown_once"),
    )
    op.create_index("ix_shown_once_expires_at", "shown_once", ["expires_at"])


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
