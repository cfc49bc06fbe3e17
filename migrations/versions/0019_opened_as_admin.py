"""admins see other people's private uploads only after they said so, which is written down"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "opened_as_admin",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "user_id",
            sa.Integer(),
            sa.ForeignKey("user.id", name="fk_opened_as_admin_user_id", ondelete="SET NULL"),
            nullable=True,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_opened_as_admin_user_id_at", "opened_as_admin", ["user_id", "at"])
    op.create_index("ix_opened_as_admin_public_id", "opened_as_admin", ["public_id"])


def downgrade():
    raise NotImplementedError("Keepsake goes back by restoring a backup of the version before")
