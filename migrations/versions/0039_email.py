"""people may have an e-mail address, which a link confirms"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "one_time_link", sa.Column("detail", sa.String(), nullable=False, server_default="")
    )
    op.create_table(
        "email",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(collation="NOCASE"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_email_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_email"),
    )
    op.create_index("ix_email_address", "email", ["address"])


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
